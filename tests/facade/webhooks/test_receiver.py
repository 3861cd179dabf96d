"""A real receiver accepts exactly the good ones of a thousand deliveries, each once."""

import contextlib
import random
import socket
import threading
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from facade import AssociationsClient
from facade.testing import Sandbox
from facade.testing.webhooks import Delivery, WebhookSender
from facade.webhooks import Event, Guard, WebhookError, parse, verify


class App:
    """An app that receives webhooks as README.md shows."""

    def __init__(self) -> None:
        self.public_key = ""
        self.events: list[Event] = []
        self._guard = Guard()
        self.starlette = Starlette(routes=[Route("/", self.receive, methods=["POST"])])

    async def receive(self, request: Request) -> Response:
        body = await request.body()
        try:
            verify(request.headers, body, public_key=self.public_key)
            event = parse(body)
            with self._guard.once(event):
                self.events.append(event)
        except WebhookError as error:
            return Response(str(error), status_code=error.status_code)
        return Response(status_code=204)


@contextlib.contextmanager
def served(app: App) -> Iterator[str]:
    # asyncio sends at once (TCP_NODELAY) only where the socket says that it is TCP.
    with socket.socket(proto=socket.IPPROTO_TCP) as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(128)
        config = uvicorn.Config(app.starlette, log_config=None, lifespan="off", ws="none")
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, args=([listening],), daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}/"
        finally:
            server.should_exit = True
            thread.join()


@pytest.fixture
def app() -> App:
    return App()


@pytest.fixture
def sender(app: App) -> Iterator[WebhookSender]:
    with served(app) as url, WebhookSender(url) as sender:
        app.public_key = sender.public_key
        yield sender


def relation(number: int) -> dict[str, Any]:
    return {
        "id": f"6a44f1c09b3e7d21{number:08x}",
        "associationId": "6a44f1c09b3e7d2100000000",
        "firstRecordId": f"contact-{number}",
        "secondRecordId": f"pet-{number}",
    }


def test_of_a_thousand_deliveries_exactly_the_good_ones_are_accepted_each_once(
    app: App, sender: WebhookSender
) -> None:
    good = [sender.make("RelationCreate", relation(number)) for number in range(600)]
    before = datetime.now(UTC) - timedelta(minutes=6)
    with WebhookSender(lambda headers, body: None) as forger:
        forged = [forger.make("RelationDelete", relation(number)) for number in range(100)]
    stale = [sender.make("RelationDelete", relation(n), occurred_at=before) for n in range(100)]
    cut = [Delivery(one.headers, one.body[:-7]) for one in good[:50]]
    signed_cut = [Delivery(sender.sign(one.body[:-7]), one.body[:-7]) for one in good[50:100]]
    deliveries = [*good, *good[:100], *forged, *stale, *cut, *signed_cut]
    random.Random(7).shuffle(deliveries)  # noqa: S311 - repeatable
    assert len(deliveries) == 1000
    for delivery in deliveries:
        sender.deliver(delivery)
    sender.wait()
    assert Counter(one.answer for one in sender.deliveries) == {
        204: 600,
        200: 100,  # repeated
        401: 150,  # forged, or cut short
        400: 150,  # stale, or cut short before it was signed
    }
    assert sorted(event.delivery_id for event in app.events) == sorted(
        parse(one.body).delivery_id for one in good
    )


def test_the_sandbox_delivers_an_event_for_each_change_by_a_call(
    sandbox: Sandbox, app: App
) -> None:
    with (
        served(app) as url,
        sandbox.webhooks(url) as sender,
        AssociationsClient(
            sandbox.token, sandbox.location_id, transport=sandbox.transport()
        ) as client,
    ):
        app.public_key = sender.public_key
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
    received = [type(event).__name__ for event in app.events]
    assert received == [
        "AssociationCreated",
        "RelationCreated",
        "RelationDeleted",
        "RelationCreated",
        "AssociationUpdated",
        "RelationDeleted",
        "AssociationDeleted",
    ]
    assert [getattr(event, "relation", None) for event in app.events][1] == one
    assert {event.location_id for event in app.events} == {sandbox.location_id}


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
            sender.send("RelationCreate", relation(number))
        sender.wait()
        sender.close()
        sender.send("RelationCreate", relation(3))
    assert [repr(one.answer) for one in sender.deliveries] == ["ValueError('the app is wrong')"] * 2
