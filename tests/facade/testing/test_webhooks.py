"""The sandbox sends a signed webhook for each change by a call."""

import json
import threading
from datetime import datetime, timedelta, timezone

import pytest

from facade.testing import Sandbox
from facade.testing.webhooks import WebhookSender
from facade.webhooks import Event, RelationCreated, verify
from tests.facade.testing.app import App
from tests.facade.webhooks.parsing import parsed


@pytest.mark.parametrize("nested", [False, True])
def test_the_sandbox_delivers_an_event_for_each_change_by_a_call(
    nested: bool, sandbox: Sandbox
) -> None:
    events: list[Event] = []

    def receive(headers: dict[str, str], body: bytes) -> None:
        verify(headers, body, public_key=sender.public_key)
        events.append(parsed(body))

    app = App(sandbox)
    with sandbox.webhooks(receive, nested=nested) as sender:
        made = app.created("owner_pet")
        one = app.related(made, "contact-1", "pet-1")
        app.http.delete(f"/associations/relations/{one}", params=app.location)
        app.related(made, "contact-1", "pet-1")
        app.update(made, "Keeper", "Pet")
        app.http.delete(f"/associations/{made}")
        sender.wait()
    received = [type(event).__name__ for event in events]
    assert received == [
        "AssociationCreated",
        "RelationCreated",
        "RelationDeleted",
        "RelationCreated",
        "AssociationUpdated",
        "RelationDeleted",
        "AssociationDeleted",
    ]
    assert next(event.relation.id for event in events if isinstance(event, RelationCreated)) == one
    assert {event.location_id for event in events} == {sandbox.location_id}


@pytest.mark.parametrize(
    ("kind", "fields", "sent"),
    [
        ("RelationCreate", {"id": "r"}, {"id": "r"}),
        (
            "AssociationUpdate",
            {"id": "a", "firstObjectToSecondObjectCardinality": "ONE_TO_ONE"},
            {
                "id": "a",
                "firstObjectToSecondObjectCardinality": "ONE_TO_ONE",
                "secondObjectToFirstObjectCardinality": "MANY_TO_MANY",
            },
        ),
    ],
)
@pytest.mark.parametrize("nested", [False, True])
def test_a_webhook_has_an_envelope_and_its_fields_flat_or_nested(
    kind: str, fields: dict[str, str], sent: dict[str, str], nested: bool
) -> None:
    noon = datetime(2026, 1, 21, 12, tzinfo=timezone(timedelta(hours=2)))
    with WebhookSender(lambda headers, body: None, nested=nested) as sender:
        body = json.loads(sender.make(kind, fields, occurred_at=noon).body)
    assert body.pop("webhookId")
    envelope = {"type": kind, "timestamp": "2026-01-21T10:00:00.000+00:00"}
    assert body == envelope | ({"data": sent} if nested else sent)


def test_the_sandbox_delivers_nothing_for_seeds_refusals_and_relations_of_businesses(
    sandbox: Sandbox,
) -> None:
    delivered: list[bytes] = []
    with sandbox.webhooks(lambda headers, body: delivered.append(body)):
        app = App(sandbox)
        made = sandbox.seed_association(key="owner_pet")
        sandbox.seed_relation(made["id"], "contact-1", "contact-2")
        refused = app.http.delete(f"/associations/{made['id']}", headers={"Version": ""})
        assert refused.status_code == 401
        # HighLevel sends none for this association.
        relation = app.related("BUSINESSES_CONTACTS_ASSOCIATION", "business-1", "contact-1")
        path = f"/associations/relations/{relation}"
        assert app.http.delete(path, params=app.location).is_success
    assert delivered == []


def test_a_receivers_error_is_its_answer_and_the_rest_is_delivered() -> None:
    def fail(headers: dict[str, str], body: bytes) -> None:
        raise ValueError("the app is wrong")

    with WebhookSender(fail) as sender:
        for number in range(2):
            sender.send("RelationCreate", {"id": str(number)})
        sender.wait()
        sender.close()
        sender.send("RelationCreate", {"id": "3"})
    assert [repr(one.answer) for one in sender.deliveries] == ["ValueError('the app is wrong')"] * 2


def test_closing_delivers_what_is_queued_and_what_comes_later_is_not_waited_for() -> None:
    busy = threading.Event()
    with WebhookSender(lambda headers, body: busy.wait(0.05)) as sender:
        for number in range(3):
            sender.send("RelationCreate", {"id": str(number)})
    assert len(sender.deliveries) == 3
    sender.send("RelationCreate", {"id": "3"})
    waiting = threading.Thread(target=sender.wait, daemon=True)
    waiting.start()
    waiting.join(60)
    assert not waiting.is_alive()
    assert len(sender.deliveries) == 3
