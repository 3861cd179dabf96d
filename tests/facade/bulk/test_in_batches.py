"""Runs that send several pairs with one request: what they cost, and that none is lost or doubled.

Whatever a server answers to a batch, no pair is told as what it was not.
"""

import itertools
import logging
import random
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest

from facade import AuthenticationError
from facade.bulk import Outcome
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
    related_pairs,
    run,
    seed_owner_pet,
    spread,
    statuses,
)

Pair = tuple[str, str]
Body = Callable[[AuthorizedRequest, Variants], Any]
HUB = [("hub", pet) for _, pet in spread(300)]


def server(
    text: Callable[[str, str], str] = lambda error, record: error,
    *,
    refuses: bool = False,
    names: bool = False,
    ends: bool = False,
) -> Body:
    """Answer to a batch with a text about each pair that fails; an entry may also name the pair.

    If it refuses, it does so at the first pair that fails. If it ends there, the pairs before it
    are created, and none after it; otherwise a refused batch creates none.
    """

    def create_relations(request: AuthorizedRequest, variants: Variants) -> Any:
        location, errored, made = request.location_in_body(), list[Any](), list[Any]()
        for fields in request.pairs_to_add():
            try:
                made.append(location.create_relation(fields)["id"])
            except Refusal as refusal:
                said = text(str(refusal.message), fields["firstRecordId"])
                errored.append({"error": said, **(fields if names else {})})
                if refuses:
                    for relation_id in () if ends else made:
                        location.delete_relation(relation_id)
                    raise Refusal(400, said) from None
                if ends:
                    break
        return {"results": {"errored": errored}}

    return create_relations


SERVER, REFUSES = server(), server(refuses=True)
REFUSES_BY_NAME = server(lambda _, record: f"duplicate relation of [{record}]", refuses=True)
# What a server may answer to a batch with a pair that exists; the most requests for 200 pairs of
# which one exists, if they share no record; and whether the state of some pairs stays unknown.
SERVERS: dict[str, tuple[Body, int, bool]] = {
    "an entry that names no pair": (SERVER, 14, True),
    "an entry that names the pair": (server(names=True), 14, False),
    "a refusal that names no pair": (REFUSES, 30, False),
    "a refusal that names the pair": (REFUSES_BY_NAME, 16, False),
    "a refusal that names no reason": (server(lambda *_: "Bad request", refuses=True), 30, True),
    "an entry that names no reason": (server(lambda *_: "It failed"), 110, True),
    "a refusal after some pairs": (server(refuses=True, ends=True), 205, True),
    "an entry after some pairs": (server(ends=True), 205, True),
}


def in_batches(
    sandbox: Sandbox, pairs: Any, *there: Pair, body: Body = SERVER, **options: Any
) -> list[Outcome]:
    """Run with batches of a hundred, where some pairs exist; each pair has one relation then."""
    options = {"association": seed_owner_pet(sandbox), "batch": 100, **options}
    for pair in there:
        sandbox.seed_relation(options["association"].id, *pair)
    with patch.object(handlers, "create_relations", body):
        outcomes = run("async", sandbox, pairs, **options)
    failed = {one.index for one in outcomes if one.status == "failed"}
    assert [one.index for one in outcomes] == list(range(len(pairs)))
    wanted = {pair for number, pair in enumerate(pairs) if number not in failed}
    assert related_pairs(sandbox) == sorted(wanted | {*there})
    return outcomes


def told(outcomes: list[Outcome]) -> list[tuple[int, str]]:
    """List the pairs that were not created, each with its status."""
    return [(one.index, one.status) for one in outcomes if one.status != "created"]


def is_sixth_alone(one: Received) -> bool:
    return one.operation == "create_relation" and one.body["firstRecordId"] == "contact-00005"


def sent_batches(sandbox: Sandbox) -> Counter[tuple[str, int]]:
    """Count how often each batch was sent, by its first record and its size."""
    sent = [one.body["add"] for one in sandbox.requests if one.operation == BULK]
    return Counter((pairs[0]["firstRecordId"], len(pairs)) for pairs in sent)


# What it costs.


def test_new_pairs_cost_a_request_for_a_hundred(sandbox: Sandbox) -> None:
    assert statuses(in_batches(sandbox, spread(500))) == {"created": 500}
    assert (batches(sandbox)[0], max(batches(sandbox))) == (10, 100)
    assert len(sandbox.requests) <= 14  # each larger size is checked


def test_a_larger_batch_than_before_is_checked_by_its_last_pair(sandbox: Sandbox) -> None:
    outcomes = in_batches(sandbox, spread(2), batch=2)
    assert [(one.status, one.relation_id) for one in outcomes] == [("created", None)] * 2
    first, second = sandbox.requests
    assert first.operation == BULK
    assert (second.operation, second.body["secondRecordId"]) == ("create_relation", "pet-00001")


SCOPE = "The token is not authorized for this scope."  # a 401 of another kind is fatal
NO_REASON = {"results": {"errored": [{"error": "Something went wrong"}]}}


ALL, SIZE = "refused, as all batches are", "refused for its size"
PAIR, LOST = "refused for its size or for a pair", "possibly carried out"


@pytest.mark.parametrize(
    ("fault", "said", "sizes", "doubtful"),
    [
        (faults.fail(401, message=SCOPE), ALL, [10], 0),
        (faults.fail(404), ALL, [10], 0),
        (faults.fail(413), SIZE, [10, 5, 2], 0),
        (faults.fail(422), PAIR, [10, 5, 2], 0),
        (faults.fail(500), LOST, [10] * 3, 0),
        (faults.drop("connecting"), "not carried out", [], 0),
        (faults.drop("after_work"), LOST, [10] * 3, 30),
        (faults.fail(422, after_work=True), PAIR, [10] * 3, 30),
        (faults.truncated(), LOST, [10] * 3, 30),
        (faults.alter(lambda _: {"created": 3}), LOST, [10] * 3, 30),
        (faults.alter(lambda _: NO_REASON), "", [10] * 3, 30),
    ],
)
def test_where_no_batch_has_a_clear_success_a_run_costs_one_percent_more_and_the_log_says_why(
    sandbox: Sandbox,
    fault: Fault,
    said: str,
    sizes: list[int],
    doubtful: int,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO, "facade")
    sandbox.misbehave(fault, on=BULK)
    outcomes = in_batches(sandbox, spread(300), concurrency=1)
    assert statuses(outcomes) == Counter(created=300 - doubtful, related=doubtful)
    assert batches(sandbox) == sizes
    assert len(sandbox.requests) == 300 + len(sizes)
    logged = [one.getMessage() for one in caplog.records if one.module == "in_batches"]
    assert not said or logged[0].startswith(f"a batch of 10 pairs was {said}: POST")


@pytest.mark.parametrize(("status", "most"), [(413, 5), (400, 30), (422, 50)])
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
    assert statuses(in_batches(sandbox, spread(100), concurrency=1)) == {"created": 100}
    bodies = [one.body["add"] for one in sandbox.requests if one.operation == BULK]
    firsts = [[one["firstRecordId"] for one in body] for body in bodies]
    assert firsts[: len(sent)] == [
        [first for first, _ in spread(100)[start : start + size]] for start, size in sent
    ]


@pytest.mark.parametrize("there", [0, 1, 299, 300])
def test_pairs_that_share_a_record_are_listed_and_what_is_missing_is_sent_together(
    sandbox: Sandbox, there: int
) -> None:
    outcomes = in_batches(sandbox, HUB, *HUB[:there])
    assert [one.status for one in outcomes] == ["existing"] * there + ["created"] * (300 - there)
    assert len(sandbox.requests) <= 20


@pytest.mark.parametrize("batch", [None, 1])
def test_by_default_and_of_one_pair_none_is_sent(sandbox: Sandbox, batch: int | None) -> None:
    outcomes = in_batches(sandbox, spread(20), batch=batch)
    assert batches(sandbox) == []
    assert all(one.relation_id for one in outcomes)


# What is told.


@pytest.mark.parametrize("at", [0, 70, 199])
@pytest.mark.parametrize("one", SERVERS)
def test_a_pair_that_exists_among_two_hundred_costs_few_requests_and_none_is_told_wrongly(
    sandbox: Sandbox, at: int, one: str
) -> None:
    body, at_most, is_unknown = SERVERS[one]
    outcomes = in_batches(sandbox, spread(200), spread(200)[at], body=body)
    others = {one.status for one in outcomes if one.index != at}
    assert outcomes[at].status in (("existing", "related") if is_unknown else ("existing",))
    assert others <= ({"created", "related"} if is_unknown else {"created"})
    assert len(sandbox.requests) <= at_most


@pytest.mark.parametrize("one", SERVERS)
def test_if_the_pairs_share_a_record_a_list_of_it_tells_which_one_exists(
    sandbox: Sandbox, one: str
) -> None:
    assert told(in_batches(sandbox, HUB[:200], HUB[70], body=SERVERS[one][0])) == [(70, "existing")]
    assert len(sandbox.requests) <= 13


@pytest.mark.parametrize(
    ("body", "at_most", "doubtful"),
    # Two batches of ten are refused, and none is sent after them.
    [(SERVER, 14, 0), (REFUSES, 205, 20)],
)
def test_if_all_pairs_exist_none_is_told_as_created(
    sandbox: Sandbox, body: Body, at_most: int, doubtful: int
) -> None:
    outcomes = in_batches(sandbox, spread(200), *spread(200), body=body)
    assert statuses(outcomes) == Counter(existing=200 - doubtful, related=doubtful)
    assert len(sandbox.requests) <= at_most


@pytest.mark.parametrize(
    ("batch", "one"), [(None, "an entry that names no pair"), *((40, one) for one in SERVERS)]
)
@pytest.mark.parametrize("seed", range(2))
def test_whatever_exists_and_fails_each_pair_has_one_relation_and_a_true_outcome(
    sandbox: Sandbox, batch: int | None, one: str, seed: int
) -> None:
    chance = random.Random(seed)  # noqa: S311 - no secret
    pairs = [*spread(100), *HUB[:20], *spread(5)]
    chance.shuffle(pairs)
    there = {pair for pair in pairs if chance.random() < (0.02, 0.5)[seed]}
    for number, fault in enumerate(FAULTS):
        sandbox.misbehave(fault, share=0.04, seed=10 * seed + number)
    found: dict[Pair, set[str]] = {}
    for outcome in in_batches(sandbox, pairs, *there, batch=batch, body=SERVERS[one][0]):
        pair = outcome.first_record_id, outcome.second_record_id
        found.setdefault(pair, set()).add(outcome.status)
    for pair, said in found.items():
        if pair in there:
            assert said <= {"existing", "related"}
        else:  # what comes twice exists the second time
            assert said <= {"created", "existing", "related"}
            assert said != {"existing"}


@pytest.mark.parametrize(
    ("body", "at", "pairs", "most"),
    [
        (SERVER, 4, 10, 3),  # the batch, the check of its last pair, the one that failed
        (server(lambda error, record: error.replace(record, "a record")), 100, 200, 30),
    ],
)
def test_a_pair_that_fails_is_named_or_found_by_halves_and_fails_alone_with_its_own_reason(
    sandbox: Sandbox, body: Body, at: int, pairs: int, most: int
) -> None:
    sandbox.declare_record(spread(pairs)[at][0], "custom_objects.pet")
    outcomes = in_batches(sandbox, spread(pairs), body=body)
    assert [one.index for one in outcomes if one.status == "failed"] == [at]
    assert "Invalid record id" in str(outcomes[at].error)
    assert len(sandbox.requests) <= most


@pytest.mark.parametrize(
    ("body", "there", "sizes", "said"),
    [
        # The half that must have the duplicate is not sent as a whole.
        (REFUSES, [149], [10, 20, 40, 80, 40, 20, 10, 50], ["existing"]),
        # Each named pair is left out. What is said of the second one came after a batch that may
        # have created it.
        (REFUSES_BY_NAME, [100, 120], [10, 20, 40, 80, 79, 78, 50], ["existing", "related"]),
    ],
)
def test_a_batch_that_is_refused_for_a_duplicate_is_sent_again_without_it(
    sandbox: Sandbox,
    body: Body,
    there: list[int],
    sizes: list[int],
    said: list[str],
) -> None:
    outcomes = in_batches(sandbox, spread(200), *(spread(200)[one] for one in there), body=body)
    assert batches(sandbox) == sizes
    assert told(outcomes) == list(zip(there, said, strict=True))


@pytest.mark.parametrize(("at", "created"), [(25, 0), (13, -1)])
def test_a_pair_that_a_refused_batch_created_in_spite_of_it_is_not_told_as_existing(
    sandbox: Sandbox, at: int, created: int
) -> None:
    def create_relations(request: AuthorizedRequest, variants: Variants) -> Any:
        location, pairs = request.location_in_body(), request.pairs_to_add()
        there = {one["firstRecordId"] for one in location.relations.values()}
        if not any(one["firstRecordId"] in there for one in pairs):
            return SERVER(request, variants)
        if pairs[created]["firstRecordId"] not in there:
            location.create_relation(pairs[created])
        raise Refusal(400, "duplicate relation of object Ids")

    outcomes = in_batches(sandbox, spread(30), spread(30)[at], batch=20, body=create_relations)
    assert {one.index for one in outcomes if one.status == "existing"} <= {at}


def test_a_pair_beside_one_that_failed_may_not_be_the_one_that_existed(sandbox: Sandbox) -> None:
    sandbox.misbehave(faults.fail(400), on=is_sixth_alone)
    outcomes = in_batches(sandbox, spread(10), spread(10)[3], body=REFUSES)
    assert told(outcomes) == [(3, "related"), (5, "failed")]


def test_a_pair_that_comes_twice_in_a_batch_exists_the_second_time(sandbox: Sandbox) -> None:
    pairs: list[Any] = [*spread(6), spread(3)[2], ("a",), spread(8)[7]]
    assert told(in_batches(sandbox, pairs)) == [(6, "existing"), (7, "failed")]
    assert batches(sandbox) == [7]


# What a batch may have been cut to, or whose answer is lost.


@pytest.mark.parametrize(("read", "pairs", "there"), [(25, 300, []), (25, 300, [35]), (5, 10, [])])
def test_a_batch_that_is_cut_without_a_word_loses_nothing(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, read: int, pairs: int, there: list[int]
) -> None:
    whole = AuthorizedRequest.pairs_to_add
    monkeypatch.setattr(AuthorizedRequest, "pairs_to_add", lambda self: whole(self)[:read])
    outcomes = in_batches(sandbox, spread(pairs), *(spread(pairs)[one] for one in there))
    assert "failed" not in statuses(outcomes)
    assert sum(size > read for size in batches(sandbox)) <= 10  # smaller ones follow
    assert max(sent_batches(sandbox).values()) <= 2  # sent again once
    if read == 5:  # only what was sent alone is known
        assert [one.status for one in outcomes] == ["related"] * 5 + ["created"] * 5


@pytest.mark.parametrize("fault", [faults.fail(400), faults.drop("after_work")])
def test_a_batch_that_cannot_be_checked_is_not_believed(sandbox: Sandbox, fault: Fault) -> None:
    sandbox.misbehave(fault, on="create_relation", times=1)
    assert statuses(in_batches(sandbox, spread(10))) == {"related": 10}


@pytest.mark.parametrize(("times", "most"), [(1, 14), (None, 205)])
def test_a_batch_whose_answer_is_lost_is_sent_again_once_if_a_duplicate_was_refused(
    sandbox: Sandbox, times: int | None, most: int
) -> None:
    sandbox.misbehave(faults.drop("after_work"), on=larger_than(50 if times else 10), times=times)
    outcomes = in_batches(sandbox, spread(200), spread(1)[0])
    assert set(statuses(outcomes)) == {"created", "related"}
    assert max(sent_batches(sandbox).values()) == 2
    assert len(sandbox.requests) <= most


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
    list(ensure_many(client, pairs, association=association, journal=sys.argv[1], batch=100))
"""


@pytest.mark.parametrize("batch", [100, None])
def test_a_run_that_is_killed_before_it_notes_a_batch_is_resumed(
    sandbox: Sandbox, tmp_path: Path, batch: int | None
) -> None:
    journal = tmp_path / "journal"
    given: dict[str, Any] = {"association": seed_owner_pet(sandbox), "journal": journal}
    with held_process(sandbox, ["-c", RUN, str(journal)], 5, BULK) as (process, gate):
        process.kill()
        assert process.wait() == -9
        gate.opened.set()
    recorded = len(journal.read_text().splitlines()) - 1
    assert recorded < len(related_pairs(sandbox))
    outcomes = run("async", sandbox, spread(300), batch=batch, **given)
    assert related_pairs(sandbox) == spread(300)
    assert statuses(outcomes)["done_before"] == recorded
    assert "failed" not in statuses(outcomes)
