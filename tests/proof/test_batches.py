"""Long runs in batches: their cost, and that no fault loses or doubles a pair."""

import json
import random
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from facade.testing import Sandbox, handlers
from facade.testing.arguments import AuthorizedRequest
from tests.facade.bulk.runs import (
    BULK,
    FAULTS,
    held_process,
    related_pairs,
    run,
    seed_owner_pet,
    statuses,
)
from tests.facade.driving import MODES, Clock, Mode

pytestmark = pytest.mark.proof

PAIRS = [(f"contact-{number:05}", f"pet-{number:05}") for number in range(20_000)]
RUN = """
import sys
from facade import AssociationsClient
from facade.bulk import ensure_many

with AssociationsClient.from_env(pace=None) as client:
    association = client.associations.get_by_key("owner_pet")
    pairs = [(f"contact-{number:05}", f"pet-{number:05}") for number in range(20_000)]
    journal = sys.argv[1]
    for outcome in ensure_many(client, pairs, association=association, journal=journal, batch=100):
        pass
"""


def fails_in_part(
    create: Callable[..., Any], chance: random.Random, share: float
) -> Callable[..., Any]:
    """Return the operation, changed so that pairs of some batches fail temporarily."""

    def create_relations(request: AuthorizedRequest, *others: Any) -> Any:
        if chance.random() >= share:
            return create(request, *others)
        body: Any = request.request.json
        failed = chance.sample(body["add"], k=max(1, len(body["add"]) // 10))
        names = chance.random() < 0.5
        body["add"] = [one for one in body["add"] if one not in failed]
        sent = replace(request.request, body=json.dumps(body).encode())
        done = create(replace(request, request=sent), *others)
        done["results"]["errored"] += [
            {"error": f"Could not relate record[{one['firstRecordId']}]" if names else "Try again"}
            for one in failed
        ]
        return done

    return create_relations


@pytest.mark.parametrize("mode", MODES)
def test_twenty_thousand_pairs_cost_three_hundred_requests(mode: Mode) -> None:
    sandbox = Sandbox()
    outcomes = run(mode, sandbox, PAIRS, association=seed_owner_pet(sandbox), batch=100)
    assert statuses(outcomes) == {"created": 20_000}
    assert related_pairs(sandbox) == PAIRS
    assert len(sandbox.requests) <= 300


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("seed", range(3))
def test_no_pair_of_twenty_thousand_is_lost_or_doubled_if_a_fifth_of_requests_fails(
    mode: Mode, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    sandbox = Sandbox()
    Clock().serve_waits(monkeypatch)
    chance = random.Random(seed)  # noqa: S311 - no secret
    partly = fails_in_part(handlers.create_relations, chance, 0.04)
    monkeypatch.setattr(handlers, "create_relations", partly)
    for number, fault in enumerate(FAULTS):
        sandbox.misbehave(fault, share=0.04, seed=10 * seed + number)
    outcomes = run(mode, sandbox, PAIRS, association=seed_owner_pet(sandbox), batch=100)
    assert [(one.first_record_id, one.second_record_id) for one in outcomes] == PAIRS
    assert "failed" not in statuses(outcomes)
    assert related_pairs(sandbox) == PAIRS


def test_a_repeatedly_killed_run_relates_each_pair_once(tmp_path: Path) -> None:
    sandbox = Sandbox()
    association = seed_owner_pet(sandbox)
    path = tmp_path / "journal"
    for at in (1, 2, 12, 4, 20, 7, 15, 30):
        with held_process(sandbox, ["-c", RUN, str(path)], at, BULK) as (process, gate):
            process.kill()
            assert process.wait() == -9
            gate.opened.set()
    recorded = len(path.read_text().splitlines()) - 1
    there = len(sandbox.relations())
    assert recorded < there < 20_000
    outcomes = run("blocking", sandbox, PAIRS, association=association, journal=path, batch=100)
    assert related_pairs(sandbox) == PAIRS
    assert [(one.first_record_id, one.second_record_id) for one in outcomes] == PAIRS
    assert sum(one.status == "done_before" for one in outcomes) == recorded
