# Generated from facade/_async/api.py by `make generate`: edit that file instead.
"""client.api: the generated client, over the pipeline of a client."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from facade._core.calls import Action
from facade._core.routes import operation_of

from facade._core import http

if TYPE_CHECKING:
    from facade._core.call_options import CallSettings

    from facade._sync.pipeline import Pipeline


class APIClient(http.Client):
    """The HTTP client of generated code, which gets successful responses only.

    Generated code therefore never handles a 520, an HTML page or a token.
    """

    def __init__(self, pipeline: Pipeline, location_id: str, settings: CallSettings) -> None:
        super().__init__(transport=http.NO_TRANSPORT)
        self._pipeline = pipeline
        self._location_id = location_id
        self._settings = settings

    def request(self, method: str, url: Any, **parts: Any) -> http.Response:
        """Send a request of generated code; `parts` are its params, json and headers."""
        request = {"method": method, "url": str(url), **parts}
        operation, location_id = operation_of(method, str(url)), self._location_id
        # A 404 after a lost answer is not taken for a success: generated code expects a body.
        action = Action.UPDATE if method.upper() == "DELETE" else None
        build = self._pipeline.requests.call
        call = build(operation, location_id, request, lambda it: it, self._settings, action=action)
        response = self._pipeline.send(call)
        headers = [(name.encode(), value.encode()) for name, value in response.headers.items()]
        return http.Response(response.status_code, headers=headers, content=response.content)
