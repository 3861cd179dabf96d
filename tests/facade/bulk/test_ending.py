"""A stopped run starts no other pair, and yields the outcomes of requests in flight."""

import asyncio
from typing import Any

import pytest

from facade import AssociationsClient, AsyncAssociationsClient
from facade.bulk import AsyncOutcomes, Outcome, Outcomes, aensure_many, ensure_many
from facade.testing import Fault, Response, Sandbox
from tests.facade.bulk.runs import PAIRS, make_client, related_pairs, seed_owner_pet
from tests.facade.driving import MODES, Mode


def stop_at(sandbox: Sandbox, number: int, operation: str, run: Outcomes | AsyncOutcomes) -> None:
    """Stop a run while it waits for the answer to operation `number`."""
    answers = iter(range(1, 999))

    def stop(answer: Response) -> Response:
        if next(answers) == number:
            run.stop()
        return answer

    sandbox.misbehave(Fault(afterwards=stop), on=operation)


def stopped(mode: Mode, sandbox: Sandbox, at: tuple[int, str], **options: Any) -> list[Outcome]:
    """Start a run, one pair or batch after the other, that is stopped; return its outcomes."""
    given = {"association": seed_owner_pet(sandbox), "concurrency": 1, **options}
    if mode == "blocking":
        with make_client(sandbox) as client:
            run = ensure_many(client, PAIRS, **given)
            stop_at(sandbox, *at, run)
            return list(run)

    async def collect() -> list[Outcome]:
        options: dict[str, Any] = {"pace": None, "transport": sandbox.transport()}
        async with AsyncAssociationsClient(sandbox.token, sandbox.location_id, **options) as client:
            run = aensure_many(client, PAIRS, **given)
            stop_at(sandbox, *at, run)
            return [outcome async for outcome in run]

    return asyncio.run(collect())


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(
    ("at", "batch", "done"),
    [
        ((1, "create_relation"), None, 1),
        ((20, "create_relation"), None, 20),
        ((1, "create_relations"), 10, 10),
    ],
)
def test_what_is_in_flight_when_a_run_is_stopped_has_its_outcomes(
    sandbox: Sandbox, mode: Mode, at: tuple[int, str], batch: int | None, done: int
) -> None:
    outcomes = stopped(mode, sandbox, at, batch=batch)
    assert [(one.index, one.status) for one in outcomes] == [
        (index, "created") for index in range(done)
    ]
    assert related_pairs(sandbox) == PAIRS[:done]


def test_a_run_that_is_stopped_before_it_began_sends_nothing(
    client: AssociationsClient, sandbox: Sandbox
) -> None:
    outcomes = ensure_many(client, PAIRS, association=seed_owner_pet(sandbox))
    outcomes.stop()
    assert list(outcomes) == []
    assert sandbox.requests == []
