"""The receivers of examples/: the status for each delivery, and the handled events."""

import os
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import ModuleType
from typing import Any

import httpx
import pytest
from fastapi.testclient import TestClient
from redis import Redis

from examples import webhooks_fastapi, webhooks_flask
from facade import AssociationsClient
from facade.redis import RedisReplayStore
from facade.testing import Sandbox
from facade.testing.webhooks import Delivery, WebhookSender
from facade.webhooks import Event, Guard
from scripts.programs import RedisServer

ROOT = Path(__file__).parents[2]
RELATION = {"id": "r-1", "associationId": "a-1", "firstRecordId": "ann", "secondRecordId": "rex"}
DAY = timedelta(days=1)
Send = Callable[[Mapping[str, str], bytes], int]


@pytest.fixture
def sender() -> Iterator[WebhookSender]:
    with WebhookSender(lambda headers, body: None) as sender:
        yield sender


@pytest.fixture
def handled() -> list[Event]:
    return []


@pytest.fixture(params=[webhooks_fastapi, webhooks_flask], ids=["fastapi", "flask"])
def receiver(
    request: pytest.FixtureRequest,
    sender: WebhookSender,
    handled: list[Event],
    monkeypatch: pytest.MonkeyPatch,
) -> ModuleType:
    """Return an example that trusts the sender and only notes what it handles."""
    receiver: ModuleType = request.param
    monkeypatch.setattr(receiver, "public_key", sender.public_key)
    monkeypatch.setattr(receiver, "guard", Guard())
    monkeypatch.setattr(receiver, "handle", handled.append)
    return receiver


@pytest.fixture
def send(receiver: ModuleType) -> Send:
    def to_fastapi(headers: Mapping[str, str], body: bytes) -> int:
        http = TestClient(receiver.app, raise_server_exceptions=False)
        return http.post("/webhooks", headers=dict(headers), content=body).status_code

    def to_flask(headers: Mapping[str, str], body: bytes) -> int:
        answer = receiver.app.test_client().post("/webhooks", headers=dict(headers), data=body)
        return int(answer.status_code)

    return to_fastapi if receiver is webhooks_fastapi else to_flask


def made(sender: WebhookSender, *, ago: timedelta = timedelta(), **fields: Any) -> Delivery:
    occurred_at = datetime.now(UTC) - ago
    return sender.make("RelationCreate", {**RELATION, **fields}, occurred_at=occurred_at)


@pytest.mark.parametrize(
    ("make", "status", "count"),
    [
        (made, 204, 1),
        (lambda sender: sender.make("ContactCreate", {"id": "c"}), 204, 0),  # of another kind
        (lambda sender: made(sender, ago=4 * DAY), 400, 0),
        (lambda sender: made(sender, id=None, firstRecordId=None), 400, 0),
        (lambda sender: Delivery(made(sender).headers, made(sender).body), 401, 0),  # of another
        (lambda sender: Delivery({}, made(sender).body), 401, 0),
    ],
)
def test_a_delivery_gets_its_status_and_is_handled_or_not(
    make: Callable[[WebhookSender], Delivery],
    status: int,
    count: int,
    sender: WebhookSender,
    send: Send,
    handled: list[Event],
) -> None:
    delivery = make(sender)
    assert send(delivery.headers, delivery.body) == status
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
        first = pool.submit(send, delivery.headers, delivery.body)
        assert started.wait(60)
        assert send(delivery.headers, delivery.body) == 429
        may_end.set()
        assert first.result() == 204
    assert send(delivery.headers, delivery.body) == 200


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
        assert send(delivery.headers, delivery.body) == 429
    assert send(delivery.headers, delivery.body) == 204
    assert len(handled) == 1


@pytest.mark.parametrize("receiver", [webhooks_fastapi], indirect=True)
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
    with socket.create_server(("127.0.0.1", 0)) as listening:
        descriptor = listening.fileno()
        command = ["-m", "tests.examples.dying_receiver", str(descriptor), "killed"]
        worker = subprocess.Popen(
            [sys.executable, *command],
            cwd=ROOT,
            env=os.environ | {"REDIS_URL": redis.url, "PUBLIC_KEY": sender.public_key},
            pass_fds=[descriptor],
            stderr=subprocess.DEVNULL,
        )
        url = f"http://127.0.0.1:{listening.getsockname()[1]}/webhooks"
        with pytest.raises(httpx.TransportError):
            httpx.post(url, headers=delivery.headers, content=delivery.body, timeout=60)
    assert worker.wait(60) == -9
    assert send(delivery.headers, delivery.body) == 429
    assert handled == []
    with Redis.from_url(redis.url) as client:  # as if the minute of its lease were over
        (key,) = client.scan_iter()
        assert 0 < client.pttl(key) <= 60_000
        client.delete(key)
    assert [send(delivery.headers, delivery.body) for _ in range(2)] == [204, 200]
    assert len(handled) == 1


@pytest.mark.parametrize("receiver", [webhooks_fastapi], indirect=True)
def test_a_delivery_that_a_person_sends_again_after_30_days_is_handled_once(
    sender: WebhookSender,
    receiver: ModuleType,
    send: Send,
    handled: list[Event],
    redis: RedisServer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    delivery = made(sender, ago=30 * DAY)
    for status in (204, 200):  # of workers that know of each other only through Redis
        monkeypatch.setattr(receiver, "guard", Guard(RedisReplayStore(redis.url, app="resent")))
        assert send(delivery.headers, delivery.body) == status
    assert len(handled) == 1
    # It is remembered for as long as it could be accepted: for one more day.
    with Redis.from_url(redis.url) as client:
        (key,) = client.scan_iter(match="*replay*")
        assert 86_300_000 < client.pttl(key) <= 86_401_000
    late = made(sender, ago=31 * DAY + timedelta(minutes=1))
    assert send(late.headers, late.body) == 400


def test_the_changes_that_calls_make_in_the_sandbox_arrive(
    receiver: ModuleType, send: Send, monkeypatch: pytest.MonkeyPatch, handled: list[Event]
) -> None:
    sandbox = Sandbox()
    association = sandbox.seed_association(key="owner_pet")["id"]
    with (
        sandbox.webhooks(send, nested=True) as sender,
        AssociationsClient(
            sandbox.token, sandbox.location_id, transport=sandbox.transport()
        ) as client,
    ):
        monkeypatch.setattr(receiver, "public_key", sender.public_key)
        records: dict[str, Any] = {"first_record_id": "ann", "second_record_id": "rex"}
        client.relations.delete(client.relations.create(association, **records).id)
        sender.wait()
    assert [type(event).__name__ for event in handled] == ["RelationCreated", "RelationDeleted"]
    assert [one.answer for one in sender.deliveries] == [204, 204]
