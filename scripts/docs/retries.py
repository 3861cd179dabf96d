"""Tables and sentences about retries, waits and deadlines, from the rules that calls follow.

Each number is found by letting calls fail: what the guide says is what a client does.
"""

import random
import ssl
from collections.abc import Iterator
from itertools import groupby, product
from pathlib import Path
from typing import NamedTuple
from unittest.mock import Mock, patch

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
from facade.bulk._sync.one_by_one import PatientRelations
from scripts.docs.contract import markdown_table

_MOST_STATUSES = 15  # in a cell
_DEFAULT = CallSettings({}, RETRIES, MAX_BACKOFF)
_COLUMNS = ("what happened", "carried out?", "read, update, deletion", "`create`", "wait", "first")


def table(_: Path) -> str:
    """Return a table of the rules: what happened to a request, and what follows."""
    failures = list(_failures())
    return markdown_table(_COLUMNS, (_cells(rule, failures) for rule in RULES))


def numbers(_: Path) -> str:
    """Return how often a request is retried, and for how long."""
    return (
        f"A request is retried up to {RETRIES} times (`retries`), within the deadline of its call. "
        f"The waits are random, and together take up to {_patience(_DEFAULT):g} s, unless "
        "`Retry-After` asks for longer ones; a call fails at once if that is more than "
        f"{MAX_RETRY_AFTER:g} s. No attempt starts more than {MAX_ELAPSED:g} s after the first "
        "one, whatever the deadline."
    )


def lookups(_: Path) -> str:
    """Return how often a lookup is repeated."""
    with patch.object(random, "uniform", min):
        delays = [*_attempts(Action.CREATE_ONCE).lookup_delays()]
    *some, last = [f"{seconds:g} s" for seconds in delays]
    return (
        "HighLevel's lists may lag behind by some seconds. So a lookup in a list that finds "
        f"nothing is repeated, after {', '.join(some)} and {last}."
    )


def options(_: Path) -> str:
    """Return a table of the options that bound a call, with their defaults."""
    timeouts = f"{TIMEOUT.connect:g} s to connect, {TIMEOUT.read:g} s for the rest"
    parts = "each part of a request: connecting, sending, each wait for data"
    whole = "the call with all its requests and waits, except the wait for the pace"
    wait = "the wait before a retry, unless the server asks for a longer one"
    rows = [
        ("`timeout`", parts, timeouts, "not allowed"),
        ("`deadline`", whole, f"{DEADLINE:g} s", "no bound, for a client"),
        ("`retries`", "retries of a request", f"{RETRIES}", "not allowed; 0 for none"),
        ("`max_backoff`", wait, f"{MAX_BACKOFF:g} s", "not allowed"),
    ]
    return markdown_table(("option", "bounds", "default", "`None`"), rows)


def patience(_: Path) -> str:
    """Return what facade.bulk asks for, and how long its calls wait."""
    with AssociationsClient("token", "location") as client:
        settings = PatientRelations.of(client)._client_settings
    return (
        f"`facade.bulk` sends its pairs with `deadline={settings.default_deadline:g}` and "
        f"`max_backoff={settings.max_backoff:g}`: the waits before the {RETRIES} retries then take "
        f"up to {_patience(settings):g} s. To survive a longer outage, set more `retries`, too."
    )


def _patience(settings: CallSettings) -> float:
    """Return the longest waits of a call whose server never responds."""
    return sum(_follow(errors.APITimeoutError(""), _attempts(Action.READ, settings))[1])


class _Failure(NamedTuple):
    """What a rule says of a call whose attempts all fail with an error of a status, or 0.

    `first` is done first after the first attempt, `waits` are the longest ones.
    """

    rule: Rule
    status: int
    action: Action
    is_repeat: bool  # after an attempt that may have been carried out
    may_be_done: bool
    first: Then
    waits: list[float]


def _failures() -> Iterator[_Failure]:
    """Yield each kind of failure; that of a first attempt is first."""
    actions = (Action.READ, Action.DELETE, Action.CREATE_ONCE)
    for is_repeat, (status, error), action in product((False, True), [*_errors()], actions):
        attempts = _attempts(action)
        attempts.outcome_unknown = is_repeat
        rule = attempts.rule_for(error)
        may_be_done = error.outcome_unknown or is_repeat
        first, waits = _follow(error, attempts)
        yield _Failure(rule, status, action, is_repeat, may_be_done, first, waits)


def _errors() -> Iterator[tuple[int, AssociationsError]]:
    """Yield each kind of error, with its status, or 0."""
    yield 0, errors.ContractError("", status_code=200)
    yield 429, errors.DailyLimitError("", status_code=429)
    certificate = errors.ConnectFailedError("")
    certificate.__cause__ = ssl.SSLCertVerificationError()
    yield 0, certificate
    yield 0, errors.ConnectFailedError("")
    yield 0, errors.ResponseTooLargeError("")
    yield 0, errors.APITimeoutError("")
    yield 0, errors.ConnectionLostError("")
    for status in range(400, 600):
        yield (
            status,
            status_error(method="GET", path="/", status_code=status, headers={}, body={}),
        )


def _attempts(action: Action, settings: CallSettings = _DEFAULT) -> Attempts:
    return Attempts(Mock(), action, settings, clock=lambda: 0.0)


def _follow(error: AssociationsError, attempts: Attempts) -> tuple[Then, list[float]]:
    """Let all attempts fail with an error; return what came first, and the longest waits."""
    first, waits = None, list[float]()
    with patch.object(random, "uniform", max):
        while True:
            attempts.made += 1
            step = attempts.after(error)
            first = first or step.first
            if step.wait is None:
                return first, waits
            waits.append(step.wait)


def _cells(rule: Rule, failures: list[_Failure]) -> list[str]:
    """Return the row of a rule, from the failures that it decides, of first attempts if any are."""
    decided = [each for each in failures if each.rule is rule]
    decided = [each for each in decided if each.is_repeat is decided[0].is_repeat]
    by_action = {each.action: each for each in decided}
    other = by_action.get(Action.READ) or by_action.get(Action.DELETE)
    create = by_action.get(Action.CREATE_ONCE)
    statuses = sorted({each.status for each in decided} - {0})
    listed = f" ({_ranges(statuses)})" if 0 < len(statuses) <= _MOST_STATUSES else ""
    return [
        rule.happened + listed,
        "perhaps" if all(each.may_be_done for each in decided) else "no",
        _how_often(other),
        _how_often(create),
        _wait(max((each.waits for each in by_action.values()), key=len), statuses == [429]),
        _first([each.first for each in (create, other) if each is not None]),
    ]


def _how_often(failure: _Failure | None) -> str:
    if failure is None:
        return ""
    if failure.first is Then.SUCCEED:
        return "succeeds"
    count = len(failure.waits)
    words = {0: "not retried", 1: "once", RETRIES: "retried"}
    return words.get(count, f"up to {count} times")


def _wait(waits: list[float], asks_for_one: bool) -> str:
    if not waits:
        return ""
    *some, last = dict.fromkeys(f"{seconds:g} s" for seconds in waits)
    then = "then " if len(waits) > len(some) + 1 else ""
    backoff = f"up to {', '.join([*some, then + last])}"
    return f"`Retry-After`, or {backoff}" if asks_for_one else backoff


def _first(firsts: list[Then]) -> str:
    if firsts[0] in (Then.NOTHING, Then.SUCCEED):
        return ""
    return firsts[0].value if len({*firsts}) == 1 else f"for `create`: {firsts[0].value}"


def _ranges(statuses: list[int]) -> str:
    """Return statuses as text, such as `408, 520 to 527`."""
    texts: list[str] = []
    for _, numbered in groupby(enumerate(statuses), key=lambda pair: pair[1] - pair[0]):
        run = [status for _, status in numbered]
        texts += [f"{run[0]} to {run[-1]}"] if len(run) > 2 else map(str, run)
    return ", ".join(texts)
