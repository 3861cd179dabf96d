"""Runs that send several pairs with one request: what they cost, and that none is lost or doubled.

An answer is trusted for what it names: any doubt, and a pair is ensured on its own.
"""

import itertools
import logging
from collections.abc import Callable

import pytest

from facade import LocalPace, Turn
from facade.bulk import ensure_many
from facade.testing import Fault, Sandbox, faults
from facade.testing.arguments import AuthorizedRequest
from facade.testing.messages import Received
from tests.facade.bulk.runs import (
    BULK,
    batches,
    make_client,
    related_pairs,
    run,
    seed_owner_pet,
    spread,
    statuses,
)
from tests.facade.driving import MODES, Mode


def larger_than(most: int) -> Callable[[Received], bool]:
    return lambda one: one.operation == BULK and len(one.body["add"]) > most


@pytest.mark.parametrize("mode", MODES)
def test_new_pairs_cost_a_request_for_a_hundred(sandbox: Sandbox, mode: Mode) -> None:
    association = seed_owner_pet(sandbox)
    outcomes = run(mode, sandbox, spread(5000), association=association, batch=100)
    assert statuses(outcomes) == {"created": 5000}
    assert [one.index for one in outcomes] == list(range(5000))
    assert related_pairs(sandbox) == spread(5000)
    assert len(sandbox.requests) <= 80
    assert max(batches(sandbox)) == 100
    assert batches(sandbox)[0] == 10


@pytest.mark.parametrize("mode", MODES)
def test_a_larger_batch_than_before_is_checked_by_its_last_pair(
    sandbox: Sandbox, mode: Mode
) -> None:
    association = seed_owner_pet(sandbox)
    outcomes = run(mode, sandbox, spread(2), association=association, batch=2)
    assert [(one.status, one.relation_id) for one in outcomes] == [("created", None)] * 2
    first, second = sandbox.requests
    assert first.operation == BULK
    assert (second.operation, second.body["secondRecordId"]) == ("create_relation", "pet-00001")


def test_a_batch_takes_one_turn_of_the_pace(sandbox: Sandbox) -> None:
    association, turns = seed_owner_pet(sandbox), list[Turn]()

    class CountingPace(LocalPace):
        def take(self, location_id: str) -> Turn:
            turns.append(super().take(location_id))
            return turns[-1]

    with make_client(sandbox, pace=CountingPace(calls=1000)) as client:
        list(ensure_many(client, spread(1000), association=association, batch=100))
    assert len(turns) == len(sandbox.requests) <= 40


REFUSALS = [
    faults.fail(400),
    faults.fail(401, message="The token is not authorized for this scope."),
    faults.fail(403),
    faults.fail(404),
    faults.fail(413),
    faults.fail(422),
    faults.fail(500),
    faults.fail(501),
    faults.fail(502),
    faults.drop("before_work"),
]


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("refusal", REFUSALS)
def test_where_every_batch_is_refused_a_run_costs_one_percent_more_at_most(
    sandbox: Sandbox, mode: Mode, refusal: Fault
) -> None:
    association = seed_owner_pet(sandbox)
    sandbox.misbehave(refusal, on=BULK)
    outcomes = run(mode, sandbox, spread(600), association=association, batch=100)
    assert statuses(outcomes) == {"created": 600}
    assert related_pairs(sandbox) == spread(600)
    assert len(sandbox.requests) <= 606


@pytest.mark.parametrize(
    ("status", "sizes", "logged"),
    [
        *[
            (status, [10], "batches are not available, each pair is sent on its own: POST")
            for status in (401, 403, 404, 405, 501)
        ],
        (413, [10, 5, 2], "a batch of 10 pairs was refused, the next is smaller: POST"),
    ],
)
def test_an_operation_that_is_not_offered_or_always_refused_is_given_up_and_the_log_says_so(
    sandbox: Sandbox,
    status: int,
    sizes: list[int],
    logged: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO, "facade")
    scope = "The token is not authorized for this scope."  # a 401 of another kind is fatal
    sandbox.misbehave(faults.fail(status, message=scope), on=BULK)
    run("blocking", sandbox, spread(500), association=seed_owner_pet(sandbox), batch=100)
    assert batches(sandbox) == sizes
    said = [one.getMessage() for one in caplog.records if one.module == "batching"]
    assert len(said) == len(sizes)
    assert said[0].startswith(logged)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("most", [5, 30, 50])
def test_what_is_too_large_is_sent_in_halves(sandbox: Sandbox, mode: Mode, most: int) -> None:
    association = seed_owner_pet(sandbox)
    sandbox.misbehave(faults.fail(413), on=larger_than(most))
    outcomes = run(mode, sandbox, spread(1000), association=association, batch=100)
    assert statuses(outcomes) == {"created": 1000}
    assert related_pairs(sandbox) == spread(1000)
    assert len(sandbox.requests) <= 1000 * (0.1 if most > 5 else 0.6)


def pairs_in_batches(sandbox: Sandbox) -> list[list[tuple[str, str]]]:
    """List the pairs of each batch, in the order in which they were sent."""
    return [
        [(one["firstRecordId"], one["secondRecordId"]) for one in request.body["add"]]
        for request in sandbox.requests
        if request.operation == BULK
    ]


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("status", [400, 413, 422])
@pytest.mark.parametrize(
    ("refused", "sent"),  # the numbers of refused batches; the first pairs and sizes of all
    [
        ([1], [(0, 10), (10, 20), (10, 10), (20, 10), (30, 10), (40, 10)]),
        ([2], [(0, 10), (10, 20), (30, 40), (30, 20), (50, 20), (70, 20), (90, 10)]),
        ([2, 3], [(0, 10), (10, 20), (30, 40), (30, 20), (30, 10), (40, 10), (50, 10)]),
        ([2, 4], [(0, 10), (10, 20), (30, 40), (30, 20), (50, 20), (50, 10), (60, 10)]),
    ],
)
def test_the_pairs_of_a_refused_batch_are_sent_again_in_their_order(
    sandbox: Sandbox, mode: Mode, status: int, refused: list[int], sent: list[tuple[int, int]]
) -> None:
    association, pairs, numbers = seed_owner_pet(sandbox), spread(100), itertools.count()
    sandbox.misbehave(
        faults.fail(status), on=lambda one: one.operation == BULK and next(numbers) in refused
    )
    outcomes = run(mode, sandbox, pairs, association=association, batch=100, concurrency=1)
    in_batches = pairs_in_batches(sandbox)
    assert in_batches[: len(sent)] == [pairs[start : start + size] for start, size in sent]
    accepted = [batch for number, batch in enumerate(in_batches) if number not in refused]
    assert [pair for batch in accepted for pair in batch] == pairs
    assert [(one.index, one.status) for one in outcomes] == [(n, "created") for n in range(100)]
    assert [(one.first_record_id, one.second_record_id) for one in outcomes] == pairs
    assert related_pairs(sandbox) == pairs


@pytest.mark.parametrize("mode", MODES)
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


@pytest.mark.parametrize("mode", MODES)
def test_a_batch_that_is_cut_without_a_word_loses_nothing(
    sandbox: Sandbox, mode: Mode, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = AuthorizedRequest.pairs_to_add
    monkeypatch.setattr(AuthorizedRequest, "pairs_to_add", lambda self: whole(self)[:25])
    association = seed_owner_pet(sandbox)
    outcomes = run(mode, sandbox, spread(1000), association=association, batch=100)
    assert "failed" not in statuses(outcomes)
    assert related_pairs(sandbox) == spread(1000)
    assert sum(size > 25 for size in batches(sandbox)) <= 10  # smaller ones follow


@pytest.mark.parametrize("mode", MODES)
def test_a_batch_waits_longer_for_the_server_than_a_single_call(
    sandbox: Sandbox, mode: Mode
) -> None:
    association = seed_owner_pet(sandbox)
    sandbox.misbehave(faults.rate_limit(retry_after=100), on=BULK, times=1)
    outcomes = run(mode, sandbox, spread(2), association=association, batch=2)
    assert statuses(outcomes) == {"created": 2}
    assert batches(sandbox) == [2, 2]


DOUBTFUL: dict[str, Fault] = {
    "the answer is lost": faults.drop("after_work"),
    "the answer ends in the middle": faults.drop("during_answer"),
    "an outage after the work": faults.fail(503, after_work=True),
    "a 422 after the work": faults.fail(422, after_work=True),
    "no body": faults.empty(),
    "a page": faults.html(),
    "half of the JSON": faults.truncated(),
    "another shape": faults.alter(lambda body: {"created": 3}),
    "no list": faults.alter(lambda body: {"results": {"errored": None}}),
    "a list": faults.alter(lambda body: []),
    "an error that names nothing": faults.alter(
        lambda body: {"results": {"errored": [{"error": "Something went wrong"}]}}
    ),
}


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("doubt", DOUBTFUL)
def test_a_pair_whose_creation_is_in_doubt_is_ensured_on_its_own(
    sandbox: Sandbox, mode: Mode, doubt: str
) -> None:
    association = seed_owner_pet(sandbox)
    sandbox.misbehave(DOUBTFUL[doubt], on=BULK)
    outcomes = run(mode, sandbox, spread(300), association=association, batch=100)
    assert "failed" not in statuses(outcomes)
    assert related_pairs(sandbox) == spread(300)
    assert len(sandbox.requests) <= 303
    assert max(batches(sandbox)) == 10  # none larger follows


@pytest.mark.parametrize("mode", MODES)
def test_a_pair_that_the_answer_names_fails_alone_with_its_own_reason(
    sandbox: Sandbox, mode: Mode
) -> None:
    association = seed_owner_pet(sandbox)
    sandbox.declare_record("contact-00004", "custom_objects.pet")
    outcomes = run(mode, sandbox, spread(10), association=association, batch=100)
    assert [one.index for one in outcomes if one.status == "failed"] == [4]
    assert "Invalid record id" in str(outcomes[4].error)
    assert statuses(outcomes) == {"created": 9, "failed": 1}
    assert len(sandbox.requests) == 3  # the batch, the check of its last pair, the one that failed


@pytest.mark.parametrize("mode", MODES)
def test_under_faults_of_every_kind_each_pair_has_one_relation(
    sandbox: Sandbox, mode: Mode
) -> None:
    association = seed_owner_pet(sandbox)
    for number, fault in enumerate(
        [
            faults.drop("before_work"),
            faults.drop("after_work"),
            faults.fail(502),
            faults.fail(503, after_work=True),
            faults.rate_limit(),
        ]
    ):
        sandbox.misbehave(fault, share=0.04, seed=number)
    outcomes = run(mode, sandbox, spread(2000), association=association, batch=50)
    assert "failed" not in statuses(outcomes)
    assert [one.first_record_id for one in outcomes] == [first for first, _ in spread(2000)]
    assert related_pairs(sandbox) == spread(2000)
