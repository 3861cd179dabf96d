"""A circuit breaker: while Redis is not available, one caller a second tries to reach it."""

import logging
import time
from collections.abc import Callable
from typing import TypeVar

from facade._core.forking import LockHolder
from facade.redis.connection import REDIS_ERRORS
from facade.redis.health import RedisRefusedError, asking, explained, is_outage

PROBE_INTERVAL = 1.0  # seconds between attempts to reach Redis while it is not available

logger = logging.getLogger("facade")
Result = TypeVar("Result")


class CircuitBreaker:
    """Calls Redis unless it is not available; the log describes the `fallback` meanwhile."""

    def __init__(self, fallback: str, client: object = None) -> None:
        self._fallback = fallback
        self._client = client
        self._holder = LockHolder()
        self._open_since: float | None = None
        self._probe_at = 0.0
        self.transitions = 0  # how often the breaker opened or closed

    def call(self, command: Callable[[], Result], *, may_probe: bool = False) -> Result | None:
        """Run a command; None while Redis is not available. `may_probe` allows a new attempt.

        Raises RedisRefusedError if Redis is available and refuses the command.
        """
        with self._holder.lock:
            transitions, is_open = self.transitions, self._open_since is not None
            if is_open:
                now = time.monotonic()
                if not may_probe or now < self._probe_at:
                    return None
                self._probe_at = now + PROBE_INTERVAL
        try:
            with asking(self._client):
                result = command()
        except REDIS_ERRORS as error:
            if is_outage(error):
                self._change(transitions, error)
                return None
            self._change(transitions, None)  # it answers
            raise RedisRefusedError(f"the rate limit in Redis: {explained(error)}") from error
        if is_open:
            self._change(transitions, None)
        return result

    def open_seconds(self) -> float:
        """Return for how many seconds Redis has not been available; 0 if it is."""
        with self._holder.lock:
            return 0.0 if self._open_since is None else time.monotonic() - self._open_since

    def probe_delay(self) -> float:
        """Return the seconds until the next attempt to reach Redis."""
        with self._holder.lock:
            return max(0.0, self._probe_at - time.monotonic())

    def _change(self, transitions: int, error: Exception | None) -> None:
        """Open or close, unless the command began before the last transition."""
        with self._holder.lock:
            now, since = time.monotonic(), self._open_since
            if transitions != self.transitions or (error is None) == (since is None):
                return
            self.transitions += 1
            self._open_since = None if error is None else now
            self._probe_at = now + PROBE_INTERVAL
        if since is not None:
            logger.warning("Redis is available again after %.1f s", now - since)
        else:
            logger.warning("Redis is not available, %s: %s", self._fallback, error)
