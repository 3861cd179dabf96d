"""A pair of records, and its way through a run."""

from typing import Any

import pytest

from facade import Association
from facade.bulk.outcomes import Status
from facade.bulk.pairs import PairJob, parsed


@pytest.mark.parametrize(
    "pair",
    [
        ("a",),
        ("a", "b", "c"),
        ("a", " "),
        ("a", 7),
        "ab",
        None,
        {"contact": "a"},
        ("..", "pet-1"),
        ("contact-1", "\udc80"),
    ],
    ids=lambda pair: f"{pair!r:.30}",
)
def test_what_is_no_pair_is_an_error_of_its_own(association: Association, pair: Any) -> None:
    error = parsed(pair, association)
    assert isinstance(error, ValueError)
    outcome = PairJob.of(7, error).outcome
    assert outcome is not None
    assert (outcome.index, outcome.status, outcome.error) == (7, "failed", error)


def test_the_first_outcome_of_a_pair_stays_and_a_doubtful_one_does_not_exist_before() -> None:
    job = PairJob(0, ("a", "b"), is_doubtful=True)
    job.finish(None)
    told: list[Status] = ["created", "existing", "failed"]
    assert [job.settle(one).status for one in told] == ["created", "related", "failed"]
    job.finish(job.outcome)
    assert job.done.result is None


def test_a_failed_outcome_keeps_no_frames() -> None:
    error = ValueError("why")
    try:
        try:
            raise KeyError("the cause")
        except KeyError as cause:
            raise error from cause
    except ValueError:
        PairJob(0, ("a", "b")).settle("failed", error=error)
    assert error.__traceback__ is None
    assert error.__cause__ is not None
    assert error.__cause__.__traceback__ is None
