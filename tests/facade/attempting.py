"""The attempts of a call, without a client."""

from collections.abc import Callable
from math import inf
from unittest.mock import Mock

from facade import AssociationsError
from facade._core.bounds import CallDeadline
from facade._core.call_options import CallSettings
from facade._core.calls import Action
from facade._core.retry import MAX_BACKOFF, RETRIES, Attempts, Step
from tests.facade.driving import Clock


def attempts_of(
    action: Action = Action.READ,
    *,
    retries: int = RETRIES,
    max_backoff: float = MAX_BACKOFF,
    deadline: CallDeadline | None = None,
    default_deadline: float = inf,
    clock: Callable[[], float] | None = None,
) -> Attempts:
    """Return the attempts of a call, none of which was made yet."""
    settings = CallSettings({}, retries, max_backoff, default_deadline, deadline)
    return Attempts(Mock(), action, settings, clock=clock or Clock())


def after(attempts: Attempts, error: AssociationsError) -> Step:
    """Make an attempt that fails, and return what follows it."""
    attempts.made += 1
    return attempts.after(error)
