"""Pairs and outcomes: invalid pairs, progress, and fatal errors."""

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from facade import AssociationsClient, errors
from facade.bulk import Outcome, Progress, ensure_many
from facade.bulk.outcomes import progress
from facade.testing import Sandbox
from tests.facade.bulk.runs import PAIRS, run, seed_owner_pet


@pytest.mark.parametrize(
    "pair",
    [
        ("a",),
        ("a", "b", "c"),
        ("a", ""),
        ("a", " "),
        ("a", 7),
        "ab",
        None,
        {"contact": "a"},
        {"x": "a"},
        ("..", "pet-1"),
        ("contact-1", "x" * 1001),
        ("contact-1", "\udc80"),
    ],
    ids=lambda pair: f"{pair!r:.30}",
)
def test_an_invalid_pair_is_its_own_failed_outcome_and_nothing_is_sent_for_it(
    sandbox: Sandbox, pair: Any, tmp_path: Path
) -> None:
    pairs = [PAIRS[0], pair, [*PAIRS[1]]]
    association = seed_owner_pet(sandbox)
    outcomes = run("async", sandbox, pairs, association=association, journal=tmp_path / "j")
    assert [one.status for one in outcomes] == ["created", "failed", "created"]
    assert isinstance(outcomes[1].error, ValueError)
    assert (outcomes[1].first_record_id, outcomes[1].second_record_id) == ("", "")
    assert len(sandbox.requests) == 2
    assert len((tmp_path / "j").read_text().splitlines()) == 3


def test_progress_counts_outcomes_by_status(client: AssociationsClient, sandbox: Sandbox) -> None:
    association = seed_owner_pet(sandbox)
    sandbox.seed_relation(association.id, "contact-000", "pet-000")
    progress: list[Progress] = []
    list(
        ensure_many(
            client,
            [*PAIRS[:3], ("contact-9", "")],
            association=association,
            on_progress=progress.append,
        )
    )
    counts = [(one.done, one.created, one.existing, one.failed, one.total) for one in progress]
    assert counts == [(1, 0, 1, 0, 4), (2, 1, 1, 0, 4), (3, 2, 1, 0, 4), (4, 2, 1, 1, 4)]
    assert [one.seconds for one in progress] == sorted(one.seconds for one in progress)
    list(ensure_many(client, iter(PAIRS[:1]), association=association, on_progress=progress.append))
    assert progress[-1].total is None


def test_progress_counts_each_status() -> None:
    counts = Counter(created=1, existing=2, related=3, failed=4, resumed=5)
    assert progress(counts, 20, 1.5) == Progress(
        done=10, created=1, existing=2, related=3, failed=4, resumed=5, total=20, seconds=1.5
    )


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (errors.ConnectFailedError("the network is down"), True),
        (errors.AuthenticationError("Invalid JWT"), True),
        (errors.MissingScopeError("the scope is missing"), True),
        (errors.EdgeRefusalError("the network in front refuses"), True),
        (errors.LocationAccessError("no access to the location"), True),
        (errors.DailyLimitError("too many today"), True),
        (errors.ConnectionLostError("the connection was lost"), False),
        (errors.PermissionDeniedError("not allowed"), False),
        (errors.RateLimitError("too many at once"), False),
        (errors.ServerError("bad gateway"), False),
        (ValueError("not a pair"), False),
        (None, False),
    ],
    ids=lambda value: type(value).__name__,
)
def test_an_error_is_fatal_where_every_other_pair_would_meet_it(
    error: Exception | None, expected: bool
) -> None:
    outcome = Outcome(
        index=0, first_record_id="a", second_record_id="b", status="failed", error=error
    )
    assert outcome.is_fatal is expected
