"""The sandbox's OAuth endpoints: apps, installations, tokens that expire and are refreshed."""

import itertools
import re
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from typing import Any, Literal
from urllib.parse import parse_qs

from facade.testing.accounts import AccessToken, Accounts
from facade.testing.messages import Json, Refusal, Request, as_object

__all__ = ["Installation", "SandboxOAuth"]

REFRESH_GRACE = 30.0  # seconds in which a used refresh token returns the same tokens
_WRONG_APP = "Invalid client credentials!"

RefusalWording = Literal["unauthorized", "invalid_refresh_token", "message", "invalid_grant"]


@dataclass(frozen=True, slots=True)
class Installation:
    """The account for which an app is installed."""

    client_id: str
    user_type: Literal["Location", "Company"]
    location_id: str
    company_id: str
    scopes: tuple[str, ...] | None
    approved_locations: tuple[str, ...] | None = None  # of an agency; None means all
    is_derived: bool = False  # from that of the agency

    @property
    def account_id(self) -> str:
        """The id of the location or agency that it is of."""
        return self.location_id if self.user_type == "Location" else self.company_id

    @property
    def app_id(self) -> str:
        """The id of the app, with which its client id starts."""
        return self.client_id.partition("-")[0]

    def ends_with(self, account_id: str) -> bool:
        """Return whether it ends when this account uninstalls the app."""
        return account_id == self.account_id or (self.is_derived and account_id == self.company_id)


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
        self.refreshes: list[str] = []
        self.derived: list[str] = []
        self._accounts = accounts
        self._clock = clock
        self._lock = lock
        self._numbers = itertools.count(1)
        self._apps: dict[str, str] = {}
        self._codes: dict[str, Installation] = {}
        self._refresh_tokens: dict[str, Installation] = {}
        self._access_tokens: dict[str, Installation] = {}
        self._installed: dict[tuple[str, str], Installation] = {}  # by app and account
        self._uninstalled: set[str] = set()  # locations
        self._refreshed: dict[str, tuple[float, Json]] = {}  # by refresh token: when, and the body
        self._endpoints: dict[tuple[str, str], Callable[[Request], Json]] = {
            ("POST", "/oauth/token"): self._token,
            ("POST", "/oauth/reconnect"): self._reconnect,
            ("POST", "/oauth/locationToken"): self._derive,
            ("POST", "/oauth/location-token"): self._derive,
            ("GET", "/oauth/installedLocations"): self._list,
            ("GET", "/oauth/installed-locations"): self._list,
        }
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
        approved_locations: Iterable[str] | None = None,
    ) -> str:
        """Install an app as a user does in a browser; return the authorization code.

        Without a location, the app is installed for the agency, and for its `approved_locations`,
        by default all.
        """
        approved = None if approved_locations is None else tuple(approved_locations)
        one = Installation(
            client_id,
            "Location" if location_id else "Company",
            location_id,
            company_id,
            None if scopes is None else tuple(scopes),
            None if location_id else approved,
        )
        with self._lock:
            again = (location_id,) if location_id else approved
            self._uninstalled -= self._uninstalled if again is None else set(again)
            self._installed[client_id, one.account_id] = one
            return self._code(one)

    def uninstall(self, account_id: str) -> None:
        """Revoke the tokens of a location or company, and those derived from them."""
        with self._lock:
            self._uninstalled.add(account_id)
            for token, one in self._access_tokens.items():
                if one.ends_with(account_id):
                    self._accounts.tokens[token] = None
            found: list[dict[Any, Installation]] = [self._installed, self._refresh_tokens]
            for each in found:
                for key in [key for key, one in each.items() if one.ends_with(account_id)]:
                    del each[key]

    def handles(self, request: Request) -> bool:
        """Return whether a request is for one of these endpoints."""
        return (request.method, request.path) in self._endpoints

    def respond(self, request: Request) -> tuple[int, Json]:
        """Return the status and the body; raise Refusal for an error."""
        body = self._endpoints[request.method, request.path](request)
        return 201 if request.path == "/oauth/locationToken" else 200, body

    def _token(self, request: Request) -> Json:
        fields = _fields(request)
        in_snake_case = {re.sub("([A-Z])", r"_\1", name).lower(): fields[name] for name in fields}
        fields = in_snake_case | fields
        grants = {"authorization_code": self._exchange, "refresh_token": self._refresh}
        grant = grants.get(fields.get("grant_type", ""))
        if grant is None:
            raise Refusal(422, ["grant_type must be authorization_code or refresh_token"])
        body = grant(fields)
        return _in_v3(body) if request.headers.get("version") == "v3" else body

    def _exchange(self, fields: dict[str, str]) -> Json:
        # The code is checked before the credentials of the app, as HighLevel does.
        code = fields.get("code", "")
        if code not in self._codes:
            raise self._refusal("Authorization code not found", "authorization code is invalid")
        self._check_app(fields, self._codes[code])
        return self._issue(self._codes.pop(code))

    def _refresh(self, fields: dict[str, str]) -> Json:
        token = fields.get("refresh_token", "")
        installation = self._refresh_tokens.get(token)
        when, body = self._refreshed.get(token, (self._clock(), None))
        if installation is None or self._clock() > when + REFRESH_GRACE:
            given = self.refusal_wording == "invalid_refresh_token"
            description = "Invalid refresh token" if given else _WRONG_APP
            raise self._refusal(description, "refresh token is invalid")
        self._check_app(fields, installation)
        self.refreshes.append(installation.account_id)
        if body is None:
            body = self._issue(installation)
            self._refreshed[token] = when, body
        return body

    def _check_app(self, fields: dict[str, str], installation: Installation) -> None:
        client_id, secret = fields.get("client_id", ""), fields.get("client_secret")
        if client_id != installation.client_id or self._apps.get(client_id, "") != secret:
            raise _unauthorized(_WRONG_APP)

    def _refusal(self, description: str, message: str) -> Refusal:
        if self.refusal_wording == "message":
            return Refusal(400, f"Invalid grant: {message}")
        if self.refusal_wording == "invalid_grant":
            return Refusal(400, "", body={"error": "invalid_grant"})
        return _unauthorized(description)

    def _derive(self, request: Request) -> Json:
        fields = _fields(request)
        agency = self._agency(request, fields.get("companyId"))
        location_id = fields.get("locationId", "")
        if not self._is_installed(agency, location_id):
            raise Refusal(403, "The token does not have access to this location.")
        self.derived.append(location_id)
        of_location = replace(agency, user_type="Location", location_id=location_id)
        body = self._issue(replace(of_location, approved_locations=None, is_derived=True))
        return _in_v3(body) if _is_of_v3(request) else body

    def _list(self, request: Request) -> Json:
        query = {name: values[0] for name, values in request.query.items()}
        agency = self._agency(request, query.get("companyId"))
        if query.get("appId") != agency.app_id:
            raise Refusal(403, "The token does not have access to this app.")  # no text of theirs
        found = [
            {"_id": one, "name": f"Location {one}", "isInstalled": self._is_installed(agency, one)}
            for one in self._accounts.locations
        ]
        if query.get("isInstalled") == "true":
            found = [one for one in found if one["isInstalled"]]
        skip, limit = int(query.get("skip") or 0), int(query.get("limit") or 20)
        return {
            "locations": found[skip : skip + limit],
            "count": len(self._accounts.locations),
            "installToFutureLocations": False,
        }

    def _agency(self, request: Request, company_id: str | None) -> Installation:
        """Return the agency of a request by its token; raise Refusal if it is not this one."""
        self._accounts.check_version(request.headers)
        if _is_of_v3(request) and request.headers.get("version") != "v3":
            raise Refusal(404, f"Cannot {request.method} {request.path}")
        self._accounts.authenticate(request.headers)
        agency = self._access_tokens.get(request.headers["authorization"].partition(" ")[2])
        if agency is None or agency.user_type != "Company" or agency.company_id != company_id:
            raise Refusal(403, "The token does not have access to this location.")
        return agency

    def _is_installed(self, agency: Installation, location_id: str) -> bool:
        approved = agency.approved_locations
        return (
            location_id in self._accounts.locations
            and location_id not in self._uninstalled
            and (approved is None or location_id in approved)
        )

    def _reconnect(self, request: Request) -> Json:
        fields = _fields(request)
        # What HighLevel answers to a refused request is not known: these texts are the sandbox's.
        client_id = fields.get("clientKey", "")
        account_id = fields.get("locationId") or fields.get("companyId", "")
        if self._apps.get(client_id, "") != fields.get("clientSecret"):
            raise _unauthorized(_WRONG_APP)
        if (client_id, account_id) not in self._installed:
            raise Refusal(400, "The app is not installed for this account.")
        code = self._code(self._installed[client_id, account_id])
        return {"authorizationCode": code, "expiresAt": int(self._clock() + 600) * 1000}

    def _code(self, installation: Installation) -> str:
        code = self._new("code")
        self._codes[code] = installation
        return code

    def _issue(self, installation: Installation) -> Json:
        access, refresh = self._new("access"), self._new("refresh")
        is_location = installation.user_type == "Location"
        self._accounts.tokens[access] = AccessToken(
            (installation.location_id,) if is_location else (),
            None if installation.scopes is None else frozenset(installation.scopes),
            is_agency=not is_location,
            expires_at=self._clock() + self.lifetime,
        )
        self._refresh_tokens[refresh] = self._access_tokens[access] = installation
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
        locations = self._accounts.locations
        return body | {
            "appId": installation.app_id,
            "approvedLocations": [
                one for one in locations if self._is_installed(installation, one)
            ],
            "isBulkInstallation": True,
            "installToFutureLocations": False,
        }

    def _new(self, kind: str) -> str:
        return f"{kind}-{next(self._numbers):08x}-of-the-sandbox"


def _fields(request: Request) -> dict[str, str]:
    """Return the fields of a form or of JSON: HighLevel accepts both."""
    if "json" in request.headers.get("content-type", ""):
        given = as_object(request.json) or {}
        return {name: value for name, value in given.items() if isinstance(value, str)}
    form = parse_qs(request.body.decode(errors="replace"))
    return {name: values[0] for name, values in form.items()}


def _is_of_v3(request: Request) -> bool:
    return "-" in request.path


def _in_v3(body: Json) -> Json:
    """Return the names of Version v3: in camel case."""
    return {re.sub("_(.)", lambda found: found[1].upper(), name): body[name] for name in body}


def _unauthorized(description: str) -> Refusal:
    body = {"error": "UnAuthorized!", "error_description": description}
    return Refusal(401, description, body=body)
