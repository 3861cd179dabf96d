"""What HighLevel granted: an access token, what renews it, for whom and until when."""

import json
from hashlib import sha256
from math import inf
from typing import Any, Literal, cast

from attrs import asdict, evolve, field, fields_dict, frozen

from facade._core.tokens import is_header_text
from facade.errors import ContractError
from facade.oauth.errors import TokenStoreError

EARLY = 600.0  # seconds before its end that a token is renewed, or a tenth of its life

UserType = Literal["Location", "Company"]

_FIELDS = {  # ours: HighLevel's
    "access_token": "access_token",
    "refresh_token": "refresh_token",
    "user_type": "userType",
    "location_id": "locationId",
    "company_id": "companyId",
    "user_id": "userId",
    "scope": "scope",
}


@frozen(kw_only=True)
class Grant:
    """Tokens of one location or agency; times are in seconds since 1970.

    Without a refresh token it was derived from its agency's, and is derived again.
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
        """Tell one access token from another without showing either."""
        return digest_of(self.access_token)

    def usable(self, now: float, unwanted: str) -> bool:
        """Tell whether HighLevel should accept it; `unwanted` is the digest of one it refused."""
        return now < self.expires_at and self.digest != unwanted

    def fresh(self, now: float, unwanted: str) -> bool:
        """Tell whether it is usable and not to be renewed yet."""
        return now < self.renew_at and self.usable(now, unwanted)

    def to_json(self) -> str:
        """Write it down for a store, secrets and all."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str | bytes) -> "Grant":
        """Read what this version, or another, wrote down."""
        grant = _written(text)
        del text  # whoever prints our locals in a traceback must not print it
        if grant is None:
            raise TokenStoreError("the token store holds something that is no grant")
        return grant


def digest_of(token: str) -> str:
    """Tell one token from another without showing either."""
    return sha256(token.encode()).hexdigest()


def granted(body: object, path: str, asked_at: float, before: Grant) -> Grant:
    """Read HighLevel's answer; what it does not say is as it was before.

    ContractError, without the body, when it has no usable tokens or is about someone else.
    """
    grant = _answered(body, asked_at, before)
    names = ", ".join(cast("dict[str, object]", body)) if isinstance(body, dict) else "no fields"
    del body  # whoever prints our locals in a traceback must not print it
    if grant is None:
        why = f"no usable tokens, but {names}"
    elif before.location_id not in ("", grant.location_id):
        why = f"tokens of {grant.location_id} when asked for {before.location_id}"
    elif before.company_id not in ("", grant.company_id):
        why = f"tokens of {grant.company_id} when asked for {before.company_id}"
    else:
        return grant
    said = f"POST {path} answered {why}"
    raise ContractError(said, method="POST", path=path, status_code=200)


def _answered(body: object, asked_at: float, before: Grant) -> Grant | None:
    answer = cast("dict[str, Any]", body) if isinstance(body, dict) else {}
    life = answer.get("expires_in")
    said = {name: answer.get(field) for name, field in _FIELDS.items()}
    texts = {name: text for name, text in said.items() if isinstance(text, str) and text}
    if not isinstance(life, int | float) or isinstance(life, bool) or not 0 < life < inf:
        return None
    if not is_header_text(texts.get("access_token")):
        return None
    ends = asked_at + life
    return evolve(
        before,
        **texts,
        issued_at=asked_at,
        renew_at=ends - min(EARLY, life / 10),
        expires_at=ends,
    )


def _written(text: str | bytes) -> Grant | None:
    try:
        found = json.loads(text)
    except ValueError:
        return None
    if not isinstance(found, dict) or "access_token" not in found:
        return None
    known = cast("dict[str, Any]", found)
    return Grant(**{name: known[name] for name in fields_dict(Grant) if name in known})
