"""The receivers of examples/: the status for each delivery, and the handled events."""

import json
import os
import random
import socket
import subprocess
import sys
import threading
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import ModuleType
from typing import Any

import httpx
import pytest
from redis import Redis

from facade import AssociationsClient
from facade.redis import RedisReplayStore
from facade.testing import Sandbox
from facade.testing.webhooks import Delivery, WebhookSender
from facade.webhooks import Event, Guard
from scripts.programs import RedisServer
from tests.examples.receivers import RECEIVERS, served
from tests.facade.webhooks.parsing import parsed

ROOT = Path(__file__).parents[2]
RELATION = {
    "id": "6a44f1c09b3e7d2100000002",
    "associationId": "6a44f1c09b3e7d2100000001",
    "firstRecordId": "contact-1",
    "secondRecordId": "pet-1",
}
Send = Callable[[Delivery], int]


@pytest.fixture
def sender() -> Iterator[WebhookSender]:
    with WebhookSender(lambda headers, body: None) as sender:
        yield sender


@pytest.fixture(params=["memory", "redis"])
def store(request: pytest.FixtureRequest, redis_server: RedisServer) -> RedisReplayStore | None:
    app = uuid.uuid4().hex
    return RedisReplayStore(redis_server.url, app=app) if request.param == "redis" else None


@pytest.fixture
def handled() -> list[Event]:
    return []


@pytest.fixture(params=RECEIVERS)
def receiver(
    request: pytest.FixtureRequest,
    store: RedisReplayStore | None,
    sender: WebhookSender,
    handled: list[Event],
    monkeypatch: pytest.MonkeyPatch,
) -> ModuleType:
    """Return an example that trusts the sender and only notes what it handles."""
    receiver = RECEIVERS[request.param]
    monkeypatch.setattr(receiver, "public_key", sender.public_key)
    monkeypatch.setattr(receiver, "guard", Guard(store))
    monkeypatch.setattr(receiver, "handle", handled.append)
    return receiver


@pytest.fixture
def send(receiver: ModuleType) -> Iterator[Send]:
    with served(receiver) as url, httpx.Client(headers={"Connection": "close"}, timeout=60) as http:
        yield lambda one: http.post(url, headers=one.headers, content=one.body).status_code


def made(sender: WebhookSender, *, ago: timedelta = timedelta(), **fields: Any) -> Delivery:
    occurred_at = datetime.now(UTC) - ago
    return sender.make("RelationCreate", {**RELATION, **fields}, occurred_at=occurred_at)


def signed(sender: WebhookSender, body: bytes) -> Delivery:
    return Delivery(sender.sign(body), body)


def in_data(sender: WebhookSender) -> Delivery:
    body = json.loads(made(sender).body)
    envelope = {name: body.pop(name) for name in ("type", "timestamp", "webhookId")}
    return signed(sender, json.dumps({**envelope, "data": body}).encode())


def forged(sender: WebhookSender) -> Delivery:
    with WebhookSender(lambda headers, body: None) as forger:
        return made(forger)


HOUR, DAY = timedelta(hours=1), timedelta(days=1)
DELIVERIES: list[tuple[str, Callable[[WebhookSender], Delivery], int, int]] = [
    ("new", made, 204, 1),
    ("its fields under data", in_data, 204, 1),
    ("of another kind", lambda sender: sender.make("ContactCreate", {"id": "c"}), 204, 0),
    ("of an installation", lambda sender: sender.make("INSTALL", {"appId": "a"}), 204, 0),
    ("an hour old", lambda sender: made(sender, ago=HOUR), 204, 1),
    ("a day old", lambda sender: made(sender, ago=DAY), 204, 1),
    ("almost three days old", lambda sender: made(sender, ago=3 * DAY - HOUR), 204, 1),
    ("a month old", lambda sender: made(sender, ago=30 * DAY), 400, 0),
    ("of tomorrow", lambda sender: made(sender, ago=-DAY), 400, 0),
    ("forged", forged, 401, 0),
    ("changed", lambda sender: Delivery(made(sender).headers, made(sender).body), 401, 0),
    ("unsigned", lambda sender: Delivery({}, made(sender).body), 401, 0),
    (
        "with the signature of before September 2026",
        lambda sender: Delivery({"X-WH-Signature": "eA=="}, made(sender).body),
        401,
        0,
    ),
    ("cut before it was signed", lambda sender: signed(sender, made(sender).body[:-9]), 400, 0),
    ("without a record", lambda sender: made(sender, id=None, firstRecordId=None), 400, 0),
]


@pytest.mark.parametrize(
    ("make", "status", "count"),
    [pytest.param(*rest, id=name) for name, *rest in DELIVERIES],
)
def test_a_delivery_gets_its_status_and_is_handled_or_not(
    make: Callable[[WebhookSender], Delivery],
    status: int,
    count: int,
    sender: WebhookSender,
    send: Send,
    handled: list[Event],
) -> None:
    assert send(make(sender)) == status
    assert len(handled) == count


def test_a_delivery_comes_again_while_it_is_handled_and_not_afterwards(
    sender: WebhookSender, receiver: ModuleType, send: Send, monkeypatch: pytest.MonkeyPatch
) -> None:
    started, may_end = threading.Event(), threading.Event()

    def handle(event: Event) -> None:
        started.set()
        assert may_end.wait(60)

    monkeypatch.setattr(receiver, "handle", handle)
    delivery = made(sender)
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(send, delivery)
        assert started.wait(60)
        assert send(delivery) == 409
        may_end.set()
        assert first.result() == 204
    assert send(delivery) == 200


def test_a_delivery_whose_handler_failed_is_handled_when_it_comes_again(
    sender: WebhookSender,
    receiver: ModuleType,
    send: Send,
    handled: list[Event],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail(event: Event) -> None:
        raise ValueError("the app is wrong")

    delivery = made(sender)
    with monkeypatch.context() as while_wrong:
        while_wrong.setattr(receiver, "handle", fail)
        assert send(delivery) == 500
    assert send(delivery) == 204
    assert len(handled) == 1


@pytest.mark.parametrize("store", ["redis"], indirect=True)
@pytest.mark.parametrize("receiver", ["fastapi"], indirect=True)
def test_a_delivery_whose_worker_was_killed_is_handled_when_the_lease_has_ended(
    sender: WebhookSender,
    receiver: ModuleType,
    send: Send,
    handled: list[Event],
    redis: RedisServer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(receiver, "guard", Guard(RedisReplayStore(redis.url, app="killed")))
    delivery = made(sender)
    with socket.socket(proto=socket.IPPROTO_TCP) as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        worker = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "tests.examples.dying_receiver",
                str(listening.fileno()),
                "killed",
            ],
            cwd=ROOT,
            env=os.environ | {"REDIS_URL": redis.url, "PUBLIC_KEY": sender.public_key},
            pass_fds=[listening.fileno()],
            stderr=subprocess.DEVNULL,
        )
        url = f"http://127.0.0.1:{listening.getsockname()[1]}/webhooks"
        with pytest.raises(httpx.TransportError):
            httpx.post(url, headers=delivery.headers, content=delivery.body, timeout=60)
    assert worker.wait(60) == -9
    assert send(delivery) == 409
    assert handled == []
    with Redis.from_url(redis.url) as client:  # as if the minute of its lease were over
        (key,) = client.scan_iter()
        assert 0 < client.pttl(key) <= 60_000
        client.delete(key)
    assert [send(delivery), send(delivery)] == [204, 200]
    assert len(handled) == 1


@pytest.mark.parametrize("store", ["memory"], indirect=True)
def test_of_a_thousand_deliveries_exactly_the_good_ones_are_accepted_each_once(
    receiver: ModuleType, sender: WebhookSender, handled: list[Event]
) -> None:
    good = [made(sender, id=f"relation-{number}") for number in range(600)]
    with WebhookSender(lambda headers, body: None) as forger:
        by_others = [made(forger) for _ in range(100)]
    stale = [made(sender, ago=4 * DAY) for _ in range(100)]
    cut = [Delivery(one.headers, one.body[:-7]) for one in good[:50]]
    signed_cut = [signed(sender, one.body[:-7]) for one in good[50:100]]
    deliveries = [*good, *good[:100], *by_others, *stale, *cut, *signed_cut]
    random.Random(7).shuffle(deliveries)  # noqa: S311 - repeatable
    assert len(deliveries) == 1000
    with served(receiver) as url, WebhookSender(url) as delivering:
        for delivery in deliveries:
            delivering.deliver(delivery)
    assert Counter(one.answer for one in delivering.deliveries) == {
        204: 600,
        200: 100,  # handled before
        401: 150,  # forged, or cut short
        400: 150,  # stale, or cut short before it was signed
    }
    assert sorted(event.delivery_id for event in handled) == sorted(
        parsed(one.body).delivery_id for one in good
    )


@pytest.mark.parametrize("store", ["memory"], indirect=True)
def test_the_changes_that_calls_make_in_the_sandbox_arrive(
    receiver: ModuleType, monkeypatch: pytest.MonkeyPatch, handled: list[Event]
) -> None:
    sandbox = Sandbox()
    with (
        served(receiver) as url,
        sandbox.webhooks(url, nested=True) as sender,
        AssociationsClient(
            sandbox.token, sandbox.location_id, transport=sandbox.transport()
        ) as client,
    ):
        monkeypatch.setattr(receiver, "public_key", sender.public_key)
        association = client.associations.create(
            key="owner_pet",
            first_object_key="contact",
            first_object_label="Owner",
            second_object_key="custom_objects.pet",
            second_object_label="Pet",
        )
        relation = client.relations.create(
            association.id, first_record_id="contact-1", second_record_id="pet-1"
        )
        client.relations.delete(relation.id)
        sender.wait()
    assert [type(event).__name__ for event in handled] == [
        "AssociationCreated",
        "RelationCreated",
        "RelationDeleted",
    ]
    assert [one.answer for one in sender.deliveries] == [204, 204, 204]
