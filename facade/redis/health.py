"""What an error of Redis means, whether Redis may evict keys, and what is sent in an outage."""

import logging
import re
import sys
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import Any, TypeVar, cast
from weakref import WeakSet

from facade._core.forking import LockHolder
from facade._core.interrupts import interrupt_in
from facade.errors import AssociationsError, PaceError
from facade.redis.connection import REDIS_ERRORS, discard_replies, exceptions

RIGHTS = "~highlevel:* +@read +@write +@scripting +@connection +time +info"  # all that we need
_KEEPING_POLICY = "noeviction"  # the others drop keys when the memory is full
PROBE_INTERVAL = 1.0  # seconds between attempts to reach Redis while it is not available
_LONGEST = 200  # characters of what Redis said

logger = logging.getLogger("facade")
Result = TypeVar("Result")
_inspected: WeakSet[Any] = WeakSet()  # clients


class RedisRefusedError(PaceError):
    """Redis is available, but refuses a command, and would refuse it again: the text says why."""


# An answer that does not change by itself: a pattern of its class and text, its cause, and what to
# do. The first row that matches decides. A script of Redis 6 quotes the code in its text; later
# ones answer with the code, which is then the class.
_REFUSALS = {
    r"^Auth\w+Error|^ExternalAuth|\bNOAUTH\b|\bWRONGPASS\b": (
        "the user or the password is not accepted",
        "pass both in the URL, such as redis://user:password@host:6379/0",
    ),
    r"^NoPermissionError|\bNOPERM\b|ACL failure|can't run this command": (
        "the user has no right to do this",
        f"ACL SETUSER <user> {RIGHTS}",
    ),
    r"unknown (redis )?command": (
        "it lacks the command, which may be turned off, such as those of scripting",
        "turn it on, or use a Redis that has it",
    ),
    r"^OutOfMemoryError|\bOOM\b": (
        "its memory is full",
        "raise its maxmemory, or move other data elsewhere",
    ),
    r"\bMISCONF\b": ("it cannot save its data", "look at its log, and at the space of its disk"),
    r"^(Moved|Ask|ClusterCrossSlot)Error": (
        "it is part of a cluster",
        "pass a client, such as redis.RedisCluster.from_url(url)",
    ),
}
_OTHER_REFUSAL = ("it refuses a command", "look at its version and its settings")
# No connection, no answer in time, a start, and a failover: Redis is available again later.
_OUTAGE_CLASSES = (
    exceptions.ConnectionError,
    exceptions.TimeoutError,
    exceptions.RedisClusterException,
    exceptions.ClusterError,
    exceptions.TryAgainError,
    exceptions.ReadOnlyError,
)
_OUTAGE_CODES = re.compile(r"\b(READONLY|MASTERDOWN|CLUSTERDOWN|LOADING|NOREPLICAS)\b")


def is_outage(error: Exception) -> bool:
    """Return whether Redis is not available, so that the same command may succeed later."""
    if _refusal_of(error) is not _OTHER_REFUSAL:
        return False
    return isinstance(error, _OUTAGE_CLASSES) or bool(_OUTAGE_CODES.search(str(error)))


def explained(error: Exception) -> str:
    """Return the text of an error; if it is a refusal, with its cause and what to do."""
    text = str(error).partition(", with args")[0][:_LONGEST]  # the arguments may be secret
    if is_outage(error):
        return text
    cause, advice = _refusal_of(error)
    return f"{cause} ({text.strip()}): {advice}"


def _refusal_of(error: Exception) -> tuple[str, str]:
    text = f"{type(error).__name__} {error}"
    found = (row for pattern, row in _REFUSALS.items() if re.search(pattern, text))
    return next(found, _OTHER_REFUSAL)


def warn_of_eviction(client: Any) -> None:
    """Log, once for a client, if Redis drops keys when its memory is full."""
    if client is None or client in _inspected:
        return
    try:
        found: dict[str, Any] = client.info("memory")
    except exceptions.ResponseError as error:
        if is_outage(error):
            raise
        found = {}  # no right to ask
    _inspected.add(client)
    of_cluster = [cast("dict[str, Any]", one) for one in found.values() if isinstance(one, dict)]
    nodes = of_cluster or [found]
    policies = {str(node.get("maxmemory_policy", _KEEPING_POLICY)) for node in nodes}
    if others := sorted(policies - {_KEEPING_POLICY}):
        logger.warning(
            "Redis may drop keys of rate limits, tokens and webhooks when its memory is full: its "
            "maxmemory-policy is %s; set it to %s, or use a Redis without other data",
            ", ".join(others),
            _KEEPING_POLICY,
        )


@contextmanager
def asking(client: Any) -> Generator[None]:
    """Pass on what interrupts commands of a client, instead of the error of Redis that it led to.

    Whatever else than an error ends them may leave a reply unread.
    """
    before = sys.exception()
    try:
        warn_of_eviction(client)
        yield
    except REDIS_ERRORS as error:
        if (interrupt := interrupt_in(error, before)) is not None:
            raise interrupt from interrupt.__cause__
        raise
    except AssociationsError:
        raise
    except BaseException:
        discard_replies(client)
        raise


@contextmanager
def translated_errors(
    client: Any, translate: Callable[[str], AssociationsError]
) -> Generator[None]:
    """Raise what `translate` makes of the explained error of Redis."""
    try:
        with asking(client):
            yield
    except REDIS_ERRORS as error:
        raise translate(explained(error)) from error


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
