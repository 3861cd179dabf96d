"""A run of ensure_many: a bounded window, and what ends it."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from facade import (
    AssociationsClient,
    AuthenticationError,
    ConnectFailedError,
    DailyLimitError,
    LocationAccessError,
    MissingScopeError,
)
from facade.bulk import Outcome, Progress, ensure_many
from facade.testing import Sandbox, faults
from tests.facade.bulk.runs import PAIRS, Endless, make_client, related_pairs, run, seed_owner_pet
from tests.facade.driving import MODES, Mode


def test_an_endless_list_is_read_only_as_the_work_proceeds(
    client: AssociationsClient, sandbox: Sandbox
) -> None:
    pairs = Endless(different=10)
    outcomes = ensure_many(client, pairs, association=seed_owner_pet(sandbox), concurrency=2)
    assert pairs.taken == 0
    ahead = [pairs.taken - number for number, _ in zip(range(1, 301), outcomes, strict=False)]
    outcomes.close()
    assert min(ahead) >= 0
    assert max(ahead) <= 32  # 16 for each of 2 at once
    assert len(related_pairs(sandbox)) == 10


class LazyExecutor:
    """Stands in for a thread pool; runs a pair only when its result is asked for."""

    def __init__(self, *_: object, **__: object) -> None: ...

    def submit(self, function: Callable[..., Any], *arguments: Any) -> Any:
        class LazyFuture:
            def done(self) -> bool:
                return False

            def result(self) -> Any:
                return function(*arguments)

        return LazyFuture()

    def shutdown(self, **_: object) -> None: ...


def test_sixteen_pairs_for_each_thread_are_read_before_the_first_outcome(
    client: AssociationsClient, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("facade.bulk.threads.ThreadPoolExecutor", LazyExecutor)
    read: list[int] = []

    def pairs() -> Iterator[tuple[str, str]]:
        for number, pair in enumerate(PAIRS, 1):
            read.append(number)
            yield pair

    outcomes = ensure_many(client, pairs(), association=seed_owner_pet(sandbox), concurrency=2)
    read_before = [read[-1] for _ in zip(range(50), outcomes, strict=False)]
    assert read_before == [2 * 16 + done for done in range(50)]


@pytest.mark.parametrize(
    ("status", "message", "error_class"),
    [
        (401, "Invalid JWT", AuthenticationError),
        (401, "The token is not authorized for this scope.", MissingScopeError),
        (403, "The token does not have access to this location.", LocationAccessError),
    ],
)
def test_a_refused_token_stops_the_run_after_the_requests_in_flight(
    client: AssociationsClient,
    sandbox: Sandbox,
    status: int,
    message: str,
    error_class: type[Exception],
) -> None:
    association = seed_owner_pet(sandbox)
    sandbox.misbehave(faults.fail(status, message=message))
    with pytest.raises(error_class):
        list(ensure_many(client, PAIRS, association=association, concurrency=4))
    # A 401 that may pass is put to the test once.
    attempts = 2 if error_class is AuthenticationError else 1
    assert 1 <= len(sandbox.requests) <= 4 * attempts


def test_a_failed_connection_stops_the_run(sandbox: Sandbox) -> None:
    association = seed_owner_pet(sandbox)
    refused = sandbox.misbehave(faults.drop("connecting"))
    with make_client(sandbox, retries=2) as client, pytest.raises(ConnectFailedError):
        list(ensure_many(client, PAIRS, association=association, concurrency=4))
    assert refused.hits <= 3 * 4


def collect(outcomes: Iterator[Outcome], into: list[Outcome]) -> None:
    for outcome in outcomes:
        into.append(outcome)  # noqa: PERF402 - outcomes before an error must stay


def test_the_daily_limit_ends_the_run_and_the_journal_resumes_it_tomorrow(tmp_path: Path) -> None:
    sandbox = Sandbox(limit=(1000, 10.0), daily_limit=50)
    association = seed_owner_pet(sandbox)
    journal = tmp_path / "journal"
    outcomes: list[Outcome] = []
    with make_client(sandbox) as client:
        with pytest.raises(DailyLimitError):
            collect(ensure_many(client, PAIRS, association=association, journal=journal), outcomes)
        done = [one for one in outcomes if one.status == "created"]
        refused = [one for one in outcomes if one.is_fatal]
        assert len(done) == len(related_pairs(sandbox)) == 50
        assert len(done) + len(refused) == len(outcomes) <= 58
        assert all(isinstance(one.error, DailyLimitError) for one in refused)
        assert [one.index for one in outcomes] == sorted(one.index for one in outcomes)
    tomorrow = Sandbox()
    association_tomorrow = seed_owner_pet(tomorrow)
    with make_client(tomorrow) as client:
        assert association_tomorrow.id == association.id
        resumed = list(
            ensure_many(client, PAIRS, association=association_tomorrow, journal=journal)
        )
    assert sum(one.resumed for one in resumed) == 50
    assert sorted(related_pairs(sandbox) + related_pairs(tomorrow)) == PAIRS
    assert {one.status for one in resumed} == {"created"}


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("batch", [None, 100])
def test_an_error_of_the_list_is_raised_after_the_outcomes_of_the_pairs_before_it(
    sandbox: Sandbox, tmp_path: Path, mode: Mode, batch: int | None
) -> None:
    def pairs() -> Iterator[tuple[str, str]]:
        yield from PAIRS[:25]
        raise RuntimeError("the list failed")

    done: list[Progress] = []
    given: dict[str, Any] = {"association": seed_owner_pet(sandbox), "journal": tmp_path / "j"}
    with pytest.raises(RuntimeError, match="the list failed"):
        run(mode, sandbox, pairs(), batch=batch, on_progress=done.append, **given)
    assert [one.created for one in done] == [*range(1, 26)]
    assert related_pairs(sandbox) == PAIRS[:25]
    sent = len(sandbox.requests)
    run(mode, sandbox, PAIRS[:25], **given)
    assert len(sandbox.requests) == sent


def test_an_error_outside_the_api_stops_the_run_and_is_raised(sandbox: Sandbox) -> None:
    calls = 0

    def token() -> str:
        nonlocal calls
        calls += 1
        raise LookupError("the vault is closed")

    association = seed_owner_pet(sandbox)
    with (
        AssociationsClient(token, sandbox.location_id, transport=sandbox.transport()) as client,
        pytest.raises(LookupError, match="the vault is closed"),
    ):
        list(ensure_many(client, PAIRS, association=association, concurrency=4))
    assert calls <= 4


def test_an_endless_list_is_read_a_batch_for_each_job_ahead_and_closing_ends_it(
    sandbox: Sandbox,
) -> None:
    pairs = Endless()
    association = seed_owner_pet(sandbox)
    with make_client(sandbox) as client:
        outcomes = ensure_many(client, pairs, association=association, batch=100)
        ahead = [pairs.taken - number for number, _ in zip(range(1, 3001), outcomes, strict=False)]
        outcomes.close()
    assert max(ahead) <= 8 * 100
    assert len(related_pairs(sandbox)) <= pairs.taken


@pytest.mark.parametrize("mode", MODES)
def test_a_fatal_error_ends_reading_the_list(sandbox: Sandbox, mode: Mode) -> None:
    read: list[int] = []

    def pairs() -> Iterator[tuple[str, str]]:
        for number in range(10_000):
            read.append(number)
            yield f"contact-{number}", f"pet-{number}"

    association = seed_owner_pet(sandbox)
    sandbox.misbehave(faults.fail(403, message="The token does not have access to this location."))
    with pytest.raises(LocationAccessError):
        run(mode, sandbox, pairs(), association=association)
    assert len(read) <= 8 * 16


@pytest.mark.parametrize("mode", MODES)
def test_resumed_pairs_do_not_make_a_listing_worthwhile(
    sandbox: Sandbox, tmp_path: Path, mode: Mode
) -> None:
    given: dict[str, Any] = {"association": seed_owner_pet(sandbox), "journal": tmp_path / "j"}
    of_hub = [("hub", f"pet-{number}") for number in range(103)]
    run(mode, sandbox, of_hub[:100], **given)
    before = len(sandbox.requests)
    outcomes = run(mode, sandbox, of_hub, **given)
    assert [one.resumed for one in outcomes] == [True] * 100 + [False] * 3
    sent = [one.operation for one in sandbox.requests[before:]]
    assert sent == ["create_relation"] * 3


def test_the_progress_counts_what_is_resumed(
    client: AssociationsClient, sandbox: Sandbox, tmp_path: Path
) -> None:
    given: dict[str, Any] = {"association": seed_owner_pet(sandbox), "journal": tmp_path / "j"}
    list(ensure_many(client, PAIRS[:2], **given))
    reports: list[Progress] = []
    list(ensure_many(client, PAIRS[:3], **given, on_progress=reports.append))
    assert [(one.done, one.resumed) for one in reports] == [(1, 1), (2, 2), (3, 2)]
