"""The receivers of examples/: the status for each delivery, and the handled events."""

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from itertools import groupby
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from fastapi.testclient import TestClient

from examples import webhooks_fastapi, webhooks_flask
from facade.testing.webhooks import Delivery, WebhookSender
from facade.webhooks import Event, Guard, ReplayStoreError, SqliteReplayStore
from tests.facade.driving import Clock
from tests.witnesses.reading import WITNESSES

RELATION = {"id": "r-1", "associationId": "a-1", "firstRecordId": "ann", "secondRecordId": "rex"}
DAY = timedelta(days=1)


def made(sender: WebhookSender, *, ago: timedelta = timedelta(), **fields: Any) -> Delivery:
    occurred_at = datetime.now(UTC) - ago
    return sender.make("RelationCreate", {**RELATION, **fields}, occurred_at=occurred_at)


class Receiver:
    """An example that trusts a sender, and only notes what it handles."""

    def __init__(self, app: ModuleType, sender: WebhookSender, patch: pytest.MonkeyPatch) -> None:
        self.handled: list[Event] = []
        self.sender, self._app, self._patch = sender, app, patch
        self.set(public_key=sender.public_key, handle=self.handled.append)

    def set(self, **values: Any) -> None:
        for name, value in values.items():
            self._patch.setattr(self._app, name, value)

    def send(self, headers: Mapping[str, str], body: bytes) -> int:
        if self._app is webhooks_fastapi:
            http = TestClient(self._app.app, raise_server_exceptions=False)
            return http.post("/webhooks", headers=dict(headers), content=body).status_code
        answer = self._app.app.test_client().post("/webhooks", headers=dict(headers), data=body)
        return int(answer.status_code)

    def take(self, delivery: Delivery) -> int:
        return self.send(delivery.headers, delivery.body)


@pytest.fixture(params=[webhooks_fastapi, webhooks_flask], ids=["fastapi", "flask"])
def app(request: pytest.FixtureRequest) -> ModuleType:
    module: ModuleType = request.param
    return module


@pytest.fixture
def receiver(app: ModuleType, monkeypatch: pytest.MonkeyPatch) -> Iterator[Receiver]:
    with WebhookSender(lambda headers, body: None) as sender:
        yield Receiver(app, sender, monkeypatch)


# HighLevel published two rules for what it sends again: under neither an event is lost.

RULES: dict[str, tuple[Callable[[int], bool], int]] = {
    "only 429": (lambda status: status == 429, 6),
    "all but 2xx": (lambda status: not 200 <= status < 300, 12),
}


def relation(sender: WebhookSender) -> Delivery:
    return made(sender)


def of_kind(kind: str, **fields: str) -> Callable[[WebhookSender], Delivery]:
    return lambda sender: sender.make(kind, fields)


def under_data(sender: WebhookSender) -> Delivery:
    envelope = ("type", "timestamp", "webhookId")
    fields = json.loads(made(sender).body)
    body = {name: fields.pop(name) for name in envelope} | {"data": fields}
    raw = json.dumps(body).encode()
    return Delivery(sender.sign(raw), raw)


def unsigned(sender: WebhookSender) -> Delivery:
    return Delivery({}, made(sender).body)


def of_days_ago(days: int) -> Callable[[WebhookSender], Delivery]:
    return lambda sender: made(sender, ago=days * DAY)


def forged(sender: WebhookSender) -> Delivery:
    return Delivery(made(sender).headers, made(sender).body)


def of_no_record(sender: WebhookSender) -> Delivery:
    return made(sender, id=None, firstRecordId=None)


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize(
    ("witness", "make", "at_first", "answers", "handled"),
    [
        ("w01-resent", relation, "the handler fails", [429, 204], 1),
        ("w01-retried-on-429", relation, "another worker is killed", [429, 204], 1),
        ("w02-paused", relation, "it was handled", [200], 1),
        ("w03-not-of-interest", of_kind("ContactCreate", id="c"), "", [204], 0),
        ("w04-under-data", under_data, "the handler fails", [429, 204], 1),
        ("w05-install", of_kind("INSTALL", locationId="l"), "the store is away", [429, 204], 1),
        ("w06-ed25519", relation, "", [204], 1),
        ("w07-workflow", unsigned, "", [401], 0),
        ("w08-resent-from-dashboard", of_days_ago(30), "", [204], 1),
        ("", of_days_ago(32), "", [400], 0),
        ("", of_no_record, "", [400], 0),
        ("", forged, "", [401], 0),
    ],
)
def test_no_event_is_lost_or_handled_twice_whatever_highlevel_sends_again(
    witness: str,
    make: Callable[[WebhookSender], Delivery],
    at_first: str,
    answers: list[int],
    handled: int,
    rule: str,
    receiver: Receiver,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert witness in ("", *WITNESSES)
    delivery, clock = make(receiver.sender), Clock(0.0)
    store = SqliteReplayStore(tmp_path / "deliveries.sqlite", clock=clock)
    receiver.set(guard=Guard(store))
    if at_first == "it was handled":
        assert receiver.take(delivery) == 204
    if at_first == "another worker is killed":
        store.begin(json.loads(delivery.body)["webhookId"], "of the killed one", 60.0)
    failures = [ZeroDivisionError("of the app"), ReplayStoreError("away")]

    def failing(*given: Any) -> None:
        raise failures["store" in at_first]

    if at_first == "the handler fails":
        receiver.set(handle=failing)
    with monkeypatch.context() as patch:
        if at_first == "the store is away":
            patch.setattr(store, "begin", failing)
        received = [receiver.take(delivery)]
    receiver.set(handle=receiver.handled.append)
    repeats, most = RULES[rule]
    while repeats(received[-1]) and len(received) <= most:
        clock.now += 600  # seconds until it comes again
        received.append(receiver.take(delivery))
    assert [status for status, _ in groupby(received)] == answers
    assert len(receiver.handled) == handled
    if handled:
        assert receiver.take(delivery) == 200  # a person sends it again
        assert len(receiver.handled) == handled
