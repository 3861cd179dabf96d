"""When a request is sent again, and after how long: decided here, slept elsewhere.

A write is sent again only when it is known not to have happened, or when repeating it does no
harm. A POST whose outcome is unknown is therefore not repeated here: its caller looks for what it
asked for, and may then repeat it.
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
# Where there is no connection, waiting rarely helps: a port is closed, a name is wrong.
_CONNECT_RETRIES = 3
DEADLINE = 60.0  # seconds for a whole call, unless the client or the call says otherwise
MAX_ELAPSED = 300.0  # seconds since the first attempt; no attempt starts later
MAX_RETRY_AFTER = 120.0  # seconds; a server that asks for a longer wait is not waited for
IDEMPOTENT_METHODS = frozenset({"GET", "PUT", "DELETE"})
_FIRST_BACKOFF, _MAX_BACKOFF = 0.5, 20.0  # seconds
_TEMPORARY_STATUSES = frozenset({408, 502, 503, 504, *range(520, 528)})
# Seconds between looks for what exists and is not listed yet: lists lag behind by some seconds.
_LOOK_WAITS = (0.5, 1.0, 2.0, 4.0)


def retry_delay(
    *, idempotent: bool, error: AssociationsError, attempt: int, elapsed: float
) -> float | None:
    """Return the seconds to wait before a request is sent again; None if it must not be.

    `attempt` is the number of the attempt that failed with `error`, from 1; `elapsed` is the
    seconds since the first one started. `idempotent` says that the request may be repeated even
    though it may have succeeded.
    """
    delay = _delay(idempotent, error, attempt)
    return None if delay is None or elapsed + delay > MAX_ELAPSED else delay


def _delay(idempotent: bool, error: AssociationsError, attempt: int) -> float | None:
    if isinstance(error, DailyLimitError):
        return None
    if isinstance(error, RateLimitError):  # nothing was done, whatever the method
        if error.retry_after is None:
            return _backoff(attempt)
        if error.retry_after > MAX_RETRY_AFTER:
            return None
        # A little later than asked for, so that clients do not all come at once.
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
    """Return whether the server's certificate is the cause: another attempt sees the same one."""
    import ssl  # loaded already, if there is TLS

    return any(isinstance(one, ssl.SSLCertVerificationError) for one in causes(error))


def causes(error: BaseException) -> Iterator[BaseException]:
    """Yield an error, what caused it, what caused that, and so on."""
    cause: BaseException | None = error
    while cause is not None:
        yield cause
        cause = cause.__cause__ or cause.__context__


def look_waits(deadline: CallDeadline | None) -> Iterator[float]:
    """Yield the seconds to wait before each further look for what should be there.

    None of them passes the deadline.
    """
    for seconds in _LOOK_WAITS:
        wait = seconds * random.uniform(1, 1.25)  # noqa: S311 - no secret
        if deadline is not None and wait >= deadline.seconds_left:
            return
        yield wait


def _backoff(attempt: int) -> float:
    """Return a random wait up to a bound that doubles with each attempt: clients spread out."""
    bound = min(_MAX_BACKOFF, _FIRST_BACKOFF * 2 ** (attempt - 1))
    return random.uniform(0, bound)  # noqa: S311 - no secret


class Attempts:
    """The attempts of one call: how many were made, and whether one may have succeeded.

    `idempotent` says that the call may be repeated even though it may have succeeded. No attempt
    starts after `deadline`.
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
        self.outcome_unknown = False  # an earlier attempt may have done what was asked
        self.token_refused = False  # the token source knows of one refusal
        self._started = clock()

    def retry_delay(self, error: AssociationsError) -> float | None:
        """Count a failed attempt; return the seconds to wait before the next one, if any."""
        self.made += 1
        elapsed = self.clock() - self._started
        error.repeated, error.attempts, error.elapsed = self.outcome_unknown, self.made, elapsed
        self.outcome_unknown = self.outcome_unknown or error.outcome_unknown
        delay = retry_delay(
            idempotent=self.idempotent, error=error, attempt=self.made, elapsed=elapsed
        )
        return self._allowed(delay)

    def repeat_delay(self) -> float | None:
        """Return the seconds to wait before a 401 is put to the test once, if it may be.

        Under load HighLevel refuses tokens that it accepts a moment later.
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
        """Return whether the deadline is still ahead after a wait of so many seconds."""
        return self.deadline is None or wait < self.deadline.seconds_left

    def time_for_turn(self) -> float | None:
        """Return the seconds that waiting for the pace may take; None if it may take any time."""
        counts = self.deadline is not None and self.deadline.includes_pace
        return self.time_left() if counts else None

    def may_wait_for_turn(self, seconds: float) -> bool:
        """Return whether waiting so long for the pace leaves time to send the request."""
        limit = self.time_for_turn()
        return limit is None or seconds < limit

    def waited_for_turn(self, seconds: float) -> None:
        """Note a wait for the pace, which may not count towards the deadline."""
        if self.deadline is not None and not self.deadline.includes_pace:
            self.deadline.postpone(seconds)
