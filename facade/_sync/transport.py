# Generated from facade/_async/transport.py by `make generate`: edit that file instead.
"""The httpx client of generated code: all requests and all retries go through it."""

from __future__ import annotations

import logging
import time
import warnings
from functools import partial
from typing import Any

import httpx
from facade._core.bounds import limit_timeout, read_bounded, time_limit
from facade._core.call_options import CallOptions, deadline_of, resolved
from facade._core.options import ClientOptions
from facade._core.pool import Pool
from facade._core.request import CURRENT_CALL, RequestBuilder, path_of
from facade._core.response import raise_for_status, translated_errors
from facade._core.retry import IDEMPOTENT_METHODS, Attempts
from facade._core.waiting import log_failure, log_retry
from facade.errors import (
    AssociationsError,
    ConnectFailedError,
)
from facade.pace import Turn

from facade._core import concurrency
from facade._sync.waiting import Tokens, Turns

logger = logging.getLogger("facade")

# Generated code gets this instead of the response to a call of the facade. Its status is not final
# and in no contract, so generated code parses nothing.
_PLACEHOLDER = httpx.Response(httpx.codes.EARLY_HINTS)


class Transport(httpx.Client):
    """Sends the requests of generated code, which gets successful responses only.

    Generated code therefore never handles a 520, an HTML page or a token, nor the response to a
    call of the facade, which reads the body itself.
    """

    def __init__(
        self,
        options: ClientOptions,
        transport: httpx.BaseTransport | None,
        http_client: httpx.Client | None,
    ) -> None:
        if http_client is not None:
            if transport is not None:
                raise TypeError("pass transport or http_client, not both")
            _require_kind(http_client, httpx.Client)
        self._requests = RequestBuilder(options)  # first, because it rejects an invalid token
        self._inner = transport or Pool(options.base_url)
        super().__init__(transport=self._inner)
        self._options = options
        self._tokens = Tokens(options)
        self._turns = Turns(options.pace)
        self._http_client = http_client

    def request(  # type: ignore[override]  # only the arguments that generated code passes
        self, method: str, url: str, **parts: Any
    ) -> httpx.Response:
        """Build a request, wait for a turn, send it, and retry where that is safe and may help."""
        call = CURRENT_CALL.get()
        location_id = call.location_id if call else self._options.location_id
        options = resolved(call.options) if call else CallOptions()
        concurrency.check_loop()
        attempts = Attempts(
            idempotent=method.upper() in IDEMPOTENT_METHODS,
            retries=options.get("retries", self._options.retries),
            deadline=deadline_of(options) or self._options.new_deadline(),
        )
        build = partial(self._requests.build, method, url, call, **parts)
        while True:
            request_line = f"{method.upper()} {url}"
            request = self._tokens.build(build, request_line, location_id, attempts)
            turn = self._turns.take(request, location_id, attempts)
            try:
                response = self._exchange(request, turn, attempts)
                raise_for_status(request, response)
                if call is None:
                    return response
                call.response = response  # the facade reads its body itself
                return _PLACEHOLDER
            except AssociationsError as error:
                delay = self._tokens.retry_delay(request, location_id, error, attempts)
                if delay is None:
                    log_failure(request, error)
                    raise
                log_retry(request, error, delay)
            concurrency.sleep(delay)

    def _exchange(self, request: httpx.Request, turn: Turn, attempts: Attempts) -> httpx.Response:
        """Send a request once; report the outcome to the pace, the observer and the log."""
        started, was_sent, response = time.monotonic(), True, None
        request.extensions["max_bytes"] = self._options.max_response_bytes
        if attempts.deadline is not None:
            limit_timeout(request, attempts.deadline)
        try:
            with translated_errors(request):
                with time_limit(attempts.deadline):
                    response = self._deliver(request)
            return response
        except ConnectFailedError:
            was_sent = False
            raise
        finally:
            observe = self._options.observe
            if not was_sent:
                self._turns.unused(turn)
            elif response is not None:
                self._turns.answered(turn, response.status_code, response.headers)
            else:
                self._turns.answered(turn, 0, {})
            if observe is not None and response is not None:
                observe.saw(request, response)
            if logger.isEnabledFor(logging.DEBUG):
                outcome = "no response" if response is None else response.status_code
                took = (time.monotonic() - started) * 1000
                logger.debug(
                    "%s %s: %s in %.0f ms", request.method, path_of(request), outcome, took
                )

    def _deliver(self, request: httpx.Request) -> httpx.Response:
        if self._http_client is not None:
            response = self._http_client.send(
                request, auth=None, follow_redirects=False, stream=True
            )
        elif self.is_closed:
            raise RuntimeError("this client is closed")
        else:
            # Not through httpx's own send, whose checks for cookies, redirects, auth and hooks
            # take as long as a small call.
            response = self._inner.handle_request(request)
        try:
            read = read_bounded(response, self._options.max_response_bytes)
        except BaseException:
            response.close()
            raise
        read.request = request
        return read

    def __del__(self) -> None:
        if not getattr(self, "is_closed", True):  # a copy may lack the attribute
            message = "a client was not closed: use `with`, or call close()"
            warnings.warn(message, ResourceWarning, source=self, stacklevel=2)


def _require_kind(http_client: object, kind: type) -> None:
    if not isinstance(http_client, kind):
        given = type(http_client).__name__
        raise TypeError(f"http_client must be an httpx.{kind.__name__}, not {given}")
