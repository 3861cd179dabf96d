"""The sandbox: its records, what a test prepares, and the lists of what it can do."""

from collections.abc import Callable

import pytest

from facade.testing import Sandbox
from tests.facade.testing.app import App, keys, refusal


def test_two_sandboxes_share_nothing(app: App) -> None:
    app.created("pets")
    assert keys(app.sandbox) == ["pets"]
    assert keys(Sandbox()) == []


def test_strict_records_are_those_that_were_declared_or_seeded_in_their_location() -> None:
    app = App(Sandbox(strict_records=True))
    app.sandbox.add_location("other")
    pets = app.sandbox.seed_association(key="pets", second_object_key="custom_objects.pet")["id"]
    app.sandbox.declare_record("ann", "contact")
    app.sandbox.declare_record("far", "contact", location_id="other")
    app.sandbox.seed_relation(pets, "bob", "rex")
    assert app.relate(pets, "ann", "rex").is_success
    for first, second, unknown in (
        *(("eve", "rex", "eve"), ("ann", "max", "max")),
        *(("rex", "ann", "rex"), ("far", "rex", "far")),
    ):
        text = f"Invalid record id : '{unknown}' for association : pets"
        assert refusal(app.relate(pets, first, second), 422) == text
    assert app.relations("eve")["relations"] == []


@pytest.mark.parametrize(
    ("prepare", "problem"),
    [
        (lambda one: one.declare_record("ann", "contacts"), "'contacts' is not an object key: use"),
        (lambda one: one.seed_association(key="k", first_object_key="pets"), "not an object key"),
        (lambda one: one.seed_association(key="k", second_object_key="pets"), "not an object key"),
        (lambda one: one.associations(location_id="there"), "There is no location there"),
    ],
)
def test_a_test_cannot_prepare_an_object_or_ask_for_a_location_that_cannot_be(
    prepare: Callable[[Sandbox], object], problem: str
) -> None:
    sandbox = Sandbox()
    with pytest.raises(ValueError, match=problem):
        prepare(sandbox)
    assert len(sandbox.associations()) == 4
