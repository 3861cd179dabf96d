"""HighLevel's endpoints for tokens: a form is sent, and the response has a grant."""

import sys
from collections.abc import Callable, Mapping
from contextlib import closing
from typing import Any, Literal

from attrs import evolve, field, frozen

from facade._core import concurrency, http
from facade._core.bounds import CallDeadline, timeouts_within
from facade._core.call_options import CallSettings
from facade._core.calls import Action
from facade._core.client_options import VERSION
from facade._core.events import Events, OnEvent
from facade._core.mapping import parse_body
from facade._core.pool import Pool
from facade._core.reading import MAX_BODY, RawResponse, read_bounded
from facade._core.request import HEADERS
from facade._core.response import failure_of, redacted, status_error
from facade._core.retry import Attempts
from facade._core.tokens import checked_token
from facade.errors import APIStatusError, AssociationsError, AuthenticationError
from facade.oauth.failures import OAuthRefusedError, refusal_code
from facade.oauth.grant import (
    Answer,
    Grant,
    InstalledLocation,
    Issued,
    Owner,
    UserType,
    parse_code,
    parse_grant,
    parse_locations,
)

TOKEN, RECONNECT = "/oauth/token", "/oauth/reconnect"


# Paths, each with its Version. HighLevel replaces the first one by the second one, which older
# Versions do not have.
Addresses = tuple[tuple[str, str], ...]
LOCATION_TOKEN = ("/oauth/locationToken", VERSION), ("/oauth/location-token", "v3")
LOCATIONS = ("/oauth/installedLocations", VERSION), ("/oauth/installed-locations", "v3")
PAGE_SIZE = 100  # locations
# More patient than a call: without a token, no call succeeds.
RETRIES, MAX_BACKOFF = 4, 4.0  # repeats, and seconds before one
# Seconds in which a request is repeated. For 30 s, HighLevel responds to a repeated refresh with
# the same tokens, and a process that takes over from a dead one needs a part of this time.
MAX_ELAPSED = 12.0


@frozen
class Form:
    """A form to send; no repr or error shows its secrets."""

    url: str
    fields: Mapping[str, str]
    secrets: Mapping[str, str] = field(repr=False)
    token: str = field(default="", repr=False)
    # For errors and events:
    location_id: str = ""
    operation: str = "token"
    method: str = "POST"
    version: str = VERSION
    encoding: Literal["data", "json", "params"] = "data"  # as the HTTP library names it

    @property
    def path(self) -> str:
        """The path of the URL."""
        return str(http.URL(self.url).path)

    @property
    def grant_type(self) -> str:
        """OAuth's name of what is sent for tokens; empty for other requests."""
        return self.fields.get("grant_type", "")

    def send(self, timeout: float, deadline: CallDeadline, transport: http.Transport | None) -> Any:
        """Send the form once; return the body of a success, or raise the errors of a client.

        A refusal of the app or its grant is an OAuthRefusedError. `timeout` is in seconds, for each
        part of the request, which ends at the deadline. It uses a new connection, because forms are
        rare, so that none has to be closed or reset after a fork.
        """
        library = http.library_of(transport)
        # In one expression, so that no local variable holds a secret.
        request = library.Request(
            self.method,
            self.url,
            headers={**HEADERS, "Version": self.version}
            | ({"Authorization": f"Bearer {checked_token(self.token)}"} if self.token else {}),
            **{self.encoding: {**self.fields, **self.secrets}},
        )
        parts: dict[str, float] = dict.fromkeys(("connect", "read", "write", "pool"), timeout)
        request.extensions["timeout"] = timeouts_within(parts, deadline)
        before = sys.exception()
        try:
            response = self._response(request, deadline, transport)
        except Exception as error:
            failure = failure_of(error, self, before, expired=False)
            if failure is error:
                raise
            raise failure from (error if isinstance(failure, AssociationsError) else None)
        if not 200 <= response.status_code < 300:
            raise self._failure(request, response)
        return parse_body(response.content)

    def _failure(self, request: Any, response: RawResponse) -> AssociationsError:
        """Return the error for a response, without secrets."""
        error = status_error(**redacted(self, request, response, self.secrets.values()))
        error.advice = ""  # that of its class is about calls
        code = refusal_code(error, self.grant_type)
        if not code:
            return error
        return OAuthRefusedError(
            error.args[0],
            method=self.method,
            path=self.path,
            status_code=error.status_code,
            code=code,
        )

    def _response(
        self, request: Any, deadline: CallDeadline, transport: http.Transport | None
    ) -> RawResponse:
        if transport is not None:
            return read_bounded(transport.handle_request(request), MAX_BODY, deadline)
        with closing(Pool(self.url)) as pool:
            return pool.send(request, MAX_BODY, deadline)


@frozen(kw_only=True)
class Endpoint:
    """Requests the tokens of an app."""

    client_id: str
    client_secret: str = field(repr=False)
    redirect_uri: str | None
    base_url: str
    timeout: float
    transport: http.Transport | None
    clock: Callable[[], float]
    listeners: tuple[OnEvent, ...] = ()
    # By the addresses of a request, the one that answered.
    _answered: dict[Addresses, tuple[str, str]] = field(factory=dict)

    def code_form(self, code: str, user_type: UserType) -> Form:
        """Return the form that exchanges a code, so that the caller does not keep the code."""
        fields = {"grant_type": "authorization_code", "user_type": user_type}
        if self.redirect_uri is not None:
            fields["redirect_uri"] = self.redirect_uri
        return self._form(fields, {"code": code})

    def exchange(self, form: Form, owner: Grant) -> Issued:
        """Exchange the code of an installation for tokens; a code is valid once."""
        # Here and below in one expression, so that no local variable holds tokens or a code.
        return parse_grant(self._send(form, Action.CREATE), owner).checked()

    def refresh(self, grant: Grant) -> Issued:
        """Exchange a refresh token for a new access token and a new refresh token.

        The new ones exist once: they must be saved before they are checked.
        """
        fields = {"grant_type": "refresh_token", "user_type": grant.user_type}
        form = self._form(fields, {"refresh_token": grant.refresh_token}, grant.location_id)
        return parse_grant(self._send(form), grant)

    def location_token(self, agency: Grant, location_id: str) -> Issued:
        """Derive the token of a location from its agency's token."""
        fields = {"companyId": agency.company_id, "locationId": location_id}
        issued = parse_grant(
            self._send_for(agency, LOCATION_TOKEN, fields, location_id=location_id),
            Grant(company_id=agency.company_id, location_id=location_id),
        ).checked()
        return issued._replace(grant=evolve(issued.grant, refresh_token=""))

    def installed_locations(self, agency: Grant, app_id: str) -> list[InstalledLocation]:
        """List the locations of an agency for which an app is installed, page by page."""
        found: dict[str, InstalledLocation] = {}
        fields = {"companyId": agency.company_id, "appId": app_id, "isInstalled": "true"}
        skip = 0
        while True:
            place = {"skip": str(skip), "limit": str(PAGE_SIZE)}
            page = parse_locations(
                self._send_for(agency, LOCATIONS, fields | place, method="GET", encoding="params")
            )
            skip += len(page)
            before = len(found)
            found.update((one.id, one) for one in page)
            # HighLevel's `count` is that of all locations: only a page without new ones is the end.
            if len(found) == before:
                return [one for one in found.values() if one.is_installed]

    def reconnect(self, owner: Owner) -> Issued:
        """Get a code for an installation that exists, and exchange it."""
        location_id, company_id = (owner.id, "") if owner.kind == "location" else ("", owner.id)
        user_type: UserType = "Location" if location_id else "Company"
        form = Form(
            self.base_url + RECONNECT,
            {"clientKey": self.client_id, f"{owner.kind}Id": owner.id},
            {"clientSecret": self.client_secret},
            location_id=location_id,
            encoding="json",
        )
        return self.exchange(
            self.code_form(parse_code(self._send(form, Action.CREATE)), user_type),
            Grant(user_type=user_type, location_id=location_id, company_id=company_id),
        )

    def _form(self, fields: dict[str, str], secrets: dict[str, str], location_id: str = "") -> Form:
        secrets = {"client_secret": self.client_secret, **secrets}
        fields = {"client_id": self.client_id, **fields}
        return Form(self.base_url + TOKEN, fields, secrets, location_id=location_id)

    def _send_for(
        self,
        agency: Grant,
        addresses: Addresses,
        fields: Mapping[str, str],
        **options: Any,
    ) -> Answer:
        """Send at the address that answered last, and at the other one if it does not exist."""
        known = self._answered.get(addresses)
        missing: list[AssociationsError] = []
        for address in sorted(addresses, key=lambda one: one != known):
            path, version = address
            form = Form(
                self.base_url + path, fields, {}, agency.access_token, version=version, **options
            )
            try:
                answer = self._send(form)
            except (APIStatusError, OAuthRefusedError) as error:
                if error.status_code != 404:
                    raise
                missing.append(error)
            else:
                self._answered[addresses] = address
                return answer
        # An address that answered exists: it says what is missing.
        raise missing[0 if known else -1]

    def _send(self, form: Form, action: Action = Action.UPDATE) -> Answer:
        """Send a form, once more where that is safe and may help."""
        settings = CallSettings({}, RETRIES, MAX_BACKOFF, deadline=CallDeadline(MAX_ELAPSED))
        attempts = Attempts(form, action, settings)
        while True:
            requested_at = self.clock()
            attempts.made += 1
            try:
                return Answer(
                    form.send(self.timeout, attempts.deadline, self.transport),
                    requested_at,
                    form.method,
                    form.path,
                )
            except OAuthRefusedError:
                raise
            except AssociationsError as error:
                wait = attempts.after(error).wait
                # Another token, with which a 401 is answered, is another form.
                if wait is None or isinstance(error, AuthenticationError):
                    raise
                Events(self.listeners).waits(attempts, "retry", wait, error)
            concurrency.sleep(wait)
