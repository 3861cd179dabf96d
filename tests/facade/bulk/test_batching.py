"""Runs that send several pairs with one request: what they cost, and that none is lost or doubled.

An answer is trusted for what it names: any doubt, and a pair is ensured on its own.
"""

import logging
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from facade import Association, AuthenticationError, LocalPace, Turn
from facade.bulk import Outcome, ensure_many
from facade.testing import Fault, Sandbox, faults
from facade.testing.arguments import AuthorizedRequest
from facade.testing.messages import Received
from tests.facade.bulk.runs import (
    held_process,
    make_client,
    related_pairs,
    run,
    seed_owner_pet,
)
from tests.facade.driving import MODES, Mode

BULK = "create_relations"
Pairs = list[tuple[str, str]]


@pytest.fixture(autouse=True)
def no_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Do not wait before a request is sent again."""

    async def async_sleep(seconds: float) -> None:
        pass

    monkeypatch.setattr("facade._core.concurrency.sleep", lambda seconds: None)
    monkeypatch.setattr("facade._core.concurrency.async_sleep", async_sleep)


def spread(count: int) -> Pairs:
    return [(f"contact-{number:05}", f"pet-{number:05}") for number in range(count)]


def batches(sandbox: Sandbox) -> list[int]:
    """List the sizes of all batches that were sent."""
    return [len(one.body["add"]) for one in sandbox.requests if one.operation == BULK]


def larger_than(most: int) -> Callable[[Received], bool]:
    return lambda one: one.operation == BULK and len(one.body["add"]) > most


def statuses(outcomes: list[Outcome]) -> Counter[str]:
    return Counter(one.status for one in outcomes)


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
def test_a_batch_has_the_shape_that_others_send(sandbox: Sandbox, mode: Mode) -> None:
    association = seed_owner_pet(sandbox)
    outcomes = run(mode, sandbox, spread(2), association=association, batch=2)
    assert statuses(outcomes) == {"created": 2}
    assert [one.relation_id for one in outcomes] == [None, None]
    first, second = sandbox.requests
    assert (first.method, first.path, first.version) == (
        "POST",
        "/associations/relations/bulk",
        "2021-07-28",
    )
    pair = {"associationId": association.id, "firstRecordId": "contact-00000"}
    assert first.body == {
        "locationId": sandbox.location_id,
        "add": [
            {**pair, "secondRecordId": "pet-00000"},
            {**pair, "firstRecordId": "contact-00001", "secondRecordId": "pet-00001"},
        ],
    }
    # A larger batch than before is checked by its last pair.
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


@pytest.mark.parametrize("batch", [None, 1])
def test_by_default_and_of_one_pair_none_is_sent(sandbox: Sandbox, batch: int | None) -> None:
    outcomes = run(
        "blocking", sandbox, spread(50), association=seed_owner_pet(sandbox), batch=batch
    )
    assert statuses(outcomes) == {"created": 50}
    assert batches(sandbox) == []
    assert all(one.relation_id for one in outcomes)


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
        (404, [10], "no batch is sent any more, each pair is sent alone: POST"),
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
    sandbox.misbehave(faults.fail(status), on=BULK)
    run("blocking", sandbox, spread(500), association=seed_owner_pet(sandbox), batch=100)
    assert batches(sandbox) == sizes
    assert len(caplog.messages) == len(sizes)
    assert caplog.messages[0].startswith(logged)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("most", [5, 30, 50])
def test_what_is_too_large_is_sent_in_halves(sandbox: Sandbox, mode: Mode, most: int) -> None:
    association = seed_owner_pet(sandbox)
    sandbox.misbehave(faults.fail(413), on=larger_than(most))
    outcomes = run(mode, sandbox, spread(1000), association=association, batch=100)
    assert statuses(outcomes) == {"created": 1000}
    assert related_pairs(sandbox) == spread(1000)
    assert len(sandbox.requests) <= 1000 * (0.1 if most > 5 else 0.6)


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
            faults.refuse(),
        ]
    ):
        sandbox.misbehave(fault, share=0.04, seed=number)
    outcomes = run(mode, sandbox, spread(2000), association=association, batch=50)
    assert "failed" not in statuses(outcomes)
    assert [one.first_record_id for one in outcomes] == [first for first, _ in spread(2000)]
    assert related_pairs(sandbox) == spread(2000)


@pytest.mark.parametrize("mode", MODES)
def test_a_refused_token_ends_the_run(sandbox: Sandbox, mode: Mode) -> None:
    association = seed_owner_pet(sandbox)
    sandbox.misbehave(faults.fail(401, message="Invalid JWT"))
    with pytest.raises(AuthenticationError):
        run(mode, sandbox, spread(500), association=association, batch=100)
    assert len(sandbox.requests) <= 2 + 2 * 8


def test_an_endless_list_is_read_as_the_work_proceeds_and_closing_ends_it(sandbox: Sandbox) -> None:
    taken = 0

    def endless() -> Iterator[tuple[str, str]]:
        nonlocal taken
        while True:
            taken += 1
            yield f"contact-{taken}", f"pet-{taken}"

    association = seed_owner_pet(sandbox)
    with make_client(sandbox) as client:
        outcomes = ensure_many(client, endless(), association=association, batch=100)
        ahead = [taken - number for number, _ in zip(range(1, 3001), outcomes, strict=False)]
        outcomes.close()
    assert max(ahead) <= 8 * 100
    assert len(related_pairs(sandbox)) <= taken


def test_resumed_pairs_do_not_hold_up_one_that_waits_for_others(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    association = seed_owner_pet(sandbox)
    given: dict[str, Any] = {"association": association, "journal": tmp_path / "journal"}
    run("blocking", sandbox, spread(1000), batch=100, **given)
    pairs = [("contact-new", "pet-new"), *spread(1000)]
    outcomes = run("blocking", sandbox, pairs, batch=100, **given)
    assert [one.resumed for one in outcomes] == [False] + [True] * 1000
    assert len(related_pairs(sandbox)) == 1001


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


@pytest.mark.parametrize(
    ("options", "why"),
    [
        ({"batch": 0}, "batch must be 1 to 1000 pairs"),
        ({"batch": 10, "details": True}, "leave out details or batch"),
    ],
)
def test_options_that_cannot_be_are_refused_before_anything_is_sent(
    sandbox: Sandbox, options: dict[str, Any], why: str
) -> None:
    association = Association(id="a")
    with make_client(sandbox) as client, pytest.raises(ValueError, match=why):
        ensure_many(client, spread(3), association=association, **options)
    assert sandbox.requests == []
