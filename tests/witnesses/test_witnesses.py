"""The client and the sandbox hold under every witness; `pytest tests/witnesses -rP` lists them.

So does a receiver: what a delivery becomes, and how it is answered.
"""

import base64
import json
from datetime import UTC, datetime, timedelta
from typing import Any
from unittest.mock import AsyncMock, Mock

import pytest
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256

from facade._core import concurrency
from facade.testing import Sandbox
from facade.testing.webhooks import WebhookSender
from facade.webhooks import Guard, WebhookError, parse, verify
from tests.witnesses.client import hold_the_client
from tests.witnesses.reading import WITNESSES, Witness, differences
from tests.witnesses.sandbox import hold_the_sandbox

_OF_THE_SENDER = {"type", "timestamp", "webhookId"}


@pytest.fixture(autouse=True)
def no_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(concurrency, "sleep", Mock())
    monkeypatch.setattr(concurrency, "async_sleep", AsyncMock())


@pytest.mark.parametrize("name", WITNESSES)
def test_a_witness_holds(name: str) -> None:
    witness = WITNESSES[name]
    done = [witness["strength"]]
    if "means" in witness:
        done.append(f"client {hold_the_client(witness)}")
    if "deliveries" in witness:
        done.append(hold_the_receiver(witness))
    if "exchanges" in witness:
        done.append(f"sandbox {hold_the_sandbox(witness)}")
    print(f"{name}: {'; '.join(done)}")  # noqa: T201 - what -rP shows


def hold_the_receiver(witness: Witness) -> str:
    """Receive each delivery as examples/ do; return what was done, in a few words."""
    options = witness.get("sandbox", {}).get("webhooks", {})
    with Sandbox().webhooks(lambda headers, body: None, **options) as sender:
        for delivery in witness["deliveries"]:
            shown = delivery["body"]
            headers, body = _sent(delivery, sender)
            event, status = _receive(headers, body, sender.public_key)
            assert (event, status) == (delivery.get("event"), delivery["answered"])
            if delivery["signed"] == "ed25519" and "type" in shown:  # the sandbox can make it
                fields = {name: shown[name] for name in shown.keys() - _OF_THE_SENDER}
                made = json.loads(sender.make(shown["type"], fields.get("data", fields)).body)
                chosen = {name: made[name] for name in _OF_THE_SENDER}
                assert differences({**shown, **chosen}, made) == []
    return "receiver"


def _sent(delivery: dict[str, Any], sender: WebhookSender) -> tuple[dict[str, str], bytes]:
    body = dict(delivery["body"])
    if "timestamp" in body:
        sent = datetime.now(UTC) - timedelta(seconds=delivery.get("age", 1))
        body["timestamp"] = sent.isoformat()
    raw = json.dumps(body).encode()
    if delivery["signed"] == "ed25519":
        return sender.sign(raw), raw
    if delivery["signed"] == "rsa":
        key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        signature = key.sign(raw, padding.PKCS1v15(), SHA256())
        return {"X-WH-Signature": base64.b64encode(signature).decode()}, raw
    return {}, raw


def _receive(headers: dict[str, str], body: bytes, public_key: str) -> tuple[str | None, int]:
    try:
        verify(headers, body, public_key=public_key)
        event = parse(body)
        if event is not None:
            with Guard().once(event):
                return type(event).__name__, 204
    except WebhookError as error:
        return None, error.status_code
    return None, 204
