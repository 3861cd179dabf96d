"""A circuit breaker: while Redis is away, one caller a second asks for it and the others do not."""

import logging
import time
from collections.abc import Callable
from typing import TypeVar

from facade._core.forking import ForkSafeLock
from facade.redis.connection import RedisError

PROBE_INTERVAL = 1.0  # seconds between two attempts to reach a Redis that is away

logger = logging.getLogger("facade")
Result = TypeVar("Result")


class CircuitBreaker:
    """Calls Redis unless it is away; `fallback` describes in the log what happens meanwhile."""

    def __init__(self, fallback: str) -> None:
        self._fallback = fallback
        self._lock = ForkSafeLock()
        self._open_since: float | None = None
        self._probe_at = 0.0
        self.transitions = 0  # how often Redis went away or came back

    def call(self, command: Callable[[], Result], *, may_probe: bool = False) -> Result | None:
        """Run a command; None while Redis is away. Only a caller that `may_probe` looks for it."""
        with self._lock:
            transitions, is_open = self.transitions, self._open_since is not None
            if is_open:
                now = time.monotonic()
                if not may_probe or now < self._probe_at:
                    return None
                self._probe_at = now + PROBE_INTERVAL
        try:
            result = command()
        except RedisError as error:
            self._change(transitions, error)
            return None
        if is_open:
            self._change(transitions, None)
        return result

    def open_seconds(self) -> float:
        """Return how long Redis has been away; 0 while it is there."""
        with self._lock:
            return 0.0 if self._open_since is None else time.monotonic() - self._open_since

    def probe_delay(self) -> float:
        """Return the seconds until the next attempt to reach Redis."""
        with self._lock:
            return max(0.0, self._probe_at - time.monotonic())

    def _change(self, transitions: int, error: RedisError | None) -> None:
        """Open or close; a command that began before the last transition reports nothing new."""
        with self._lock:
            now, since = time.monotonic(), self._open_since
            if transitions != self.transitions or (error is None) == (since is None):
                return
            self.transitions += 1
            self._open_since = None if error is None else now
            self._probe_at = now + PROBE_INTERVAL
        if since is not None:
            logger.warning("Redis is back after %.1f s", now - since)
        else:
            logger.warning("Redis is away, the pace is not shared; %s: %s", self._fallback, error)
