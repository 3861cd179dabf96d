"""A run over a list: outcomes in order, what ends it, and what is told of it."""

import asyncio
import itertools
import linecache
import logging
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any
from unittest.mock import Mock

import httpx
import pytest

from facade import (
    Association,
    AssociationsClient,
    AsyncAssociationsClient,
    AuthenticationError,
    ConnectFailedError,
    LocalPace,
    LocationAccessError,
)
from facade.bulk import AsyncOutcomes, Outcome, Progress, aensure_many, ensure_many
from facade.bulk._sync import running
from facade.testing import Fault, Response, Sandbox, faults
from tests.facade.bulk.runs import (
    BULK,
    PAIRS,
    Endless,
    Ensured,
    batches,
    in_loop,
    larger_than,
    make_client,
    related_pairs,
    run,
    told,
)

NO_ACCESS = "The token does not have access to this location."
Given = dict[str, Any]


def test_a_run_that_nobody_reads_warns_and_one_that_is_closed_or_stopped_sends_nothing_more(
    sandbox: Sandbox, given: Given
) -> None:
    async def work(client: AsyncAssociationsClient) -> list[int]:
        with pytest.warns(RuntimeWarning, match="nothing was sent: iterate over the Async") as said:
            aensure_many(client, PAIRS, **given)
        assert "aensure_many(" in linecache.getline(said[0].filename, said[0].lineno)
        await aensure_many(client, PAIRS, **given).aclose()
        stopped = aensure_many(client, PAIRS, **given)
        stopped.stop()
        assert [outcome async for outcome in stopped] == []
        assert sandbox.requests == []
        async with aensure_many(client, PAIRS, retry_failed=True, **given) as run:
            first = await anext(run)
        return [first.index, *[one.index async for one in run]]

    assert in_loop(sandbox, work) == [0]


@pytest.mark.parametrize(
    ("options", "why"),
    [
        ({"concurrency": 0}, "concurrency must be 1 or more, not 0"),
        ({"retry_failed": True}, "retry_failed needs the journal of the earlier run: pass journal"),
    ],
)
def test_what_cannot_be_is_refused_before_the_run(
    client: AssociationsClient, options: Any, why: str
) -> None:
    with pytest.raises(ValueError, match=why):
        ensure_many(client, PAIRS, association="owner_pet", **options)


@pytest.mark.parametrize(
    ("fault", "error_class", "attempts"),
    [
        # A 401 that may pass is put to the test once.
        (faults.fail(401, message="Invalid JWT"), AuthenticationError, 2),
        (faults.fail(403, message=NO_ACCESS), LocationAccessError, 1),
        (faults.drop("connecting"), ConnectFailedError, 4),
    ],
)
def test_a_fatal_error_ends_reading_the_list_and_sending_after_the_requests_in_flight(
    sandbox: Sandbox, ensured: Ensured, fault: Fault, error_class: type[Exception], attempts: int
) -> None:
    pairs, injected = Endless(), sandbox.misbehave(fault)
    with pytest.raises(error_class):
        ensured(pairs, concurrency=4)
    assert 1 <= injected.hits <= 4 * attempts
    assert pairs.taken <= 4 * 16


@pytest.mark.parametrize("batch", [None, 100])
def test_an_error_of_the_list_is_raised_after_the_outcomes_of_the_pairs_before_it(
    sandbox: Sandbox, given: Given, batch: int | None
) -> None:
    def pairs() -> Iterator[tuple[str, str]]:
        yield from PAIRS[:25]
        raise RuntimeError("the list failed")

    done: list[Progress] = []
    with pytest.raises(RuntimeError, match="the list failed"):
        run("async", sandbox, pairs(), batch=batch, on_progress=done.append, **given)
    assert [one.created for one in done] == [*range(1, 26)]
    assert {*told(run("async", sandbox, PAIRS[:25], **given))} == {"done_before"}


def test_the_error_that_stopped_a_run_is_raised_and_not_a_later_one(
    sandbox: Sandbox, association: Association
) -> None:
    both_are_sent, done = asyncio.Event(), list[Progress]()

    async def refuse(request: httpx.Request) -> httpx.Response:
        if b"contact-000" in request.content:
            await both_are_sent.wait()
            return httpx.Response(403, json={"message": NO_ACCESS})
        both_are_sent.set()
        await asyncio.sleep(0.05)
        return httpx.Response(429, headers={"x-ratelimit-daily-remaining": "0"})

    given: Given = {"association": association, "on_progress": done.append}
    with pytest.raises(LocationAccessError):
        run("async", sandbox, PAIRS[:2], httpx.MockTransport(refuse), **given)
    assert [one.failed for one in done] == [1, 2]


def test_an_error_outside_the_api_ends_the_run_and_is_raised(
    sandbox: Sandbox, association: Association
) -> None:
    transport = httpx.MockTransport(Mock(side_effect=LookupError("a defect")))
    with pytest.raises(LookupError, match="a defect"):
        run("async", sandbox, PAIRS[:3], transport, association=association)


@pytest.mark.parametrize(
    ("at", "operation", "batch", "sent"),
    [(20, "create_relation", None, []), (2, BULK, 100, [10, 20, 10])],
)
def test_what_is_in_flight_when_a_run_is_stopped_has_its_outcomes_and_no_half_of_it_is_sent(
    sandbox: Sandbox, given: Given, at: int, operation: str, batch: int | None, sent: list[int]
) -> None:
    answers, running = iter(range(1, 999)), list[AsyncOutcomes[Outcome]]()

    def stop(answer: Response) -> Response:
        if next(answers) == at:
            running[0].stop()
        return answer

    async def collect(client: AsyncAssociationsClient) -> list[Outcome]:
        running.append(run := aensure_many(client, PAIRS, concurrency=1, batch=batch, **given))
        return [outcome async for outcome in run]

    sandbox.misbehave(faults.fail(413), on=larger_than(10))  # the refusal is no answer
    sandbox.misbehave(Fault(afterwards=stop), on=operation)
    outcomes = in_loop(sandbox, collect)
    assert [(one.index, one.status) for one in outcomes] == [(at, "created") for at in range(20)]
    assert related_pairs(sandbox) == PAIRS[:20]
    assert batches(sandbox) == sent
    assert told(run("async", sandbox, PAIRS[:21], **given)) == ["done_before"] * 20 + ["created"]


def test_a_run_logs_its_progress_every_ten_seconds_and_no_wait_for_the_pace(
    sandbox: Sandbox,
    association: Association,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO, "facade")
    seconds = itertools.count(0, 4)
    monkeypatch.setattr(running, "time", SimpleNamespace(monotonic=lambda: next(seconds)))
    with make_client(sandbox, pace=LocalPace(calls=1, seconds=0.01)) as client:
        list(ensure_many(client, PAIRS[:6], association=association, concurrency=1))
    assert caplog.messages == [
        "owner_pet: 3 of 6 pairs in 12 s: 3 created",
        "owner_pet: 6 of 6 pairs in 24 s: 6 created",
    ]
