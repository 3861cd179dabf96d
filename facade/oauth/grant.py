"""Grants, and what else HighLevel's responses to an app have: locations and codes."""

import json
from collections.abc import Mapping
from contextlib import suppress
from hashlib import sha256
from math import inf
from typing import Any, Literal, NamedTuple, cast

from attrs import asdict, evolve, field, fields_dict, frozen

from facade._core.tokens import is_header_text
from facade.errors import ContractError
from facade.oauth.failures import TokenStoreError

# Seconds before its expiry at which a token is renewed; at most a tenth of its lifetime.
RENEWAL_MARGIN = 600.0
_LIFETIME = 86_399.0  # seconds that a token lives if HighLevel never said how long

UserType = Literal["Location", "Company"]

_TIMES = ("issued_at", "renew_at", "expires_at")
_FLAGS = ("is_bulk_installation", "install_to_future_locations")
_LISTS = ("approved_locations",)
_LOCATION_IDS = ("_id", "id", "locationId")


@frozen(kw_only=True)
class Grant:
    """Tokens of one location or agency; times are in seconds since 1970.

    A grant without a refresh token is renewed by deriving it from its agency's token. The fields
    from `approved_locations` on are what HighLevel says of an installation, mostly of an agency's;
    each is empty or None if it said nothing.
    """

    access_token: str = field(default="", repr=False)
    refresh_token: str = field(default="", repr=False)
    issued_at: float = 0.0
    renew_at: float = 0.0
    expires_at: float = 0.0
    user_type: str = "Location"
    location_id: str = ""
    company_id: str = ""
    user_id: str = ""
    scope: str = ""
    approved_locations: tuple[str, ...] = field(default=(), converter=tuple)
    is_bulk_installation: bool | None = None
    install_to_future_locations: bool | None = None
    plan_id: str = ""
    app_id: str = ""
    version_id: str = ""

    @property
    def digest(self) -> str:
        """A digest of the access token, to compare tokens without showing them."""
        return token_digest(self.access_token)

    def is_valid(self, now: float, rejected: str) -> bool:
        """Return whether the token should be valid; `rejected` is the digest of a refused token."""
        return now < self.expires_at and self.digest != rejected

    def is_fresh(self, now: float, rejected: str) -> bool:
        """Return whether the token is valid and need not be renewed yet."""
        return now < self.renew_at and self.is_valid(now, rejected)

    def to_json(self) -> str:
        """Return JSON for a store, with the secrets."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str | bytes) -> "Grant":
        """Read the JSON of this or another version; raise TokenStoreError if it is not a grant."""
        grant = _stored_grant(text)
        del text  # a secret, which a traceback with local variables would print
        if grant is None:
            raise TokenStoreError("the token store holds an entry that is not a grant")
        return grant


@frozen
class Owner:
    """The owner of a grant: a location, or a company, HighLevel's term for an agency."""

    kind: str
    id: str

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"


def owner_of(grant: Grant) -> Owner:
    """Return the owner of a grant; raise ContractError if HighLevel did not name it."""
    is_agency = grant.user_type == "Company"
    owner = (
        Owner("company", grant.company_id) if is_agency else Owner("location", grant.location_id)
    )
    if not owner.id:
        raise ContractError(f"HighLevel did not say which {owner.kind} the tokens belong to")
    return owner


def token_digest(token: str) -> str:
    """Return a digest of a token, to compare tokens without showing them."""
    return sha256(token.encode()).hexdigest()


class Issued(NamedTuple):
    """What a token response is stored as, and what is told of it once it is stored."""

    grant: Grant
    warnings: tuple[str, ...] = ()
    problem: ContractError | None = None

    def checked(self) -> "Issued":
        """Return this; raise the problem if the access token is not usable."""
        if self.problem is not None:
            raise self.problem
        return self


@frozen
class Answer:
    """The body of a successful response, which no repr shows, and its request."""

    body: object = field(repr=False)
    requested_at: float
    method: str
    path: str

    @property
    def fields(self) -> dict[str, Any]:
        """The fields of the body; none if it is not a JSON object."""
        return cast("dict[str, Any]", self.body) if isinstance(self.body, dict) else {}

    def error(self, problem: str) -> ContractError:
        """Return the error for a body with a problem, which does not contain the body."""
        about: dict[str, Any] = {"method": self.method, "path": self.path, "status_code": 200}
        return ContractError(f"{self.method} {self.path} returned {problem}", **about)


def parse_grant(answer: Answer, previous: Grant) -> Issued:
    """Parse a token response; missing fields are taken from `previous`.

    Of a body without a usable access token, or with that of another owner, only the refresh token
    is taken, and the ContractError is its problem.
    """
    fields = {_normal_form(name): one for name, one in answer.fields.items() if one is not None}
    said = {
        name: value
        for name in fields_dict(Grant)
        if name not in _TIMES
        and (value := fields.get(_normal_form(name), "")) != ""
        and _is_valid(name, value)
    }
    if "company_id" in said and not ({"user_type", "location_id"} & said.keys()):
        # Tokens of an agency, unless this renews the token of a location.
        said["user_type"] = previous.user_type if previous.location_id else "Company"
    warnings: list[str] = []
    if previous.refresh_token and "refresh_token" not in said:
        warnings.append("HighLevel sent no refresh token; the last one is kept")
    problem = ""
    for name in ("location_id", "company_id"):
        expected, found = getattr(previous, name), said.get(name, getattr(previous, name))
        if expected not in ("", found):
            problem = f"tokens of {found} instead of {expected}"
    if not is_header_text(said.get("access_token")):
        problem = f"no usable tokens, but {', '.join(answer.fields) or 'no fields'}"
    if problem:
        refresh_token = said.get("refresh_token", previous.refresh_token)
        grant = evolve(previous, refresh_token=refresh_token)
        return Issued(grant, tuple(warnings), answer.error(problem))
    lifetime = _seconds(fields.get(_normal_form("expires_in")))
    if lifetime is None:
        lifetime = _seconds(previous.expires_at - previous.issued_at) or _LIFETIME
        warnings.append(f"HighLevel sent no valid expires_in; {lifetime:.0f} s are assumed")
    ends = answer.requested_at + lifetime
    grant = evolve(
        previous,
        **said,
        issued_at=answer.requested_at,
        renew_at=ends - min(RENEWAL_MARGIN, lifetime / 10),
        expires_at=ends,
    )
    return Issued(grant, tuple(warnings))


def _seconds(value: object) -> float | None:
    """Return a positive number of seconds, which may be text; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        seconds = float(value)
    except (ValueError, OverflowError):
        return None
    return seconds if 0 < seconds < inf else None


def _normal_form(name: str) -> str:
    """Return a name without what its spellings differ in: access_token, or accessToken under v3."""
    return name.replace("_", "").lower()


def _stored_grant(text: str | bytes) -> Grant | None:
    with suppress(RecursionError, TypeError, ValueError):
        found = json.loads(text)
        fields = {name: found[name] for name in fields_dict(Grant) if name in found}
        if "access_token" in fields and all(_is_valid(*one) for one in fields.items()):
            return Grant(**fields)
    return None


def _is_valid(name: str, value: object) -> bool:
    """Return whether a value in JSON has the type of a field."""
    if name in _FLAGS:
        return value is None or isinstance(value, bool)
    if name in _LISTS:
        return isinstance(value, list) and all(
            isinstance(one, str) for one in cast("list[object]", value)
        )
    return isinstance(value, float | int if name in _TIMES else str)


@frozen(kw_only=True)
class InstalledLocation:
    """A location of an agency for which the app is installed; `extra` has HighLevel's other fields.

    Its `id` is for `OAuth.add_location`.
    """

    id: str
    name: str = ""
    is_installed: bool = True
    extra: Mapping[str, Any] = field(factory=dict[str, Any], hash=False)


def parse_locations(answer: Answer) -> list[InstalledLocation]:
    """Parse a page of locations; raise ContractError if it is none."""
    locations = answer.fields.get("locations")
    if not isinstance(locations, list):
        raise answer.error("no list of locations")
    return [_location(one, answer) for one in cast("list[object]", locations)]


def _location(found: object, answer: Answer) -> InstalledLocation:
    fields = dict(cast("dict[str, Any]", found)) if isinstance(found, dict) else {}
    ids = [fields.pop(name) for name in _LOCATION_IDS if isinstance(fields.get(name), str)]
    if not ids or not ids[0]:
        raise answer.error("a location without an id")
    name, is_installed = fields.pop("name", None), fields.pop("isInstalled", None)
    return InstalledLocation(
        id=ids[0],
        name=name if isinstance(name, str) else "",
        is_installed=is_installed is not False,
        extra=fields,
    )


def parse_code(answer: Answer) -> str:
    """Return the authorization code in an answer; raise ContractError, without it, if none."""
    fields = answer.fields
    code = fields.get("authorizationCode", fields.get("authorization_code"))
    del fields  # a secret, which a traceback with local variables would print
    if not isinstance(code, str) or not code:
        del code
        names = ", ".join(answer.fields) or "no fields"
        raise answer.error(f"no authorization code, but {names}")
    return code
