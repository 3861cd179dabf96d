"""ensure_many: outcomes in order, bounded, several at once, and when it stops."""

import pickle
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from facade import (
    AssociationsClient,
    AuthenticationError,
    ConnectFailedError,
    DailyLimitError,
    InvalidRecordError,
    LocationAccessError,
    MissingScopeError,
    RelationLimitError,
)
from facade.bulk import Outcome, Progress, ensure_many, ensure_shard
from facade.testing import Sandbox, SandboxTransport, faults
from tests.facade.bulk_runs import clients, joined, owner_pet

PAIRS = [(f"contact-{number:03}", f"pet-{number:03}") for number in range(200)]


@pytest.fixture
def client(sandbox: Sandbox) -> Iterator[AssociationsClient]:
    with clients(sandbox) as made:
        yield made


def summary(outcomes: list[Outcome]) -> list[tuple[str, str]]:
    return [(one.status, one.first_record_id) for one in outcomes]


def test_each_pair_is_created_or_existing_or_failed_in_the_order_of_the_list(
    client: AssociationsClient, sandbox: Sandbox
) -> None:
    association = owner_pet(sandbox)
    there = sandbox.seed_relation(association.id, "contact-2", "pet-2")
    sandbox.declare_record("pet-3", "custom_objects.pet")
    pairs: list[Any] = [
        ("contact-1", "pet-1"),
        {"custom_objects.pet": "pet-2", "contact": "contact-2"},
        ("pet-3", "contact-3"),
        ("contact-1", "pet-1"),
        ["contact-4", "pet-4"],
    ]
    outcomes = list(ensure_many(client, pairs, association=association, concurrency=1))
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
def test_what_is_no_pair_fails_alone_and_nothing_is_sent_for_it(
    client: AssociationsClient, sandbox: Sandbox, pair: Any, tmp_path: Path
) -> None:
    pairs = [pair, ("contact-1", "pet-1")]
    outcomes = list(
        ensure_many(client, pairs, association=owner_pet(sandbox), journal=tmp_path / "j")
    )
    assert [one.status for one in outcomes] == ["failed", "created"]
    assert isinstance(outcomes[0].error, ValueError)
    assert len(sandbox.requests) == 1


def test_outcomes_come_in_order_though_the_first_is_answered_last(sandbox: Sandbox) -> None:
    others = threading.Event()
    count = iter(range(1, 16))

    class Holding(SandboxTransport):
        def handle_request(self, request: httpx.Request) -> httpx.Response:
            if b"contact-000" in request.content:
                assert others.wait(30)
                return super().handle_request(request)
            answer = super().handle_request(request)
            if next(count) == 15:
                others.set()
            return answer

    with clients(sandbox, transport=Holding(sandbox.exchange)) as client:
        outcomes = list(
            ensure_many(client, PAIRS[:16], association=owner_pet(sandbox), concurrency=2)
        )
    assert [one.index for one in outcomes] == list(range(16))
    assert outcomes[0].relation_id == sandbox.relations()[-1]["id"]


def test_a_list_without_end_is_taken_only_as_it_is_worked_on(
    client: AssociationsClient, sandbox: Sandbox
) -> None:
    taken = 0

    def endless() -> Iterator[tuple[str, str]]:
        nonlocal taken
        while True:
            taken += 1
            yield "contact-1", f"pet-{taken % 10}"

    outcomes = ensure_many(client, endless(), association=owner_pet(sandbox), concurrency=2)
    assert taken == 0
    ahead = [taken - number for number, _ in zip(range(1, 301), outcomes, strict=False)]
    outcomes.close()
    assert min(ahead) >= 0
    assert max(ahead) <= 32  # 16 for each of 2 at once
    assert len(joined(sandbox)) == 10


def test_a_hundred_thousand_pairs_are_never_held_at_once(
    client: AssociationsClient, sandbox: Sandbox, tmp_path: Path
) -> None:
    association = owner_pet(sandbox)
    journal = tmp_path / "journal"
    list(ensure_many(client, [("a", "b")], association=association, journal=journal))
    line = journal.read_text().splitlines()[1]
    with journal.open("a") as file:  # so that it costs no 100,000 requests
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


def test_as_many_are_in_flight_at_once_as_asked_for(sandbox: Sandbox) -> None:
    together = threading.Barrier(5)

    class Meeting(SandboxTransport):
        def handle_request(self, request: httpx.Request) -> httpx.Response:
            together.wait(30)  # passes only when five are there
            return super().handle_request(request)

    with clients(sandbox, transport=Meeting(sandbox.exchange)) as client:
        outcomes = list(
            ensure_many(client, PAIRS[:20], association=owner_pet(sandbox), concurrency=5)
        )
    assert {one.status for one in outcomes} == {"created"}


def test_progress_counts_what_came_of_the_pairs(
    client: AssociationsClient, sandbox: Sandbox
) -> None:
    association = owner_pet(sandbox)
    sandbox.seed_relation(association.id, "contact-000", "pet-000")
    seen: list[Progress] = []
    list(
        ensure_many(
            client,
            [*PAIRS[:3], ("contact-9", "")],
            association=association,
            on_progress=seen.append,
        )
    )
    counts = [(one.done, one.created, one.existing, one.failed, one.total) for one in seen]
    assert counts == [(1, 0, 1, 0, 4), (2, 1, 1, 0, 4), (3, 2, 1, 0, 4), (4, 2, 1, 1, 4)]
    assert [one.seconds for one in seen] == sorted(one.seconds for one in seen)
    list(ensure_many(client, iter(PAIRS[:1]), association=association, on_progress=seen.append))
    assert seen[-1].total is None


def test_lost_connections_and_outages_leave_every_pair_there_once(
    client: AssociationsClient, sandbox: Sandbox
) -> None:
    sandbox.misbehave(faults.drop("before_work"), share=0.1, seed=1)
    sandbox.misbehave(faults.drop("after_work"), share=0.1, seed=2)
    sandbox.misbehave(faults.fail(502), share=0.05, seed=3)
    outcomes = list(ensure_many(client, PAIRS, association=owner_pet(sandbox)))
    assert {one.status for one in outcomes} == {"created"}
    assert joined(sandbox) == PAIRS
    ids = [one.relation_id for one in outcomes]
    assert sorted(map(str, ids)) == sorted(one["id"] for one in sandbox.relations())


def test_a_pair_that_fails_does_not_keep_the_others_from_being_done(
    client: AssociationsClient, sandbox: Sandbox
) -> None:
    association = owner_pet(sandbox)
    sandbox.limit_relations(association.id, second=1)
    sandbox.seed_relation(association.id, "somebody", "pet-007")
    outcomes = list(ensure_many(client, PAIRS[:20], association=association))
    assert [one.index for one in outcomes if one.status == "failed"] == [7]
    assert isinstance(outcomes[7].error, RelationLimitError)
    assert len(joined(sandbox)) == 20


@pytest.mark.parametrize(
    ("status", "message", "kind"),
    [
        (401, "Invalid JWT", AuthenticationError),
        (401, "The token is not authorized for this scope.", MissingScopeError),
        (403, "The token does not have access to this location.", LocationAccessError),
    ],
)
def test_a_token_that_is_refused_for_all_stops_after_what_is_in_flight(
    client: AssociationsClient, sandbox: Sandbox, status: int, message: str, kind: type[Exception]
) -> None:
    association = owner_pet(sandbox)
    sandbox.misbehave(faults.fail(status, message=message))
    with pytest.raises(kind):
        list(ensure_many(client, PAIRS, association=association, concurrency=4))
    assert 1 <= len(sandbox.requests) <= 4


def test_where_there_is_no_connection_at_all_it_stops_as_well(sandbox: Sandbox) -> None:
    association = owner_pet(sandbox)
    refused = sandbox.misbehave(faults.drop("connecting"))
    with clients(sandbox, retries=2) as client, pytest.raises(ConnectFailedError):
        list(ensure_many(client, PAIRS, association=association, concurrency=4))
    assert refused.hits <= 3 * 4


def collected(outcomes: Iterator[Outcome], into: list[Outcome]) -> None:
    for outcome in outcomes:
        into.append(outcome)  # noqa: PERF402 - what came before the error must stay


def test_the_daily_limit_ends_what_is_in_flight_and_starts_no_more(tmp_path: Path) -> None:
    sandbox = Sandbox(limit=(1000, 10.0), daily_limit=50)
    association = owner_pet(sandbox)
    journal = tmp_path / "journal"
    outcomes: list[Outcome] = []
    with clients(sandbox) as client:
        with pytest.raises(DailyLimitError):
            collected(
                ensure_many(client, PAIRS, association=association, journal=journal), outcomes
            )
        done = [one for one in outcomes if one.status == "created"]
        refused = [one for one in outcomes if one.stops]
        assert len(done) == len(joined(sandbox)) == 50
        assert len(done) + len(refused) == len(outcomes) <= 58
        assert all(isinstance(one.error, DailyLimitError) for one in refused)
        assert [one.index for one in outcomes] == sorted(one.index for one in outcomes)
    tomorrow = Sandbox()
    again = owner_pet(tomorrow)
    with clients(tomorrow) as client:
        assert again.id == association.id
        resumed = list(ensure_many(client, PAIRS, association=again, journal=journal))
    assert sum(one.resumed for one in resumed) == 50
    assert sorted(joined(sandbox) + joined(tomorrow)) == PAIRS
    assert {one.status for one in resumed} == {"created"}


def test_an_error_of_the_list_itself_comes_through_when_what_is_in_flight_has_ended(
    client: AssociationsClient, sandbox: Sandbox, tmp_path: Path
) -> None:
    def pairs() -> Iterator[tuple[str, str]]:
        yield from PAIRS[:5]
        raise RuntimeError("the list broke off")

    journal = tmp_path / "journal"
    association = owner_pet(sandbox)
    with pytest.raises(RuntimeError, match="the list broke off"):
        list(ensure_many(client, pairs(), association=association, journal=journal))
    list(ensure_many(client, PAIRS[:5], association=association, journal=journal))
    assert joined(sandbox) == PAIRS[:5]
    assert len(sandbox.requests) == 5  # nothing was sent twice


def test_an_error_that_is_not_the_apis_stops_the_run_and_comes_through(sandbox: Sandbox) -> None:
    asked = 0

    def token() -> str:
        nonlocal asked
        asked += 1
        raise LookupError("the vault is closed")

    association = owner_pet(sandbox)
    with (
        AssociationsClient(token, sandbox.location_id, transport=sandbox.transport()) as client,
        pytest.raises(LookupError, match="the vault is closed"),
    ):
        list(ensure_many(client, PAIRS, association=association, concurrency=4))
    assert asked <= 4


def test_who_asks_no_more_ends_the_run(client: AssociationsClient, sandbox: Sandbox) -> None:
    outcomes = ensure_many(client, PAIRS, association=owner_pet(sandbox), concurrency=2)
    next(outcomes)
    outcomes.close()
    made = len(sandbox.requests)
    assert made <= 1 + 2 * 16
    assert not [one for one in threading.enumerate() if one.name.startswith("ensure_many")]


def test_without_anything_at_once_nothing_can_be_done(client: AssociationsClient) -> None:
    with pytest.raises(ValueError, match="concurrency is a number from 1, not 0"):
        ensure_many(client, PAIRS, association=owner_pet(Sandbox()), concurrency=0)


def test_a_shard_and_its_outcomes_travel_between_processes(
    client: AssociationsClient, sandbox: Sandbox
) -> None:
    sandbox.declare_record("pet-9", "custom_objects.pet")
    association, pairs = pickle.loads(
        pickle.dumps((owner_pet(sandbox), [*PAIRS[:2], ("pet-9", "contact-9")]))
    )
    outcomes = ensure_shard(client, pairs, association=association, start=40)
    travelled = pickle.loads(pickle.dumps(outcomes))
    assert [(one.index, one.status) for one in travelled] == [
        (40, "created"),
        (41, "created"),
        (42, "failed"),
    ]
    assert isinstance(travelled[2].error, InvalidRecordError)
    assert str(travelled[2].error) == str(outcomes[2].error)
    again = ensure_shard(client, pairs, association=association)
    assert [one.status for one in again] == ["existing", "existing", "failed"]


def test_a_shard_ends_where_nothing_more_can_be_done(
    client: AssociationsClient, sandbox: Sandbox
) -> None:
    association = owner_pet(sandbox)
    requests = iter(range(99))
    sandbox.misbehave(faults.fail(401, message="Invalid JWT"), on=lambda one: next(requests) == 2)
    outcomes = ensure_shard(client, PAIRS, association=association)
    assert [(one.status, one.stops) for one in outcomes] == [
        ("created", False),
        ("created", False),
        ("failed", True),
    ]
