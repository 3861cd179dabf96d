"""The outcome of a pair, and the progress of a run."""

from typing import Any

import pytest
from attrs import evolve

from facade import errors
from facade.bulk import Outcome, Progress, ReadProgress, RecordRelations
from facade.bulk.outcomes import forget_frames


def test_progress_says_what_there_is() -> None:
    given = Progress(
        done=15, created=1, existing=2, related=3, failed=4, done_before=5, total=2000, seconds=1.5
    )
    by_status = "1 created, 2 existing, 3 related, 5 done_before, 4 failed"
    assert str(given) == f"15 of 2,000 pairs in 2 s: {by_status}"
    one = Progress(done=1, created=0, existing=0, failed=1, total=None, seconds=0.0)
    assert str(one) == "1 pairs in 0 s: 1 failed"
    read = ReadProgress(done=2, done_before=0, failed=0, relations=1000, total=None, seconds=1.5)
    assert str(read) == "2 records in 2 s: 1,000 relations"
    read = evolve(read, failed=1, total=3000)
    assert str(read) == "2 of 3,000 records in 2 s: 1,000 relations, 1 failed"


def test_a_failed_outcome_keeps_no_frames() -> None:
    error, cause = ValueError("why"), KeyError("the cause")
    for one in (cause, error):
        with pytest.raises(type(one)):
            raise one from (cause if one is error else None)
    forget_frames(error)
    forget_frames(None)
    assert (error.__traceback__, cause.__traceback__) == (None, None)


FATAL = {
    *("AuthenticationError", "MissingScopeError", "TokenTypeError", "VersionHeaderError"),
    *("ConnectFailedError", "DailyLimitError", "EdgeRefusalError", "LocationAccessError"),
    "PaceError",
}


def test_an_error_is_fatal_where_every_other_pair_would_meet_it() -> None:
    given: dict[str, Any] = {"index": 0, "first_record_id": "a", "second_record_id": "b"}

    def is_fatal(error: Exception | None) -> bool:
        read = RecordRelations(index=0, record_id="a", status="failed", error=error)
        pair = Outcome(**given, status="failed", error=error)
        assert read.is_fatal == pair.is_fatal
        return pair.is_fatal

    classes = [one for one in vars(errors).values() if isinstance(one, type)]
    ours = [one for one in classes if issubclass(one, errors.AssociationsError)]
    assert {one.__name__ for one in ours if is_fatal(one("why"))} == FATAL
    assert not is_fatal(None)
