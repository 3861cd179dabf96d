"""aensure_many with tasks: the differences from threads."""

import asyncio
import threading
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from facade import Association
from facade.bulk import aensure_many
from facade.bulk.tasks import AsyncWorkers, async_finish
from facade.testing import Sandbox
from tests.facade.bulk.runs import PAIRS, Endless, make_async_client, related_pairs

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


async def test_pairs_may_come_from_an_async_iterator_that_is_endless(
    sandbox: Sandbox, association: Association
) -> None:
    pairs, before = Endless(), len(asyncio.all_tasks())

    async def endless() -> AsyncIterator[tuple[str, str]]:
        for pair in pairs:
            await asyncio.sleep(0)
            yield pair

    async with make_async_client(sandbox) as client:
        async with aensure_many(client, endless(), association=association) as run:
            for _ in range(300):
                assert (await anext(run)).status == "created"
        assert len(asyncio.all_tasks()) == before
    assert len(sandbox.requests) == len(related_pairs(sandbox)) <= pairs.taken <= 300 + 8 * 16


async def test_sixteen_pairs_for_each_worker_are_read_ahead_and_a_cancelled_run_leaves_no_task(
    sandbox: Sandbox, association: Association
) -> None:
    pairs, before, sent = Endless(), len(asyncio.all_tasks()), list[httpx.Request]()

    async def answer_never(request: httpx.Request) -> httpx.Response:
        sent.append(request)
        turns = 9 * len(sent)  # the second one ends last
        try:
            return await asyncio.Future[httpx.Response]()
        finally:
            for _ in range(turns):
                await asyncio.sleep(0)

    silent = httpx.MockTransport(answer_never)
    async with make_async_client(sandbox, transport=silent) as client:
        run = aensure_many(client, pairs, association=association, concurrency=2)
        task = asyncio.ensure_future(run.__anext__())
        for _ in range(1000):  # more would be read meanwhile
            await asyncio.sleep(0)
        assert pairs.taken == 2 * 16
        assert len(sent) == 2
        task.cancel()
        await asyncio.wait([task])
        assert task.cancelled()
        assert len(asyncio.all_tasks()) == before


async def test_work_that_work_starts_is_done_before_leaving_and_nothing_ended_is_kept() -> None:
    ended = asyncio.Event()

    async def last() -> None:
        ended.set()

    async def first() -> None:
        workers.start(last)

    async with AsyncWorkers(1) as workers:
        workers.start(first)
    assert ended.is_set()
    workers.start(last)
    while workers._tasks:  # an endless run would keep them all
        await asyncio.sleep(0)
    ended.clear()
    async with AsyncWorkers(1) as workers:
        workers.start(last)
        await ended.wait()  # and the event loop has not told


async def test_a_cancelled_run_leaves_its_journal_free(
    sandbox: Sandbox, association: Association, tmp_path: Path
) -> None:
    given: dict[str, Any] = {"association": association, "journal": tmp_path / "journal"}
    async with make_async_client(sandbox) as client:

        async def run() -> list[str]:
            return [one.status async for one in aensure_many(client, PAIRS[:30], **given)]

        for turns in range(0, 80, 2):
            task = asyncio.ensure_future(run())
            for _ in range(turns):
                await asyncio.sleep(0)
            task.cancel()
            await asyncio.wait([task])
        assert "failed" not in await run()
    assert related_pairs(sandbox) == PAIRS[:30]


async def test_work_in_a_thread_is_done_to_its_end_although_the_caller_is_cancelled_twice() -> None:
    may_end, done = threading.Event(), list[str]()

    def work() -> None:
        assert may_end.wait(60)
        done.append("done")

    task = asyncio.ensure_future(async_finish(work))
    for _ in range(2):
        await asyncio.sleep(0)
        task.cancel()
    await asyncio.sleep(0)
    assert not task.done()
    may_end.set()
    await asyncio.wait([task])
    assert task.cancelled()
    assert done == ["done"]
