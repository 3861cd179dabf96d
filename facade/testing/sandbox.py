"""A stateful stand-in for HighLevel's Associations API, in process or as a server."""

import itertools
import threading
import time
from collections import deque
from collections.abc import Callable, Generator, Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Literal

from facade.testing.accounts import Accounts
from facade.testing.handler import Handler, received
from facade.testing.limits import DEFAULT_DAILY_LIMIT, DEFAULT_LIMIT, RateLimit, WindowKind
from facade.testing.mischief import Misbehaviour, Mischief, Selection
from facade.testing.oauth import OAuthDesk
from facade.testing.operations import Shapes
from facade.testing.server import Server
from facade.testing.state import Location
from facade.testing.transport import SandboxTransport
from facade.testing.wire import ConnectionLostError, Json, Received, Request, Response

if TYPE_CHECKING:
    from facade.testing.webhooks import Deliver, WebhookSender

_REMEMBERED_REQUESTS = 10_000


class Sandbox:
    """Behave as HighLevel does, and misbehave when told to.

    `limit` is (calls, seconds) for each location; without it and without `daily_limit` nothing
    is limited. The last five options choose among shapes where HighLevel's own are not settled.
    """

    def __init__(
        self,
        *,
        token: str = "pit-sandbox",  # noqa: S107 - a name for a token that opens nothing
        location_id: str = "sandbox-location",
        limit: tuple[int, float] | None = None,
        daily_limit: int | None = None,
        window: WindowKind = "sliding",
        clock: Callable[[], float] = time.monotonic,
        update_body: Literal["enveloped", "flat"] = "enveloped",
        association_body: Literal["flat", "enveloped"] = "flat",
        object_key_body: Literal["list", "array", "single"] = "list",
        deleted_relation_id: bool = False,
        missing_key_status: Literal[400, 404] = 400,
    ) -> None:
        self.token = token
        self.location_id = location_id
        shapes = Shapes(
            update_body, association_body, object_key_body, deleted_relation_id, missing_key_status
        )
        rate = None
        if limit is not None or daily_limit is not None:
            rate = RateLimit(
                limit or DEFAULT_LIMIT, daily_limit or DEFAULT_DAILY_LIMIT, window, clock
            )
        # Re-entrant, so that what a test hooks in (`on`, `alter`) may use the sandbox.
        self._lock = threading.RLock()
        self._numbers = itertools.count(1)
        self._accounts = Accounts(self._new_id, clock, self._tell)
        self.oauth = OAuthDesk(self._accounts, clock, self._lock)
        self._handler = Handler(self._accounts, shapes, rate, self.oauth)
        self._misbehaviours: list[Misbehaviour] = []
        self._senders: list[WebhookSender] = []
        self._requests: deque[Received] = deque(maxlen=_REMEMBERED_REQUESTS)
        self.add_location(location_id)
        self.add_token(token)

    # Reaching it

    @property
    def headers(self) -> dict[str, str]:
        """Give the headers that every request needs."""
        return {"Authorization": f"Bearer {self.token}", "Version": "2021-07-28"}

    def transport(self) -> SandboxTransport:
        """Give a transport for `httpx.Client` and `httpx.AsyncClient`; any host leads here."""
        return SandboxTransport(self.exchange)

    def serve(self, host: str = "127.0.0.1", port: int = 0) -> Server:
        """Serve over HTTP from a thread until the returned server is closed."""
        return Server(self.exchange, host, port)

    def webhooks(self, deliver: "str | Deliver") -> "WebhookSender":
        """Send a signed webhook for each change that a call makes, until the sender is closed.

        `deliver` is the URL of the app's receiver, or is called with (headers, body). The app
        verifies with the sender's `public_key`. It needs highlevel-associations[webhooks].
        """
        from facade.testing.webhooks import WebhookSender

        sender = WebhookSender(deliver)
        with self._lock:
            self._senders.append(sender)
        return sender

    # What it holds

    def add_location(self, location_id: str) -> None:
        with self._lock:
            self._accounts.add_location(location_id)

    def add_token(
        self,
        token: str,
        *,
        locations: Iterable[str] | None = None,
        scopes: Iterable[str] | None = None,
    ) -> None:
        """Accept a token, for all locations and scopes unless they are named.

        A call that names no location means the token's first.
        """
        with self._lock:
            self._accounts.add_token(token, locations, scopes)

    def revoke_token(self, token: str) -> None:
        with self._lock:
            self._accounts.revoke_token(token)

    def declare_record(
        self, record_id: str, object_key: str, *, location_id: str | None = None
    ) -> None:
        """Say of which object a record is, so that the wrong side is refused from the start."""
        with self._lock:
            self._location(location_id).object_of_record[record_id] = object_key

    def limit_relations(
        self,
        association_id: str,
        *,
        first: int | None = None,
        second: int | None = None,
        location_id: str | None = None,
    ) -> None:
        """Set how many relations a record on the first, on the second side may have."""
        with self._lock:
            location = self._location(location_id)
            known_id = location.association(association_id)["id"]
            if first is not None:
                location.limits[known_id, "first"] = first
            if second is not None:
                location.limits[known_id, "second"] = second

    def seed_association(
        self,
        *,
        key: str,
        first_object_key: str = "contact",
        first_object_label: str = "First",
        second_object_key: str = "contact",
        second_object_label: str | None = "Second",
        association_type: str = "USER_DEFINED",
        association_id: str | None = None,
        location_id: str | None = None,
    ) -> Json:
        """Put an association in place past all rules; give it as the wire shows it.

        Without `second_object_label` it is a single-label association.
        """
        fields = {
            "id": association_id,
            "key": key,
            "firstObjectLabel": first_object_label,
            "firstObjectKey": first_object_key,
            "secondObjectLabel": second_object_label,
            "secondObjectKey": second_object_key,
            "associationType": association_type,
        }
        given = {name: value for name, value in fields.items() if value is not None}
        with self._lock:
            return dict(self._location(location_id).put_association(given))

    def seed_relation(
        self,
        association_id: str,
        first_record_id: str,
        second_record_id: str,
        *,
        location_id: str | None = None,
    ) -> Json:
        """Put a relation in place past all rules but that its association exists."""
        fields = {
            "associationId": association_id,
            "firstRecordId": first_record_id,
            "secondRecordId": second_record_id,
        }
        with self._lock:
            return dict(self._location(location_id).put_relation(fields))

    def associations(self, *, location_id: str | None = None) -> list[Json]:
        """List a location's associations as the wire shows them, the system's first."""
        with self._lock:
            return [dict(one) for one in self._location(location_id).associations.values()]

    def relations(self, *, location_id: str | None = None) -> list[Json]:
        """List all relations of a location as the wire shows them."""
        with self._lock:
            return [dict(one) for one in self._location(location_id).relations.values()]

    # What it saw and does wrong

    @property
    def requests(self) -> list[Received]:
        """List what was received, oldest first; the last 10,000 are remembered."""
        with self._lock:
            return list(self._requests)

    def misbehave(
        self,
        mischief: Mischief,
        *,
        on: Selection | None = None,
        times: int | None = None,
        share: float = 1.0,
        seed: int = 0,
    ) -> Misbehaviour:
        """Do something wrong with chosen requests, before anyone asks for a token or a limit.

        `on` names operations or methods, or is asked about each request; None means all.
        It ends after `times` requests; `share` is the probability of each. Of several
        misbehaviours the first that applies to a request befalls it, alone.
        """
        misbehaviour = Misbehaviour(mischief, on, times, share, seed)
        with self._lock:
            self._misbehaviours.append(misbehaviour)
        return misbehaviour

    def behave(self) -> None:
        """Stop every misbehaviour."""
        with self._lock:
            self._misbehaviours.clear()

    # One exchange

    def exchange(self, request: Request) -> Generator[float, None, Response]:
        """Answer a request; yield the seconds to wait, return the response.

        The one who drives it does the waiting, so that no lock is held meanwhile.
        Raises ConnectionLostError where there is no answer.
        """
        asked = received(request)
        with self._lock:
            befalling = (one.mischief for one in self._misbehaviours if one.befalls(asked))
            mischief = next(befalling, Mischief())
        if mischief.wait_before:
            yield mischief.wait_before
        with self._lock:
            response = self._respond(request, mischief, asked)
        if mischief.wait_after:
            yield mischief.wait_after
        return response

    def _respond(self, request: Request, mischief: Mischief, asked: Received) -> Response:
        try:
            response = mischief.instead() if mischief.instead else self._handler.answer(request)
            if mischief.afterwards:
                response = mischief.afterwards(response)
        except ConnectionLostError as lost:
            if lost.when != "connecting":
                self._requests.append(asked)
            raise
        self._requests.append(replace(asked, status=response.status))
        return response

    def _location(self, location_id: str | None) -> Location:
        try:
            return self._accounts.locations[location_id or self.location_id]
        except KeyError:
            raise ValueError(f"There is no location {location_id}: add_location first.") from None

    def _tell(self, kind: str, fields: Json) -> None:
        for sender in self._senders:
            sender.send(kind, fields)

    def _new_id(self) -> str:
        """Make an id of the form that HighLevel's have: 24 hex digits, ascending."""
        return f"6a44f1c09b3e7d21{next(self._numbers):08x}"
