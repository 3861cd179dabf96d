"""A stopped run starts no other pair, and yields the outcomes of requests in flight."""

import asyncio
import threading
from typing import Any

import httpx
import pytest

from facade import Association, AssociationsClient, AsyncAssociationsClient
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


def test_an_unexpected_error_is_raised_after_the_outcomes_of_requests_in_flight() -> None:
    second_is_sent, first_has_failed = threading.Event(), threading.Event()

    def handle(request: httpx.Request) -> httpx.Response:
        if b"contact-000" in request.content:
            assert second_is_sent.wait(60)
            first_has_failed.set()
            raise ZeroDivisionError
        second_is_sent.set()
        assert first_has_failed.wait(60)
        return httpx.Response(201, json={"id": "r1"})

    association = Association(id="a", first_object_key="contact", second_object_key="pet")
    outcomes: list[Outcome] = []
    with AssociationsClient(
        "pit-t", "loc", transport=httpx.MockTransport(handle), pace=None
    ) as client:
        run = ensure_many(client, PAIRS[:2], association=association, concurrency=2)
        with pytest.raises(ZeroDivisionError):
            outcomes.extend(run)
    assert [(one.index, one.status) for one in outcomes] == [(1, "created")]
