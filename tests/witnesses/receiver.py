"""A receiver under a witness: what a delivery becomes, and how it is answered."""

import base64
import json
from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256

from facade.testing import Sandbox
from facade.testing.webhooks import WebhookSender
from facade.webhooks import Guard, WebhookError, parse, verify
from tests.witnesses.reading import Witness, differences

_OF_THE_SENDER = {"type", "timestamp", "webhookId"}


def hold_the_receiver(witness: Witness) -> str:
    """Receive each delivery as examples/ do; return what was done, in a few words."""
    options = witness.get("sandbox", {}).get("webhooks", {})
    with Sandbox().webhooks(lambda headers, body: None, **options) as sender:
        for delivery in witness["deliveries"]:
            headers, body = _sent(delivery, sender)
            event, status = _receive(headers, body, sender.public_key)
            assert (event, status) == (delivery.get("event"), delivery["answered"])
            if delivery["signed"] == "ed25519" and "type" in delivery["body"]:
                assert _made_by_the_sandbox(delivery["body"], sender) == []
    return "receiver"


def _sent(delivery: dict[str, Any], sender: WebhookSender) -> tuple[dict[str, str], bytes]:
    body = dict(delivery["body"])
    if "timestamp" in body:
        body["timestamp"] = (
            datetime.now(UTC) - timedelta(seconds=delivery.get("age", 1))
        ).isoformat()
    raw = json.dumps(body).encode()
    if delivery["signed"] == "ed25519":
        return sender.sign(raw), raw
    if delivery["signed"] == "rsa":
        key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        signature = key.sign(raw, padding.PKCS1v15(), SHA256())
        return {"X-WH-Signature": base64.b64encode(signature).decode()}, raw
    return {}, raw


def _receive(headers: dict[str, str], body: bytes, public_key: str) -> tuple[str | None, int]:
    handled = None
    try:
        verify(headers, body, public_key=public_key)
        event = parse(body)
        if event is not None:
            with Guard().once(event):
                handled = type(event).__name__
    except WebhookError as error:
        return None, error.status_code
    return handled, 204


def _made_by_the_sandbox(shown: dict[str, Any], sender: WebhookSender) -> list[str]:
    """List where the sandbox's delivery of the same event differs."""
    fields = {name: value for name, value in shown.items() if name not in _OF_THE_SENDER}
    made = json.loads(sender.make(shown["type"], fields.get("data", fields)).body)
    sent_by_both = {name: made[name] for name in _OF_THE_SENDER}
    return differences({**shown, **sent_by_both}, made)
