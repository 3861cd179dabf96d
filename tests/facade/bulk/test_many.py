"""ensure_many: outcomes in order, a bounded window, several pairs at once, and when it stops."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from facade import (
    AssociationsClient,
    AsyncAssociationsClient,
    AuthenticationError,
    ConnectFailedError,
    DailyLimitError,
    Ensured,
    InvalidRecordError,
    LocationAccessError,
    MissingScopeError,
    NotFoundError,
    RelationLimitError,
)
from facade.bulk import Outcome, Progress, aensure_many, ensure_many
from facade.testing import Sandbox, SandboxTransport, faults
from tests.facade.bulk.runs import make_client, related_pairs, seed_owner_pet

PAIRS = [(f"contact-{number:03}", f"pet-{number:03}") for number in range(200)]


def summary(outcomes: list[Outcome]) -> list[tuple[str, str]]:
    return [(one.status, one.first_record_id) for one in outcomes]


def test_each_pair_is_created_or_existing_or_failed_in_the_order_of_the_list(
    client: AssociationsClient, sandbox: Sandbox
) -> None:
    association = seed_owner_pet(sandbox)
    there = sandbox.seed_relation(association.id, "contact-2", "pet-2")
    sandbox.declare_record("pet-3", "custom_objects.pet")
    pairs: list[Any] = [
        ("contact-1", "pet-1"),
        {"custom_objects.pet": "pet-2", "contact": "contact-2"},
        ("pet-3", "contact-3"),
        ("contact-1", "pet-1"),
        ["contact-4", "pet-4"],
    ]
    outcomes = list(
        ensure_many(client, pairs, association=association, concurrency=1, details=True)
    )
    assert summary(outcomes) == [
        ("created", "contact-1"),
        ("existing", "contact-2"),
        ("failed", "pet-3"),
        ("existing", "contact-1"),
        ("created", "contact-4"),
    ]
    assert [one.index for one in outcomes] == [0, 1, 2, 3, 4]
    assert outcomes[1].relation_id == there["id"]
    assert outcomes[0].relation_id == outcomes[3].relation_id
    assert isinstance(outcomes[2].error, InvalidRecordError)
    assert [one.error for one in outcomes if one.status != "failed"] == [None] * 4


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


def test_outcomes_are_in_order_even_if_the_first_is_answered_last(sandbox: Sandbox) -> None:
    others_done = threading.Event()
    count = iter(range(1, 16))

    class HoldingTransport(SandboxTransport):
        def handle_request(self, request: httpx.Request) -> httpx.Response:
            if b"contact-000" in request.content:
                assert others_done.wait(60)
                return super().handle_request(request)
            answer = super().handle_request(request)
            if next(count) == 15:
                others_done.set()
            return answer

    with make_client(sandbox, transport=HoldingTransport(sandbox.exchange)) as client:
        outcomes = list(
            ensure_many(client, PAIRS[:16], association=seed_owner_pet(sandbox), concurrency=2)
        )
    assert [one.index for one in outcomes] == list(range(16))
    assert outcomes[0].relation_id == sandbox.relations()[-1]["id"]


def test_an_endless_list_is_read_only_as_the_work_proceeds(
    client: AssociationsClient, sandbox: Sandbox
) -> None:
    taken = 0

    def endless() -> Iterator[tuple[str, str]]:
        nonlocal taken
        while True:
            taken += 1
            yield "contact-1", f"pet-{taken % 10}"

    outcomes = ensure_many(client, endless(), association=seed_owner_pet(sandbox), concurrency=2)
    assert taken == 0
    ahead = [taken - number for number, _ in zip(range(1, 301), outcomes, strict=False)]
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


def test_a_hundred_thousand_resumed_pairs_are_never_pending_at_once(
    client: AssociationsClient, sandbox: Sandbox, tmp_path: Path
) -> None:
    association = seed_owner_pet(sandbox)
    journal = tmp_path / "journal"
    list(ensure_many(client, [("a", "b")], association=association, journal=journal))
    line = journal.read_text().splitlines()[1]
    with journal.open("a") as file:  # instead of 100,000 requests
        for number in range(100_000):
            file.write(line.replace('"b"', f'"b{number}"') + "\n")
    taken = done = most = 0

    def pairs() -> Iterator[tuple[str, str]]:
        nonlocal taken
        for number in range(100_000):
            taken += 1
            yield "a", f"b{number}"

    for outcome in ensure_many(client, pairs(), association=association, journal=journal):
        done += outcome.resumed
        most = max(most, taken - done)
    assert (taken, done) == (100_000, 100_000)
    assert most <= 128
    assert len(sandbox.requests) == 1


def test_as_many_pairs_are_in_flight_as_the_concurrency_allows(sandbox: Sandbox) -> None:
    five_requests = threading.Barrier(5)

    class MeetingTransport(SandboxTransport):
        def handle_request(self, request: httpx.Request) -> httpx.Response:
            five_requests.wait(60)
            return super().handle_request(request)

    with make_client(sandbox, transport=MeetingTransport(sandbox.exchange)) as client:
        outcomes = list(
            ensure_many(client, PAIRS[:20], association=seed_owner_pet(sandbox), concurrency=5)
        )
    assert {one.status for one in outcomes} == {"created"}


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


def test_lost_connections_and_outages_leave_one_relation_for_each_pair(
    client: AssociationsClient, sandbox: Sandbox
) -> None:
    sandbox.misbehave(faults.drop("before_work"), share=0.1, seed=1)
    sandbox.misbehave(faults.drop("after_work"), share=0.1, seed=2)
    sandbox.misbehave(faults.fail(502), share=0.05, seed=3)
    outcomes = list(ensure_many(client, PAIRS, association=seed_owner_pet(sandbox)))
    assert {one.status for one in outcomes} == {"created"}
    assert related_pairs(sandbox) == PAIRS
    ids = [one.relation_id for one in outcomes]
    assert sorted(map(str, ids)) == sorted(one["id"] for one in sandbox.relations())


def test_a_pair_that_fails_does_not_stop_the_others(
    client: AssociationsClient, sandbox: Sandbox
) -> None:
    association = seed_owner_pet(sandbox)
    sandbox.limit_relations(association.id, second=1)
    sandbox.seed_relation(association.id, "somebody", "pet-007")
    outcomes = list(ensure_many(client, PAIRS[:20], association=association))
    assert [one.index for one in outcomes if one.status == "failed"] == [7]
    assert isinstance(outcomes[7].error, RelationLimitError)
    assert len(related_pairs(sandbox)) == 20


def test_a_pair_that_exists_is_existing_although_its_limit_is_reached(
    client: AssociationsClient, sandbox: Sandbox
) -> None:
    association = seed_owner_pet(sandbox)
    sandbox.limit_relations(association.id, second=1)
    pairs = [(f"owner-{number}", f"pet-{number}") for number in range(3)]
    for status in ("created", "existing"):
        outcomes = list(ensure_many(client, pairs, association=association))
        assert {one.status for one in outcomes} == {status}
    assert len(sandbox.relations()) == 3


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


def test_an_error_of_the_list_is_raised_after_the_requests_in_flight(
    client: AssociationsClient, sandbox: Sandbox, tmp_path: Path
) -> None:
    def pairs() -> Iterator[tuple[str, str]]:
        yield from PAIRS[:5]
        raise RuntimeError("the list failed")

    journal = tmp_path / "journal"
    association = seed_owner_pet(sandbox)
    with pytest.raises(RuntimeError, match="the list failed"):
        list(ensure_many(client, pairs(), association=association, journal=journal))
    list(ensure_many(client, PAIRS[:5], association=association, journal=journal))
    assert related_pairs(sandbox) == PAIRS[:5]
    assert len(sandbox.requests) == 5  # nothing was sent twice


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


def test_closing_the_generator_ends_the_run(client: AssociationsClient, sandbox: Sandbox) -> None:
    outcomes = ensure_many(client, PAIRS, association=seed_owner_pet(sandbox), concurrency=2)
    next(outcomes)
    outcomes.close()
    assert len(sandbox.requests) <= 1 + 2 * 16
    assert not [one for one in threading.enumerate() if one.name.startswith("ensure_many")]


def test_a_concurrency_of_zero_is_refused(client: AssociationsClient) -> None:
    with pytest.raises(ValueError, match="concurrency must be 1 or more, not 0"):
        ensure_many(client, PAIRS, association=seed_owner_pet(Sandbox()), concurrency=0)


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


def test_an_association_may_be_given_by_its_key(
    client: AssociationsClient, sandbox: Sandbox
) -> None:
    seed_owner_pet(sandbox, "owner_pet")
    outcomes = list(ensure_many(client, PAIRS[:2], association="owner_pet"))
    assert summary(outcomes) == [("created", "contact-000"), ("created", "contact-001")]
    with pytest.raises(NotFoundError):
        list(ensure_many(client, PAIRS[:2], association="owner_cat"))


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


def test_a_run_that_nobody_reads_warns(client: AssociationsClient, sandbox: Sandbox) -> None:
    with pytest.warns(RuntimeWarning, match="nothing was sent: the Outcomes were not read"):
        ensure_many(client, PAIRS, association=seed_owner_pet(sandbox))
    ensure_many(client, PAIRS, association=seed_owner_pet(sandbox)).close()
    assert sandbox.requests == []


@pytest.mark.parametrize("concurrency", ["8", 1.5, True])
def test_a_concurrency_that_is_no_number_is_refused(
    client: AssociationsClient, concurrency: Any
) -> None:
    with pytest.raises(TypeError, match="concurrency must be a number, not"):
        ensure_many(client, PAIRS, association="owner_pet", concurrency=concurrency)


def test_the_ensured_around_an_association_is_refused_at_once(
    client: AssociationsClient, sandbox: Sandbox
) -> None:
    ensured: Any = Ensured(seed_owner_pet(sandbox), created=True)
    with pytest.raises(TypeError, match="must be an Association, not Ensured: give its item"):
        ensure_many(client, PAIRS, association=ensured)
    with pytest.raises(TypeError, match="must be an Association, not NoneType"):
        ensure_many(client, PAIRS, association=None)  # type: ignore[arg-type]  # pyright: ignore
