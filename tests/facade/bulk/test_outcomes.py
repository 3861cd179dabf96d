"""Pairs and outcomes: invalid pairs, progress, and fatal errors."""

import asyncio
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from facade import AssociationsClient, AsyncAssociationsClient, errors
from facade.bulk import Outcome, Progress, aensure_many, ensure_many
from facade.bulk.outcomes import progress
from facade.testing import Sandbox
from tests.facade.bulk.runs import PAIRS, seed_owner_pet


@pytest.mark.parametrize(
    "pair",
    [("a",), ("a", "b", "c"), ("a", ""), ("a", None), "ab", None, {"contact": "a"}, {"x": "a"}],
    ids=repr,
)
def test_an_invalid_pair_fails_alone_and_nothing_is_sent_for_it(
    client: AssociationsClient, sandbox: Sandbox, pair: Any, tmp_path: Path
) -> None:
    pairs = [pair, ("contact-1", "pet-1")]
    outcomes = list(
        ensure_many(client, pairs, association=seed_owner_pet(sandbox), journal=tmp_path / "j")
    )
    assert [one.status for one in outcomes] == ["failed", "created"]
    assert isinstance(outcomes[0].error, ValueError)
    assert len(sandbox.requests) == 1


@pytest.mark.parametrize(
    "pair",
    [("..", "pet-1"), ("contact-1", "x" * 1001), ("contact-1", "\udc80"), ("contact-1", 7)],
    ids=lambda pair: f"{pair!r:.30}",
)
def test_a_pair_that_cannot_be_sent_is_its_own_failed_outcome(
    client: AssociationsClient, sandbox: Sandbox, pair: Any
) -> None:
    pairs = [PAIRS[0], pair, PAIRS[1]]
    outcomes = list(ensure_many(client, pairs, association=seed_owner_pet(sandbox)))
    assert [one.status for one in outcomes] == ["created", "failed", "created"]
    assert isinstance(outcomes[1].error, ValueError)
    assert len(sandbox.requests) == 2


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


def test_a_client_of_the_other_kind_is_refused(
    client: AssociationsClient, sandbox: Sandbox
) -> None:
    blocking: Any = client
    with pytest.raises(TypeError, match="not AssociationsClient: ensure_many and replace take"):
        aensure_many(blocking, PAIRS, association=seed_owner_pet(sandbox))
    other: Any = AsyncAssociationsClient(sandbox.token, sandbox.location_id)
    with pytest.raises(TypeError, match="not AsyncAssociationsClient: ensure_many and replace"):
        ensure_many(other, PAIRS, association="owner_pet")
    asyncio.run(other.close())


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
