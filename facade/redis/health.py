"""What an error of Redis means, an outage or a refusal, and whether Redis may evict keys."""

import logging
import re
import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import Any, cast
from weakref import WeakSet

from redis import exceptions

from facade._core.interrupts import interrupt_in
from facade.errors import AssociationsError, PaceError
from facade.redis.connection import REDIS_ERRORS, discard_replies

RIGHTS = "~highlevel:* +@read +@write +@scripting +@connection +time +info"  # all that we need
_KEEPING_POLICY = "noeviction"  # the others drop keys when the memory is full
_LONGEST = 200  # characters of what Redis said

logger = logging.getLogger("facade")
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
