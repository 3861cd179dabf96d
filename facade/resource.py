"""The one seam where the facade calls generated code, and what its resources have in common."""

from __future__ import annotations

from array import array
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Generic, ParamSpec, TypeVar, cast

from facade import errors, mapping, transport
from facade.models import Page
from facade.retry import Attempts, CallOptions, fixed
from facade.wire import CALL, Call, seen

if TYPE_CHECKING:
    import httpx

    from generated_client import AuthenticatedClient

P = ParamSpec("P")
Answer = TypeVar("Answer")
Model = TypeVar("Model")
Item = TypeVar("Item")

# What generated parsing and mapping raise for a body that is not what the contract says.
MISMATCH = (AttributeError, KeyError, TypeError, ValueError, RecursionError)


_LONGEST = 1000  # characters; an id has 24, and httpx refuses very long paths its own way


class Resource:
    """Calls of one noun, blocking."""

    def __init__(self, api: AuthenticatedClient, location_id: str, retries: int) -> None:
        self._api = api
        self._location_id = location_id
        self._retries = retries

    def _call(
        self,
        options: CallOptions,
        read: Callable[[Answer], Model],
        operation: Callable[P, Answer],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> Model:
        call = Call(self._location_id, options)
        reset = CALL.set(call)
        try:
            return understand(read, operation(*args, **kwargs), call)
        except MISMATCH as error:
            if call.response is None:
                raise
            raise mismatch(call.response, error) from error
        finally:
            CALL.reset(reset)

    def _once(
        self,
        options: CallOptions,
        post: Callable[[CallOptions], Model],
        look: Callable[[CallOptions], Model | None],
    ) -> Model:
        """Have something made exactly once: where nobody knows whether it was, look first."""
        options = fixed(options)
        attempts = repeating(options, self._retries)
        while True:
            doubtful = attempts.unknown
            try:
                return post(options)
            except errors.AssociationsError as error:
                delay, why = attempts.again_after(error), error
                if not may_be_done(error, doubtful):
                    raise
            transport.sleep(delay or 0.0)
            try:
                found = look(options)
            except errors.AssociationsError as error:
                raise why from error  # whether it was done is still not known
            if found is not None:
                return found
            if delay is None or not why.outcome_unknown:
                raise why


class AsyncResource:
    """Calls of one noun, async."""

    def __init__(self, api: AuthenticatedClient, location_id: str, retries: int) -> None:
        self._api = api
        self._location_id = location_id
        self._retries = retries

    async def _call(
        self,
        options: CallOptions,
        read: Callable[[Answer], Model],
        operation: Callable[P, Awaitable[Answer]],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> Model:
        call = Call(self._location_id, options)
        reset = CALL.set(call)
        try:
            return understand(read, await operation(*args, **kwargs), call)
        except MISMATCH as error:
            if call.response is None:
                raise
            raise mismatch(call.response, error) from error
        finally:
            CALL.reset(reset)

    async def _once(
        self,
        options: CallOptions,
        post: Callable[[CallOptions], Awaitable[Model]],
        look: Callable[[CallOptions], Awaitable[Model | None]],
    ) -> Model:
        """Have something made exactly once: where nobody knows whether it was, look first."""
        options = fixed(options)
        attempts = repeating(options, self._retries)
        while True:
            doubtful = attempts.unknown
            try:
                return await post(options)
            except errors.AssociationsError as error:
                delay, why = attempts.again_after(error), error
                if not may_be_done(error, doubtful):
                    raise
            await transport.async_sleep(delay or 0.0)
            try:
                found = await look(options)
            except errors.AssociationsError as error:
                raise why from error  # whether it was done is still not known
            if found is not None:
                return found
            if delay is None or not why.outcome_unknown:
                raise why


def repeating(options: CallOptions, retries: int) -> Attempts:
    """Count the attempts of a write that is looked for between them, so that it may be repeated."""
    return Attempts("PUT", options.get("retries", retries), options.get("deadline"))


def may_be_done(error: errors.AssociationsError, doubtful: bool) -> bool:
    """Tell whether what failed may be there: done now, or by an earlier attempt in doubt."""
    return error.outcome_unknown or (doubtful and isinstance(error, errors.BadRequestError))


def understand(read: Callable[[Answer], Model], answer: Answer, call: Call) -> Model:
    """Map an answer; an empty page must be empty on the wire too."""
    model = read(answer)
    if call.response is not None and _is_empty(model):
        mapping.check_empty(errors.parse_body(call.response.content))
    return model


def _is_empty(model: object) -> bool:
    return isinstance(model, Page) and not cast("Page[object]", model).items


def mismatch(response: httpx.Response, error: Exception) -> errors.ContractError:
    """Make the error for a success whose body could not be read as the contract says."""
    exchange = seen(response.request, response)
    why = f"{error} is missing" if isinstance(error, KeyError) else str(error) or "another shape"
    return errors.ContractError(
        f"{exchange['method']} {exchange['path']} answered {response.status_code}, "
        f"but the body is not understood: {why}",
        **exchange,
    )


def segment(value: object) -> str:
    """Refuse an id or key that would not stay inside its part of the path."""
    if not isinstance(value, str):
        raise TypeError(f"an id or key is text, not {type(value).__name__}")
    if value in ("", ".", "..") or len(value) > _LONGEST:  # httpx would walk the path up
        raise ValueError(f"an id or key cannot be {value!r:.60}")
    return value


class Walk(Generic[Item]):
    """The way through a list that is paged by skip and limit.

    Pages may be short before the end, and a total may be missing or wrong. So the walk goes on by
    what came, and ends at an empty page, at a page it has seen (a server that ignores skip), or at
    the total where the page that reaches it is not full.
    """

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.skip = 0
        self.goes_on = True
        self._seen = array("q")  # eight bytes a page, so that memory stays flat

    def take(self, page: Page[Item]) -> tuple[Item, ...]:
        """Give what is new on a page, and note where the next one starts."""
        mark = hash(page.items)
        if not page.items or mark in self._seen:
            self.goes_on = False
            return ()
        self._seen.append(mark)
        self.skip += len(page.items)
        at_total = page.total is not None and self.skip >= page.total
        self.goes_on = not (at_total and len(page.items) < self.limit)
        return page.items
