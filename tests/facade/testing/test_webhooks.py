"""The sandbox sends a signed webhook for each change by a call."""

import json
import threading
from datetime import datetime, timedelta, timezone

import pytest

from facade import AssociationsClient
from facade.testing import Sandbox
from facade.testing.webhooks import WebhookSender
from facade.webhooks import Event, verify
from tests.facade.webhooks.parsing import parsed


@pytest.fixture
def sandbox() -> Sandbox:
    return Sandbox()


@pytest.mark.parametrize("nested", [False, True])
def test_the_sandbox_delivers_an_event_for_each_change_by_a_call(
    nested: bool, sandbox: Sandbox
) -> None:
    events: list[Event] = []

    def receive(headers: dict[str, str], body: bytes) -> None:
        verify(headers, body, public_key=sender.public_key)
        events.append(parsed(body))

    with (
        sandbox.webhooks(receive, nested=nested) as sender,
        AssociationsClient(
            sandbox.token, sandbox.location_id, transport=sandbox.transport()
        ) as client,
    ):
        made = client.associations.create(
            key="owner_pet",
            first_object_key="contact",
            first_object_label="Owner",
            second_object_key="custom_objects.pet",
            second_object_label="Pet",
        )
        one = client.relations.create(
            made.id, first_record_id="contact-1", second_record_id="pet-1"
        )
        client.relations.delete(one.id)
        client.relations.create(made.id, first_record_id="contact-1", second_record_id="pet-1")
        client.associations.update(made.id, first_object_label="Keeper", second_object_label="Pet")
        client.associations.delete(made.id)
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
    assert [getattr(event, "relation", None) for event in events][1] == one
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


def test_relations_of_businesses_and_contacts_have_no_webhooks(sandbox: Sandbox) -> None:
    delivered: list[bytes] = []
    with (
        sandbox.webhooks(lambda headers, body: delivered.append(body)),
        AssociationsClient(
            sandbox.token, sandbox.location_id, transport=sandbox.transport()
        ) as client,
    ):
        relation = client.relations.create(
            "BUSINESSES_CONTACTS_ASSOCIATION",
            first_record_id="business-1",
            second_record_id="contact-1",
        )
        client.relations.delete(relation.id)
    assert delivered == []


def test_the_sandbox_delivers_nothing_for_seeded_data_or_refused_calls(sandbox: Sandbox) -> None:
    delivered: list[bytes] = []
    with sandbox.webhooks(lambda headers, body: delivered.append(body)):
        made = sandbox.seed_association(key="owner_pet")
        sandbox.seed_relation(made["id"], "contact-1", "contact-2")
        client = AssociationsClient("pit-wrong", "nowhere", transport=sandbox.transport())
        with client, pytest.raises(Exception, match="401"):
            client.associations.delete(made["id"])
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
