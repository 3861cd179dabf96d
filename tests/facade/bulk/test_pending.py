"""The pending jobs of a run: outcomes come in order, without unnecessary waits."""

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from facade import AssociationsClient
from facade.bulk import ensure_many
from facade.testing import Sandbox, SandboxTransport
from tests.facade.bulk.runs import (
    PAIRS,
    make_client,
    related_pairs,
    run,
    seed_owner_pet,
    spread,
)
from tests.facade.driving import MODES, Mode


def test_outcomes_are_in_order_even_if_the_first_is_answered_last(sandbox: Sandbox) -> None:
    others_done = threading.Event()
    count = iter(range(1, 16))

    class HoldingTransport(SandboxTransport):
        def handle_request(self, request: httpx.Request) -> Any:
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


def test_each_of_a_hundred_thousand_resumed_pairs_is_yielded_before_the_next_is_read(
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
    assert most == 0
    assert len(sandbox.requests) == 1


@pytest.mark.parametrize("mode", MODES)
def test_resumed_pairs_do_not_hold_up_one_that_waits_for_others(
    sandbox: Sandbox, tmp_path: Path, mode: Mode
) -> None:
    association = seed_owner_pet(sandbox)
    given: dict[str, Any] = {"association": association, "journal": tmp_path / "journal"}
    run(mode, sandbox, spread(1000), batch=100, **given)
    pairs = [("contact-new", "pet-new"), *spread(1000)]
    outcomes = run(mode, sandbox, pairs, batch=100, **given)
    assert [one.resumed for one in outcomes] == [False] + [True] * 1000
    assert len(related_pairs(sandbox)) == 1001
