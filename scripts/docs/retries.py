"""Tables and sentences about retries, waits and deadlines, from the rules that calls follow.

The waits are found by letting a call fail: what the guide says is what a client does.
"""

import random
import ssl
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
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
    return markdown_table(_COLUMNS, map(_cells, RULES))


def numbers(_: Path) -> str:
    """Return how often a request is retried, and for how long."""
    return (
        f"A request is retried up to {RETRIES} times (`retries`), within the deadline of its call. "
        f"The waits are random, and together take up to {sum(_waits()):g} s, unless "
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
        f"up to {sum(_waits(settings)):g} s. To survive a longer outage, set more `retries`, too."
    )


def _waits(settings: CallSettings = _DEFAULT) -> list[float]:
    """Return the longest waits of a call whose server never responds."""
    attempts, waits = _attempts(Action.READ, settings), list[float]()
    with patch.object(random, "uniform", max):
        while True:
            attempts.made += 1
            wait = attempts.after(errors.APITimeoutError("")).wait
            if wait is None:
                return waits
            waits.append(wait)


def _errors() -> Iterator[tuple[int, AssociationsError]]:
    """Yield each kind of error, with its status, or 0."""
    certificate = errors.ConnectFailedError("")
    certificate.__cause__ = ssl.SSLCertVerificationError()
    yield 0, errors.ContractError("", status_code=200)
    yield 429, errors.DailyLimitError("", status_code=429)
    yield 0, certificate
    for kind in (
        errors.ConnectFailedError,
        errors.ResponseTooLargeError,
        errors.APITimeoutError,
        errors.ConnectionLostError,
    ):
        yield 0, kind("")
    for status in range(400, 600):
        error = status_error(method="GET", path="/", status_code=status, headers={}, body={})
        yield status, error


def _attempts(action: Action, settings: CallSettings = _DEFAULT) -> Attempts:
    return Attempts(Mock(), action, settings)


def _cells(rule: Rule) -> list[str]:
    decided = [(status, error) for status, error in _errors() if _decides(rule, error)]
    statuses = sorted({status for status, _ in decided} - {0})
    listed = f" ({_ranges(statuses)})" if 0 < len(statuses) <= _MOST_STATUSES else ""
    may_be_done = rule.action is not None or all(error.outcome_unknown for _, error in decided)
    words = {None: "retried", 0: "not retried", 1: "once"}
    often = words.get(rule.repeats, f"up to {rule.repeats} times")
    return [
        rule.happened + listed,
        "perhaps" if may_be_done else "no",
        "succeeds" if rule.first is Then.SUCCEED else often * (rule.action is None),
        often * (rule.action is not Action.DELETE),
        _wait(_waits()[: rule.repeats], statuses == [429]),
        _first(rule),
    ]


def _decides(rule: Rule, error: AssociationsError) -> bool:
    """Return whether a rule decides about an error; one with an action does so in a repeat only."""
    rules = (each for each in RULES if each.action is rule.action and each.applies(error))
    return next(rules, None) is rule


def _wait(waits: list[float], asks_for_one: bool) -> str:
    if not waits:
        return ""
    *some, last = dict.fromkeys(f"{seconds:g} s" for seconds in waits)
    then = "then " if len(waits) > len(some) + 1 else ""
    backoff = f"up to {', '.join([*some, then + last])}"
    return f"`Retry-After`, or {backoff}" if asks_for_one else backoff


def _first(rule: Rule) -> str:
    if rule.first in (Then.NOTHING, Then.SUCCEED):
        return ""
    is_for_all = rule.action is not None or rule.first is not Then.LOOK_UP
    return rule.first.value if is_for_all else f"for `create`: {rule.first.value}"


def _ranges(statuses: list[int]) -> str:
    """Return statuses as text, such as `408, 520 to 527`."""
    texts: list[str] = []
    for _, numbered in groupby(enumerate(statuses), key=lambda pair: pair[1] - pair[0]):
        run = [status for _, status in numbered]
        texts += [f"{run[0]} to {run[-1]}"] if len(run) > 2 else map(str, run)
    return ", ".join(texts)
