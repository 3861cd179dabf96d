"""RedisPace: one budget for each app and location, whatever the number of workers and machines."""

import itertools
import logging
import os
import random
import threading
import time
import uuid
from collections import defaultdict, deque
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from redis.exceptions import RedisError

from facade.errors import DailyLimitError
from facade.pace import CALLS, SECONDS, LocalPace, Turn
from facade.redis.connection import connect, key
from facade.redis.scripts import ANSWERED, TAKE

if TYPE_CHECKING:
    from redis import Redis

DAILY = 200_000  # HighLevel's limit of a day
_MARGIN = 0.02  # seconds by which a slot is kept longer, because clocks differ and are rounded
_LEASE = 60.0  # seconds after which a turn counts as given up: its worker died
_ASK_EVERY = 1.0  # seconds between two looks whether Redis is back
_DAILY_HEADERS = "x-ratelimit-limit-daily", "x-ratelimit-daily-remaining"
_HEADERS = "x-ratelimit-max", "x-ratelimit-remaining"

logger = logging.getLogger("facade")
Result = TypeVar("Result")


class _SharedTurn(Turn):
    """A turn that Redis knows, by its key and when it starts on Redis's clock."""

    def __init__(self, location_id: str, wait: float, key: str, began: int) -> None:
        super().__init__(location_id, wait)
        self.key = key
        self.began = began


class RedisPace:
    """Keep the pace together with all workers that name the same `app` in the same Redis.

    `redis` is a URL or a client. `app` names what HighLevel counts: a client id, or any name for
    a Private Integration; only a digest of it is in Redis. `daily` is for a day, of which this
    worker leaves `reserve` to others, such as a bulk run to an app that people wait for; what is
    over is a DailyLimitError. What the server's headers say lowers all of them.

    While Redis is away `when_away` is "wait", until it is back or a call's deadline is over, or
    "local": after one window each worker goes on with its `share`, such as 0.25 for one of four.
    """

    # Async clients ask in a thread. What they tell costs them one round trip, and half a second
    # at most when Redis has just gone: only `take` looks for it from then on.
    takes_time = True

    def __init__(
        self,
        redis: "str | Redis",
        *,
        app: str,
        calls: int = CALLS,
        seconds: float = SECONDS,
        daily: int = DAILY,
        reserve: int = 0,
        when_away: Literal["wait", "local"] = "wait",
        share: float | None = None,
    ) -> None:
        if calls < 1 or seconds <= 0 or daily < 1 or not 0 <= reserve < daily:
            raise ValueError("a pace is at least one call in some seconds and in a day")
        if when_away not in ("wait", "local") or (when_away == "local") != (share is not None):
            raise ValueError(
                "when_away is 'wait', or 'local' with a share, such as 0.25 for one of four workers"
            )
        self._local = (
            None if share is None else LocalPace(share=share, calls=calls, seconds=seconds)
        )
        self._share = share
        self._app = app
        self._calls, self._window = calls, int((seconds + _MARGIN) * 1000)
        self._day = daily, reserve
        self._redis = connect(redis)
        del redis  # a URL may hold a password
        self._take = self._redis.register_script(TAKE)
        self._answered = self._redis.register_script(ANSWERED)
        self._id, self._numbers = uuid.uuid4().hex, itertools.count()
        self._lock = threading.Lock()
        self._epochs: dict[str, str] = {}
        self._unreported: defaultdict[str, deque[float]] = defaultdict(lambda: deque(maxlen=calls))
        self._away_since: float | None = None
        self._ask_at = 0.0
        self._turned = 0  # how often Redis has gone or come
        self._started_local: set[str] = set()

    def take(self, location_id: str) -> Turn:
        """Take a slot, perhaps one that comes free later; DailyLimitError when the day's are spent.

        It is one round trip to Redis.
        """
        worker = f"{self._id}.{os.getpid()}"  # a process may have been forked since
        turn = f"{worker}.{next(self._numbers)}"
        with self._lock:
            now = time.monotonic()
            answered = list(self._unreported.pop(location_id, ()))
            epoch = self._epochs.get(location_id, "")
            settle = self._window
            if self._away_since is not None and self._local is None:  # nobody sent anything since
                settle = max(0, settle - int((now - self._away_since) * 1000))
        ages = [int((now - moment) * 1000) for moment in answered]
        arguments = [self._calls, self._window, turn, worker, int(_LEASE * 1000), *self._day]
        arguments += [epoch, uuid.uuid4().hex, settle, *ages]
        keys = self._keys(location_id)
        found = self._reach(lambda: self._take(keys=keys, args=arguments), may_ask=True)
        if found is None:
            self._report_later(location_id, *answered)
            return self._without(location_id)
        state, wait, start, epoch = found
        with self._lock:
            self._epochs[location_id] = epoch if isinstance(epoch, str) else epoch.decode()
        if state < 0:
            raise self._spent(location_id, wait / 1000)
        if state == 0:  # not all at once
            return Turn(location_id, wait / 1000 + random.uniform(0, 0.02), granted=False)  # noqa: S311
        return _SharedTurn(location_id, wait / 1000, key=turn, began=start)

    def answered(self, turn: Turn, status_code: int, headers: Mapping[str, str]) -> None:
        """Give a slot back: it is busy for as long as the server may count the request."""
        if not isinstance(turn, _SharedTurn):
            if self._local is not None:
                self._local.answered(turn, status_code, headers)
            self._report_later(turn.location_id, time.monotonic())
            return
        arguments = [self._calls, self._window, turn.key, turn.began, int(status_code == 429)]
        arguments += [*_pair(headers, _HEADERS), *_pair(headers, _DAILY_HEADERS)]
        keys = self._keys(turn.location_id)
        if self._reach(lambda: (self._answered(keys=keys, args=arguments),)) is None:
            self._report_later(turn.location_id, time.monotonic())

    def unused(self, turn: Turn) -> None:
        """Give a slot back that nothing was sent with."""
        if not isinstance(turn, _SharedTurn):
            if self._local is not None:
                self._local.unused(turn)
            return
        _, out, state, _ = self._keys(turn.location_id)

        def give_back() -> object:
            if self._redis.zrem(out, turn.key):
                self._redis.hincrby(state, "day_used", -1)
            return True

        self._reach(give_back)

    def _keys(self, location_id: str) -> list[str]:
        base = key(self._app, "pace", location_id)
        return [f"{base}:{part}" for part in ("log", "out", "state", "workers")]

    def _spent(self, location_id: str, seconds: float) -> DailyLimitError:
        daily, reserve = self._day
        kept = f", of which {reserve} are kept in reserve" if reserve else ""
        error = DailyLimitError(
            f"location {location_id} has no calls left of its {daily} a day{kept}: wait for a new "
            "day, or ask HighLevel for more"
        )
        error.retry_after = seconds
        return error

    # While Redis is away

    def _reach(self, work: Callable[[], Result], *, may_ask: bool = False) -> Result | None:
        """Do something with Redis; None while it is away. One caller at a time looks for it."""
        with self._lock:
            turned = self._turned
            if self._away_since is not None:
                now = time.monotonic()
                if not may_ask or now < self._ask_at:
                    return None
                self._ask_at = now + _ASK_EVERY
        try:
            result = work()
        except RedisError as error:
            self._note(turned, error)
            return None
        if self._away_since is not None:
            self._note(turned, None)
        return result

    def _note(self, turned: int, error: RedisError | None) -> None:
        """Note that Redis has gone or come; what began before it last did tells nothing new."""
        with self._lock:
            now, since = time.monotonic(), self._away_since
            if turned != self._turned or (error is None) == (since is None):
                return
            self._turned += 1
            self._away_since = None if error is None else now
            self._ask_at = now + _ASK_EVERY
            self._started_local.clear()
        if since is not None:
            logger.warning("Redis is back after %.1f s", now - since)
            return
        plan = "waiting" if self._share is None else f"going on with a share of {self._share}"
        logger.warning("Redis is away, the pace is not shared; %s: %s", plan, error)

    def _report_later(self, location_id: str, *moments: float) -> None:
        with self._lock:
            self._unreported[location_id].extend(moments)

    def _without(self, location_id: str) -> Turn:
        if self._local is None:
            wait = max(0.0, self._ask_at - time.monotonic())
            return Turn(location_id, wait + random.uniform(0.01, 0.1), granted=False)  # noqa: S311
        with self._lock:
            if location_id not in self._started_local:
                self._started_local.add(location_id)
                _use_up(self._local, location_id)
        return self._local.take(location_id)


def _use_up(pace: LocalPace, location_id: str) -> None:
    """Let a pace start as if all was spent just now: by the workers together, it may have been."""
    while True:
        turn = pace.take(location_id)
        if not turn.granted:
            return
        if turn.wait > 0:
            pace.unused(turn)
            return
        pace.answered(turn, 0, {})


def _pair(headers: Mapping[str, str], names: tuple[str, str]) -> list[Any]:
    values = [headers.get(name, "") for name in names]
    return values if all(value.isdecimal() for value in values) else ["", ""]
