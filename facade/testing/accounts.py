"""Locations, access tokens, and the authorization of requests."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from math import inf

from facade._core.client_options import VERSION_FORM, is_version
from facade.testing.location import Location
from facade.testing.messages import Refusal, refused


@dataclass(frozen=True, slots=True)
class AccessToken:
    """An access token; None means all locations or scopes."""

    locations: tuple[str, ...] | None
    scopes: frozenset[str] | None
    is_agency: bool
    expires_at: float = inf


class Accounts:
    """All locations and tokens; a revoked token is None. Raises ValueError for wrong Versions."""

    def __init__(self, clock: Callable[[], float], versions: Iterable[str]) -> None:
        self.versions = tuple(versions)
        for version in self.versions:
            if not is_version(version):
                raise ValueError(f"a Version must be {VERSION_FORM}, not {version!r}")
        self.locations: dict[str, Location] = {}
        self.tokens: dict[str, AccessToken | None] = {}
        self._clock = clock

    def authorize(self, headers: Mapping[str, str], scopes: Iterable[str]) -> AccessToken:
        """Return the access token of a request for an operation of sub-accounts."""
        token = self.authenticate(headers)
        self.check_version(headers)
        if token.is_agency:
            raise Refusal(
                401,
                "Token's user type mismatch!"
                if _bearer(headers).startswith("pit-")
                else "This authClass type is not allowed to access this scope. Please verify your "
                "IAM configuration if this is not the case.",
            )
        if token.scopes is not None and not token.scopes.issuperset(scopes):
            raise Refusal(401, "The token is not authorized for this scope.")
        return token

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
        text = _bearer(headers)
        found = self.tokens.get(text)
        if text in self.tokens and found is None:
            raise Refusal(401, "Invalid token: access token is invalid")
        if found is None and text.startswith("pit-"):
            raise Refusal(401, "Invalid Private Integration token")
        if found is None or self._clock() >= found.expires_at:
            raise Refusal(401, "Invalid JWT")
        return found

    def location(self, token: AccessToken, location_id: str) -> Location:
        is_accessible = token.locations is None or location_id in token.locations
        if location_id not in self.locations or not is_accessible:
            raise Refusal(403, "The token does not have access to this location.")
        return self.locations[location_id]

    def default_location(self, token: AccessToken) -> Location:
        """Return the default location of a request: the first one of its token."""
        return self.location(token, next(iter(token.locations or self.locations)))

    def location_of_association(self, token: AccessToken, association_id: str) -> Location:
        """Return the location of an association; every location has the system associations."""
        found = [one for one in self.locations.values() if association_id in one.associations]
        if not found:
            raise refused("no_such_association")
        default = self.default_location(token)
        return default if default in found else self.location(token, found[0].id)


def _bearer(headers: Mapping[str, str]) -> str:
    kind, _, token = headers.get("authorization", "").partition(" ")
    return token.strip() if kind.lower() == "bearer" else ""
