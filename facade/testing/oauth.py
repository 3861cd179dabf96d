"""The sandbox's OAuth endpoints: apps, installations, tokens that expire and are refreshed."""

import itertools
from collections import deque
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Literal
from urllib.parse import parse_qs

from facade.testing.accounts import Accounts
from facade.testing.messages import Json, Refusal, Request, as_object

__all__ = ["Installation", "SandboxOAuth"]

TOKENS, LOCATION_TOKENS, LOCATION_TOKENS_V3 = (
    "/oauth/token",
    "/oauth/locationToken",
    "/oauth/location-token",
)
REFRESH_GRACE = 30.0  # seconds in which a used refresh token returns the same tokens
_MAX_KEPT = 10_000

# Field names under Version v3, if they differ.
_V3_NAMES = {
    "client_id": "clientId",
    "client_secret": "clientSecret",
    "grant_type": "grantType",
    "refresh_token": "refreshToken",
    "user_type": "userType",
    "redirect_uri": "redirectUri",
    "access_token": "accessToken",
    "token_type": "tokenType",
    "expires_in": "expiresIn",
}

Result = tuple[int, Json]  # the status and the body
RefusalWording = Literal["unauthorized", "invalid_refresh_token", "message", "invalid_grant"]


@dataclass(frozen=True, slots=True)
class Installation:
    """The account for which an app is installed."""

    client_id: str
    user_type: Literal["Location", "Company"]
    location_id: str
    company_id: str
    scopes: tuple[str, ...] | None

    @property
    def account_id(self) -> str:
        return self.location_id if self.user_type == "Location" else self.company_id


class SandboxOAuth:
    """Issues tokens as HighLevel does.

    `refreshes` has the location or company of each successful refresh, `derived` the location of
    each location token, oldest first. `lifetime` is the lifetime of access tokens, in seconds on
    the sandbox's clock. `refusal_wording` chooses the error for a refused code or refresh token;
    each was observed.
    """

    def __init__(
        self, accounts: Accounts, clock: Callable[[], float], lock: AbstractContextManager[bool]
    ) -> None:
        self.lifetime = 86_399
        self.refusal_wording: RefusalWording = "unauthorized"
        self.refreshes: deque[str] = deque(maxlen=_MAX_KEPT)
        self.derived: deque[str] = deque(maxlen=_MAX_KEPT)
        self._accounts = accounts
        self._clock = clock
        self._lock = lock
        self._numbers = itertools.count(1)
        self._apps: dict[str, str] = {}
        self._codes: dict[str, Installation] = {}
        self._refresh_tokens: dict[str, Installation] = {}
        self._agency_tokens: dict[str, Installation] = {}
        self._refreshed: dict[str, tuple[float, Json]] = {}  # by refresh token: when, and the body
        self.add_app("sandbox-app", "sandbox-secret")

    def add_app(self, client_id: str, client_secret: str) -> None:
        """Register an app, in addition to sandbox-app."""
        with self._lock:
            self._apps[client_id] = client_secret

    def install(
        self,
        *,
        location_id: str = "",
        company_id: str = "sandbox-company",
        scopes: Iterable[str] | None = None,
        client_id: str = "sandbox-app",
    ) -> str:
        """Install an app as a user does in a browser; return the authorization code.

        Without a location, the app is installed for the agency.
        """
        with self._lock:
            code = self._new("code")
            self._codes[code] = Installation(
                client_id,
                "Location" if location_id else "Company",
                location_id,
                company_id,
                None if scopes is None else tuple(scopes),
            )
            return code

    def uninstall(self, account_id: str) -> None:
        """Revoke the refresh tokens of a location or company."""
        with self._lock:
            kept = {
                token: one
                for token, one in self._refresh_tokens.items()
                if one.account_id != account_id
            }
            for token in self._refresh_tokens.keys() - kept.keys():
                self._refreshed.pop(token, None)
            self._refresh_tokens = kept

    def handles(self, request: Request) -> bool:
        """Return whether a request is for one of the token endpoints."""
        return request.method == "POST" and request.path in (
            TOKENS,
            LOCATION_TOKENS,
            LOCATION_TOKENS_V3,
        )

    def respond(self, request: Request) -> Result:
        """Respond to a token request; raise Refusal for an error in the format of the API."""
        fields = _fields(request)
        if request.path != TOKENS:
            return self._derive(request, fields)
        for name, v3_name in _V3_NAMES.items():
            if v3_name in fields:
                fields.setdefault(name, fields[v3_name])
        status, body = self._token(fields)
        if request.headers.get("version") == "v3":
            body = {_V3_NAMES.get(name, name): value for name, value in body.items()}
        return status, body

    def _token(self, fields: dict[str, str]) -> Result:
        if fields.get("grant_type") == "authorization_code":
            return self._exchange(fields)
        if fields.get("grant_type") == "refresh_token":
            return self._refresh(fields)
        raise Refusal(422, ["grant_type must be authorization_code or refresh_token"])

    def _exchange(self, fields: dict[str, str]) -> Result:
        # The code is checked before the credentials of the app, as HighLevel does.
        code = fields.get("code", "")
        if code not in self._codes:
            return self._refused("Authorization code not found", "authorization code is invalid")
        if not self._is_app(fields, self._codes[code]):
            return _unauthorized("Invalid client credentials!")
        return 200, self._issue(self._codes.pop(code))

    def _refresh(self, fields: dict[str, str]) -> Result:
        token = fields.get("refresh_token", "")
        installation = self._refresh_tokens.get(token)
        when, body = self._refreshed.get(token, (0.0, None))
        late = body is not None and self._clock() > when + REFRESH_GRACE
        if installation is None or late:
            given = self.refusal_wording == "invalid_refresh_token"
            description = "Invalid refresh token" if given else "Invalid client credentials!"
            return self._refused(description, "refresh token is invalid")
        if not self._is_app(fields, installation):
            return _unauthorized("Invalid client credentials!")
        self.refreshes.append(installation.account_id)
        if body is None:
            body = self._issue(installation)
            self._refreshed[token] = self._clock(), body
        return 200, body

    def _is_app(self, fields: dict[str, str], installation: Installation) -> bool:
        client_id = fields.get("client_id", "")
        is_known = client_id in self._apps and self._apps[client_id] == fields.get("client_secret")
        return is_known and client_id == installation.client_id

    def _refused(self, description: str, message: str) -> Result:
        if self.refusal_wording == "message":
            raise Refusal(400, f"Invalid grant: {message}")
        if self.refusal_wording == "invalid_grant":
            return 400, {"error": "invalid_grant"}
        return _unauthorized(description)

    def _derive(self, request: Request, fields: dict[str, str]) -> Result:
        self._accounts.check_version(request.headers)
        if request.path == LOCATION_TOKENS_V3 and request.headers.get("version") != "v3":
            raise Refusal(404, f"Cannot POST {request.path}")
        self._accounts.authenticate(request.headers)
        agency = self._agency_tokens.get(request.headers["authorization"].partition(" ")[2])
        location_id = fields.get("locationId", "")
        known = location_id in self._accounts.locations
        if agency is None or agency.company_id != fields.get("companyId") or not known:
            raise Refusal(403, "The token does not have access to this location.")
        self.derived.append(location_id)
        derived = Installation(
            agency.client_id, "Location", location_id, agency.company_id, agency.scopes
        )
        return 201, self._issue(derived)

    def _issue(self, installation: Installation) -> Json:
        access, refresh = self._new("access"), self._new("refresh")
        is_location = installation.user_type == "Location"
        locations = (installation.location_id,) if is_location else ()
        expires_at = self._clock() + self.lifetime
        self._accounts.add_token(
            access, locations, installation.scopes, expires_at, is_agency=not is_location
        )
        self._refresh_tokens[refresh] = installation
        body: Json = {
            "access_token": access,
            "token_type": "Bearer",
            "expires_in": self.lifetime,
            "refresh_token": refresh,
            "scope": " ".join(installation.scopes or ()),
            "userType": installation.user_type,
            "companyId": installation.company_id,
            "userId": "sandbox-user",
        }
        if is_location:
            return body | {"locationId": installation.location_id}
        self._agency_tokens[access] = installation
        return body

    def _new(self, kind: str) -> str:
        return f"{kind}-{next(self._numbers):08x}-of-the-sandbox"


def _fields(request: Request) -> dict[str, str]:
    """Return the fields of a form or of JSON: HighLevel accepts both."""
    if "json" in request.headers.get("content-type", ""):
        given = as_object(request.json) or {}
        return {name: value for name, value in given.items() if isinstance(value, str)}
    form = parse_qs(request.body.decode(errors="replace"))
    return {name: values[0] for name, values in form.items()}


def _unauthorized(description: str) -> Result:
    return 401, {"error": "UnAuthorized!", "error_description": description}
