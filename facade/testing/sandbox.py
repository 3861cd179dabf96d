"""A stateful sandbox of HighLevel's Associations API, in process or as a server."""

import threading
import time
from collections.abc import Callable, Generator, Iterable
from contextlib import contextmanager
from functools import partial
from itertools import count
from typing import TYPE_CHECKING, Literal, Unpack

from facade._core.client_options import PUBLISHED_VERSIONS, VERSION
from facade.testing.accounts import AccessToken, Accounts
from facade.testing.faults import ActiveFault, Fault, Selection
from facade.testing.limits import RateLimit, WindowKind
from facade.testing.location import Location, Side
from facade.testing.messages import Deliver, Exchange, Json, Received
from facade.testing.oauth import SandboxOAuth
from facade.testing.server import Server
from facade.testing.service import Service
from facade.testing.system import BUSINESSES_CONTACTS, check_object_keys
from facade.testing.transport import SandboxTransport
from facade.testing.variants import Variants, chosen

if TYPE_CHECKING:
    from facade.testing.webhooks import WebhookSender
else:  # for typing.get_type_hints, without the extra of facade.webhooks
    WebhookSender = object


class Sandbox:
    """An in-memory HighLevel, with fault injection.

    `limit` is (calls, seconds) for each location, `daily_limit` its calls a day. Without both there
    is no limit; one of them turns on the other, too, with its default: 100 calls in 10 seconds,
    200,000 a day. `window` is how calls are counted, on `clock` (seconds). `versions` are the
    accepted Versions. With `strict_records`, a relation needs records that were declared, or seeded
    in a relation; otherwise any id is a record. `variants` choose between recorded responses of the
    real API: see facade.testing.Variants. Raises ValueError or TypeError for invalid options.
    """

    def __init__(
        self,
        *,
        token: str = "pit-sandbox",  # noqa: S107 - not a real token
        location_id: str = "sandbox-location",
        limit: tuple[int, float] | None = None,
        daily_limit: int | None = None,
        window: WindowKind = "sliding",
        clock: Callable[[], float] = time.monotonic,
        versions: Iterable[str] = PUBLISHED_VERSIONS,
        strict_records: bool = False,
        **variants: Unpack[Variants],
    ) -> None:
        self.token = token
        self.location_id = location_id
        is_limited = limit is not None or daily_limit is not None
        rate = RateLimit(limit, daily_limit, window, clock) if is_limited else None
        # Re-entrant, so that functions of a test (`on`, `alter`) may use the sandbox.
        self._lock = threading.RLock()
        self._new_location = partial(
            Location,
            numbers=count(1),
            notify=self._notify,
            clock=clock,
            strict_records=strict_records,
        )
        self._accounts = Accounts(clock, versions)
        self.oauth = SandboxOAuth(self._accounts, clock, self._lock)
        self._service = Service(self._accounts, self.oauth, chosen(variants), rate, self._lock)
        self.exchange: Exchange = self._service.exchange
        self._senders: list[WebhookSender] = []
        self.add_location(location_id)
        self.add_token(token)

    # Connections

    @property
    def headers(self) -> dict[str, str]:
        """The headers that every request needs."""
        accepted = self._accounts.versions
        version = VERSION if VERSION in accepted else accepted[0]
        return {"Authorization": f"Bearer {self.token}", "Version": version}

    def transport(self) -> SandboxTransport:
        """Return a transport for clients of httpx and httpx2, blocking and async, for any host."""
        return SandboxTransport(self.exchange)

    def serve(self, host: str = "127.0.0.1", port: int = 0) -> Server:
        """Serve HTTP from a thread until the returned server is closed."""
        return Server(self.exchange, host, port)

    def webhooks(self, deliver: str | Deliver, *, nested: bool = False) -> "WebhookSender":
        """Send a signed webhook for each change by a request, until the sender is closed.

        `deliver` is the URL of the app's receiver, or is called with (headers, body). The app
        verifies with the sender's `public_key`. With `nested`, the fields are under `data`.
        Needs `pip install "highlevel-associations[webhooks]"`.
        """
        from facade.testing.webhooks import WebhookSender

        sender = WebhookSender(deliver, nested=nested)
        with self._lock:
            self._senders.append(sender)
        return sender

    # Data

    def add_location(self, location_id: str) -> None:
        """Add a location, with only the system associations."""
        with self._lock:
            locations = self._accounts.locations
            locations[location_id] = locations.get(location_id) or self._new_location(location_id)

    def add_token(
        self,
        token: str,
        *,
        locations: Iterable[str] | None = None,
        scopes: Iterable[str] | None = None,
        user_type: Literal["Location", "Company"] = "Location",
    ) -> None:
        """Accept a token, by default for all locations and scopes.

        The first location is the default of requests without one. Operations of sub-accounts
        refuse the token of an agency, with the `user_type` Company.
        """
        with self._lock:
            self._accounts.tokens[token] = AccessToken(
                None if locations is None else tuple(locations),
                None if scopes is None else frozenset(scopes),
                is_agency=user_type == "Company",
            )

    def revoke_token(self, token: str) -> None:
        """Refuse a token from now on."""
        with self._lock:
            self._accounts.tokens[token] = None

    def declare_record(
        self, record_id: str, object_key: str, *, location_id: str | None = None
    ) -> None:
        """Set the object of a record: from now on, it is refused on the wrong side of a relation.

        Raises ValueError for an invalid object key, such as `contacts`.
        """
        check_object_keys(object_key)
        with self._at(location_id) as location:
            location.object_of_record[record_id] = object_key

    def limit_relations(
        self,
        association_id: str,
        *,
        first: int | None = None,
        second: int | None = None,
        location_id: str | None = None,
    ) -> None:
        """Set the maximum number of relations of a record on the first and on the second side."""
        with self._at(location_id) as location:
            known_id = location.association(association_id)["id"]
            limits: dict[Side, int | None] = {"first": first, "second": second}
            for side, limit in limits.items():
                if limit is not None:
                    location.limits[known_id, side] = limit

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
        """Store an association, and return it as the API does.

        Without `second_object_label`, it has a single label. Only object keys are checked: raises
        ValueError for an invalid one, such as `contacts`.
        """
        check_object_keys(first_object_key, second_object_key)
        fields = {
            "id": association_id,
            "key": key,
            "firstObjectLabel": first_object_label,
            "firstObjectKey": first_object_key,
            "secondObjectLabel": second_object_label,
            "secondObjectKey": second_object_key,
            "associationType": association_type,
        }
        with self._at(location_id) as location:
            return dict(location.put_association(fields))

    def seed_relation(
        self,
        association_id: str,
        first_record_id: str,
        second_record_id: str,
        *,
        relation_id: str | None = None,
        location_id: str | None = None,
    ) -> Json:
        """Store a relation, and return it as the API does; only its association must exist."""
        fields = {
            "id": relation_id,
            "associationId": association_id,
            "firstRecordId": first_record_id,
            "secondRecordId": second_record_id,
        }
        with self._at(location_id) as location:
            return dict(location.put_relation(fields))

    def associations(self, *, location_id: str | None = None) -> list[Json]:
        """Return the associations of a location as the API does, system associations first."""
        with self._at(location_id) as location:
            return [*map(dict, location.associations.values())]

    def relations(self, *, location_id: str | None = None) -> list[Json]:
        """Return all relations of a location as the API does."""
        with self._at(location_id) as location:
            return [*map(dict, location.relations.values())]

    # Requests and faults

    @property
    def requests(self) -> list[Received]:
        """The last 10,000 received requests, oldest first."""
        with self._lock:
            return list(self._service.received)

    def misbehave(
        self,
        fault: Fault,
        *,
        on: Selection | None = None,
        times: int | None = None,
        share: float = 1.0,
        seed: int = 0,
    ) -> ActiveFault:
        """Apply a fault to selected requests, before their token and the limit are checked.

        `on` is operation ids or methods, or a predicate; None selects all requests. The fault
        ends after `times` requests; `share` is its probability for each, with `seed`. If several
        faults select a request, only the first one applies.
        """
        active = ActiveFault(fault, on, times, share, seed)
        with self._lock:
            self._service.faults.append(active)
        return active

    def stop_faults(self) -> None:
        """End all faults."""
        with self._lock:
            self._service.faults.clear()

    @contextmanager
    def _at(self, location_id: str | None) -> Generator[Location]:
        """Hold the lock for a location, the first one by default."""
        with self._lock:
            location = self._accounts.locations.get(location_id or self.location_id)
            if location is None:
                raise ValueError(f"There is no location {location_id}: call add_location first.")
            yield location

    def _notify(self, kind: str, fields: Json) -> None:
        if fields.get("associationId") == BUSINESSES_CONTACTS:
            return  # HighLevel sends no webhooks for its relations
        for sender in self._senders:
            sender.send(kind, fields)
