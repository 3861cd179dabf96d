"""Locations, the tokens that reach them, and whether a call may."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from facade.testing.state import Location
from facade.testing.wire import Json, Refusal

VERSIONS = ("2021-07-28", "v3")


@dataclass(frozen=True, slots=True)
class Grant:
    """Say what a token may reach, and until when; None means everything, and always."""

    locations: tuple[str, ...] | None
    scopes: frozenset[str] | None
    expires_at: float | None = None

    def reaches(self, location_id: str) -> bool:
        return self.locations is None or location_id in self.locations

    def covers(self, scope: str) -> bool:
        return self.scopes is None or scope in self.scopes


class Accounts:
    """Keep every location and every token."""

    def __init__(
        self,
        new_id: Callable[[], str],
        clock: Callable[[], float],
        tell: Callable[[str, Json], None],
    ) -> None:
        self.locations: dict[str, Location] = {}
        self._grants: dict[str, Grant] = {}
        self._revoked: set[str] = set()
        self._new_id = new_id
        self._clock = clock
        self._tell = tell

    def add_location(self, location_id: str) -> Location:
        if location_id not in self.locations:
            self.locations[location_id] = Location(location_id, self._new_id, self._tell)
        return self.locations[location_id]

    def add_token(
        self,
        token: str,
        locations: Iterable[str] | None,
        scopes: Iterable[str] | None,
        expires_at: float | None = None,
    ) -> None:
        self._revoked.discard(token)
        self._grants[token] = Grant(
            None if locations is None else tuple(locations),
            None if scopes is None else frozenset(scopes),
            expires_at,
        )

    def revoke_token(self, token: str) -> None:
        self._revoked.add(token)

    def grant_of(self, headers: Mapping[str, str]) -> Grant:
        """Read the bearer token; each way of being wrong has its own text."""
        kind, _, token = headers.get("authorization", "").partition(" ")
        token = token.strip()
        if kind.lower() != "bearer" or not token:
            raise Refusal(401, "Invalid JWT")
        if token in self._revoked:
            raise Refusal(401, "Invalid token: access token is invalid")
        if token not in self._grants:
            is_private = token.startswith("pit-")
            raise Refusal(401, "Invalid Private Integration token" if is_private else "Invalid JWT")
        grant = self._grants[token]
        if grant.expires_at is not None and self._clock() >= grant.expires_at:
            raise Refusal(401, "Invalid JWT")
        return grant

    def location(self, grant: Grant, location_id: str) -> Location:
        if location_id not in self.locations or not grant.reaches(location_id):
            raise Refusal(403, "The token does not have access to this location.")
        return self.locations[location_id]

    def home(self, grant: Grant) -> Location:
        """Give the location that a call means when it names none: the token's first."""
        return self.location(grant, next(iter(grant.locations or self.locations)))

    def holding(self, grant: Grant, association_id: str) -> Location:
        """Find the location of an association; a system association is every location's."""
        holders = [one for one in self.locations.values() if association_id in one.associations]
        if not holders:
            raise Refusal(404, "Association not found")
        home = self.home(grant)
        return home if home in holders else self.location(grant, holders[0].id)


def check_version(headers: Mapping[str, str]) -> None:
    version = headers.get("version", "")
    if not version:
        raise Refusal(401, "version header was not found.")
    if version not in VERSIONS:
        raise Refusal(401, "version header is invalid")
