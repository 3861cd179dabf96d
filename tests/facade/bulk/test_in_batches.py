"""Runs that send several pairs with one request: what they cost, and that none is lost or doubled.

Whatever a server answers to a batch, no pair is told as what it was not.
"""

import logging
import random
import threading
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any
from unittest.mock import patch

import httpx
import pytest
from attrs import frozen

from facade import AuthenticationError, InvalidRecordError
from facade.bulk import Outcome
from facade.testing import Fault, Sandbox, SandboxTransport, faults, handlers
from facade.testing.arguments import AuthorizedRequest
from facade.testing.faults import Selection
from facade.testing.messages import Refusal
from tests.facade.bulk.runs import (
    BULK,
    FAULTS,
    PAIRS,
    batches,
    larger_than,
    related_pairs,
    run,
    seed_owner_pet,
    spread,
    statuses,
)

Pair = tuple[str, str]
Body = Callable[[AuthorizedRequest, Any], Any]
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

    def create_relations(request: AuthorizedRequest, variants: Any) -> Any:
        location, errored, made = request.location, list[Any](), list[Any]()
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
# What a server may answer to a batch with a pair that exists; the most requests for 200 pairs of
# which one exists, if they share no record; and whether the state of some pairs stays unknown.
SERVERS: dict[str, tuple[Body, int, bool]] = {
    "an entry that names no pair": (SERVER, 14, True),
    "an entry that names the pair": (server(names=True), 14, False),
    "a refusal": (REFUSES, 30, True),
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


SCOPE = "The token is not authorized for this scope."  # a 401 of another kind is fatal
NO_REASON = {"results": {"errored": [{"error": "Something went wrong"}]}}
ALL, SIZE = "refused, as all batches are", "refused for its size"
PAIR, LOST = "refused for its size or for a pair", "possibly carried out"


@pytest.mark.parametrize(
    ("fault", "said", "sizes", "doubtful"),
    [
        (faults.fail(401, message=SCOPE), ALL, [10], 0),
        (faults.fail(413), SIZE, [10, 5, 2], 0),
        (faults.fail(422), PAIR, [10, 5, 2], 0),
        (faults.fail(500), LOST, [10] * 3, 0),
        (faults.drop("connecting"), "not carried out", [], 0),
        (faults.drop("after_work"), LOST, [10] * 3, 30),
        (faults.fail(422, after_work=True), PAIR, [10] * 3, 30),
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


def test_of_a_list_without_a_length_the_pairs_so_far_allow_a_batch_in_vain_for_each_hundred(
    sandbox: Sandbox,
) -> None:
    given = {"association": seed_owner_pet(sandbox), "batch": 100, "concurrency": 1}
    sandbox.misbehave(faults.fail(500), on=BULK)
    run("async", sandbox, iter(spread(300)), **given)
    assert batches(sandbox) == [10, 10, 10]


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
    # If the pairs share a record, a list of it tells which one exists.
    other = Sandbox()
    assert told(in_batches(other, HUB[:200], HUB[at], body=body)) == [(at, "existing")]
    assert len(other.requests) <= 13


@pytest.mark.parametrize("one", SERVERS)
@pytest.mark.parametrize(("seed", "share"), [(0, 0.02), (1, 0.5)])
def test_whatever_exists_and_fails_each_pair_has_one_relation_and_a_true_outcome(
    sandbox: Sandbox, one: str, seed: int, share: float
) -> None:
    chance = random.Random(seed)  # noqa: S311 - no secret
    pairs = [*spread(100), *HUB[:20], *spread(5)]
    chance.shuffle(pairs)
    invalid = spread(100)[7]
    there = {pair for pair in pairs if chance.random() < share} - {invalid}
    sandbox.declare_record(invalid[0], "custom_objects.pet")
    for number, fault in enumerate(FAULTS):
        sandbox.misbehave(fault, share=0.04, seed=10 * seed + number)
    found: dict[Pair, set[str]] = {}
    for outcome in in_batches(sandbox, pairs, *there, batch=40, body=SERVERS[one][0]):
        pair = outcome.first_record_id, outcome.second_record_id
        found.setdefault(pair, set()).add(outcome.status)
        assert (outcome.status == "failed") == isinstance(outcome.error, InvalidRecordError)
    assert found.pop(invalid) == {"failed"}
    for pair, said in found.items():
        # What comes twice exists the second time.
        assert said <= {"existing", "related"} | ({"created"} - {*there & {pair}})
        assert pair in there or said != {"existing"}


@frozen
class Case:
    """A run over `pairs`, of which those at `there` exist, and what is told of it."""

    told: list[tuple[int, str]]
    pairs: list[Pair] = PAIRS
    there: Iterable[int] = ()
    body: Body = SERVER
    given: tuple[Fault, Selection, int | None] | None = None
    batches: list[int] | None = None
    requests: int = 205  # at most


EVERY = range(200)
TEN_RELATED = [(at, "related") for at in range(10)]
CASES = {
    "all are too large": Case([], given=(faults.fail(413), larger_than(5), None), requests=120),
    "some are too large": Case([], given=(faults.fail(422), larger_than(50), None), requests=24),
    "all but one of a hub": Case([(at, "existing") for at in range(299)], HUB, range(299)),
    "all, each told": Case([(at, "existing") for at in EVERY], there=EVERY, requests=14),
    # Two batches of ten are refused, and none is sent after them.
    "all, and refused": Case(
        [(at, "related" if at < 20 else "existing") for at in EVERY], there=EVERY, body=REFUSES
    ),
    # The half that must have the duplicate is not sent as a whole.
    "a refusal": Case(
        [(149, "related")], there=[149], body=REFUSES, batches=[10, 20, 40, 80, 40, 20, 10, 50]
    ),
    "one comes twice": Case(
        [(6, "existing")], [*spread(6), spread(3)[2], spread(8)[7]], batches=[7]
    ),
    # The batch and its check are the two requests that two hundred pairs may waste.
    "not checked": Case(TEN_RELATED, given=(faults.fail(400), "create_relation", 1), batches=[10]),
    "not checked, and perhaps created": Case(
        TEN_RELATED, spread(10), given=(faults.drop("after_work"), "create_relation", 1)
    ),
    "a wait that only a run accepts": Case(
        [], spread(2), given=(faults.rate_limit(retry_after=100), BULK, 1), batches=[2, 2]
    ),
    "the answer to one is lost": Case(
        [(at, "related") for at in [*range(10), *range(70, 150)]],
        given=(faults.drop("after_work"), larger_than(50), 1),
        there=[0],
        requests=14,
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_each_pair_is_told_as_what_is_known_of_it_for_few_requests(
    sandbox: Sandbox, name: str
) -> None:
    case = CASES[name]
    if case.given is not None:
        fault, selection, times = case.given
        sandbox.misbehave(fault, on=selection, times=times)
    there = [case.pairs[at] for at in case.there]
    assert told(in_batches(sandbox, case.pairs, *there, body=case.body)) == case.told
    assert case.batches in (None, batches(sandbox))
    assert len(sandbox.requests) <= case.requests


HUBS = [(f"hub-{number % 2}", pet) for number, (_, pet) in enumerate(spread(10))]


@pytest.mark.parametrize(
    ("part", "pairs", "batch"),
    [
        ("/relations/bulk", spread(50), 10),  # the first one is alone
        ("/relations/hub", HUBS, 1),  # no batch is sent
    ],
)
def test_batches_of_an_accepted_size_and_lists_of_records_are_in_flight_together(
    sandbox: Sandbox, part: str, pairs: list[Pair], batch: int
) -> None:
    both = threading.Barrier(2)

    class Meeting(SandboxTransport):
        def handle_request(self, request: httpx.Request) -> Any:
            if part in request.url.path and (batch == 1 or batches(sandbox)):
                both.wait(5)
            return super().handle_request(request)

    given = {"association": seed_owner_pet(sandbox), "concurrency": 2, "batch": batch}
    outcomes = run("blocking", sandbox, pairs, Meeting(sandbox.exchange), **given)
    assert statuses(outcomes) == {"created": len(pairs)}
    assert bool(batches(sandbox)) == (batch > 1)


# What a batch may have been cut to, or what ends a run.


@pytest.mark.parametrize(("read", "pairs", "there"), [(25, 300, []), (25, 300, [35]), (5, 10, [])])
def test_a_batch_that_is_cut_without_a_word_loses_nothing(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, read: int, pairs: int, there: list[int]
) -> None:
    whole = AuthorizedRequest.pairs_to_add
    monkeypatch.setattr(AuthorizedRequest, "pairs_to_add", lambda self: whole(self)[:read])
    outcomes = in_batches(sandbox, spread(pairs), *(spread(pairs)[one] for one in there))
    assert "failed" not in statuses(outcomes)
    assert sum(size > read for size in batches(sandbox)) <= 10  # smaller ones follow
    if read == 5:  # only what was sent alone is known
        assert [one.status for one in outcomes] == ["related"] * 5 + ["created"] * 5


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
        in_batches(sandbox, [*spread(1), *spread(100)])  # one comes twice
