"""Runs that send several pairs with one request: what they cost, and that none is lost or doubled.

Whatever a server answers to a batch, no pair is told as what it was not.
"""

import itertools
import logging
import random
from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from facade import AuthenticationError, LocalPace, Turn
from facade.bulk import Outcome, ensure_many
from facade.testing import Fault, Sandbox, faults, handlers
from facade.testing.arguments import AuthorizedRequest
from facade.testing.messages import Received, Refusal
from facade.testing.variants import Variants
from tests.facade.bulk.runs import (
    BULK,
    FAULTS,
    batches,
    held_process,
    larger_than,
    make_client,
    related_pairs,
    run,
    seed_owner_pet,
    spread,
    statuses,
)
from tests.facade.driving import Mode

Pair = tuple[str, str]
Body = Callable[[AuthorizedRequest, Variants], Any]
EXISTS = "Can not create duplicate relation of object Ids for given association 6b1f"
CREATE_RELATIONS: Body = handlers.create_relations


def named(request: AuthorizedRequest, variants: Variants) -> Any:
    """Answer with an entry for each pair that failed, which names it."""
    errored: list[Any] = []
    for fields in request.pairs_to_add():
        try:
            request.location_in_body().create_relation(fields)
        except Refusal as refusal:
            errored.append({"error": refusal.message, **fields})
    return {"results": {"errored": errored}}


def refusing(message: str, *, is_atomic: bool = True) -> Body:
    """Refuse a batch with a pair that exists; not atomically, the pairs before it are created."""

    def create_relations(request: AuthorizedRequest, variants: Variants) -> Any:
        location, there = request.location_in_body(), set[Pair]()
        for one in location.relations.values():
            there.add((one["firstRecordId"], one["secondRecordId"]))
        for fields in request.pairs_to_add():
            if (fields["firstRecordId"], fields["secondRecordId"]) in there:
                raise Refusal(400, message.format(fields["firstRecordId"]))
            if not is_atomic:
                location.create_relation(fields)
        return CREATE_RELATIONS(request, variants) if is_atomic else {"results": {"errored": []}}

    return create_relations


def ending_early(request: AuthorizedRequest, variants: Variants) -> Any:
    """Answer with the first entry, and create no pair after it."""
    for fields in request.pairs_to_add():
        try:
            request.location_in_body().create_relation(fields)
        except Refusal as refusal:
            return {"results": {"errored": [{"error": refusal.message}]}}
    return {"results": {"errored": []}}


def saying(error: str) -> Body:
    """Answer with entries that neither name a pair nor say why it failed."""

    def create_relations(request: AuthorizedRequest, variants: Variants) -> Any:
        body: Any = CREATE_RELATIONS(request, variants)
        body["results"]["errored"] = [{"error": error} for _ in body["results"]["errored"]]
        return body

    return create_relations


# What a server may answer to a batch with a pair that exists; the most requests for 200 pairs of
# which one exists, if they share no record; and whether the state of some pairs stays unknown.
SERVERS: dict[str, tuple[Body, int, bool]] = {
    "an entry that names no pair": (CREATE_RELATIONS, 14, True),
    "an entry that names the pair": (named, 14, False),
    "a refusal that names no pair": (refusing(EXISTS), 30, False),
    "a refusal that names the pair": (refusing("duplicate relation of [{}]"), 16, False),
    "a refusal that names no reason": (refusing("Bad request"), 30, True),
    "an entry that names no reason": (saying("It failed"), 110, True),
    "a refusal after some pairs": (refusing(EXISTS, is_atomic=False), 205, True),
    "an entry after some pairs": (ending_early, 205, True),
}


@pytest.fixture
def serve(monkeypatch: pytest.MonkeyPatch) -> Callable[[Body], None]:
    """Let the sandbox answer to batches with a function."""
    return partial(monkeypatch.setattr, handlers, "create_relations")


@pytest.fixture
def truncate(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Let the sandbox read only so many pairs of a batch."""
    whole = AuthorizedRequest.pairs_to_add

    def cut(most: int) -> None:
        monkeypatch.setattr(AuthorizedRequest, "pairs_to_add", lambda self: whole(self)[:most])

    return cut


def in_batches(sandbox: Sandbox, pairs: Any, *there: Pair, **options: Any) -> list[Outcome]:
    """Run with batches of a hundred, where some pairs exist; each pair has one relation then."""
    association = seed_owner_pet(sandbox)
    for pair in there:
        sandbox.seed_relation(association.id, *pair)
    outcomes = run("async", sandbox, pairs, association=association, **{"batch": 100, **options})
    failed = {one.index for one in outcomes if one.status == "failed"}
    assert [one.index for one in outcomes] == list(range(len(pairs)))
    wanted = {pair for number, pair in enumerate(pairs) if number not in failed}
    assert related_pairs(sandbox) == sorted(wanted | {*there})
    return outcomes


def on_record(operation: str, record_id: str) -> Callable[[Received], bool]:
    return lambda one: one.operation == operation and one.body["firstRecordId"] == record_id


# What it costs.


def test_new_pairs_cost_a_request_for_a_hundred(sandbox: Sandbox, mode: Mode) -> None:
    association = seed_owner_pet(sandbox)
    outcomes = run(mode, sandbox, spread(500), association=association, batch=100)
    assert [one.index for one in outcomes] == list(range(500))
    assert statuses(outcomes) == {"created": 500}
    assert related_pairs(sandbox) == spread(500)
    assert batches(sandbox)[0] == 10
    assert max(batches(sandbox)) == 100
    assert len(sandbox.requests) <= 14  # each larger size is checked


def test_a_larger_batch_than_before_is_checked_by_its_last_pair(sandbox: Sandbox) -> None:
    outcomes = in_batches(sandbox, spread(2), batch=2)
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
        list(ensure_many(client, spread(200), association=association, batch=100))
    assert len(turns) == len(sandbox.requests) <= 20


SCOPE = "The token is not authorized for this scope."  # a 401 of another kind is fatal


@pytest.mark.parametrize(
    ("refusal", "sizes", "said"),
    [
        (faults.fail(401, message=SCOPE), [10], "refused, as all batches are"),
        (faults.fail(404), [10], "refused, as all batches are"),
        (faults.fail(413), [10, 5, 2], "refused for its size"),
        (faults.fail(422), [10, 5, 2], "refused for its size or for a pair"),
        (faults.fail(500), [10] * 3, "possibly carried out"),
        (faults.drop("connecting"), [], "not carried out"),
    ],
)
def test_where_every_batch_is_refused_a_run_costs_one_percent_more_at_most_and_the_log_says_why(
    sandbox: Sandbox,
    refusal: Fault,
    sizes: list[int],
    said: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO, "facade")
    sandbox.misbehave(refusal, on=BULK)
    outcomes = in_batches(sandbox, spread(300), concurrency=1)
    assert statuses(outcomes) == {"created": 300}
    assert batches(sandbox) == sizes
    assert len(sandbox.requests) - len(sizes) == 300
    logged = [one.getMessage() for one in caplog.records if one.module == "in_batches"]
    assert logged[0].startswith(f"a batch of 10 pairs was {said}: POST")


@pytest.mark.parametrize(("status", "most"), [(413, 5), (413, 30), (400, 30), (422, 50)])
def test_what_is_too_large_is_sent_in_halves(sandbox: Sandbox, status: int, most: int) -> None:
    sandbox.misbehave(faults.fail(status), on=larger_than(most))
    outcomes = in_batches(sandbox, spread(500))
    assert statuses(outcomes) == {"created": 500}
    assert len(sandbox.requests) <= 500 * (0.12 if most > 5 else 0.6)
    assert sum(size > most for size in batches(sandbox)) <= (8 if most > 5 else 15)


@pytest.mark.parametrize(
    ("refused", "sent"),  # the numbers of refused batches; the first pairs and sizes of all
    [
        ([1], [(0, 10), (10, 20), (10, 10), (20, 10), (30, 10), (40, 10)]),
        ([2], [(0, 10), (10, 20), (30, 40), (30, 20), (50, 20)]),
        ([2, 3], [(0, 10), (10, 20), (30, 40), (30, 20), (30, 10), (40, 10), (50, 20)]),
        ([2, 4], [(0, 10), (10, 20), (30, 40), (30, 20), (50, 20), (50, 10), (60, 10)]),
    ],
)
def test_the_pairs_of_a_refused_batch_are_sent_again_in_their_order(
    sandbox: Sandbox, refused: list[int], sent: list[tuple[int, int]]
) -> None:
    numbers = itertools.count()
    sandbox.misbehave(
        faults.fail(413), on=lambda one: one.operation == BULK and next(numbers) in refused
    )
    outcomes = in_batches(sandbox, spread(100), concurrency=1)
    assert statuses(outcomes) == {"created": 100}
    bodies = [one.body["add"] for one in sandbox.requests if one.operation == BULK]
    firsts = [[one["firstRecordId"] for one in body] for body in bodies]
    assert firsts[: len(sent)] == [
        [first for first, _ in spread(100)[start : start + size]] for start, size in sent
    ]


@pytest.mark.parametrize("there", [0, 1, 200, 299, 300])
def test_pairs_that_share_a_record_are_listed_and_what_is_missing_is_sent_together(
    sandbox: Sandbox, there: int
) -> None:
    pairs = [("hub", pet) for _, pet in spread(300)]
    outcomes = in_batches(sandbox, pairs, *pairs[:there])
    assert [one.status for one in outcomes] == ["existing"] * there + ["created"] * (300 - there)
    assert len(sandbox.requests) <= 20


def test_pairs_that_exist_and_share_nothing_cost_one_percent_more_at_most(sandbox: Sandbox) -> None:
    outcomes = in_batches(sandbox, spread(300), *spread(300))
    assert statuses(outcomes) == {"existing": 300}
    assert len(sandbox.requests) <= 303


@pytest.mark.parametrize("batch", [None, 1])
def test_by_default_and_of_one_pair_none_is_sent(sandbox: Sandbox, batch: int | None) -> None:
    outcomes = in_batches(sandbox, spread(20), batch=batch)
    assert batches(sandbox) == []
    assert all(one.relation_id for one in outcomes)


# What is told.


@pytest.mark.parametrize("at", [0, 10, 70, 149, 199])
@pytest.mark.parametrize("server", SERVERS)
def test_a_pair_that_exists_among_two_hundred_costs_few_requests_and_none_is_told_wrongly(
    sandbox: Sandbox, at: int, server: str, serve: Callable[[Body], None]
) -> None:
    create, at_most, is_unknown = SERVERS[server]
    serve(create)
    outcomes = in_batches(sandbox, spread(200), spread(200)[at])
    others = {one.status for one in outcomes if one.index != at}
    if is_unknown:
        assert outcomes[at].status in ("existing", "related")
        assert others <= {"created", "related"}
    else:
        assert (outcomes[at].status, others) == ("existing", {"created"})
    assert len(sandbox.requests) <= at_most


@pytest.mark.parametrize("server", SERVERS)
def test_if_the_pairs_share_a_record_a_list_of_it_tells_which_one_exists(
    sandbox: Sandbox, server: str, serve: Callable[[Body], None]
) -> None:
    serve(SERVERS[server][0])
    pairs = [("hub", pet) for _, pet in spread(200)]
    outcomes = in_batches(sandbox, pairs, pairs[70])
    assert statuses(outcomes) == {"created": 199, "existing": 1}
    assert outcomes[70].status == "existing"
    assert len(sandbox.requests) <= 13


@pytest.mark.parametrize(
    ("server", "at_most", "doubtful"),
    # Two batches of ten are refused, and none is sent after them.
    [("an entry that names no pair", 14, 0), ("a refusal that names no pair", 205, 20)],
)
def test_if_all_pairs_exist_none_is_told_as_created(
    sandbox: Sandbox, server: str, at_most: int, doubtful: int, serve: Callable[[Body], None]
) -> None:
    serve(SERVERS[server][0])
    told = statuses(in_batches(sandbox, spread(200), *spread(200)))
    assert (told["existing"], told["related"]) == (200 - doubtful, doubtful)
    assert len(sandbox.requests) <= at_most


@pytest.mark.parametrize(
    ("batch", "server"), [(None, "an entry that names no pair"), *((40, one) for one in SERVERS)]
)
@pytest.mark.parametrize("seed", range(3))
def test_whatever_exists_and_fails_each_pair_has_one_relation_and_a_true_outcome(
    sandbox: Sandbox, batch: int | None, server: str, seed: int, serve: Callable[[Body], None]
) -> None:
    serve(SERVERS[server][0])
    chance = random.Random(seed)  # noqa: S311 - no secret
    pairs = [*spread(100), *(("hub", pet) for _, pet in spread(20)), *spread(5)]
    chance.shuffle(pairs)
    there = {pair for pair in pairs if chance.random() < (0.02, 0.1, 0.5)[seed]}
    for number, fault in enumerate(FAULTS):
        sandbox.misbehave(fault, share=0.04, seed=10 * seed + number)
    outcomes = in_batches(sandbox, pairs, *there, batch=batch)
    told: dict[Pair, set[str]] = {}
    for one in outcomes:
        told.setdefault((one.first_record_id, one.second_record_id), set()).add(one.status)
    for pair, found in told.items():
        if pair in there:
            assert found <= {"existing", "related"}
        else:  # what comes twice exists the second time
            assert found <= {"created", "existing", "related"}
            assert found != {"existing"}


DOUBTFUL: dict[str, Fault] = {
    "the answer is lost": faults.drop("after_work"),
    "an outage after the work": faults.fail(503, after_work=True),
    "a 422 after the work": faults.fail(422, after_work=True),
    "half of the JSON": faults.truncated(),
    "another shape": faults.alter(lambda body: {"created": 3}),
    "an error that names nothing": faults.alter(
        lambda body: {"results": {"errored": [{"error": "Something went wrong"}]}}
    ),
}


@pytest.mark.parametrize("doubt", DOUBTFUL)
def test_a_pair_of_a_batch_without_a_clear_answer_is_related(sandbox: Sandbox, doubt: str) -> None:
    sandbox.misbehave(DOUBTFUL[doubt], on=BULK)
    outcomes = in_batches(sandbox, spread(200))
    sent = batches(sandbox)
    assert statuses(outcomes) == {"related": sum(sent), "created": 200 - sum(sent)}
    assert len(sandbox.requests) <= 202
    assert max(sent) == 10  # none larger follows


def test_a_pair_that_the_answer_names_fails_alone_with_its_own_reason(sandbox: Sandbox) -> None:
    sandbox.declare_record("contact-00004", "custom_objects.pet")
    outcomes = in_batches(sandbox, spread(10))
    assert "Invalid record id" in str(outcomes[4].error)
    assert statuses(outcomes) == {"created": 9, "failed": 1}
    assert len(sandbox.requests) == 3  # the batch, the check of its last pair, the one that failed


def test_a_pair_that_fails_without_a_name_is_found_by_halves(
    sandbox: Sandbox, serve: Callable[[Body], None]
) -> None:
    def create_relations(request: AuthorizedRequest, variants: Variants) -> Any:
        body: Any = CREATE_RELATIONS(request, variants)
        for entry in body["results"]["errored"]:
            entry["error"] = entry["error"].replace("contact-00100", "a record")
        return body

    serve(create_relations)
    sandbox.declare_record("contact-00100", "custom_objects.pet")
    outcomes = in_batches(sandbox, spread(200))
    assert [one.index for one in outcomes if one.status == "failed"] == [100]
    assert "Invalid record id" in str(outcomes[100].error)
    assert len(sandbox.requests) <= 30


def test_the_half_that_must_have_the_duplicate_is_not_sent_as_a_whole(
    sandbox: Sandbox, serve: Callable[[Body], None]
) -> None:
    serve(refusing(EXISTS))
    in_batches(sandbox, spread(200), spread(200)[149])
    assert batches(sandbox) == [10, 20, 40, 80, 40, 20, 10, 50]


def test_a_batch_is_sent_again_without_each_pair_that_a_refusal_names(
    sandbox: Sandbox, serve: Callable[[Body], None]
) -> None:
    serve(refusing("duplicate relation of [{}]"))
    outcomes = in_batches(sandbox, spread(200), spread(200)[100], spread(200)[120])
    assert batches(sandbox) == [10, 20, 40, 80, 79, 78, 50]
    # The answer about the second one came after the batch that may have created it.
    told = [(one.index, one.status) for one in outcomes if one.status != "created"]
    assert told == [(100, "existing"), (120, "related")]


@pytest.mark.parametrize(("at", "created"), [(25, 0), (13, -1)])
def test_a_pair_that_a_refused_batch_created_in_spite_of_it_is_not_told_as_existing(
    sandbox: Sandbox, at: int, created: int, serve: Callable[[Body], None]
) -> None:
    def create_relations(request: AuthorizedRequest, variants: Variants) -> Any:
        location, pairs = request.location_in_body(), request.pairs_to_add()
        there = {one["firstRecordId"] for one in location.relations.values()}
        if any(one["firstRecordId"] in there for one in pairs):
            if pairs[created]["firstRecordId"] not in there:
                location.create_relation(pairs[created])
            raise Refusal(400, EXISTS)
        return CREATE_RELATIONS(request, variants)

    serve(create_relations)
    outcomes = in_batches(sandbox, spread(30), spread(30)[at], batch=20)
    assert {one.index for one in outcomes if one.status == "existing"} <= {at}


def test_a_pair_beside_one_that_failed_may_not_be_the_one_that_existed(
    sandbox: Sandbox, serve: Callable[[Body], None]
) -> None:
    serve(refusing(EXISTS))
    sandbox.misbehave(faults.fail(400), on=on_record("create_relation", "contact-00005"))
    outcomes = in_batches(sandbox, spread(10), spread(10)[3])
    told = [(one.index, one.status) for one in outcomes if one.status != "created"]
    assert told == [(3, "related"), (5, "failed")]


def test_a_pair_that_comes_twice_in_a_batch_exists_the_second_time(sandbox: Sandbox) -> None:
    pairs: list[Any] = [*spread(6), spread(3)[2], ("a",), spread(8)[7]]
    told = [one.status for one in in_batches(sandbox, pairs)]
    assert told == [*["created"] * 6, "existing", "failed", "created"]
    assert batches(sandbox) == [7]


# What a batch may have been cut to, or whose answer is lost.


@pytest.mark.parametrize("there", [[], [35]])
def test_a_batch_that_is_cut_without_a_word_loses_nothing(
    sandbox: Sandbox, truncate: Callable[[int], None], there: list[int]
) -> None:
    truncate(25)
    outcomes = in_batches(sandbox, spread(300), *(spread(300)[one] for one in there))
    assert "failed" not in statuses(outcomes)
    assert sum(size > 25 for size in batches(sandbox)) <= 10  # smaller ones follow
    firsts = Counter(
        (one.body["add"][0]["firstRecordId"], len(one.body["add"]))
        for one in sandbox.requests
        if one.operation == BULK
    )
    assert max(firsts.values()) <= 2  # sent again once


def test_of_a_batch_that_is_cut_only_what_was_sent_alone_is_known(
    sandbox: Sandbox, truncate: Callable[[int], None]
) -> None:
    truncate(5)
    outcomes = in_batches(sandbox, spread(10))
    assert [one.status for one in outcomes] == ["related"] * 5 + ["created"] * 5


@pytest.mark.parametrize("fault", [faults.fail(400), faults.drop("after_work")])
def test_a_batch_that_cannot_be_checked_is_not_believed(sandbox: Sandbox, fault: Fault) -> None:
    sandbox.misbehave(fault, on="create_relation", times=1)
    outcomes = in_batches(sandbox, spread(10))
    assert statuses(outcomes) == {"related": 10}


def test_a_batch_whose_answer_is_lost_is_sent_again_once_a_duplicate_was_refused(
    sandbox: Sandbox,
) -> None:
    sandbox.misbehave(faults.drop("after_work"), on=larger_than(50), times=1)
    outcomes = in_batches(sandbox, spread(200), spread(1)[0])
    assert set(statuses(outcomes)) == {"created", "related"}
    assert len(sandbox.requests) <= 14


def test_a_batch_whose_answer_is_lost_twice_is_not_sent_a_third_time(sandbox: Sandbox) -> None:
    sandbox.misbehave(faults.drop("after_work"), on=larger_than(10))
    in_batches(sandbox, spread(200), spread(1)[0])
    firsts = Counter(
        one.body["add"][0]["firstRecordId"] for one in sandbox.requests if one.operation == BULK
    )
    assert max(firsts.values()) == 2


def test_a_batch_waits_longer_for_the_server_than_a_single_call(sandbox: Sandbox) -> None:
    sandbox.misbehave(faults.rate_limit(retry_after=100), on=BULK, times=1)
    assert statuses(in_batches(sandbox, spread(2), batch=2)) == {"created": 2}
    assert batches(sandbox) == [2, 2]


# What ends a run.


@pytest.mark.parametrize("operation", [None, "create_relation"])
def test_a_refused_token_ends_the_run(sandbox: Sandbox, operation: str | None) -> None:
    sandbox.misbehave(faults.fail(400), on=BULK)
    sandbox.misbehave(faults.fail(401, message="Invalid JWT"), on=operation)
    with pytest.raises(AuthenticationError):
        in_batches(sandbox, spread(300), concurrency=1)
    assert len(sandbox.requests) <= 4  # a 401 that may pass is put to the test once


def test_an_error_outside_the_api_ends_the_run(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(pairs: Any, entries: Any) -> Any:
        raise LookupError("a defect")

    monkeypatch.setattr("facade.bulk._async.in_batches.read_entries", fail)
    with pytest.raises(LookupError, match="a defect"):
        in_batches(sandbox, spread(100))


RUN = """
import sys
from facade import AssociationsClient
from facade.bulk import ensure_many

with AssociationsClient.from_env(pace=None) as client:
    association = client.associations.get_by_key("owner_pet")
    pairs = [(f"contact-{number:05}", f"pet-{number:05}") for number in range(300)]
    for outcome in ensure_many(
        client, pairs, association=association, journal=sys.argv[1], batch=100
    ):
        pass
"""


@pytest.mark.parametrize(("at", "batch"), [(1, 100), (5, 100), (5, None)])
def test_a_run_that_is_killed_before_it_notes_a_batch_is_resumed(
    sandbox: Sandbox, tmp_path: Path, at: int, batch: int | None
) -> None:
    association = seed_owner_pet(sandbox)
    given: dict[str, Any] = {"association": association, "journal": tmp_path / "journal"}
    with held_process(sandbox, ["-c", RUN, str(given["journal"])], at, BULK) as (process, gate):
        process.kill()
        assert process.wait() == -9
        gate.opened.set()
    recorded = len(given["journal"].read_text().splitlines()) - 1
    assert recorded < len(related_pairs(sandbox))
    outcomes = run("async", sandbox, spread(300), batch=batch, **given)
    assert related_pairs(sandbox) == spread(300)
    assert sum(one.resumed for one in outcomes) == recorded
    assert "failed" not in statuses(outcomes)
    sent = len(sandbox.requests)
    again = run("async", sandbox, spread(300), batch=100, **given)
    assert {one.resumed for one in again} == {True}
    assert [one.status for one in again] == [one.status for one in outcomes]
    assert len(sandbox.requests) == sent
