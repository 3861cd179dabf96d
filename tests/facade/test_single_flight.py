"""Jobs: one at a time for each key, whatever the number of callers."""

import threading
from functools import partial

import pytest

from facade import AuthenticationError
from facade._core.concurrency import ends_within
from facade._core.single_flight import Jobs
from tests.facade.driving import run_program


def test_those_who_want_the_same_share_one_job() -> None:
    jobs, may_end, runs = Jobs(), threading.Event(), []

    def work() -> None:
        runs.append(1)
        assert may_end.wait(60)

    waiting = [jobs.start("location", work) for _ in range(50)]
    may_end.set()
    assert all(ends_within(one.call_when_ended, 60) for one in waiting)
    assert len(runs) == 1


def test_a_job_that_blocks_delays_no_other() -> None:
    jobs, never = Jobs(), threading.Event()
    jobs.start("silent", lambda: never.wait(60))
    assert ends_within(jobs.start("another", lambda: None).call_when_ended, 60)
    never.set()


def test_a_failure_is_raised_by_each_who_waits() -> None:
    jobs, may_end = Jobs(), threading.Event()

    def work() -> None:
        assert may_end.wait(60)
        raise AuthenticationError("no", status_code=401)

    waiting = [jobs.start("location", work) for _ in range(3)]
    may_end.set()
    errors: list[BaseException] = []
    for one in waiting:
        assert ends_within(one.call_when_ended, 60)
        with pytest.raises(AuthenticationError) as raised:
            one.raise_for_failure()
        errors.append(raised.value)
    assert len({id(error) for error in errors}) == 3


def test_work_that_has_ended_is_done_anew_for_the_next_who_wants_it() -> None:
    jobs, runs = Jobs(), list[int]()
    for number in range(2):
        assert ends_within(jobs.start("location", partial(runs.append, number)).call_when_ended, 60)
    assert runs == [0, 1]


ENDLESS = """
import threading
from facade._core.single_flight import Jobs
Jobs().start("silent", threading.Event().wait)
print("ended")
"""


def test_a_program_ends_while_a_job_does_not() -> None:
    assert run_program(ENDLESS) == ["ended"]
