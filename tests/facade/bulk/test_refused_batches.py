"""Batches that are refused for their size: their pairs are sent again, in their order."""

import itertools
import threading

import httpx
import pytest

from facade import Association, AssociationsClient
from facade.bulk import Outcome, ensure_many
from facade.testing import Sandbox, faults
from tests.facade.bulk.runs import (
    BULK,
    PAIRS,
    larger_than,
    related_pairs,
    run,
    seed_owner_pet,
    spread,
    statuses,
)
from tests.facade.driving import Mode


def pairs_in_batches(sandbox: Sandbox) -> list[list[tuple[str, str]]]:
    """List the pairs of each batch, in the order in which they were sent."""
    return [
        [(one["firstRecordId"], one["secondRecordId"]) for one in request.body["add"]]
        for request in sandbox.requests
        if request.operation == BULK
    ]


@pytest.mark.parametrize(
    ("refused", "sent"),  # the numbers of refused batches; the first pairs and sizes of all
    [
        ([1], [(0, 10), (10, 20), (10, 10), (20, 10), (30, 10), (40, 10)]),
        ([2], [(0, 10), (10, 20), (30, 40), (30, 20), (50, 20)]),
        ([2, 3], [(0, 10), (10, 20), (30, 40), (30, 20), (50, 20), (30, 10), (40, 10)]),
        ([2, 4], [(0, 10), (10, 20), (30, 40), (30, 20), (50, 20), (50, 10), (60, 10)]),
    ],
)
def test_the_pairs_of_a_refused_batch_are_sent_again_in_their_order(
    sandbox: Sandbox, mode: Mode, refused: list[int], sent: list[tuple[int, int]]
) -> None:
    association, pairs, numbers = seed_owner_pet(sandbox), spread(100), itertools.count()
    sandbox.misbehave(
        faults.fail(413), on=lambda one: one.operation == BULK and next(numbers) in refused
    )
    outcomes = run(mode, sandbox, pairs, association=association, batch=100, concurrency=1)
    in_batches = pairs_in_batches(sandbox)
    assert in_batches[: len(sent)] == [pairs[start : start + size] for start, size in sent]
    accepted = [batch for number, batch in enumerate(in_batches) if number not in refused]
    assert all(batch == sorted(batch) for batch in in_batches)
    assert sorted(pair for batch in accepted for pair in batch) == pairs
    assert [(one.index, one.status) for one in outcomes] == [(n, "created") for n in range(100)]
    assert [(one.first_record_id, one.second_record_id) for one in outcomes] == pairs
    assert related_pairs(sandbox) == pairs


def test_outcomes_are_in_order_where_several_batches_are_refused_at_once(
    sandbox: Sandbox, mode: Mode
) -> None:
    association = seed_owner_pet(sandbox)
    sandbox.misbehave(faults.fail(413), on=larger_than(7))
    pairs = spread(500)[::-1]
    outcomes = run(mode, sandbox, pairs, association=association, batch=100, concurrency=6)
    assert [(one.index, one.first_record_id) for one in outcomes] == [
        (number, first) for number, (first, _) in enumerate(pairs)
    ]
    assert statuses(outcomes) == {"created": 500}
    assert related_pairs(sandbox) == spread(500)
    for batch in pairs_in_batches(sandbox):
        assert batch == sorted(batch, reverse=True)


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
