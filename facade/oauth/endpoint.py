"""HighLevel's two token endpoints: a form is posted, and the response has a grant."""

import sys
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from typing import Any

import httpx
from attrs import evolve, field, frozen

from facade._core import concurrency
from facade._core.bounds import MAX_BODY, CallDeadline, limit_timeout, read_bounded
from facade._core.interrupts import interrupt_in
from facade._core.options import VERSION
from facade._core.pool import Pool
from facade._core.request import HEADERS
from facade._core.response import parse_body, redacted, status_error, translated_errors
from facade._core.retry import Attempts
from facade._core.tokens import checked_token
from facade.errors import AssociationsError
from facade.oauth.grant import Grant, UserType, parse_grant
from facade.oauth.refusals import refusal

TOKEN, LOCATION_TOKEN = "/oauth/token", "/oauth/locationToken"
RETRIES = 2
# Seconds in which a request is retried. For 30 s, HighLevel responds to a repeated refresh with the
# same tokens, and a process that takes over from a dead one needs a part of this time.
MAX_ELAPSED = 12.0


@frozen
class Form:
    """A form to post; no repr or error shows its secrets."""

    url: str
    fields: Mapping[str, str]
    secrets: Mapping[str, str] = field(repr=False)
    token: str = field(default="", repr=False)

    def post(
        self, timeout: float, deadline: CallDeadline, transport: httpx.BaseTransport | None
    ) -> Any:
        """Post the form once; return the body of a success, or raise the errors of a client.

        `timeout` is in seconds, for each part of the request, which ends at the deadline. It uses a
        new connection, because forms are rare, so that none has to be closed or reset after a fork.
        """
        headers = httpx.Headers({**HEADERS, "Version": VERSION})
        if self.token:
            headers["Authorization"] = "Bearer " + checked_token(self.token)
        request = httpx.Request(
            "POST",
            self.url,
            headers=headers,
            data={**self.fields, **self.secrets},
            extensions={"timeout": httpx.Timeout(timeout).as_dict()},
        )
        limit_timeout(request, deadline)
        opened = nullcontext(transport) if transport else Pool(self.url)
        with opened as inner, translated_errors(request):
            response = read_bounded(inner.handle_request(request), MAX_BODY)
        if not response.is_success:
            raise status_error(**redacted(request, response, self.secrets.values()))
        return parse_body(response.content)


@frozen(kw_only=True)
class Endpoint:
    """Requests the tokens of an app."""

    client_id: str
    client_secret: str = field(repr=False)
    base_url: str
    timeout: float
    transport: httpx.BaseTransport | None
    clock: Callable[[], float]

    def code_form(self, code: str, user_type: UserType, redirect_uri: str | None) -> Form:
        """Return the form that exchanges a code, so that the caller does not keep the code."""
        fields = {"grant_type": "authorization_code", "user_type": user_type}
        if redirect_uri is not None:
            fields["redirect_uri"] = redirect_uri
        return self._form(fields, {"code": code})

    def exchange(self, form: Form, user_type: UserType) -> Grant:
        """Exchange the code of an installation for tokens; a code is valid once."""
        return self._post(form, TOKEN, Grant(user_type=user_type), idempotent=False)

    def refresh(self, grant: Grant) -> Grant:
        """Exchange a refresh token for a new access token and a new refresh token."""
        fields = {"grant_type": "refresh_token", "user_type": grant.user_type}
        return self._post(self._form(fields, {"refresh_token": grant.refresh_token}), TOKEN, grant)

    def location_token(self, agency: Grant, location_id: str) -> Grant:
        """Derive the token of a location from its agency's token."""
        fields = {"companyId": agency.company_id, "locationId": location_id}
        form = Form(self.base_url + LOCATION_TOKEN, fields, {}, agency.access_token)
        owner = Grant(company_id=agency.company_id, location_id=location_id)
        return evolve(self._post(form, LOCATION_TOKEN, owner), refresh_token="")

    def _form(self, fields: dict[str, str], secrets: dict[str, str]) -> Form:
        secrets = {"client_secret": self.client_secret, **secrets}
        return Form(self.base_url + TOKEN, {"client_id": self.client_id, **fields}, secrets)

    def _post(self, form: Form, path: str, previous: Grant, *, idempotent: bool = True) -> Grant:
        """Post a form, with retries if that is safe and may help."""
        before = sys.exception()
        deadline = CallDeadline(MAX_ELAPSED)
        attempts = Attempts(idempotent=idempotent, retries=RETRIES, deadline=deadline)
        while True:
            requested_at = self.clock()
            try:
                # In one expression, so that no local variable holds the tokens.
                return parse_grant(
                    form.post(self.timeout, deadline, self.transport), path, requested_at, previous
                )
            except AssociationsError as error:
                if (interrupt := interrupt_in(error, before)) is not None:
                    raise interrupt from interrupt.__cause__
                delay = attempts.retry_delay(error)
                if delay is None:
                    grant_type = form.fields.get("grant_type", "")
                    raise refusal(error, grant_type) or error from error.__cause__
            concurrency.sleep(delay)
