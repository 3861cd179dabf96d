"""The sandbox: its records, what a test prepares, and the lists of what it can do."""

import inspect
from collections.abc import Callable
from itertools import takewhile
from typing import Any

import pytest

import facade.testing
from facade.testing import Sandbox, VariantOptions, Variants, faults
from facade.testing.system import LISTED
from tests.facade.testing.app import App, refusal


def test_two_sandboxes_share_nothing() -> None:
    app = App(Sandbox())
    app.created("pets")
    found = App(Sandbox()).http.get("/associations/", params=app.location).json()
    keys = [one["key"] for one in found["associations"]]
    assert keys == [each.key for each in LISTED]


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
    "prepare",
    [
        lambda sandbox: sandbox.declare_record("ann", "contacts"),
        lambda sandbox: sandbox.seed_association(key="k", first_object_key="contacts"),
        lambda sandbox: sandbox.seed_association(key="k", second_object_key="contacts"),
    ],
)
def test_a_test_cannot_prepare_an_object_that_cannot_be(
    prepare: Callable[[Sandbox], object],
) -> None:
    sandbox = Sandbox()
    with pytest.raises(ValueError, match="'contacts' is not an object key: use contact, "):
        prepare(sandbox)
    assert len(sandbox.associations()) == 4


def rows(first_of_the_heading: str) -> list[list[str]]:
    """Return the rows of a table of facade.testing, without its heading."""
    lines = (facade.testing.__doc__ or "").splitlines()
    start = next(i for i, line in enumerate(lines) if line.startswith(f"| {first_of_the_heading} "))
    table = takewhile(lambda line: line.startswith("|"), lines[start + 2 :])
    return [[cell.strip(" `") for cell in line.strip("|").split(" | ")] for line in table]


def test_every_way_to_misbehave_is_listed_in_one_place() -> None:
    makers = [name for name in faults.__all__ if inspect.isfunction(getattr(faults, name))]
    assert sorted(cell.partition("(")[0] for cell, _ in rows("fault")) == sorted(makers)
    assert [cell for cell, *_ in rows("option")] == [*VariantOptions.__annotations__]


def test_the_values_of_each_option_are_listed_the_default_first() -> None:
    for name, values, _ in rows("option"):
        default, _, other = values.partition(", ")
        if name not in ("answers", "list_lag"):
            assert str(getattr(Variants(), name)) == default
            for value in (default, *other.split(", ")):
                chosen: Any = {name: {"True": True, "False": False}.get(value, value)}
                Sandbox(**chosen)
