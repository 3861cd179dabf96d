"""HighLevel's two token endpoints: a form is posted, and the response has a grant."""

import sys
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlencode

from attrs import evolve, field, frozen

from facade._core import concurrency, http
from facade._core.bounds import CallDeadline, timeouts_within
from facade._core.call_options import CallSettings
from facade._core.calls import Action
from facade._core.client_options import VERSION
from facade._core.dispatch import Events
from facade._core.events import OnEvent
from facade._core.mapping import parse_body
from facade._core.pool import Pool
from facade._core.reading import MAX_BODY, RawResponse, read_bounded
from facade._core.request import HEADERS
from facade._core.response import failure_of, redacted, status_error
from facade._core.retry import Attempts
from facade._core.tokens import checked_token
from facade.errors import AssociationsError, AuthenticationError
from facade.oauth.grant import Grant, UserType, parse_grant
from facade.oauth.refusals import refusal

TOKEN, LOCATION_TOKEN = "/oauth/token", "/oauth/locationToken"
# More patient than a call: without a token, no call succeeds.
RETRIES, MAX_BACKOFF = 4, 4.0  # repeats, and seconds before one
# Seconds in which a request is repeated. For 30 s, HighLevel responds to a repeated refresh with
# the same tokens, and a process that takes over from a dead one needs a part of this time.
MAX_ELAPSED = 12.0


@frozen
class Form:
    """A form to post; no repr or error shows its secrets."""

    url: str
    fields: Mapping[str, str]
    secrets: Mapping[str, str] = field(repr=False)
    token: str = field(default="", repr=False)
    # For errors and events:
    location_id: str = ""
    operation: str = "token"
    method: str = "POST"

    @property
    def path(self) -> str:
        """The path of the URL."""
        return str(http.URL(self.url).path)

    def post(self, timeout: float, deadline: CallDeadline, transport: http.Transport | None) -> Any:
        """Post the form once; return the body of a success, or raise the errors of a client.

        `timeout` is in seconds, for each part of the request, which ends at the deadline. It uses a
        new connection, because forms are rare, so that none has to be closed or reset after a fork.
        """
        library = http.library_of(transport)
        # In one expression, so that no local variable holds a secret.
        request = library.Request(
            self.method,
            self.url,
            headers=self._headers(),
            content=urlencode({**self.fields, **self.secrets}).encode(),
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
            raise status_error(**redacted(self, request, response, self.secrets.values()))
        return parse_body(response.content)

    def _headers(self) -> list[tuple[bytes, bytes]]:
        given = {
            **HEADERS,
            "Version": VERSION,
            "Content-Type": "application/x-www-form-urlencoded",
        }
        headers = [(name.encode(), value.encode()) for name, value in given.items()]
        if not self.token:
            return headers
        return [*headers, (b"Authorization", b"Bearer " + checked_token(self.token).encode())]

    def _response(
        self, request: Any, deadline: CallDeadline, transport: http.Transport | None
    ) -> RawResponse:
        if transport is not None:
            return read_bounded(transport.handle_request(request), MAX_BODY, deadline)
        pool = Pool(self.url)
        try:
            return pool.send(request, MAX_BODY, deadline)
        finally:
            pool.close()


@frozen(kw_only=True)
class Endpoint:
    """Requests the tokens of an app."""

    client_id: str
    client_secret: str = field(repr=False)
    base_url: str
    timeout: float
    transport: http.Transport | None
    clock: Callable[[], float]
    listeners: tuple[OnEvent, ...] = ()

    def code_form(self, code: str, user_type: UserType, redirect_uri: str | None) -> Form:
        """Return the form that exchanges a code, so that the caller does not keep the code."""
        fields = {"grant_type": "authorization_code", "user_type": user_type}
        if redirect_uri is not None:
            fields["redirect_uri"] = redirect_uri
        return self._form(fields, {"code": code})

    def exchange(self, form: Form, user_type: UserType) -> Grant:
        """Exchange the code of an installation for tokens; a code is valid once."""
        return self._post(form, TOKEN, Grant(user_type=user_type), Action.CREATE)

    def refresh(self, grant: Grant) -> Grant:
        """Exchange a refresh token for a new access token and a new refresh token."""
        fields = {"grant_type": "refresh_token", "user_type": grant.user_type}
        return self._post(
            self._form(fields, {"refresh_token": grant.refresh_token}, grant.location_id),
            TOKEN,
            grant,
        )

    def location_token(self, agency: Grant, location_id: str) -> Grant:
        """Derive the token of a location from its agency's token."""
        fields = {"companyId": agency.company_id, "locationId": location_id}
        form = Form(
            self.base_url + LOCATION_TOKEN, fields, {}, agency.access_token, location_id=location_id
        )
        owner = Grant(company_id=agency.company_id, location_id=location_id)
        return evolve(self._post(form, LOCATION_TOKEN, owner), refresh_token="")

    def _form(self, fields: dict[str, str], secrets: dict[str, str], location_id: str = "") -> Form:
        secrets = {"client_secret": self.client_secret, **secrets}
        fields = {"client_id": self.client_id, **fields}
        return Form(self.base_url + TOKEN, fields, secrets, location_id=location_id)

    def _post(
        self, form: Form, path: str, previous: Grant, action: Action = Action.UPDATE
    ) -> Grant:
        """Post a form, once more where that is safe and may help."""
        settings = CallSettings({}, RETRIES, MAX_BACKOFF, deadline=CallDeadline(MAX_ELAPSED))
        attempts = Attempts(action, settings)
        while True:
            requested_at = self.clock()
            attempts.made += 1
            try:
                # In one expression, so that no local variable holds the tokens.
                return parse_grant(
                    form.post(self.timeout, attempts.deadline, self.transport),
                    path,
                    requested_at,
                    previous,
                )
            except AssociationsError as error:
                wait = attempts.after(error).wait
                # Another token, with which a 401 is answered, is another form.
                if wait is None or isinstance(error, AuthenticationError):
                    grant_type = form.fields.get("grant_type", "")
                    raise refusal(error, grant_type) or error from error.__cause__
                self._events.waits(form, attempts, "retry", wait, error)
            concurrency.sleep(wait)

    @property
    def _events(self) -> Events:
        return Events(self.listeners)
