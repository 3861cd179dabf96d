"""client.api: the generated client, over the pipeline of a client."""

from __future__ import annotations

from typing import Any

from facade._async.pipeline import AsyncResource
from facade._core import http
from facade._core.calls import Action
from facade._core.routes import operation_of


class AsyncAPIClient(AsyncResource):
    """What generated code sends with, and from which it gets successful responses only.

    Generated code therefore never handles a 520, an HTML page or a token.
    """

    async def request(self, method: str, url: Any, **parts: Any) -> http.Response:
        """Send a request of generated code; `parts` are its params, json and headers."""
        request = {"method": method, "url": str(url), **parts}
        what = operation_of(method, str(url)), self._location_id, request
        # A 404 after a lost answer is not taken for a success: generated code expects a body.
        action = Action.UPDATE if method.upper() == "DELETE" else None
        build = self._pipeline.requests.call
        call = build(*what, lambda it: it, self._client_settings, action=action)
        response = await self._pipeline.send(call)
        headers = [(name.encode(), value.encode()) for name, value in response.headers.items()]
        return http.Response(response.status_code, headers=headers, content=response.content)
