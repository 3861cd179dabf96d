"""The jobs of a run ensure pairs one by one or in batches, and write the journal."""

import threading
from pathlib import Path
from typing import Any

import httpx
import pytest

from facade import AuthenticationError, DailyLimitError, LocationAccessError
from facade.bulk import ensure_many
from facade.testing import Sandbox, SandboxTransport, faults
from tests.facade.bulk.runs import (
    BULK,
    batches,
    held_process,
    make_client,
    related_pairs,
    run,
    seed_owner_pet,
    spread,
    statuses,
)
from tests.facade.driving import MODES, Mode


@pytest.mark.parametrize("batch", [None, 1])
def test_by_default_and_of_one_pair_none_is_sent(sandbox: Sandbox, batch: int | None) -> None:
    outcomes = run(
        "blocking", sandbox, spread(50), association=seed_owner_pet(sandbox), batch=batch
    )
    assert statuses(outcomes) == {"created": 50}
    assert batches(sandbox) == []
    assert all(one.relation_id for one in outcomes)


@pytest.mark.parametrize("mode", MODES)
def test_a_pair_that_is_no_pair_fails_and_one_that_comes_twice_exists(
    sandbox: Sandbox, mode: Mode
) -> None:
    pairs: list[Any] = [*spread(6), ("contact-00002", "pet-00002"), ("a",), ("..", "b"), None]
    pairs.append({"contact": "contact-00007", "custom_objects.pet": "pet-00007"})
    outcomes = run(mode, sandbox, pairs, association=seed_owner_pet(sandbox), batch=100)
    assert [one.status for one in outcomes] == [
        *["created"] * 6,
        "existing",
        *["failed"] * 3,
        "created",
    ]
    assert len(sandbox.relations()) == 7
    assert batches(sandbox) == [7]


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("there", [0, 1, 500, 899, 900])
def test_pairs_that_share_a_record_are_listed_and_what_is_missing_is_sent_together(
    sandbox: Sandbox, mode: Mode, there: int
) -> None:
    association = seed_owner_pet(sandbox)
    pairs = [("hub", f"pet-{number:05}") for number in range(900)]
    for pair in pairs[:there]:
        sandbox.seed_relation(association.id, *pair)
    outcomes = run(mode, sandbox, pairs, association=association, batch=100)
    assert [one.status for one in outcomes] == ["existing"] * there + ["created"] * (900 - there)
    assert related_pairs(sandbox) == pairs
    assert len(sandbox.requests) <= 45


@pytest.mark.parametrize("mode", MODES)
def test_pairs_that_exist_and_share_nothing_cost_one_percent_more_at_most(
    sandbox: Sandbox, mode: Mode
) -> None:
    association = seed_owner_pet(sandbox)
    for pair in spread(500):
        sandbox.seed_relation(association.id, *pair)
    outcomes = run(mode, sandbox, spread(500), association=association, batch=100)
    assert statuses(outcomes) == {"existing": 500}
    assert len(sandbox.requests) <= 505


@pytest.mark.parametrize("mode", MODES)
def test_a_refused_token_ends_the_run(sandbox: Sandbox, mode: Mode) -> None:
    association = seed_owner_pet(sandbox)
    sandbox.misbehave(faults.fail(401, message="Invalid JWT"))
    with pytest.raises(AuthenticationError):
        run(mode, sandbox, spread(500), association=association, batch=100)
    assert len(sandbox.requests) <= 2 + 2 * 8


class Refusing(SandboxTransport):
    """Refuses two pairs that are in flight at once, and the second one later than the first."""

    both_are_sent, first_is_known = threading.Event(), threading.Event()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if b"contact-00000" in request.content:
            assert self.both_are_sent.wait(60)
            message = "The token does not have access to this location."
            return httpx.Response(403, json={"message": message})
        self.both_are_sent.set()
        assert self.first_is_known.wait(60)
        return httpx.Response(429, headers={"x-ratelimit-daily-remaining": "0"})


def test_the_error_that_stopped_a_run_is_raised_and_not_a_later_one(sandbox: Sandbox) -> None:
    association = seed_owner_pet(sandbox)
    with make_client(sandbox, transport=Refusing(sandbox.exchange)) as client:
        outcomes = ensure_many(client, spread(2), association=association, concurrency=2)
        assert isinstance(next(outcomes).error, LocationAccessError)
        Refusing.first_is_known.set()
        assert isinstance(next(outcomes).error, DailyLimitError)
        with pytest.raises(LocationAccessError):
            next(outcomes)


RUN = """
import sys
from facade import AssociationsClient
from facade.bulk import ensure_many

with AssociationsClient.from_env(pace=None) as client:
    association = client.associations.get_by_key("owner_pet")
    pairs = [(f"contact-{number:05}", f"pet-{number:05}") for number in range(500)]
    for outcome in ensure_many(
        client, pairs, association=association, journal=sys.argv[1], batch=100
    ):
        pass
"""


@pytest.mark.parametrize("at", [1, 4, 8])
@pytest.mark.parametrize("batch", [100, None])
def test_a_run_that_is_killed_before_it_notes_a_batch_is_resumed(
    sandbox: Sandbox, tmp_path: Path, at: int, batch: int | None
) -> None:
    association = seed_owner_pet(sandbox)
    path = tmp_path / "journal"
    with held_process(sandbox, ["-c", RUN, str(path)], at, BULK) as (process, gate):
        process.kill()
        assert process.wait() == -9
        gate.opened.set()
    there = set(related_pairs(sandbox))
    recorded = len(path.read_text().splitlines()) - 1
    assert recorded < len(there)
    outcomes = run(
        "blocking", sandbox, spread(500), association=association, journal=path, batch=batch
    )
    assert related_pairs(sandbox) == spread(500)
    assert sum(one.resumed for one in outcomes) == recorded
    assert "failed" not in statuses(outcomes)


def test_what_a_batch_created_is_resumed(sandbox: Sandbox, tmp_path: Path) -> None:
    given: dict[str, Any] = {"association": seed_owner_pet(sandbox), "journal": tmp_path / "j"}
    run("blocking", sandbox, spread(300), batch=100, **given)
    sent = len(sandbox.requests)
    again = run("blocking", sandbox, spread(300), batch=100, **given)
    assert len(sandbox.requests) == sent
    assert {(one.status, one.relation_id, one.resumed) for one in again} == {
        ("created", None, True)
    }
