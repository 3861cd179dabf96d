# Generated from facade/_async/resource.py by `make generate`: edit that file instead.
"""The one place where the facade calls generated code, and what its resources have in common."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from facade._core.call_options import deadline_of, resolved, with_deadline
from facade._core.mapping import UnexpectedBodyError
from facade._core.matching import may_exist
from facade._core.request import CURRENT_CALL, CallContext
from facade._core.response import contract_error, parse_body
from facade._core.retry import Attempts, look_waits
from facade._core.waiting import log_look
from facade.errors import AssociationsError, ContractError

from facade._core import concurrency

if TYPE_CHECKING:
    from collections.abc import Callable

    from facade._core.call_options import CallOptions
    from facade._core.concurrency import Function
    from facade._core.options import ClientOptions

    from generated_client import AuthenticatedClient

P = ParamSpec("P")
Model = TypeVar("Model")

if TYPE_CHECKING:
    # Looks for an item because of an error; it says whether another look may find more.
    Find = Function[[CallOptions, AssociationsError], tuple[Model | None, bool]]


class Resource:
    """The operations of one noun, for one location."""

    def __init__(self, api: AuthenticatedClient, location_id: str, options: ClientOptions) -> None:
        self._api = api
        self._location_id = location_id
        self._options = options

    def _call(
        self,
        options: CallOptions,
        read: Callable[[object], Model],
        operation: Function[P, object],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> Model:
        """Call a generated operation, and read the body of its response as a model.

        ContractError where the call succeeded and what was asked for is not in the body.
        """
        call = CallContext(self._location_id, options)
        reset = CURRENT_CALL.set(call)
        try:
            operation(*args, **kwargs)
        except Exception:
            # Generated code is given a stand-in for the response, and may fail to parse it.
            if call.response is None:
                raise
        finally:
            CURRENT_CALL.reset(reset)
        if call.response is None:
            raise RuntimeError("client.api was given another httpx client: make a client for it")
        try:
            return read(parse_body(call.response.content))
        except UnexpectedBodyError as error:
            failure = contract_error(call.response, str(error))
        # Not from it: its frames hold the body, in which a server may repeat the token.
        raise failure

    def _create_once(
        self,
        options: CallOptions,
        create: Function[[CallOptions], Model],
        find: Find[Model],
        asked_for: Model,
    ) -> Model:
        """Create exactly once: where the outcome of a request is unknown, find before repeating.

        `asked_for` is what is known of the item where its creation succeeded and nothing shows it.
        """
        options = resolved(options)
        deadline = deadline_of(options) or self._options.new_deadline()
        if deadline is not None:  # one for all requests
            options = with_deadline(options, deadline)
        attempts = Attempts(
            idempotent=True,  # because of the look between two attempts
            retries=options.get("retries", self._options.retries),
            deadline=deadline,
        )
        while True:
            was_unknown = attempts.outcome_unknown
            try:
                return create(options)
            except ContractError as error:  # it is done: its status says so
                with suppress(AssociationsError):
                    return self._look_for(find, options, error) or asked_for
                return asked_for
            except AssociationsError as error:
                delay, failure = attempts.retry_delay(error), error
                # A refusal may say that an earlier attempt succeeded.
                if not (error.outcome_unknown or (was_unknown and may_exist(error))):
                    raise
            if delay is None or not failure.outcome_unknown:
                return self._found_despite(failure, find, options)
            log_look(self._options, self._location_id, failure, delay)
            concurrency.sleep(delay)
            try:
                found, _ = find(options, failure)
            except AssociationsError as error:
                raise failure from error  # the outcome is still unknown
            if found is not None:
                return found

    def _found_despite(
        self,
        failure: AssociationsError,
        find: Find[Model],
        options: CallOptions,
    ) -> Model:
        """Return the item that may exist although creating it failed; else raise the failure."""
        try:
            found = self._look_for(find, options, failure)
        except AssociationsError as error:
            raise failure from error
        if found is None:
            raise failure
        return found

    def _look_for(
        self,
        find: Find[Model],
        options: CallOptions,
        failure: AssociationsError,
    ) -> Model | None:
        """Look for an item; again for some seconds, where a list may lag behind."""
        waits = look_waits(deadline_of(options))
        while True:
            found, may_lag = find(options, failure)
            wait = next(waits, None) if may_lag else None
            if found is not None or wait is None:
                return found
            log_look(self._options, self._location_id, failure, wait, again=True)
            concurrency.sleep(wait)
