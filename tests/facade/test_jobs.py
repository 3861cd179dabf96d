"""Jobs: the same work only once, whoever waits for it."""

import threading

import pytest

from facade import AuthenticationError
from facade._core.jobs import Jobs


def test_those_who_want_the_same_share_one_job() -> None:
    jobs, may_end, runs = Jobs(), threading.Event(), []

    def work() -> None:
        runs.append(1)
        assert may_end.wait(60)

    waiting = [jobs.start("location", work) for _ in range(50)]
    may_end.set()
    assert [one.result(60) for one in waiting] == [None] * 50
    assert len(runs) == 1


def test_a_job_that_blocks_delays_no_other() -> None:
    jobs, never = Jobs(), threading.Event()
    jobs.start("silent", lambda: never.wait(60))
    assert jobs.start("another", lambda: None).result(60) is None
    never.set()


def test_a_failure_is_raised_by_each_who_waits() -> None:
    jobs, may_end = Jobs(), threading.Event()

    def work() -> None:
        assert may_end.wait(60)
        raise AuthenticationError("no", status_code=401)

    waiting = [jobs.start("location", work) for _ in range(3)]
    waiting[1].cancel()  # its caller was cancelled
    may_end.set()
    for one in (waiting[0], waiting[2]):
        with pytest.raises(AuthenticationError):
            one.result(60)
    assert waiting[0].exception() is not waiting[2].exception()
