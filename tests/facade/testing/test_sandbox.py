"""The sandbox: its records, what a test prepares, and the lists of what it can do."""

import json
from collections.abc import Callable
from typing import Any
from unittest.mock import MagicMock

import httpx
import pytest

from facade._core.client_options import VERSION
from facade.testing import Sandbox, faults
from tests.facade.testing.conftest import BODY, App, keys, refusal


def test_a_sandbox_is_served_sends_webhooks_and_keeps_its_requests(sandbox: Sandbox) -> None:
    delivered: list[Any] = []
    with (
        sandbox.webhooks(lambda _, body: delivered.append(json.loads(body)), nested=True) as sender,
        sandbox.serve() as server,
    ):
        made = httpx.post(f"{server.url}/associations/", headers=sandbox.headers, json=BODY)
        sender.wait()
    assert (made.status_code, len(sandbox.requests)) == (201, 1)
    assert server.url == f"http://127.0.0.1:{server.port}"
    assert server.port >= 1024
    (one,) = delivered
    assert (one["type"], one["data"]["id"]) == ("AssociationCreate", made.json()["id"])


def test_what_is_added_again_keeps_its_data_and_is_accepted_again() -> None:
    app = App(Authorization="bearer pit-sandbox")
    pets = app.created("pets")
    app.sandbox.revoke_token(app.sandbox.token)
    assert app.ask("GET", pets).status_code == 401
    app.sandbox.add_location(app.sandbox.location_id)
    app.sandbox.add_token(app.sandbox.token)
    assert app.ask("GET", pets).status_code == 200


def test_nothing_is_delivered_for_seeds_refusals_and_relations_of_businesses(app: App) -> None:
    delivered: list[bytes] = []
    with app.sandbox.webhooks(lambda headers, body: delivered.append(body)):
        made = app.sandbox.seed_association(key="owner_pet")
        app.sandbox.seed_relation(made["id"], "contact-1", "contact-2")
        assert app.ask("DELETE", made["id"], headers={"Version": ""}).status_code == 401
        # HighLevel sends none for this association.
        relation = app.related("BUSINESSES_CONTACTS_ASSOCIATION", "business-1", "contact-1")
        assert app.delete(f"relations/{relation}").is_success
    assert delivered == []


def test_a_test_changes_it_between_two_requests(sandbox: Sandbox) -> None:
    lock: Any = MagicMock()
    sandbox._lock = lock
    sandbox.webhooks(lambda headers, body: None).close()
    sandbox.add_location("other")
    sandbox.add_token("token")
    sandbox.revoke_token("token")
    sandbox.declare_record("ann", "contact")
    assert sandbox.requests == []
    sandbox.misbehave(faults.fail())
    sandbox.stop_faults()
    assert sandbox._service.faults == []
    assert lock.__enter__.call_count == lock.__exit__.call_count == 8


def test_two_sandboxes_share_nothing(app: App) -> None:
    app.related(app.created("pets"), "ann", "rex")  # any id is a record
    with app.sandbox.misbehave(faults.fail(500)) as active:
        assert app.ask("GET", "x").status_code == 500
    assert active.hits == 1
    assert "x-ratelimit-max" not in app.ask("GET", "x").headers
    for limited in (Sandbox(limit=(5, 9.0)), Sandbox(daily_limit=5)):
        assert App(limited).ask("GET", "x").headers["x-ratelimit-max"] in ("5", "100")
    versions = [one.headers["Version"] for one in (app.sandbox, Sandbox(versions=["v4"]))]
    assert versions == [VERSION, "v4"]
    assert keys(app.sandbox) == ["pets"]
    assert keys(Sandbox()) == []


def test_strict_records_are_those_that_were_declared_or_seeded_in_their_location() -> None:
    app = App(Sandbox(strict_records=True))
    app.sandbox.add_location("other")
    pets = app.sandbox.seed_association(key="pets", second_object_key="custom_objects.pet")["id"]
    app.sandbox.declare_record("ann", "contact")
    app.sandbox.declare_record("far", "contact", location_id="other")
    seeded = app.sandbox.seed_relation(pets, "bob", "rex", relation_id="r")
    assert app.sandbox.relations() == [seeded]
    assert seeded["id"] == "r"
    app.sandbox.limit_relations(pets, second=2)
    assert app.relate(pets, "ann", "rex").is_success
    for first, second, unknown in (
        *(("eve", "rex", "eve"), ("ann", "max", "max")),
        *(("rex", "ann", "rex"), ("far", "rex", "far")),
    ):
        text = f"Invalid record id : '{unknown}' for association : pets"
        assert refusal(app.relate(pets, first, second), 422) == text
    assert app.relations("eve")["relations"] == []
    app.sandbox.declare_record("joe", "contact")
    assert "limit[2] reached for record[rex]" in refusal(app.relate(pets, "joe", "rex"), 400)


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
