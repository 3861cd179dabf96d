"""The sandbox sends a signed webhook for each change by a call."""

import json
import threading
from datetime import datetime, timedelta, timezone
from typing import Any
from unittest.mock import Mock

import httpx
import pytest

from facade.testing import Sandbox, webhooks
from facade.testing.webhooks import WebhookSender
from facade.webhooks import Event, RelationCreated, verify
from tests.facade.testing.conftest import App
from tests.facade.webhooks.parsing import parsed


@pytest.mark.parametrize("nested", [False, True])
def test_the_sandbox_delivers_an_event_for_each_change_by_a_call(nested: bool, app: App) -> None:
    events: list[Event] = []

    def receive(headers: dict[str, str], body: bytes) -> None:
        verify(headers, body, public_key=sender.public_key)
        events.append(parsed(body))

    with app.sandbox.webhooks(receive, nested=nested) as sender:
        made = app.created("owner_pet")
        one = app.related(made, "contact-1", "pet-1")
        app.delete(f"relations/{one}")
        app.related(made, "contact-1", "pet-1")
        app.update(made, "Keeper", "Pet")
        app.delete(made)
        sender.wait()
    names = (
        "AssociationCreated RelationCreated RelationDeleted RelationCreated AssociationUpdated "
        "RelationDeleted AssociationDeleted"
    )
    assert [type(event).__name__ for event in events] == names.split()
    assert next(event.relation.id for event in events if isinstance(event, RelationCreated)) == one
    assert {event.location_id for event in events} == {app.sandbox.location_id}


CARDINALITY = {"firstObjectToSecondObjectCardinality": "ONE_TO_ONE"}
NOON = datetime(2026, 1, 21, 12, tzinfo=timezone(timedelta(hours=2)))
DEFAULT = {"secondObjectToFirstObjectCardinality": "MANY_TO_MANY"}


@pytest.mark.parametrize(
    ("kind", "fields", "added"),
    [("RelationCreate", {}, {}), ("AssociationUpdate", CARDINALITY, DEFAULT)],
)
@pytest.mark.parametrize("nested", [False, True])
def test_a_webhook_has_an_envelope_and_its_fields_flat_or_nested(
    kind: str, fields: dict[str, Any], added: dict[str, str], nested: bool
) -> None:
    with WebhookSender(lambda headers, body: None, nested=nested) as sender:
        body = json.loads(sender.make(kind, {"id": "a"} | fields, occurred_at=NOON).body)
    assert body.pop("webhookId")
    envelope = {"type": kind, "timestamp": "2026-01-21T10:00:00.000+00:00"}
    sent = {"id": "a", **fields, **added}
    assert body == envelope | ({"data": sent} if nested else sent)


def test_a_receivers_error_is_its_answer_and_the_rest_is_delivered_before_closing() -> None:
    busy, alone = threading.Event(), threading.Lock()

    def fail(headers: dict[str, str], body: bytes) -> None:
        if alone.acquire(blocking=False):
            busy.wait(0.05)
            alone.release()
            raise ValueError("the app is wrong")

    with WebhookSender(fail) as sender:
        for number in range(3):
            sender.send("RelationCreate", {"id": str(number)})
            if number == 0:
                sender.wait()
                assert len(sender.deliveries) == 1
    assert [repr(one.answer) for one in sender.deliveries] == ["ValueError('the app is wrong')"] * 3
    # What comes later is not waited for.
    sender.close()
    sender.send("RelationCreate", {"id": "3"})
    waiting = threading.Thread(target=sender.wait, daemon=True)
    waiting.start()
    waiting.join(60)
    assert not waiting.is_alive()
    assert len(sender.deliveries) == 3


def test_a_webhook_is_posted_to_a_url(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    client = Mock(wraps=httpx.Client)
    monkeypatch.setattr(webhooks, "Client", client)
    with sandbox.serve() as server, WebhookSender(f"{server.url}/webhooks") as sender:
        sender.send("RelationCreate", {"id": "r"}, occurred_at=NOON)
    client.assert_called_once_with(timeout=10.0)
    (delivery,), (received,) = sender.deliveries, sandbox.requests
    assert (received.method, received.path, delivery.answer) == ("POST", "/webhooks", 404)
    assert received.body == json.loads(delivery.body)
    assert received.body["timestamp"] == "2026-01-21T10:00:00.000+00:00"
