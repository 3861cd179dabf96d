"""Webhooks of the sandbox, signed as HighLevel signs them, with a key of the sender."""

import base64
import json
import uuid
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from typing import Any, Self

from facade._core.http import Client
from facade._core.lazy import missing_extra
from facade.testing.messages import Deliver

try:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
except ImportError as error:
    raise missing_extra("webhooks") from error

__all__ = ["Delivery", "WebhookSender"]


# HighLevel also sends the cardinalities of an updated or deleted association.
_CARDINALITIES = {
    "firstObjectToSecondObjectCardinality": "MANY_TO_MANY",
    "secondObjectToFirstObjectCardinality": "MANY_TO_MANY",
}
_TIMEOUT = 10.0  # seconds for the app to respond


@dataclass(frozen=True, slots=True)
class Delivery:
    """A webhook, and the app's `answer`: a status, a returned value, or a raised error."""

    headers: dict[str, str]
    body: bytes
    answer: object = None


class WebhookSender:
    """Delivers webhooks one after the other, in a thread, so that API calls do not wait.

    `deliver` is a URL, or is called with (headers, body). `public_key` is for `verify`. With
    `nested`, the fields are under `data`, as in HighLevel's guide; its pages of single events have
    them at the top level.
    """

    def __init__(self, deliver: str | Deliver, *, nested: bool = False) -> None:
        self._key = Ed25519PrivateKey.generate()
        der = self._key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        self.public_key = base64.b64encode(der).decode()
        self._nested = nested
        self._delivered: list[Delivery] = []
        self._receiver = partial(_post, deliver) if isinstance(deliver, str) else deliver
        self._thread = ThreadPoolExecutor(1)

    @property
    def deliveries(self) -> list[Delivery]:
        """The deliveries so far, oldest first."""
        return list(self._delivered)

    def make(
        self, kind: str, fields: Mapping[str, Any], *, occurred_at: datetime | None = None
    ) -> Delivery:
        """Return a webhook of HighLevel's `kind`, such as RelationCreate, without sending it.

        `fields` are by wire name, and override those that the sandbox adds.
        """
        extra = _CARDINALITIES if kind in ("AssociationUpdate", "AssociationDelete") else {}
        data = {**extra, **fields}
        timestamp = occurred_at or datetime.now(UTC)
        envelope = {
            "type": kind,
            "timestamp": timestamp.astimezone(UTC).isoformat(timespec="milliseconds"),
            "webhookId": str(uuid.uuid4()),
        }
        body = json.dumps({**envelope, **({"data": data} if self._nested else data)}).encode()
        return Delivery(self.sign(body), body)

    def sign(self, body: bytes) -> dict[str, str]:
        """Return the headers for any body, with its signature."""
        signature = base64.b64encode(self._key.sign(body)).decode()
        return {"Content-Type": "application/json", "X-GHL-Signature": signature}

    def send(
        self, kind: str, fields: Mapping[str, Any], *, occurred_at: datetime | None = None
    ) -> None:
        """Create a webhook and queue it for delivery."""
        self.deliver(self.make(kind, fields, occurred_at=occurred_at))

    def deliver(self, delivery: Delivery) -> None:
        """Queue an existing delivery, to test repeated, late or modified ones."""
        with suppress(RuntimeError):  # closed
            self._thread.submit(self._deliver, delivery)

    def wait(self) -> None:
        """Wait until the queue is empty."""
        with suppress(RuntimeError):
            self._thread.submit(bool).result()

    def close(self) -> None:
        """Deliver the queued webhooks and accept no more; a second call does nothing."""
        self._thread.shutdown()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _deliver(self, delivery: Delivery) -> None:
        try:
            answer = self._receiver(dict(delivery.headers), delivery.body)
        except Exception as error:  # an error of the app, for assertions
            answer = error
        self._delivered.append(replace(delivery, answer=answer))


def _post(url: str, headers: dict[str, str], body: bytes) -> int:
    with Client(timeout=_TIMEOUT) as client:
        return client.post(url, headers=headers, content=body).status_code
