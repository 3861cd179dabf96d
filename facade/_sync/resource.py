# Generated from facade/_async/resource.py by `make generate`: edit that file instead.
"""The one place where the facade calls generated code, and what its resources have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING, ParamSpec, TypeVar

from facade._core.mapping import UNREADABLE, parsed
from facade._core.options import deadline_of, resolved, with_deadline
from facade._core.request import CURRENT_CALL, CallContext
from facade._core.response import contract_error
from facade._core.retry import Attempts
from facade.errors import AssociationsError, BadRequestError

from facade._core import concurrency

if TYPE_CHECKING:
    from collections.abc import Callable

    from facade._core.concurrency import Function
    from facade._core.options import CallOptions, ClientOptions

    from generated_client import AuthenticatedClient

P = ParamSpec("P")
Answer = TypeVar("Answer")
Model = TypeVar("Model")


class Resource:
    """The operations of one noun, for one location."""

    def __init__(self, api: AuthenticatedClient, location_id: str, options: ClientOptions) -> None:
        self._api = api
        self._location_id = location_id
        self._options = options

    def _call(
        self,
        options: CallOptions,
        read: Callable[[Answer], Model],
        operation: Function[P, Answer],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> Model:
        """Call a generated operation, and read its answer as a model.

        ContractError where the call succeeded and its body cannot be read.
        """
        call = CallContext(self._location_id, options)
        reset = CURRENT_CALL.set(call)
        try:
            return parsed(read, operation(*args, **kwargs), call.response)
        except UNREADABLE as error:
            if call.response is None:
                raise
            raise contract_error(call.response, error) from error
        finally:
            CURRENT_CALL.reset(reset)

    def _create_once(
        self,
        options: CallOptions,
        create: Function[[CallOptions], Model],
        find: Function[[CallOptions], Model | None],
    ) -> Model:
        """Create exactly once: where the outcome of a request is unknown, find before repeating."""
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
            except AssociationsError as error:
                delay, failure = attempts.retry_delay(error), error
                # A refusal may say that an earlier attempt succeeded.
                is_refusal = was_unknown and isinstance(error, BadRequestError)
                if not (error.outcome_unknown or is_refusal):
                    raise
            concurrency.sleep(delay or 0.0)
            try:
                found = find(options)
            except AssociationsError as error:
                raise failure from error  # the outcome is still unknown
            if found is not None:
                return found
            if delay is None or not failure.outcome_unknown:
                raise failure
