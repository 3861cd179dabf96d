"""HighLevel's two token operations: a form out, a grant back."""

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, cast

from attrs import evolve, field, frozen

from facade._core import concurrency
from facade._core.retry import Attempts
from facade.errors import APIStatusError, AssociationsError
from facade.oauth.errors import OAuthRefusedError
from facade.oauth.form import Form, post_form
from facade.oauth.grant import Grant, UserType, granted

if TYPE_CHECKING:
    import httpx

TOKEN, LOCATION_TOKEN = "/oauth/token", "/oauth/locationToken"
RETRIES = 2
# Seconds in which a request is sent again. HighLevel answers a repeated refresh with the same
# tokens for 30 s, and whoever takes over from a process that died needs its share of these.
MAX_ELAPSED = 12.0


@frozen(kw_only=True)
class Endpoint:
    """What an app needs to ask for tokens."""

    client_id: str
    client_secret: str = field(repr=False)
    base_url: str
    timeout: float
    transport: "httpx.BaseTransport | None"
    clock: Callable[[], float]

    def code_form(self, code: str, user_type: UserType, redirect_uri: str | None) -> Form:
        """Write the form that exchanges a code, so that nobody need hold the code itself."""
        fields = {"grant_type": "authorization_code", "user_type": user_type}
        if redirect_uri is not None:
            fields["redirect_uri"] = redirect_uri
        return self._form(fields, {"code": code})

    def exchange(self, form: Form, user_type: UserType) -> Grant:
        """Turn the code of an installation into tokens; a code serves once."""
        return self._ask(form, TOKEN, Grant(user_type=user_type), idempotent=False)

    def refresh(self, held: Grant) -> Grant:
        """Turn a refresh token into new tokens; those that come replace it."""
        fields = {"grant_type": "refresh_token", "user_type": held.user_type}
        form = self._form(fields, {"refresh_token": held.refresh_token})
        return self._ask(form, TOKEN, held)

    def location_token(self, agency: Grant, location_id: str) -> Grant:
        """Derive a location's token from its agency's."""
        form = Form(
            self.base_url + LOCATION_TOKEN,
            {"companyId": agency.company_id, "locationId": location_id},
            {},
            agency.access_token,
        )
        wanted = Grant(company_id=agency.company_id, location_id=location_id)
        return evolve(self._ask(form, LOCATION_TOKEN, wanted), refresh_token="")

    def _form(self, fields: dict[str, str], secrets: dict[str, str]) -> Form:
        secrets = {"client_secret": self.client_secret, **secrets}
        return Form(self.base_url + TOKEN, {"client_id": self.client_id, **fields}, secrets)

    def _ask(self, form: Form, path: str, before: Grant, *, idempotent: bool = True) -> Grant:
        """Post a form, and again where that is safe."""
        deadline = time.monotonic() + MAX_ELAPSED
        attempts = Attempts(idempotent=idempotent, retries=RETRIES, deadline=deadline)
        while True:
            asked_at = self.clock()
            try:
                # In one expression, so that no local variable holds the tokens.
                return granted(
                    post_form(form, self.timeout, self.transport), path, asked_at, before
                )
            except AssociationsError as error:
                delay = attempts.retry_delay(error)
                if delay is None:
                    raise _refusal(error) or error from error.__cause__
            concurrency.sleep(delay)


def _refusal(error: AssociationsError) -> OAuthRefusedError | None:
    """Read an error body of OAuth's kind; HighLevel's other errors are of the API's kind."""
    body = error.body if isinstance(error, APIStatusError) else None
    fields = cast("dict[str, Any]", body) if isinstance(body, dict) else {}
    code, why = fields.get("error"), fields.get("error_description")
    if not isinstance(error, APIStatusError) or not isinstance(code, str) or "message" in fields:
        return None
    said = f"{error.method} {error.path} answered {error.status_code} {code}"
    return OAuthRefusedError(
        f"{said}: {why}" if isinstance(why, str) else said,
        method=error.method,
        path=error.path,
        status_code=error.status_code,
        code=code.lower().replace(" ", "_"),
    )
