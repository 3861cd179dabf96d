"""The rule for repeating: whether a request is repeated, after how long, and what comes first."""

import ssl
from math import inf

import pytest

import facade
from facade._core.bounds import CallDeadline
from facade._core.calls import Action
from facade._core.retry import Then, backoff, causes, is_duplicate, may_be_duplicate
from tests.facade.attempting import after, attempts_of
from tests.facade.driving import Clock


def status(code: int, retry_after: float | None = None) -> facade.APIStatusError:
    kinds = {429: facade.RateLimitError, 400: facade.BadRequestError}
    error = kinds.get(code, facade.ServerError)("no", status_code=code)
    error.retry_after = retry_after
    return error


CONNECT, LOST, LATE = (
    facade.ConnectFailedError("no"),
    facade.ConnectionLostError("no"),
    facade.APITimeoutError("no"),
)
NEVER = None
FIRST = (0.0, 0.5)  # seconds of the first backoff, at least and at most


@pytest.mark.parametrize(
    ("error", "idempotent", "other"),
    [
        (CONNECT, FIRST, FIRST),
        (LOST, FIRST, NEVER),
        (LATE, FIRST, NEVER),
        (facade.DeadlineError("no"), FIRST, FIRST),  # nothing was sent
        (status(500), NEVER, NEVER),
        (status(502), FIRST, NEVER),
        (status(503), FIRST, NEVER),
        (status(527), FIRST, NEVER),
        (status(528), NEVER, NEVER),
        (status(400), NEVER, NEVER),
        (facade.AuthenticationError("no", status_code=401), FIRST, FIRST),
        (facade.MissingScopeError("no", status_code=401), NEVER, NEVER),
        (facade.APIStatusError("no", status_code=408), FIRST, NEVER),
        (facade.APIStatusError("no", status_code=409), NEVER, NEVER),
        (status(429), FIRST, FIRST),
        (status(429, 0.0), (0.0, 0.25), (0.0, 0.25)),
        (status(429, 3.0), (3.0, 3.25), (3.0, 3.25)),
        (status(429, 120.0), (120.0, 120.25), (120.0, 120.25)),
        (status(429, 120.5), NEVER, NEVER),
        (facade.DailyLimitError("no"), NEVER, NEVER),
        (facade.ContractError("no"), NEVER, NEVER),
        (facade.ResponseTooLargeError("no"), NEVER, NEVER),
    ],
    ids=lambda value: type(value).__name__,
)
def test_a_wait_depends_on_the_error_and_on_what_a_repeat_could_do(
    error: facade.AssociationsError,
    idempotent: tuple[float, float] | None,
    other: tuple[float, float] | None,
) -> None:
    table = {
        Action.READ: idempotent,
        Action.UPDATE: idempotent,
        Action.DELETE: idempotent,
        Action.CREATE: other,
    }
    for action, expected in table.items():
        delay = after(attempts_of(action), error).wait
        if expected is None:
            assert delay is None
        else:
            assert delay is not None
            assert expected[0] <= delay <= expected[1]


UNKNOWN, DUPLICATE = status(503), facade.DuplicateRelationError("no", status_code=400)
MISSING = facade.NotFoundError("no", status_code=404)


@pytest.mark.parametrize(
    ("action", "earlier", "error", "first", "repeats"),
    [
        # What a creation may have done is looked up, before a repeat or in place of it.
        (Action.CREATE_ONCE, None, LOST, Then.LOOK_UP, True),
        (Action.CREATE_ONCE, None, UNKNOWN, Then.LOOK_UP, True),
        (Action.CREATE_ONCE, None, status(500), Then.LOOK_UP, False),
        (Action.CREATE_ONCE, None, facade.ResponseTooLargeError("no"), Then.LOOK_UP, False),
        (Action.CREATE_ONCE, None, facade.ContractError("no"), Then.FETCH, False),
        (Action.CREATE_ONCE, None, CONNECT, Then.NOTHING, True),
        (Action.CREATE_ONCE, None, status(429), Then.NOTHING, True),
        (Action.CREATE_ONCE, None, DUPLICATE, Then.NOTHING, False),
        (Action.CREATE_ONCE, CONNECT, DUPLICATE, Then.NOTHING, False),
        (Action.CREATE_ONCE, LOST, DUPLICATE, Then.LOOK_UP, False),
        # Without a lookup, there is none.
        (Action.CREATE, None, LOST, Then.NOTHING, False),
        (Action.READ, None, LOST, Then.NOTHING, True),
        (Action.UPDATE, LOST, DUPLICATE, Then.NOTHING, False),
        # Of a deletion whose outcome was unknown, "there is none" is a success.
        (Action.DELETE, None, MISSING, Then.NOTHING, False),
        (Action.DELETE, CONNECT, MISSING, Then.NOTHING, False),
        (Action.DELETE, LOST, MISSING, Then.SUCCEED, False),
        (Action.DELETE, LOST, status(400), Then.NOTHING, False),
        (Action.READ, LOST, MISSING, Then.NOTHING, False),
    ],
)
def test_what_comes_first_depends_on_what_an_earlier_attempt_may_have_done(
    action: Action,
    earlier: facade.AssociationsError | None,
    error: facade.AssociationsError,
    first: Then,
    repeats: bool,
) -> None:
    attempts = attempts_of(action)
    if earlier is not None:
        after(attempts, earlier)
    step = after(attempts, error)
    assert (step.first, step.wait is not None) == (first, repeats)


@pytest.mark.parametrize(
    ("error", "may", "is_said"),
    [
        (facade.BadRequestError("no", status_code=400), True, False),
        (facade.RelationLimitError("full", status_code=400), True, False),
        (facade.DuplicateRelationError("duplicate", status_code=422), True, True),
        (facade.DuplicateOpportunityError("duplicate", status_code=400), True, False),
        (facade.DuplicateAssociationError("duplicate", status_code=409), True, True),
        (facade.APIStatusError("conflict", status_code=409), True, False),
        (facade.APIStatusError("odd", status_code=410), False, False),
        (facade.InvalidRecordError("wrong side", status_code=422), False, False),
        (facade.NotFoundError("gone", status_code=404), False, False),
        (facade.ServerError("outage", status_code=500), False, False),
        (facade.ConnectionLostError("lost"), False, False),
    ],
)
def test_a_refusal_may_mean_or_say_that_it_exists(
    error: facade.AssociationsError, may: bool, is_said: bool
) -> None:
    assert (may_be_duplicate(error), is_duplicate(error)) == (may, is_said)


def test_a_refused_token_is_reported_once_and_the_request_repeated_once() -> None:
    attempts, refused = attempts_of(), facade.AuthenticationError("no", status_code=401)
    steps = [after(attempts, refused) for _ in range(3)]
    assert [one.first for one in steps] == [Then.TOKEN, Then.NOTHING, Then.NOTHING]
    assert [one.wait is not None for one in steps] == [True, False, False]


def test_no_connection_is_tried_three_times_more() -> None:
    attempts = attempts_of()
    assert [after(attempts, CONNECT).wait is not None for _ in range(5)] == [
        True,
        True,
        True,
        False,
        False,
    ]


@pytest.mark.parametrize(
    ("attempt", "longest", "most"),
    [
        (1, 20.0, 0.5),
        (3, 20.0, 2.0),
        (7, 20.0, 20.0),
        (100_000, 20.0, 20.0),
        (4, 3.0, 3.0),
        (1, 0.0, 0.0),
    ],
)
def test_a_backoff_is_anything_up_to_a_bound_that_doubles(
    monkeypatch: pytest.MonkeyPatch, attempt: int, longest: float, most: float
) -> None:
    for share in (0.0, 0.5, 1.0):
        monkeypatch.setattr("random.uniform", lambda low, high, s=share: low + s * (high - low))
        assert backoff(attempt, longest) == share * most


def test_the_longest_backoff_is_that_of_the_call(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("random.uniform", lambda low, high: high)
    waits = {}
    for longest in (3.0, 20.0):
        attempts = attempts_of(max_backoff=longest)
        waits[longest] = [after(attempts, LOST).wait for _ in range(8)]
    assert waits[3.0] == [0.5, 1.0, 2.0, 3.0, 3.0, 3.0, 3.0, None]  # 15.5 s
    assert waits[20.0] == [0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 20.0, None]


@pytest.mark.parametrize(("elapsed", "waits"), [(0.0, True), (239.0, True), (240.5, False)])
def test_no_attempt_starts_five_minutes_after_the_first(elapsed: float, waits: bool) -> None:
    clock = Clock()
    attempts = attempts_of(clock=clock)
    clock.now += elapsed
    assert (after(attempts, status(429, 60.0)).wait is not None) is waits


def test_attempts_end_at_the_number_of_retries() -> None:
    attempts = attempts_of(retries=2)
    assert [after(attempts, LOST).wait is None for _ in range(3)] == [False, False, True]


def test_no_attempt_starts_after_the_deadline() -> None:
    clock = Clock()
    attempts = attempts_of(deadline=CallDeadline(10, clock=clock), clock=clock)
    assert after(attempts, status(429, 9.0)).wait is not None
    assert after(attempts, status(429, 10.0)).wait is None
    clock.now += 10
    assert after(attempts, CONNECT).wait is None


def test_a_default_deadline_starts_with_the_call_and_ends_just_before_its_seconds() -> None:
    attempts = attempts_of(default_deadline=60.0)
    assert not attempts.deadline.includes_pace
    assert 59.0 < attempts.deadline.seconds_left <= 59.7  # 99.5 %


def test_an_error_knows_whether_an_earlier_attempt_had_an_unknown_outcome() -> None:
    attempts = attempts_of()
    repeated = []
    for error in (status(400), CONNECT, LOST, status(400), CONNECT):
        after(attempts, error)
        repeated.append(error.repeated)
    assert repeated == [False, False, False, True, True]


def test_an_error_knows_the_number_of_its_attempt_and_the_time_since_the_first() -> None:
    clock = Clock()
    attempts = attempts_of(clock=clock)
    after(attempts, CONNECT)
    clock.now += 7
    after(attempts, LOST)
    assert (LOST.attempts, LOST.elapsed) == (2, 7.0)


def test_causes_are_what_an_error_was_raised_from_or_during() -> None:
    error, cause, context = LookupError(), ZeroDivisionError(), OSError()
    error.__cause__, cause.__context__ = cause, context
    assert list(causes(error)) == [error, cause, context]


def test_lookups_of_what_should_be_there_go_on_for_more_than_five_seconds() -> None:
    waits = list(attempts_of().lookup_delays())
    assert waits == sorted(waits)
    assert 7.5 <= sum(waits) <= 9.375


def test_no_lookup_comes_after_the_deadline() -> None:
    assert list(attempts_of(deadline=CallDeadline(0.1)).lookup_delays()) == []
    delays = attempts_of(deadline=CallDeadline(1.3)).lookup_delays()
    assert len(list(delays)) == 2  # each wait is seen on its own


def test_an_invalid_certificate_is_final_wherever_it_is_in_the_chain_of_causes() -> None:
    error, cause = facade.ConnectFailedError("no"), ValueError("no")
    error.__cause__, cause.__cause__ = cause, ssl.SSLCertVerificationError("expired")
    assert after(attempts_of(), error).wait is None


@pytest.mark.parametrize(("includes_pace", "left"), [(True, 3.0), (False, 7.0)])
def test_waiting_for_the_pace_postpones_only_a_default_deadline(
    includes_pace: bool, left: float
) -> None:
    clock = Clock()
    deadline = CallDeadline(10, includes_pace=includes_pace, clock=clock)
    attempts = attempts_of(deadline=deadline, clock=clock)
    assert deadline.seconds_for_pace == (10 if includes_pace else inf)
    clock.now += 7
    attempts.waited_for_turn(4)
    assert attempts.deadline.seconds_left == left


def test_a_call_without_a_deadline_is_never_late() -> None:
    attempts = attempts_of()
    attempts.waited_for_turn(1e6)
    assert (attempts.deadline.seconds_left, attempts.deadline.seconds_for_pace) == (inf, inf)


def test_the_five_minutes_begin_when_the_first_turn_is_granted() -> None:
    clock = Clock()
    attempts = attempts_of(clock=clock)
    clock.now += 1000
    attempts.waited_for_turn(1000)
    assert after(attempts, LOST).wait is not None
    clock.now += 299
    attempts.waited_for_turn(299)
    assert after(attempts, status(429, 60.0)).wait is None
