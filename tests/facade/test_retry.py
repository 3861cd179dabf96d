"""The retry policy: whether a request is retried, and after how long."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest

import facade
from facade._core.bounds import CallDeadline
from facade._core.retry import Attempts, causes, lookup_delays, retry_delay
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
        (facade.DeadlineError("no"), FIRST, NEVER),
        (status(500), NEVER, NEVER),
        (status(501), NEVER, NEVER),
        (status(502), FIRST, NEVER),
        (status(503), FIRST, NEVER),
        (status(504), FIRST, NEVER),
        (status(520), FIRST, NEVER),
        (status(527), FIRST, NEVER),
        (status(528), NEVER, NEVER),
        (status(400), NEVER, NEVER),
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
    for may_repeat, expected in ((True, idempotent), (False, other)):
        delay = retry_delay(idempotent=may_repeat, error=error, attempt=1, elapsed=0.0)
        if expected is None:
            assert delay is None
        else:
            assert delay is not None
            assert expected[0] <= delay <= expected[1]


@pytest.mark.parametrize(
    ("attempt", "most"), [(1, 0.5), (2, 1.0), (3, 2.0), (6, 16.0), (7, 20.0), (50, 20.0)]
)
def test_a_backoff_is_anything_up_to_a_bound_that_doubles(
    monkeypatch: pytest.MonkeyPatch, attempt: int, most: float
) -> None:
    for share in (0.0, 0.5, 1.0):
        monkeypatch.setattr("random.uniform", lambda low, high, s=share: low + s * (high - low))
        delay = retry_delay(idempotent=True, error=LOST, attempt=attempt, elapsed=0.0)
        assert delay == share * most


@pytest.mark.parametrize(("elapsed", "waits"), [(0.0, True), (239.0, True), (240.5, False)])
def test_no_attempt_starts_five_minutes_after_the_first(elapsed: float, waits: bool) -> None:
    delay = retry_delay(idempotent=True, error=status(429, 60.0), attempt=1, elapsed=elapsed)
    assert (delay is not None) is waits


def test_attempts_end_five_minutes_after_the_first_however_many_are_left() -> None:
    clock = Clock()
    attempts = Attempts(idempotent=True, retries=1000, clock=clock)
    waited = 0.0
    while (delay := attempts.retry_delay(status(429, 50.0))) is not None:
        clock.now += delay
        waited += delay
    assert attempts.made == 6
    assert 250 <= waited <= 300


def test_attempts_end_at_the_number_of_retries() -> None:
    attempts = Attempts(idempotent=True, retries=2, clock=Clock())
    assert [attempts.retry_delay(LOST) is None for _ in range(3)] == [False, False, True]


def test_no_attempt_starts_after_the_deadline() -> None:
    clock = Clock()
    deadline = CallDeadline(10, clock=clock)
    attempts = Attempts(idempotent=True, retries=7, deadline=deadline, clock=clock)
    assert attempts.retry_delay(status(429, 9.0)) is not None
    assert attempts.retry_delay(status(429, 10.0)) is None
    clock.now += 10
    assert not attempts.has_time_for(0.0)


def test_an_error_knows_whether_an_earlier_attempt_had_an_unknown_outcome() -> None:
    attempts = Attempts(idempotent=True, retries=7, clock=Clock())
    repeated = []
    for error in (status(400), CONNECT, LOST, status(400), CONNECT):
        attempts.retry_delay(error)
        repeated.append(error.repeated)
    assert repeated == [False, False, False, True, True]


def test_causes_are_what_an_error_was_raised_from_or_during() -> None:
    error, cause, context = LookupError(), ZeroDivisionError(), OSError()
    error.__cause__, cause.__context__ = cause, context
    assert list(causes(error)) == [error, cause, context]


def test_a_wait_that_is_too_long_is_not_waited_for(
    answering: Callable[..., Any], waits: list[float]
) -> None:
    client = answering(httpx.Response(429, headers={"Retry-After": "121"}))
    with pytest.raises(facade.RateLimitError) as raised:
        client.associations.get("a1")
    assert (raised.value.retry_after, waits) == (121.0, [])


def test_looks_for_what_should_be_there_go_on_for_more_than_five_seconds() -> None:
    waits = list(lookup_delays(None))
    assert waits == sorted(waits)
    assert 7.5 <= sum(waits) <= 9.375


def test_no_look_comes_after_the_deadline() -> None:
    assert list(lookup_delays(CallDeadline(0.1))) == []
    assert len(list(lookup_delays(CallDeadline(1.3)))) == 2  # each wait is seen on its own
