"""The transport of a client with `on_event`: it reports what happens to each call."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from facade._async.transport import AsyncTransport
from facade._core.events import CallReport
from facade._core.request import CURRENT_CALL
from facade._core.waiting import CURRENT_REPORT

if TYPE_CHECKING:
    import httpx

    from facade._core.retry import Attempts
    from facade.pace import Turn


class AsyncReportingTransport(AsyncTransport):
    """A separate class, so that a client without `on_event` has no overhead."""

    async def request(  # type: ignore[override]  # only the arguments that generated code passes
        self, method: str, url: str, **parts: Any
    ) -> httpx.Response:
        """Send a request with its retries, and report it as one call."""
        on_event, call = self._options.on_event, CURRENT_CALL.get()
        assert on_event is not None  # noqa: S101 - the client chose this class for it
        location_id = call.location_id if call else self._options.location_id
        report = CallReport(on_event, method, url, location_id)
        reset = CURRENT_REPORT.set(report)
        try:
            response = await super().request(method, url, **parts)
        except BaseException as error:
            report.ended(error)
            raise
        finally:
            CURRENT_REPORT.reset(reset)
        report.ended(None)
        return response

    async def _exchange(
        self, request: httpx.Request, turn: Turn, attempts: Attempts
    ) -> httpx.Response:
        report = CURRENT_REPORT.get()
        assert report is not None  # noqa: S101 - set by `request`
        report.attempt_started()
        try:
            response = await super()._exchange(request, turn, attempts)
        except BaseException as error:
            report.attempt_ended(None, error)
            raise
        report.attempt_ended(response.status_code, None)
        return response
