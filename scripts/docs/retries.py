"""Tables and sentences about retries, waits and deadlines, from the policy that calls follow.

Each number is found by letting calls fail: what the guide says is what a client does.
"""

import random
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple
from unittest.mock import patch

from facade import AssociationsClient, AssociationsError, errors
from facade._core.call_options import CallSettings
from facade._core.calls import Action
from facade._core.client_options import TIMEOUT
from facade._core.response import status_error
from facade._core.retry import (
    DEADLINE,
    MAX_BACKOFF,
    MAX_ELAPSED,
    MAX_RETRY_AFTER,
    RETRIES,
    RULES,
    Attempts,
    Rule,
    Then,
)
from facade.bulk._sync.one_by_one import patient

_MOST_STATUSES = 15  # in a cell
_OTHERS = (Action.READ, Action.DELETE)  # the first one that a rule applies to


def table(_: Path) -> str:
    """Return a table of the rules: what happened to a request, and what follows."""
    rows = [
        "| what happened | carried out? | read, update, deletion | `create` | wait | first |",
        "|---|---|---|---|---|---|",
    ]
    rows += [f"| {' | '.join(_cells(rule))} |" for rule in RULES]
    return "\n".join(rows)


def numbers(_: Path) -> str:
    """Return how often a request is retried, and for how long."""
    waits = sum(_follow(errors.APITimeoutError(""), Action.READ).waits)
    return (
        f"A request is retried up to {RETRIES} times (`retries`), within the deadline of its call. "
        f"The waits are random, and together take up to {waits:g} s, unless `Retry-After` asks for "
        f"longer ones; a call fails at once if that is more than {MAX_RETRY_AFTER:g} s. No attempt "
        f"starts more than {MAX_ELAPSED:g} s after the first one, whatever the deadline."
    )


def lookups(_: Path) -> str:
    """Return how often a lookup is repeated."""
    with _random(longest=False):
        delays = [*_attempts(Action.CREATE_ONCE).lookup_delays()]
    *some, last = [f"{seconds:g} s" for seconds in delays]
    return (
        "HighLevel's lists may lag behind by some seconds. So a lookup in a list that finds "
        f"nothing is repeated, after {', '.join(some)} and {last}."
    )


def options(_: Path) -> str:
    """Return a table of the options that bound a call, with their defaults."""
    connect, rest = f"{TIMEOUT.connect:g} s to connect", f"{TIMEOUT.read:g} s for the rest"
    rows = [
        ("option", "bounds", "default", "`None`"),
        ("---",) * 4,
        (
            "`timeout`",
            "each part of a request: connecting, sending, each wait for data",
            f"{connect}, {rest}",
            "not allowed",
        ),
        (
            "`deadline`",
            "the call with all its requests and waits, except the wait for the pace",
            f"{DEADLINE:g} s",
            "no bound, for a client",
        ),
        ("`retries`", "retries of a request", f"{RETRIES}", "not allowed; 0 for none"),
        (
            "`max_backoff`",
            "the wait before a retry, unless the server asks for a longer one",
            f"{MAX_BACKOFF:g} s",
            "not allowed",
        ),
    ]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def patience(_: Path) -> str:
    """Return what facade.bulk asks for, and how long its calls wait."""
    with AssociationsClient("token", "location") as client:
        settings = patient(client)._client_settings
    waits = sum(_follow(errors.APITimeoutError(""), Action.READ, settings).waits)
    return (
        f"`facade.bulk` sends its pairs with `deadline={settings.default_deadline:g}` and "
        f"`max_backoff={settings.max_backoff:g}`: the waits before the {RETRIES} retries then take "
        f"up to {waits:g} s. To survive a longer outage, set more `retries`, too."
    )


class _Followed(NamedTuple):
    """What followed a failure that was repeated: what came first, and the longest waits."""

    first: Then
    waits: list[float]


def _cells(rule: Rule) -> list[str]:
    failures = [*_failures_of(rule)]
    statuses = sorted({each.status for each in failures if each.status})
    listed = f" ({_ranges(statuses)})" if 0 < len(statuses) <= _MOST_STATUSES else ""
    followed = {
        each.action: _follow(each.error, each.action, is_after_unknown=each.is_after_unknown)
        for each in failures
    }
    other = next((followed[action] for action in _OTHERS if action in followed), None)
    create = followed.get(Action.CREATE_ONCE)
    unknown = {each.error.outcome_unknown or each.is_after_unknown for each in failures}
    waits = max((each.waits for each in followed.values()), key=len)
    return [
        rule.happened + listed,
        "perhaps" if unknown == {True} else "no",
        _how_often(other),
        _how_often(create),
        _wait(failures[0].error, waits),
        _first(other, create),
    ]


def _how_often(followed: _Followed | None) -> str:
    if followed is None:
        return ""
    if followed.first is Then.SUCCEED:
        return "succeeds"
    count = len(followed.waits)
    words = {0: "not retried", 1: "once", RETRIES: "retried"}
    return words.get(count, f"up to {count} times")


def _wait(error: AssociationsError, waits: list[float]) -> str:
    if not waits:
        return ""
    ends = [now for now, after in pairwise([*waits, None]) if now != after]
    *some, last = [f"{seconds:g} s" for seconds in ends]
    then = "then " if len(some) > 1 and len(ends) < len(waits) else ""
    backoff = f"up to {', '.join([*some, then + last])}"
    return f"`Retry-After`, or {backoff}" if isinstance(error, errors.RateLimitError) else backoff


def _first(other: _Followed | None, create: _Followed | None) -> str:
    firsts = [each.first for each in (create, other) if each is not None]
    first = firsts[0]
    if first in (Then.NOTHING, Then.SUCCEED):
        return ""
    return first.value if len({*firsts}) == 1 else f"for `create`: {first.value}"


class _Failure(NamedTuple):
    """A failed attempt, and the call that it is an attempt of."""

    error: AssociationsError
    action: Action
    is_after_unknown: bool
    status: int


def _failures_of(rule: Rule) -> Iterator[_Failure]:
    """Yield the failures that a rule decides."""
    for is_after_unknown in (False, True):
        found = False
        for status, error in _errors():
            for action in (Action.READ, Action.DELETE, Action.CREATE_ONCE):
                attempts = _attempts(action)
                attempts.outcome_unknown = is_after_unknown
                if next(each for each in RULES if each.applies(error, attempts)) is rule:
                    found = True
                    yield _Failure(error, action, is_after_unknown, status)
        if found:  # a failure of the first attempt suffices
            return


def _errors() -> Iterator[tuple[int, AssociationsError]]:
    """Yield each kind of error, with its status, or 0."""
    yield 0, errors.ContractError("", status_code=200)
    yield 429, errors.DailyLimitError("", status_code=429)
    certificate = errors.ConnectFailedError("")
    certificate.__cause__ = ssl.SSLCertVerificationError()
    yield 0, certificate
    for kind in (
        errors.ConnectFailedError,
        errors.ResponseTooLargeError,
        errors.APITimeoutError,
        errors.ConnectionLostError,
    ):
        yield 0, kind("")
    for status in range(400, 600):
        yield (
            status,
            status_error(method="GET", path="/", status_code=status, headers={}, body={}),
        )


def _follow(
    error: AssociationsError,
    action: Action,
    settings: CallSettings | None = None,
    *,
    is_after_unknown: bool = False,
) -> _Followed:
    """Let all attempts of a call fail with an error."""
    attempts = _attempts(action, settings)
    attempts.outcome_unknown = is_after_unknown
    first, waits = None, list[float]()
    with _random(longest=True):
        while True:
            attempts.made += 1
            step = attempts.after(error)
            first = first or step.first
            if step.wait is None:
                return _Followed(first, waits)
            waits.append(step.wait)


def _attempts(action: Action, settings: CallSettings | None = None) -> Attempts:
    settings = settings or CallSettings({}, RETRIES, MAX_BACKOFF)
    return Attempts(action, settings, clock=lambda: 0.0)


@contextmanager
def _random(*, longest: bool) -> Iterator[None]:
    """Make random waits the longest, or the shortest, that they can be."""
    with patch.object(random, "uniform", (lambda low, high: high if longest else low)):
        yield


def _ranges(statuses: list[int]) -> str:
    """Return statuses as text, such as `408, 520 to 527`."""
    runs: list[list[int]] = []
    for status in statuses:
        if runs and status == runs[-1][-1] + 1:
            runs[-1].append(status)
        else:
            runs.append([status])
    return ", ".join(
        f"{run[0]} to {run[-1]}" if len(run) > 2 else ", ".join(map(str, run)) for run in runs
    )
