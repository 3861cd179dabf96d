"""The receivers of examples/: the status for each delivery, and the handled events."""

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from itertools import groupby
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from fastapi.testclient import TestClient

from examples import agency_app, link_service_fastapi, webhooks_flask
from facade.testing.webhooks import Delivery, WebhookSender
from facade.webhooks import Event, Guard, ReplayStoreError, SqliteReplayStore
from tests.facade.driving import Clock
from tests.witnesses.reading import WITNESSES

RELATION = {"id": "r-1", "associationId": "a-1", "firstRecordId": "ann", "secondRecordId": "rex"}
EXAMPLES = [agency_app, link_service_fastapi, webhooks_flask]


def post(app: Any, headers: Mapping[str, str], body: bytes) -> int:
    if app is webhooks_flask.app:
        client = app.test_client()
        return int(client.post("/webhooks", headers=dict(headers), data=body).status_code)
    http = TestClient(app, raise_server_exceptions=False)
    return http.post("/webhooks", headers=dict(headers), content=body).status_code


def relation(sender: WebhookSender, days_ago: int = 0, **fields: Any) -> Delivery:
    occurred_at = datetime.now(UTC) - timedelta(days=days_ago)
    return sender.make("RelationCreate", {**RELATION, **fields}, occurred_at=occurred_at)


def under_data(sender: WebhookSender) -> Delivery:
    fields = json.loads(relation(sender).body)
    body = {name: fields.pop(name) for name in ("type", "timestamp", "webhookId")}
    raw = json.dumps(body | {"data": fields}).encode()
    return Delivery(sender.sign(raw), raw)


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.__name__)
@pytest.mark.parametrize(
    ("witness", "make", "at_first", "answers"),
    [
        ("w01-resent", relation, "the handler fails", [429, 204]),
        ("w01-retried-on-429", relation, "another worker is killed", [429, 204]),
        ("w02-paused", relation, "it was handled", [200]),
        ("w03-not-of-interest", lambda one: one.make("ContactCreate", {"id": "c"}), "", [204]),
        ("w04-under-data", under_data, "the handler fails", [429, 204]),
        (
            "w05-install",
            lambda one: one.make("INSTALL", {"locationId": "l"}),
            "the store is away",
            [429, 204],
        ),
        ("w06-ed25519", relation, "", [204]),
        ("w07-workflow", lambda one: Delivery({}, relation(one).body), "", [401]),
        ("w08-resent-from-dashboard", lambda one: relation(one, 30), "", [204]),
        ("", lambda one: relation(one, 32), "", [400]),
        ("", lambda one: relation(one, id=None, firstRecordId=None), "", [400]),
        ("", lambda one: Delivery(relation(one).headers, relation(one).body), "", [401]),
    ],
)
def test_no_event_is_lost_or_handled_twice_whatever_highlevel_sends_again(
    witness: str,
    make: Callable[[WebhookSender], Delivery],
    at_first: str,
    answers: list[int],
    example: ModuleType,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert witness in ("", *WITNESSES)
    clock, handled = Clock(0.0), list[Event]()
    with WebhookSender(lambda headers, body: None) as sender:
        delivery = make(sender)
    store = SqliteReplayStore(tmp_path / "deliveries.sqlite", clock=clock)
    monkeypatch.setattr(example, "guard", Guard(store))
    monkeypatch.setattr(example, "public_key", sender.public_key)
    monkeypatch.setattr(example, "handle", handled.append)

    def receive() -> int:
        return post(example.app, delivery.headers, delivery.body)

    def failing(*given: Any) -> None:
        raise ReplayStoreError("away") if "store" in at_first else ZeroDivisionError("of the app")

    if at_first == "it was handled":
        assert receive() == 204
    if at_first == "another worker is killed":
        store.begin(json.loads(delivery.body)["webhookId"], "of the killed one", 60.0)
    with monkeypatch.context() as patch:
        if at_first == "the handler fails":
            patch.setattr(example, "handle", failing)
        if at_first == "the store is away":
            patch.setattr(store, "begin", failing)
        received = [receive()]
    # HighLevel published two rules for what it sends again: after a 429 alone, or all but 2xx.
    while not 200 <= received[-1] < 300 and len(received) <= 12:
        clock.now += 600  # seconds until it comes again
        received.append(receive())
    assert [status for status, _ in groupby(received)] == answers
    is_event = answers[-1] < 300 and "not-of-interest" not in witness
    assert len(handled) == is_event
    if is_event:
        assert (receive(), len(handled)) == (200, 1)  # a person sends it again
