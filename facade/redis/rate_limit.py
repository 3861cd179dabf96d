"""RedisPace: one rate limit for each app and location, for any number of workers and machines."""

import itertools
import logging
import os
import random
import time
import uuid
from collections import deque
from collections.abc import Callable, Mapping
from typing import Any, Literal, TypeVar

from facade._core import numbers
from facade._core.forking import LockHolder
from facade.errors import DailyLimitError
from facade.pace import CALLS, SECONDS, LocalPace, Turn
from facade.rate_limits import count_of, interval_of
from facade.redis.connection import TIMEOUT, Redis, checked, connect, key_of
from facade.redis.health import CircuitBreaker, RedisRefusedError
from facade.redis.scripts import FINISH, TAKE

DAILY = 200_000  # calls; HighLevel's daily limit
_MARGIN = 0.02  # seconds that a slot stays taken longer, because clocks differ and are rounded
_LEASE = 60.0  # seconds after which a turn without a response is free again: its worker died
_DAILY_HEADERS = "x-ratelimit-limit-daily", "x-ratelimit-daily-remaining"
_HEADERS = "x-ratelimit-max", "x-ratelimit-remaining"

logger = logging.getLogger("facade")
Result = TypeVar("Result")


class _SharedTurn(Turn):
    """A turn that Redis granted: its member, and its start on the clock of Redis in ms."""

    def __init__(self, location_id: str, wait: float, member: str, began: int) -> None:
        super().__init__(location_id, wait)
        self.member = member
        self.began = began


class _Location:
    """What a worker knows of a location; `window` is that of its limit, in milliseconds."""

    def __init__(self, window: int, calls: int) -> None:
        self.window = window
        self.epoch: str | bytes = ""  # of the data in Redis
        # The turns that ended while Redis was not available: their members, and the times of their
        # responses, None if no request was sent.
        self.unreported: deque[tuple[str, float | None]] = deque(maxlen=calls)
        # The numbers of turns that Redis may have granted in a lost reply: the next `take` uses one
        # of them again, so that it takes no second slot.
        self.unconfirmed: list[int] = []
        self.exhausted_at = -1  # the breaker's transitions


class RedisPace:
    """A pace that all workers with the same `app` and the same Redis share.

    `redis` is a URL or a client. `app` is the client id, or any name for a Private Integration;
    Redis stores only a digest of it. The limit is `calls` in `seconds`, and `daily` calls a day, of
    which this worker leaves `reserve` to others, such as a bulk job to an interactive app. Beyond
    it, `take` raises DailyLimitError. A lower limit in response headers takes precedence. Raises
    ValueError for invalid arguments.

    While Redis is not available, `on_outage="wait"` waits for it until the deadline of the call,
    also the default one; "local" lets each worker continue with its `share` after one window, such
    as 0.25 for one of four. A Redis that refuses the password, the user's rights, scripting or more
    data is no outage: `take` raises RedisRefusedError at once.
    """

    # An async client calls `take` in a thread. `finish` and `cancel` block it for a round trip,
    # or the timeout when Redis has just failed: from then on only `take` tries to reach it.
    may_block = True

    def __init__(
        self,
        redis: str | Redis,
        *,
        app: str,
        calls: int = CALLS,
        seconds: float = SECONDS,
        daily: int = DAILY,
        reserve: int = 0,
        on_outage: Literal["wait", "local"] = "wait",
        share: float | None = None,
    ) -> None:
        numbers.count("calls", calls, 1)
        numbers.seconds("seconds", seconds, 0.001)
        numbers.count("daily", daily, 1)
        numbers.count("reserve", reserve, most=daily - 1)
        if on_outage not in ("wait", "local") or (on_outage == "local") != (share is not None):
            raise ValueError(
                "on_outage must be 'wait', or 'local' with a share, such as 0.25 for one of four"
            )
        self._local = (
            None if share is None else LocalPace(share=share, calls=calls, seconds=seconds)
        )
        self._app = app
        self._calls, self._window = calls, _milliseconds(seconds)
        self._day = daily, reserve
        client = connect(redis, TIMEOUT)
        del redis  # a URL may hold a password, which a traceback with locals would print
        self._redis = checked(client, app)
        self._take = self._redis.register_script(TAKE)
        self._finish = self._redis.register_script(FINISH)
        self._breaker = CircuitBreaker(
            "waiting for it" if share is None else f"continuing with a share of {share}",
            self._redis,
        )
        self._id, self._numbers = uuid.uuid4().hex, itertools.count()
        self._holder = LockHolder()
        self._locations: dict[str, _Location] = {}

    def take(self, location_id: str) -> Turn:
        """Take a slot, which may become free later; raise DailyLimitError if the day has none left.

        Costs one round trip to Redis.
        """
        worker, location = self._worker(), self._location(location_id)
        with self._holder.lock:
            now = time.monotonic()
            number = location.unconfirmed.pop() if location.unconfirmed else next(self._numbers)
            # One by one, because others may add to them meanwhile.
            unreported = [location.unreported.popleft() for _ in range(len(location.unreported))]
        member = f"{worker}.{number}"
        # Without a local pace, nothing was sent while Redis was not available.
        idle = 0.0 if self._local else self._breaker.open_seconds()
        settle = max(0, location.window - int(idle * 1000))
        arguments = [self._calls, location.window, member, worker, int(_LEASE * 1000), *self._day]
        arguments += [location.epoch, uuid.uuid4().hex, settle]
        for ended, then in unreported:
            arguments += [ended, "" if then is None else int((now - then) * 1000)]
        keys = self._keys(location_id)
        found = turn = None
        try:
            found = self._breaker.call(
                lambda: self._take(keys=keys, args=arguments), may_probe=True
            )
            if found is not None:
                turn = self._turn_of(location_id, member, found)
        finally:  # without Redis, or after an interrupt, the next `take` does it again
            if found is None:
                location.unreported.extend(unreported)
            if turn is None:
                location.unconfirmed.append(number)
        return turn or self._take_without_redis(location_id)

    def _turn_of(self, location_id: str, member: str, found: Any) -> Turn:
        """Return the turn in the reply of a script; raise DailyLimitError."""
        state, wait, start_or_limit, self._location(location_id).epoch = found
        if state < 0:
            raise self._daily_limit_error(location_id, start_or_limit, wait / 1000)
        if state == 0:
            jitter = random.uniform(0, 0.02)  # noqa: S311 - no secret
            return Turn(location_id, wait / 1000 + jitter, granted=False)
        return _SharedTurn(location_id, wait / 1000, member, start_or_limit)

    def finish(self, turn: Turn, status_code: int, headers: Mapping[str, str]) -> None:
        """Return a slot, which stays taken for as long as the server may count the request."""
        location, interval = self._location(turn.location_id), interval_of(headers)
        if interval is not None:
            location.window = max(self._window, _milliseconds(interval))
        if isinstance(turn, _SharedTurn):
            arguments = [self._calls, location.window, turn.member, turn.began]
            arguments += [int(status_code == 429)]
            arguments += [*_pair(headers, _HEADERS), *_pair(headers, _DAILY_HEADERS)]
            keys = self._keys(turn.location_id)
            recorded, then = None, time.monotonic()
            try:
                # In a tuple, because the script returns None, as `call` does without Redis.
                recorded = self._report(lambda: (self._finish(keys=keys, args=arguments),))
            finally:
                if recorded is None:  # no Redis, or interrupted
                    location.unreported.append((turn.member, then))
            return
        if self._local is not None:
            self._local.finish(turn, status_code, headers)
        member = f"{self._worker()}.{next(self._numbers)}"
        location.unreported.append((member, time.monotonic()))

    def cancel(self, turn: Turn) -> None:
        """Return a slot for which no request was sent."""
        if isinstance(turn, _SharedTurn):
            _, out, state, _ = self._keys(turn.location_id)
            returned = self._report(lambda: self._redis.zrem(out, turn.member))
            if returned:
                self._report(lambda: self._redis.hincrby(state, "day_used", -1))
            elif returned is None:
                self._location(turn.location_id).unreported.append((turn.member, None))
        elif self._local is not None:
            self._local.cancel(turn)

    def _report(self, command: Callable[[], Result]) -> Result | None:
        """Run a command for a turn that ended; an error would hide the response to its request.

        None if Redis is not available, or refuses it: then `take` raises the error.
        """
        try:
            return self._breaker.call(command)
        except RedisRefusedError as error:
            logger.error("%s", error)
            return None

    def _worker(self) -> str:
        return f"{self._id}.{os.getpid()}"  # with the process, because it may have been forked

    def _location(self, location_id: str) -> _Location:
        return self._locations.setdefault(location_id, _Location(self._window, self._calls))

    def _keys(self, location_id: str) -> list[str]:
        base = key_of(self._app, "pace", location_id)
        return [f"{base}:{part}" for part in ("log", "out", "state", "workers")]

    def _daily_limit_error(self, location_id: str, daily: int, seconds: float) -> DailyLimitError:
        reserve = self._day[1]
        kept = f", of which {reserve} are reserved" if reserve else ""
        error = DailyLimitError(
            f"location {location_id} has no calls left of its {daily} a day{kept}: wait for the "
            "next day, or ask HighLevel for a higher limit"
        )
        error.retry_after = seconds
        return error

    # While Redis is not available

    def _take_without_redis(self, location_id: str) -> Turn:
        if self._local is None:
            # Jitter here, too, so that workers do not retry all at once.
            delay = self._breaker.probe_delay() + random.uniform(0.01, 0.1)  # noqa: S311
            return Turn(location_id, delay, granted=False, is_outage=True)
        with self._holder.lock:
            location = self._location(location_id)
            if location.exhausted_at != self._breaker.transitions:
                location.exhausted_at = self._breaker.transitions
                _exhaust(self._local, location_id)
        return self._local.take(location_id)


def _exhaust(pace: LocalPace, location_id: str) -> None:
    """Take all free slots of a pace, because the workers may just have used them through Redis."""
    while True:
        turn = pace.take(location_id)
        if not turn.granted:
            return
        if turn.wait > 0:
            pace.cancel(turn)
            return
        pace.finish(turn, 0, {})


def _milliseconds(seconds: float) -> int:
    """Return the milliseconds for which a slot stays taken, for a window of `seconds`."""
    return int((seconds + _MARGIN) * 1000)


def _pair(headers: Mapping[str, str], names: tuple[str, str]) -> list[Any]:
    most, left = (count_of(headers, name) for name in names)
    return [most, left] if most and left is not None else ["", ""]
