"""Runs that send several pairs with one request: what they cost, and that none is lost or doubled.

Whatever a server answers to a batch, no pair is told as what it was not.
"""

import logging
import random
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from facade import AuthenticationError, LocalPace, Turn
from facade.bulk import ensure_many
from facade.testing import Fault, Sandbox, faults, handlers
from facade.testing.arguments import AuthorizedRequest
from facade.testing.messages import Refusal
from facade.testing.variants import Variants
from tests.facade.bulk.runs import (
    BULK,
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


@pytest.mark.both
def test_new_pairs_cost_a_request_for_a_hundred(sandbox: Sandbox, mode: Mode) -> None:
    association = seed_owner_pet(sandbox)
    outcomes = run(mode, sandbox, spread(5000), association=association, batch=100)
    assert statuses(outcomes) == {"created": 5000}
    assert [one.index for one in outcomes] == list(range(5000))
    assert related_pairs(sandbox) == spread(5000)
    assert len(sandbox.requests) <= 80
    assert max(batches(sandbox)) == 100
    assert batches(sandbox)[0] == 10


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
            (status, [10], "a batch of 10 pairs was refused, as all batches are: POST")
            for status in (401, 403, 404, 405, 501)
        ],
        (413, [10, 5, 2], "a batch of 10 pairs was refused for its size: POST"),
        (400, [10, 5, 2], "a batch of 10 pairs was refused for its size or for a pair: POST"),
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
    said = [one.getMessage() for one in caplog.records if one.module == "in_batches"]
    assert len(said) == len(sizes)
    assert said[0].startswith(logged)


@pytest.mark.parametrize(("status", "most"), [(413, 5), (413, 30), (413, 50), (400, 30), (422, 50)])
def test_what_is_too_large_is_sent_in_halves(
    sandbox: Sandbox, mode: Mode, status: int, most: int
) -> None:
    association = seed_owner_pet(sandbox)
    sandbox.misbehave(faults.fail(status), on=larger_than(most))
    outcomes = run(mode, sandbox, spread(1000), association=association, batch=100)
    assert statuses(outcomes) == {"created": 1000}
    assert related_pairs(sandbox) == spread(1000)
    assert len(sandbox.requests) <= 1000 * (0.1 if most > 5 else 0.6)
    assert sum(size > most for size in batches(sandbox)) <= (8 if most > 5 else 30)


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


def test_of_a_batch_that_is_cut_only_what_was_sent_alone_is_known(
    sandbox: Sandbox, mode: Mode, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = AuthorizedRequest.pairs_to_add
    monkeypatch.setattr(AuthorizedRequest, "pairs_to_add", lambda self: whole(self)[:5])
    association = seed_owner_pet(sandbox)
    outcomes = run(mode, sandbox, spread(10), association=association, batch=100)
    assert [one.status for one in outcomes] == ["related"] * 5 + ["created"] * 5


def test_a_batch_that_cannot_be_checked_is_not_believed(sandbox: Sandbox, mode: Mode) -> None:
    association = seed_owner_pet(sandbox)
    sandbox.misbehave(faults.fail(400), on="create_relation", times=1)
    outcomes = run(mode, sandbox, spread(10), association=association, batch=100)
    assert statuses(outcomes) == {"related": 10}


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


@pytest.mark.parametrize("doubt", DOUBTFUL)
def test_a_pair_of_a_batch_without_a_clear_answer_is_related(
    sandbox: Sandbox, mode: Mode, doubt: str
) -> None:
    association = seed_owner_pet(sandbox)
    sandbox.misbehave(DOUBTFUL[doubt], on=BULK)
    outcomes = run(mode, sandbox, spread(300), association=association, batch=100)
    sent = batches(sandbox)
    assert statuses(outcomes) == {"related": sum(sent), "created": 300 - sum(sent)}
    assert related_pairs(sandbox) == spread(300)
    assert len(sandbox.requests) <= 303
    assert max(sent) == 10  # none larger follows


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


@pytest.mark.both
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


Body = Callable[[AuthorizedRequest, Variants], Any]
EXISTS = "Can not create duplicate relation of object Ids for given association 6b1f"


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
        location, there = request.location_in_body(), set[tuple[str, str]]()
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


def unclear(request: AuthorizedRequest, variants: Variants) -> Any:
    """Answer with entries that neither name a pair nor say that it exists."""
    body: Any = CREATE_RELATIONS(request, variants)
    body["results"]["errored"] = [{"error": "It failed"} for _ in body["results"]["errored"]]
    return body


# What a server may answer to a batch with a pair that exists; the most requests for 200 pairs of
# which one exists, if they share no record; and whether the state of some pairs stays unknown.
CREATE_RELATIONS: Body = handlers.create_relations
SERVERS: dict[str, tuple[Body, int, bool]] = {
    "an entry that names no pair": (CREATE_RELATIONS, 14, True),
    "an entry that names the pair": (named, 14, False),
    "a refusal that names no pair": (refusing(EXISTS), 30, False),
    "a refusal that names the pair": (refusing("duplicate relation of [{}]"), 16, False),
    "a refusal that names no reason": (refusing("Bad request"), 30, False),
    "an entry that names no reason": (unclear, 110, True),
    "a refusal after some pairs": (refusing(EXISTS, is_atomic=False), 205, True),
    "an entry after some pairs": (ending_early, 205, True),
}


@pytest.mark.parametrize("at", [0, 9, 10, 69, 70, 128, 149, 199])
@pytest.mark.parametrize("server", SERVERS)
def test_a_pair_that_exists_among_two_hundred_costs_few_requests_and_none_is_told_wrongly(
    sandbox: Sandbox, mode: Mode, at: int, server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    create, at_most, is_unknown = SERVERS[server]
    monkeypatch.setattr(handlers, "create_relations", create)
    association = seed_owner_pet(sandbox)
    sandbox.seed_relation(association.id, *spread(200)[at])
    outcomes = run(mode, sandbox, spread(200), association=association, batch=100)
    assert related_pairs(sandbox) == spread(200)
    assert [one.index for one in outcomes] == list(range(200))
    possible = {"existing", "related"} if is_unknown else {"existing"}
    assert outcomes[at].status in possible
    of_others = {one.status for one in outcomes if one.index != at}
    assert of_others <= ({"created", "related"} if is_unknown else {"created"})
    assert len(sandbox.requests) <= at_most


@pytest.mark.parametrize("at", [0, 70, 199])
@pytest.mark.parametrize("server", SERVERS)
def test_if_the_pairs_share_a_record_a_list_of_it_tells_which_one_exists(
    sandbox: Sandbox, mode: Mode, at: int, server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(handlers, "create_relations", SERVERS[server][0])
    association = seed_owner_pet(sandbox)
    pairs = [("hub", second) for _, second in spread(200)]
    sandbox.seed_relation(association.id, *pairs[at])
    outcomes = run(mode, sandbox, pairs, association=association, batch=100)
    assert related_pairs(sandbox) == pairs
    assert statuses(outcomes) == {"created": 199, "existing": 1}
    assert outcomes[at].status == "existing"
    assert len(sandbox.requests) <= 18  # threads may fill the first batches less


@pytest.mark.parametrize(
    ("server", "at_most"),
    [("an entry that names no pair", 14), ("a refusal that names no pair", 205)],
)
def test_if_all_pairs_exist_none_is_told_as_created(
    sandbox: Sandbox, mode: Mode, server: str, at_most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(handlers, "create_relations", SERVERS[server][0])
    association = seed_owner_pet(sandbox)
    for pair in spread(200):
        sandbox.seed_relation(association.id, *pair)
    outcomes = run(mode, sandbox, spread(200), association=association, batch=100)
    doubtful = 0 if server.startswith("an entry") else 20  # two batches were refused
    assert statuses(outcomes) == {"existing": 200 - doubtful} | (
        {"related": doubtful} if doubtful else {}
    )
    assert len(sandbox.requests) <= at_most


@pytest.mark.parametrize("server", SERVERS)
@pytest.mark.parametrize("seed", range(3))
def test_whatever_exists_no_pair_is_told_as_what_it_was_not(
    sandbox: Sandbox, mode: Mode, server: str, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(handlers, "create_relations", SERVERS[server][0])
    association = seed_owner_pet(sandbox)
    chance = random.Random(seed)  # noqa: S311 - no secret
    there = {pair for pair in spread(300) if chance.random() < (0.01, 0.1, 0.5)[seed]}
    for pair in there:
        sandbox.seed_relation(association.id, *pair)
    outcomes = run(mode, sandbox, spread(300), association=association, batch=100)
    assert related_pairs(sandbox) == spread(300)
    for one in outcomes:
        before = (one.first_record_id, one.second_record_id) in there
        assert one.status in ("related", "existing" if before else "created")
    assert len(sandbox.requests) <= 330


def test_a_batch_whose_answer_is_lost_is_sent_again_once_a_duplicate_was_refused(
    sandbox: Sandbox, mode: Mode
) -> None:
    association = seed_owner_pet(sandbox)
    sandbox.seed_relation(association.id, *spread(1)[0])
    sandbox.misbehave(faults.drop("after_work"), on=larger_than(50), times=1)
    outcomes = run(mode, sandbox, spread(200), association=association, batch=100)
    assert related_pairs(sandbox) == spread(200)
    assert set(statuses(outcomes)) == {"created", "related"}
    assert len(sandbox.requests) <= 14


def test_a_batch_whose_answer_is_lost_twice_is_not_sent_again(sandbox: Sandbox, mode: Mode) -> None:
    association = seed_owner_pet(sandbox)
    sandbox.seed_relation(association.id, *spread(1)[0])
    sandbox.misbehave(faults.drop("after_work"), on=larger_than(10))
    run(mode, sandbox, spread(200), association=association, batch=100)
    sent = [
        one.body["add"][0]["firstRecordId"] for one in sandbox.requests if one.operation == BULK
    ]
    assert max(Counter(sent).values()) == 2
    assert related_pairs(sandbox) == spread(200)


def test_the_half_that_must_have_the_duplicate_is_not_sent_as_a_whole(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(handlers, "create_relations", refusing(EXISTS))
    association = seed_owner_pet(sandbox)
    sandbox.seed_relation(association.id, *spread(200)[149])
    run("async", sandbox, spread(200), association=association, batch=100)
    assert batches(sandbox) == [10, 20, 40, 80, 40, 20, 10, 50]


@pytest.mark.parametrize(("at", "created"), [(25, 0), (13, -1)])
def test_a_pair_that_a_refused_batch_created_in_spite_of_it_is_not_told_as_existing(
    sandbox: Sandbox, mode: Mode, at: int, created: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def create_relations(request: AuthorizedRequest, variants: Variants) -> Any:
        location, pairs = request.location_in_body(), request.pairs_to_add()
        there = {one["firstRecordId"] for one in location.relations.values()}
        if any(one["firstRecordId"] in there for one in pairs):
            if pairs[created]["firstRecordId"] not in there:
                location.create_relation(pairs[created])
            raise Refusal(400, EXISTS)
        return CREATE_RELATIONS(request, variants)

    monkeypatch.setattr(handlers, "create_relations", create_relations)
    association = seed_owner_pet(sandbox)
    sandbox.seed_relation(association.id, *spread(30)[at])
    outcomes = run(mode, sandbox, spread(30), association=association, batch=20)
    told = {one.index: one.status for one in outcomes}
    assert [index for index, status in told.items() if status == "existing"] in ([], [at])
    assert related_pairs(sandbox) == spread(30)


def test_a_batch_is_sent_again_without_each_pair_that_a_refusal_names(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(handlers, "create_relations", refusing("duplicate relation of [{}]"))
    association = seed_owner_pet(sandbox)
    for at in (100, 120):
        sandbox.seed_relation(association.id, *spread(200)[at])
    outcomes = run("async", sandbox, spread(200), association=association, batch=100)
    assert batches(sandbox) == [10, 20, 40, 80, 79, 78, 50]
    # The answer about the second one came after the batch that may have created it.
    assert [(one.index, one.status) for one in outcomes if one.status != "created"] == [
        (100, "existing"),
        (120, "related"),
    ]


def test_a_batch_that_is_cut_with_a_duplicate_is_sent_again_once_and_then_in_halves(
    sandbox: Sandbox, mode: Mode, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = AuthorizedRequest.pairs_to_add
    monkeypatch.setattr(AuthorizedRequest, "pairs_to_add", lambda self: whole(self)[:25])
    association = seed_owner_pet(sandbox)
    sandbox.seed_relation(association.id, *spread(200)[35])
    run(mode, sandbox, spread(200), association=association, batch=100)
    assert related_pairs(sandbox) == spread(200)
    sent = Counter(
        (one.body["add"][0]["firstRecordId"], len(one.body["add"]))
        for one in sandbox.requests
        if one.operation == BULK
    )
    assert max(sent.values()) == 2
    assert len(sandbox.requests) <= 100


def test_a_pair_that_fails_without_a_name_is_found_by_halves(
    sandbox: Sandbox, mode: Mode, monkeypatch: pytest.MonkeyPatch
) -> None:
    def anonymous(request: AuthorizedRequest, variants: Variants) -> Any:
        body: Any = CREATE_RELATIONS(request, variants)
        for entry in body["results"]["errored"]:
            entry["error"] = entry["error"].replace("contact-00100", "a record")
        return body

    monkeypatch.setattr(handlers, "create_relations", anonymous)
    association = seed_owner_pet(sandbox)
    sandbox.declare_record("contact-00100", "custom_objects.pet")
    outcomes = run(mode, sandbox, spread(200), association=association, batch=100)
    assert [one.index for one in outcomes if one.status == "failed"] == [100]
    assert "Invalid record id" in str(outcomes[100].error)
    assert related_pairs(sandbox) == [pair for pair in spread(200) if pair != spread(200)[100]]
    assert len(sandbox.requests) <= 30


@pytest.mark.parametrize("batch", [None, 1])
def test_by_default_and_of_one_pair_none_is_sent(sandbox: Sandbox, batch: int | None) -> None:
    outcomes = run(
        "blocking", sandbox, spread(50), association=seed_owner_pet(sandbox), batch=batch
    )
    assert statuses(outcomes) == {"created": 50}
    assert batches(sandbox) == []
    assert all(one.relation_id for one in outcomes)


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


def test_pairs_that_exist_and_share_nothing_cost_one_percent_more_at_most(
    sandbox: Sandbox, mode: Mode
) -> None:
    association = seed_owner_pet(sandbox)
    for pair in spread(500):
        sandbox.seed_relation(association.id, *pair)
    outcomes = run(mode, sandbox, spread(500), association=association, batch=100)
    assert statuses(outcomes) == {"existing": 500}
    assert len(sandbox.requests) <= 505


def test_a_refused_token_ends_the_run(sandbox: Sandbox, mode: Mode) -> None:
    association = seed_owner_pet(sandbox)
    sandbox.misbehave(faults.fail(401, message="Invalid JWT"))
    with pytest.raises(AuthenticationError):
        run(mode, sandbox, spread(500), association=association, batch=100)
    assert len(sandbox.requests) <= 2 + 2 * 8


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


def test_a_fatal_error_ends_the_search_for_the_reason_of_a_refusal(
    sandbox: Sandbox, mode: Mode
) -> None:
    association = seed_owner_pet(sandbox)
    sandbox.misbehave(faults.fail(400), on=BULK)
    sandbox.misbehave(faults.fail(401, message="Invalid JWT"), on="create_relation")
    given: dict[str, Any] = {"association": association, "batch": 100, "concurrency": 1}
    with pytest.raises(AuthenticationError):
        run(mode, sandbox, spread(500), **given)
    assert len(sandbox.requests) == 3  # a 401 that may pass is put to the test once


def test_an_error_outside_the_api_ends_the_run(
    sandbox: Sandbox, mode: Mode, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(pairs: Any, entries: Any) -> Any:
        raise LookupError("a defect")

    for package in ("_async", "_sync"):
        monkeypatch.setattr(f"facade.bulk.{package}.in_batches.read_entries", fail)
    with pytest.raises(LookupError, match="a defect"):
        run(mode, sandbox, spread(500), association=seed_owner_pet(sandbox), batch=100)


def test_a_pair_beside_one_that_failed_may_not_be_the_one_that_existed(
    sandbox: Sandbox, mode: Mode, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(handlers, "create_relations", refusing(EXISTS))
    association = seed_owner_pet(sandbox)
    sandbox.seed_relation(association.id, *spread(4)[3])
    sandbox.misbehave(
        faults.fail(400),
        on=lambda one: (
            one.operation == "create_relation" and one.body["firstRecordId"] == "contact-00005"
        ),
    )
    outcomes = run(mode, sandbox, spread(10), association=association, batch=100)
    assert [one.status for one in outcomes] == [
        *["created"] * 3,
        "related",
        *["created", "failed"],
        *["created"] * 4,
    ]
