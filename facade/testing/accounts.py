"""Locations, access tokens, and the authorization of requests."""

import itertools
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from facade._core.client_options import VERSION_FORM, is_version
from facade.testing.location import Location
from facade.testing.messages import Json, Refusal


@dataclass(frozen=True, slots=True)
class AccessToken:
    """An access token: its locations, scopes and expiry; None means all, or no expiry."""

    locations: tuple[str, ...] | None
    scopes: frozenset[str] | None
    expires_at: float | None = None
    is_agency: bool = False

    def can_access(self, location_id: str) -> bool:
        return self.locations is None or location_id in self.locations

    def has_scope(self, scope: str) -> bool:
        return self.scopes is None or scope in self.scopes


class Accounts:
    """All locations and tokens; `notify` is called with the type and data of each webhook."""

    def __init__(
        self,
        clock: Callable[[], float],
        notify: Callable[[str, Json], None],
        versions: Iterable[str],
        *,
        strict_records: bool = False,
    ) -> None:
        self.versions = checked_versions(versions)
        self.locations: dict[str, Location] = {}
        self._tokens: dict[str, AccessToken] = {}
        self._revoked: set[str] = set()
        self._numbers = itertools.count(1)
        self._clock = clock
        self._notify = notify
        self._strict_records = strict_records

    def add_location(self, location_id: str) -> None:
        if location_id not in self.locations:
            self.locations[location_id] = Location(
                location_id,
                self._new_id,
                self._notify,
                self._clock,
                strict_records=self._strict_records,
            )

    def add_token(
        self,
        token: str,
        locations: Iterable[str] | None,
        scopes: Iterable[str] | None,
        expires_at: float | None = None,
        *,
        is_agency: bool = False,
    ) -> None:
        self._revoked.discard(token)
        self._tokens[token] = AccessToken(
            None if locations is None else tuple(locations),
            None if scopes is None else frozenset(scopes),
            expires_at,
            is_agency,
        )

    def revoke_token(self, token: str) -> None:
        self._revoked.add(token)

    def check_version(self, headers: Mapping[str, str]) -> None:
        version = headers.get("version", "")
        if not version:
            raise Refusal(401, "version header was not found.")
        if not is_version(version):
            raise Refusal(400, f"Invalid API version segment '{version}' at position 0")
        if version not in self.versions:
            raise Refusal(401, "version header is invalid")

    def authenticate(self, headers: Mapping[str, str]) -> AccessToken:
        """Return the access token of a request; raise Refusal with HighLevel's text if invalid."""
        kind, _, token = headers.get("authorization", "").partition(" ")
        token = token.strip()
        if kind.lower() != "bearer" or not token:
            raise Refusal(401, "Invalid JWT")
        if token in self._revoked:
            raise Refusal(401, "Invalid token: access token is invalid")
        if token not in self._tokens:
            is_private = token.startswith("pit-")
            raise Refusal(401, "Invalid Private Integration token" if is_private else "Invalid JWT")
        found = self._tokens[token]
        if found.expires_at is not None and self._clock() >= found.expires_at:
            raise Refusal(401, "Invalid JWT")
        return found

    def check_user_type(self, headers: Mapping[str, str]) -> None:
        """Refuse the token of an agency, as the operations of sub-accounts do."""
        if not self.authenticate(headers).is_agency:
            return
        if headers["authorization"].partition(" ")[2].startswith("pit-"):
            raise Refusal(401, "Token's user type mismatch!")
        raise Refusal(
            401,
            "This authClass type is not allowed to access this scope. Please verify your IAM "
            "configuration if this is not the case.",
        )

    def location(self, token: AccessToken, location_id: str) -> Location:
        if location_id not in self.locations or not token.can_access(location_id):
            raise Refusal(403, "The token does not have access to this location.")
        return self.locations[location_id]

    def default_location(self, token: AccessToken) -> Location:
        """Return the default location of a request: the first one of its token."""
        return self.location(token, next(iter(token.locations or self.locations)))

    def location_of_association(self, token: AccessToken, association_id: str) -> Location:
        """Return the location of an association; every location has the system associations."""
        found = [one for one in self.locations.values() if association_id in one.associations]
        if not found:
            raise Refusal(404, "Association not found", "no_such_association")
        default = self.default_location(token)
        return default if default in found else self.location(token, found[0].id)

    def _new_id(self) -> str:
        """Return an id in the format of associations and relations: 24 hex digits, ascending."""
        return f"6a44f1c09b3e7d21{next(self._numbers):08x}"


def checked_versions(versions: Iterable[str]) -> tuple[str, ...]:
    """Return Versions; raise ValueError if there is none, or if one has a wrong format."""
    found = (versions,) if isinstance(versions, str) else tuple(versions)
    for version in found or ("",):
        if not is_version(version):
            raise ValueError(f"a Version must be {VERSION_FORM}, not {version!r}")
    return found
