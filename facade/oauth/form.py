"""A form that asks for tokens, posted outside any client."""

from collections.abc import Mapping
from contextlib import nullcontext
from typing import Any

import httpx
from attrs import define, field

from facade._core.options import VERSION
from facade._core.pool import Pool
from facade._core.request import HEADERS
from facade._core.response import parse_body, redacted, status_error, translated_errors
from facade._core.tokens import checked_token


@define(frozen=True)
class Form:
    """A form to post; no repr shows its secrets."""

    url: str
    fields: Mapping[str, str]
    secrets: Mapping[str, str] = field(repr=False)
    token: str = field(default="", repr=False)

    def request(self, timeout: float) -> httpx.Request:
        """Build the request; `timeout` is in seconds, for each part of it."""
        headers = httpx.Headers({**HEADERS, "Version": VERSION})
        if self.token:
            headers["Authorization"] = "Bearer " + checked_token(self.token)
        return httpx.Request(
            "POST",
            self.url,
            headers=headers,
            data={**self.fields, **self.secrets},
            extensions={"timeout": httpx.Timeout(timeout).as_dict()},
        )


def post_form(form: Form, timeout: float, transport: httpx.BaseTransport | None = None) -> Any:
    """Post a form once; return the body of a success, raise the errors that a client raises.

    Forms are rare: each has its own connection, so that nothing is left to close or to fork.
    """
    request = form.request(timeout)
    opened = nullcontext(transport) if transport else Pool(form.url)
    with opened as inner, translated_errors(request):
        response = inner.handle_request(request)
        response.read()
    if not response.is_success:
        raise status_error(**redacted(request, response, form.secrets.values()))
    return parse_body(response.content)
