"""The retry policy: whether a request is sent again, and after how many seconds.

A write is retried only if it is known that it was not carried out, or if repeating it does no harm.
A POST whose outcome is unknown is therefore not retried here: its caller looks the item up, and may
then repeat the POST.
"""

import random
import time
from collections.abc import Callable, Iterator

from facade._core.bounds import CallDeadline
from facade.errors import (
    APIConnectionError,
    APIStatusError,
    AssociationsError,
    ConnectFailedError,
    DailyLimitError,
    RateLimitError,
    ResponseTooLargeError,
)

RETRIES = 7  # a request is sent 8 times at most
# If no connection can be made, waiting rarely helps: the port is closed or the name is wrong.
_CONNECT_RETRIES = 3
DEADLINE = 60.0  # seconds for a whole call, unless the client or the call says otherwise
MAX_ELAPSED = 300.0  # seconds after the first attempt; no attempt starts later
MAX_RETRY_AFTER = 120.0  # seconds; no retry if Retry-After is longer
IDEMPOTENT_METHODS = frozenset({"GET", "PUT", "DELETE"})
_FIRST_BACKOFF, _MAX_BACKOFF = 0.5, 20.0  # seconds
_TEMPORARY_STATUSES = frozenset({408, 502, 503, 504, *range(520, 528)})
# Seconds between lookups of an item that is not listed yet: lists lag behind by some seconds.
_LOOKUP_DELAYS = (0.5, 1.0, 2.0, 4.0)


def retry_delay(
    *, idempotent: bool, error: AssociationsError, attempt: int, elapsed: float
) -> float | None:
    """Return the seconds to wait before a retry; None if the request must not be retried.

    `attempt` is the number of the attempt that failed with `error`, from 1; `elapsed` is the
    seconds since the first one started. If `idempotent`, the request is retried even though it may
    have succeeded.
    """
    delay = _delay(idempotent, error, attempt)
    return None if delay is None or elapsed + delay > MAX_ELAPSED else delay


def _delay(idempotent: bool, error: AssociationsError, attempt: int) -> float | None:
    if isinstance(error, DailyLimitError):
        return None
    if isinstance(error, RateLimitError):  # not carried out, whatever the method
        if error.retry_after is None:
            return _backoff(attempt)
        if error.retry_after > MAX_RETRY_AFTER:
            return None
        # Jitter, so that clients do not all retry at the same moment.
        return error.retry_after + random.uniform(0, 0.25)  # noqa: S311 - no secret
    if isinstance(error, ConnectFailedError):
        is_hopeless = attempt > _CONNECT_RETRIES or _is_certificate_error(error)
        return None if is_hopeless else _backoff(attempt)
    if isinstance(error, ResponseTooLargeError):
        return None
    is_temporary = isinstance(error, APIStatusError) and error.status_code in _TEMPORARY_STATUSES
    may_help = is_temporary or isinstance(error, APIConnectionError)
    return _backoff(attempt) if may_help and idempotent else None


def _is_certificate_error(error: BaseException) -> bool:
    """Return whether the server's certificate is the cause: a retry would get the same one."""
    import ssl  # loaded already, if there is TLS

    return any(isinstance(one, ssl.SSLCertVerificationError) for one in causes(error))


def causes(error: BaseException) -> Iterator[BaseException]:
    """Yield an error and its chain of causes."""
    cause: BaseException | None = error
    while cause is not None:
        yield cause
        cause = cause.__cause__ or cause.__context__


def lookup_delays(deadline: CallDeadline | None) -> Iterator[float]:
    """Yield the seconds to wait before each repeated lookup, within the deadline."""
    for seconds in _LOOKUP_DELAYS:
        wait = seconds * random.uniform(1, 1.25)  # noqa: S311 - no secret
        if deadline is not None and wait >= deadline.seconds_left:
            return
        yield wait


def _backoff(attempt: int) -> float:
    """Return exponential backoff with full jitter, in seconds."""
    bound = min(_MAX_BACKOFF, _FIRST_BACKOFF * 2 ** (attempt - 1))
    return random.uniform(0, bound)  # noqa: S311 - no secret


class Attempts:
    """The attempts of one call: their number, and whether one of them may have succeeded.

    If `idempotent`, a call is retried even though it may have succeeded. No attempt starts after
    `deadline`.
    """

    def __init__(
        self,
        *,
        idempotent: bool,
        retries: int,
        deadline: CallDeadline | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.idempotent = idempotent
        self.retries = retries
        self.deadline = deadline
        self.clock = clock
        self.made = 0
        self.outcome_unknown = False  # an earlier attempt may have been carried out
        self.token_refused = False  # the token source was informed of a refusal
        self._started = clock()

    def retry_delay(self, error: AssociationsError) -> float | None:
        """Count a failed attempt; return the seconds to wait before a retry, None for no retry."""
        self.made += 1
        elapsed = self.clock() - self._started
        error.repeated, error.attempts, error.elapsed = self.outcome_unknown, self.made, elapsed
        self.outcome_unknown = self.outcome_unknown or error.outcome_unknown
        delay = retry_delay(
            idempotent=self.idempotent, error=error, attempt=self.made, elapsed=elapsed
        )
        return self._allowed(delay)

    def repeat_delay(self) -> float | None:
        """Return the seconds to wait before the only retry of a 401; None for no retry.

        Under load, HighLevel refuses tokens that it accepts a moment later.
        """
        return self._allowed(_backoff(1))

    def _allowed(self, delay: float | None) -> float | None:
        if delay is None or self.made > self.retries or not self.has_time_for(delay):
            return None
        return delay

    def time_left(self) -> float | None:
        """Return the seconds until the deadline; None if there is none."""
        return None if self.deadline is None else max(0.0, self.deadline.seconds_left)

    def has_time_for(self, wait: float) -> bool:
        """Return whether the deadline is later than the end of a wait of so many seconds."""
        return self.deadline is None or wait < self.deadline.seconds_left

    def time_for_turn(self) -> float | None:
        """Return the most seconds to wait for the pace; None for no limit."""
        counts = self.deadline is not None and self.deadline.includes_pace
        return self.time_left() if counts else None

    def may_wait_for_turn(self, seconds: float) -> bool:
        """Return whether such a wait for the pace leaves time to send the request."""
        limit = self.time_for_turn()
        return limit is None or seconds < limit

    def waited_for_turn(self, seconds: float) -> None:
        """Postpone the deadline by a wait for the pace, unless the deadline includes it."""
        if self.deadline is not None and not self.deadline.includes_pace:
            self.deadline.postpone(seconds)
