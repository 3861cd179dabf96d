"""The rule for repeating: whether a request is repeated, after how long, and what comes first."""

import ssl
from math import inf
from typing import Any
from unittest.mock import Mock

import pytest

import facade
from facade._core.bounds import CallDeadline
from facade._core.call_options import CallSettings
from facade._core.calls import Action
from facade._core.response import status_error
from facade._core.retry import (
    DEADLINE,
    MAX_BACKOFF,
    RETRIES,
    RULES,
    Attempts,
    Step,
    Then,
    backoff,
    causes,
    is_duplicate,
    may_be_duplicate,
)
from tests.facade.driving import Clock


def attempts_of(
    action: Action = Action.READ, clock: Clock | None = None, **changed: Any
) -> Attempts:
    """Return the attempts of a call, none of which was made yet."""
    settings = CallSettings({}, RETRIES, MAX_BACKOFF)._replace(**changed)
    about = Mock(method="GET", path="/a")
    return Attempts(about, action, settings, clock=clock or Clock())


def after(attempts: Attempts, error: facade.AssociationsError) -> Step:
    """Make an attempt that fails, and return what follows it."""
    attempts.made += 1
    return attempts.after(error)


def status(code: int, retry_after: float | None = None) -> facade.APIStatusError:
    headers = {} if retry_after is None else {"retry-after": str(retry_after)}
    return status_error(method="GET", path="/", status_code=code, headers=headers, body=None)


CONNECT, LOST = facade.ConnectFailedError("no"), facade.ConnectionLostError("no")
NOTHING, LOOK_UP, NEVER = Then.NOTHING, Then.LOOK_UP, None
Error = facade.AssociationsError
Wait = tuple[float, float] | None
FIRST = (0.0, 0.5)  # seconds of the first backoff, at least and at most


@pytest.mark.parametrize(
    ("error", "idempotent", "other", "first"),
    [
        (CONNECT, FIRST, FIRST, NOTHING),
        (LOST, FIRST, NEVER, LOOK_UP),
        (facade.DeadlineError("no"), FIRST, FIRST, LOOK_UP),  # nothing was sent
        (status(500), NEVER, NEVER, LOOK_UP),
        (status(502), FIRST, NEVER, LOOK_UP),
        (status(504), FIRST, NEVER, LOOK_UP),
        (status(520), FIRST, NEVER, LOOK_UP),
        (status(527), FIRST, NEVER, LOOK_UP),
        (status(528), NEVER, NEVER, LOOK_UP),
        (status(400), NEVER, NEVER, NOTHING),
        (status(401), FIRST, FIRST, Then.TOKEN),
        (facade.MissingScopeError("no", status_code=401), NEVER, NEVER, NOTHING),
        (status(408), FIRST, NEVER, LOOK_UP),
        (status(409), NEVER, NEVER, NOTHING),
        (status(429), FIRST, FIRST, NOTHING),
        (status(429, 3.0), (3.0, 3.25), (3.0, 3.25), NOTHING),
        (status(429, 120.0), (120.0, 120.25), (120.0, 120.25), NOTHING),
        (status(429, 120.5), NEVER, NEVER, NOTHING),
        (status(503, 30.0), FIRST, NEVER, LOOK_UP),  # Retry-After is for a limit
        (facade.DailyLimitError("no"), NEVER, NEVER, NOTHING),
        (facade.ContractError("no"), NEVER, NEVER, Then.FETCH),
        (facade.ResponseTooLargeError("no"), NEVER, NEVER, LOOK_UP),
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_follows_an_error(error: Error, idempotent: Wait, other: Wait, first: Then) -> None:
    for action in (Action.READ, Action.UPDATE, Action.DELETE, Action.CREATE_ONCE, Action.CREATE):
        expected = other if action is Action.CREATE else idempotent
        delay, then = after(attempts_of(action), error)
        assert (delay is None) is (expected is None)
        if delay is not None and expected is not None:
            assert expected[0] <= delay <= expected[1]
        # What a creation may have done is looked up, before a repeat or in place of it.
        is_lookup = first is LOOK_UP and action is not Action.CREATE_ONCE
        assert then is (NOTHING if is_lookup else first)


DUPLICATE = facade.DuplicateRelationError("no", status_code=400)
MISSING = facade.NotFoundError("no", status_code=404)


@pytest.mark.parametrize(
    ("action", "earlier", "error", "first"),
    [
        (Action.CREATE_ONCE, CONNECT, DUPLICATE, NOTHING),
        (Action.CREATE_ONCE, LOST, DUPLICATE, LOOK_UP),
        (Action.UPDATE, LOST, DUPLICATE, NOTHING),
        # Of a deletion whose outcome was unknown, "there is none" is a success.
        (Action.DELETE, CONNECT, MISSING, NOTHING),
        (Action.DELETE, LOST, MISSING, Then.SUCCEED),
        (Action.DELETE, LOST, status(400), NOTHING),
        (Action.READ, LOST, MISSING, NOTHING),
    ],
)
def test_a_refusal_after_a_loss(action: Action, earlier: Error, error: Error, first: Then) -> None:
    attempts = attempts_of(action)
    after(attempts, earlier)
    after(attempts, CONNECT)  # which says nothing of the one before
    assert after(attempts, error) == (None, first)
    assert [rule.repeats for rule in RULES if rule.action] == [0, 0]


@pytest.mark.parametrize(
    ("error", "may", "is_said"),
    [
        (status(400), True, False),
        (facade.DuplicateRelationError("duplicate", status_code=422), True, True),
        (facade.DuplicateOpportunityError("duplicate", status_code=400), True, False),
        (facade.DuplicateAssociationError("duplicate", status_code=409), True, True),
        (status(409), True, False),
        (status(410), False, False),
        (facade.InvalidRecordError("wrong side", status_code=422), False, False),
        (LOST, False, False),
    ],
)
def test_a_refusal_may_mean_or_say_that_it_exists(error: Error, may: bool, is_said: bool) -> None:
    assert (may_be_duplicate(error), is_duplicate(error)) == (may, is_said)


def test_the_token_is_asked_for_once_and_each_failure_repeated_as_often_as_its_rule_says() -> None:
    attempts = attempts_of()
    steps = [after(attempts, status(401)) for _ in range(3)]
    assert [one.first for one in steps] == [Then.TOKEN, Then.NOTHING, Then.NOTHING]
    assert [one.wait is not None for one in steps] == [True, False, False]
    attempts = attempts_of()
    steps = [after(attempts, one) for one in (CONNECT, status(401), LOST, status(401))]
    assert [one.first for one in steps] == [Then.NOTHING, Then.TOKEN, Then.NOTHING, Then.NOTHING]
    assert [one.wait is not None for one in steps] == [True, True, True, False]
    refused = [LOST, status(401), LOST]
    for failed, retries, repeats in (
        ([CONNECT] * 9, 7, 3),
        ([LOST] * 9, 2, 2),
        ([LOST] * 9, 7, 7),
        (refused, 1, 1),
    ):
        attempts = attempts_of(retries=retries)
        waits = [after(attempts, error).wait is not None for error in failed]
        assert waits == [number < repeats for number in range(len(failed))]


@pytest.mark.parametrize("share", [0.0, 0.5, 1.0])
def test_a_backoff_doubles_up_to_the_bound(monkeypatch: pytest.MonkeyPatch, share: float) -> None:
    monkeypatch.setattr("random.uniform", lambda low, high: low + share * (high - low))
    for longest, bounds in ((MAX_BACKOFF, [0.5, 1, 2, 3, 3, 3, 3]), (5.0, [0.5, 1, 2, 4, 5, 5, 5])):
        for error in (LOST, status(429, 0.0)):  # a time that has passed says nothing
            attempts = attempts_of(max_backoff=longest)
            found = [after(attempts, error).wait for _ in range(8)]
            assert found == [*(share * bound for bound in bounds), None]
        assert backoff(100_000, longest) == share * longest


@pytest.fixture
def shortest(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let each wait be as short as chance allows."""
    monkeypatch.setattr("random.uniform", lambda low, high: low)


@pytest.mark.usefixtures("shortest")
@pytest.mark.parametrize(("elapsed", "waits"), [(240.0, True), (240.1, False)])
@pytest.mark.parametrize("in_queue", [0, 1000])
def test_no_attempt_starts_after_five_minutes(elapsed: float, waits: bool, in_queue: int) -> None:
    clock = Clock()
    attempts = attempts_of(clock=clock)
    clock.now += in_queue
    attempts.waited_for_turn(in_queue)
    assert after(attempts, LOST).wait is not None
    clock.now += elapsed
    attempts.waited_for_turn(elapsed)  # which counts after the first attempt
    assert (after(attempts, status(429, 60.0)).wait is not None) is waits


@pytest.mark.usefixtures("shortest")
def test_no_attempt_starts_after_the_deadline() -> None:
    attempts = attempts_of(deadline=CallDeadline(10, clock=Clock()))
    waits = [after(attempts, status(429, seconds)).wait for seconds in (9.9, 10.0)]
    assert waits == [9.9, None]


def test_a_default_deadline_ends_just_before_its_seconds_and_is_postponed_by_the_pace() -> None:
    deadline = attempts_of(default_deadline=DEADLINE).deadline
    assert 59.0 < deadline.seconds_left <= 59.7  # 99.5 %
    attempts = attempts_of(deadline=deadline)
    attempts.waited_for_turn(100)
    assert (attempts.deadline, deadline.includes_pace) == (deadline, False)
    assert 158 < deadline.seconds_left <= 159.7
    never = attempts_of().deadline
    assert (never.seconds_left, never.seconds_for_pace) == (inf, inf)


def test_an_error_knows_what_the_call_has_done_before_it() -> None:
    clock = Clock()
    attempts, said = attempts_of(clock=clock), []
    for error in (status(400), CONNECT, LOST, status(400), CONNECT):
        clock.now += 7
        after(attempts, error)
        said.append((error.repeated, error.attempts, error.elapsed))
    assert said == [(number > 3, number, 7.0 * number) for number in range(1, 6)]
    late = attempts.late("wait")
    assert str(late).startswith(
        "GET /a: the call's deadline leaves no time to wait - pass a longer"
    )
    assert (late.method, late.path) == ("GET", "/a")
    assert (late.outcome_unknown, late.attempts, late.elapsed) == (True, 5, 35.0)


def test_an_invalid_certificate_is_final_wherever_it_is_in_the_chain_of_causes() -> None:
    error, cause = facade.ConnectFailedError("no"), ValueError("no")
    context = ssl.SSLCertVerificationError("expired")
    error.__cause__, cause.__context__ = cause, context
    assert list(causes(error)) == [error, cause, context]
    assert after(attempts_of(), error).wait is None
    lost = facade.ConnectionLostError("no")
    lost.__cause__ = cause  # which the app handles
    assert after(attempts_of(), lost).wait is not None


@pytest.mark.parametrize("share", [0, 1])
def test_lookups_of_what_should_be_there_go_on_for_eight_seconds_within_the_deadline(
    monkeypatch: pytest.MonkeyPatch, share: int
) -> None:
    monkeypatch.setattr("random.uniform", lambda low, high: (low, high)[share])
    delays = [[0.5, 1.0, 2.0, 4.0], [0.625, 1.25, 2.5, 5.0]][share]
    assert list(attempts_of().lookup_delays()) == delays
    for seconds, lookups in ((0.5, 0), (2.0, 2)):  # each wait is seen on its own
        deadline = CallDeadline(seconds, clock=Clock())
        assert list(attempts_of(deadline=deadline).lookup_delays()) == delays[:lookups]
