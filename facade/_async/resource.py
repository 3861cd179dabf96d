"""The base class of the resources: it calls generated operations, and creates exactly once."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from facade._core import concurrency
from facade._core.call_options import deadline_of, resolved, with_deadline
from facade._core.mapping import UnexpectedBodyError
from facade._core.matching import may_be_duplicate
from facade._core.request import CURRENT_CALL, CallContext
from facade._core.response import contract_error, parse_body
from facade._core.retry import Attempts, lookup_delays
from facade._core.waiting import log_lookup
from facade.errors import AssociationsError, ContractError

if TYPE_CHECKING:
    from collections.abc import Callable

    from facade._core.call_options import CallOptions
    from facade._core.concurrency import AsyncFunction
    from facade._core.options import ClientOptions
    from generated_client import AuthenticatedClient

P = ParamSpec("P")
Model = TypeVar("Model")

if TYPE_CHECKING:
    # Looks an item up after an error; the flag says whether a later lookup may still find it.
    AsyncFind = AsyncFunction[[CallOptions, AssociationsError], tuple[Model | None, bool]]


class AsyncResource:
    """The operations of one resource, for one location."""

    def __init__(self, api: AuthenticatedClient, location_id: str, options: ClientOptions) -> None:
        self._api = api
        self._location_id = location_id
        self._options = options

    async def _call(
        self,
        options: CallOptions,
        read: Callable[[object], Model],
        operation: AsyncFunction[P, object],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> Model:
        """Call a generated operation, and read the body of its response as a model.

        Raises ContractError if a successful response does not contain the model.
        """
        call = CallContext(self._location_id, options)
        reset = CURRENT_CALL.set(call)
        try:
            await operation(*args, **kwargs)
        except Exception:
            # Generated code gets a placeholder instead of the response, and may fail to parse it.
            if call.response is None:
                raise
        finally:
            CURRENT_CALL.reset(reset)
        if call.response is None:
            raise RuntimeError(
                "client.api has another httpx client: pass it to the client as http_client instead"
            )
        try:
            return read(parse_body(call.response.content))
        except UnexpectedBodyError as error:
            failure = contract_error(call.response, str(error))
        # Not chained: the frames of `error` hold the body, in which a server may repeat the token.
        raise failure

    async def _create_once(
        self,
        options: CallOptions,
        create: AsyncFunction[[CallOptions], Model],
        find: AsyncFind[Model],
        requested: Model,
    ) -> Model:
        """Create exactly once: if the outcome of a request is unknown, look up before a retry.

        `requested` is returned if the item was created and neither the response nor a lookup has
        it.
        """
        options = resolved(options)
        deadline = deadline_of(options) or self._options.new_deadline()
        if deadline is not None:  # shared by all requests
            options = with_deadline(options, deadline)
        attempts = Attempts(
            idempotent=True,  # because of the lookup between two attempts
            retries=options.get("retries", self._options.retries),
            deadline=deadline,
        )
        while True:
            was_unknown = attempts.outcome_unknown
            try:
                return await create(options)
            except ContractError as error:  # the status says that it was created
                with suppress(AssociationsError):
                    return await self._look_up(find, options, error) or requested
                return requested
            except AssociationsError as error:
                delay, failure = attempts.retry_delay(error), error
                # A refusal may say that an earlier attempt succeeded.
                if not (error.outcome_unknown or (was_unknown and may_be_duplicate(error))):
                    raise
            if delay is None or not failure.outcome_unknown:
                return await self._find_or_raise(failure, find, options)
            log_lookup(self._options, self._location_id, failure, delay)
            await concurrency.async_sleep(delay)
            try:
                found, _ = await find(options, failure)
            except AssociationsError as error:
                raise failure from error  # the outcome is still unknown
            if found is not None:
                return found

    async def _find_or_raise(
        self,
        failure: AssociationsError,
        find: AsyncFind[Model],
        options: CallOptions,
    ) -> Model:
        """Return the item if it exists although its creation failed; else raise the failure."""
        try:
            found = await self._look_up(find, options, failure)
        except AssociationsError as error:
            raise failure from error
        if found is None:
            raise failure
        return found

    async def _look_up(
        self,
        find: AsyncFind[Model],
        options: CallOptions,
        failure: AssociationsError,
    ) -> Model | None:
        """Look an item up; repeat for some seconds if a list may lag behind."""
        delays = lookup_delays(deadline_of(options))
        while True:
            found, may_lag = await find(options, failure)
            wait = next(delays, None) if may_lag else None
            if found is not None or wait is None:
                return found
            log_lookup(self._options, self._location_id, failure, wait, again=True)
            await concurrency.async_sleep(wait)
