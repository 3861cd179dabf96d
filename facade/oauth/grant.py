"""A grant: an access token, its refresh token, its owner and its times."""

import json
from hashlib import sha256
from math import inf
from typing import Any, Literal, cast

from attrs import asdict, evolve, field, fields_dict, frozen

from facade._core.tokens import is_header_text
from facade.errors import ContractError
from facade.oauth.failures import TokenStoreError

RENEWAL_MARGIN = (
    600.0  # seconds before its expiry at which a token is renewed; at most a tenth of its lifetime
)

UserType = Literal["Location", "Company"]

_FIELDS = {  # attribute: HighLevel's name
    "access_token": "access_token",
    "refresh_token": "refresh_token",
    "user_type": "userType",
    "location_id": "locationId",
    "company_id": "companyId",
    "user_id": "userId",
    "scope": "scope",
}
_OTHER_NAMES = {  # under Version v3
    "access_token": "accessToken",
    "refresh_token": "refreshToken",
    "expires_in": "expiresIn",
}


@frozen(kw_only=True)
class Grant:
    """Tokens of one location or agency; times are in seconds since 1970.

    A grant without a refresh token is renewed by deriving it from its agency's token.
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


def parse_grant(body: object, path: str, requested_at: float, previous: Grant) -> Grant:
    """Parse the body of a token response; missing fields are taken from `previous`.

    Raises ContractError, without the body, if it has no valid tokens or those of another owner.
    """
    grant = _grant_of_response(body, requested_at, previous)
    names = ", ".join(cast("dict[str, object]", body)) if isinstance(body, dict) else "no fields"
    del body  # a secret, which a traceback with local variables would print
    if grant is None:
        problem = f"no usable tokens, but {names}"
    elif previous.location_id not in ("", grant.location_id):
        problem = f"tokens of {grant.location_id} instead of {previous.location_id}"
    elif previous.company_id not in ("", grant.company_id):
        problem = f"tokens of {grant.company_id} instead of {previous.company_id}"
    else:
        return grant
    message = f"POST {path} returned {problem}"
    raise ContractError(message, method="POST", path=path, status_code=200)


def _grant_of_response(body: object, requested_at: float, previous: Grant) -> Grant | None:
    response = dict(cast("dict[str, Any]", body)) if isinstance(body, dict) else {}
    for name, other in _OTHER_NAMES.items():
        response.setdefault(name, response.get(other))
    lifetime = response.get("expires_in")
    fields = {name: response.get(field) for name, field in _FIELDS.items()}
    texts = {name: text for name, text in fields.items() if isinstance(text, str) and text}
    if not isinstance(lifetime, int | float) or isinstance(lifetime, bool):
        return None
    if not 0 < lifetime < inf or not is_header_text(texts.get("access_token")):
        return None
    if "company_id" in texts and not ({"user_type", "location_id"} & texts.keys()):
        # Tokens of an agency, unless this renews the token of a location.
        texts["user_type"] = previous.user_type if previous.location_id else "Company"
    ends = requested_at + lifetime
    return evolve(
        previous,
        **texts,
        issued_at=requested_at,
        renew_at=ends - min(RENEWAL_MARGIN, lifetime / 10),
        expires_at=ends,
    )


def _stored_grant(text: str | bytes) -> Grant | None:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(found, dict) or "access_token" not in found:
        return None
    known = cast("dict[str, Any]", found)
    fields = {name: known[name] for name in fields_dict(Grant) if name in known}
    times = "issued_at", "renew_at", "expires_at"
    if not all(isinstance(fields[name], float | int if name in times else str) for name in fields):
        return None
    return Grant(**fields)
