"""Webhooks of the sandbox, signed as HighLevel signs them, with a key of the sender."""

import base64
import json
import queue
import threading
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
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
        self._receiver = deliver
        self._nested = nested
        self._queue: queue.SimpleQueue[Delivery | None] = queue.SimpleQueue()
        # Held itself, because an interrupt can leave a condition, written in Python, locked.
        self._lock = threading.RLock()
        self._changed = threading.Condition(self._lock)
        self._pending = 0
        self._closed = False
        self._delivered: list[Delivery] = []
        self._thread = threading.Thread(target=self._run, name="sandbox webhooks", daemon=True)
        self._thread.start()

    @property
    def deliveries(self) -> list[Delivery]:
        """The deliveries so far, oldest first."""
        with self._lock:
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
        with self._lock:
            if self._closed:
                return
            self._pending += 1
            self._queue.put(delivery)

    def wait(self) -> None:
        """Wait until the queue is empty."""
        with self._lock:
            self._changed.wait_for(lambda: not self._pending)

    def close(self) -> None:
        """Deliver the queued webhooks and accept no more; a second call does nothing."""
        with self._lock:
            self._closed = True
        self._queue.put(None)
        self._thread.join()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _run(self) -> None:
        if not isinstance(self._receiver, str):
            self._deliver_queued(self._receiver)
            return
        url = self._receiver
        # A server that responds with 500 may close the connection, too.
        with Client(timeout=_TIMEOUT, headers={"Connection": "close"}) as client:
            self._deliver_queued(
                lambda headers, body: client.post(url, headers=headers, content=body).status_code
            )

    def _deliver_queued(self, deliver: Deliver) -> None:
        while (delivery := self._queue.get()) is not None:
            try:
                answer = deliver(dict(delivery.headers), delivery.body)
            except Exception as error:  # an error of the app, for assertions
                answer = error
            with self._lock:
                self._delivered.append(Delivery(delivery.headers, delivery.body, answer))
                self._pending -= 1
                self._changed.notify_all()
