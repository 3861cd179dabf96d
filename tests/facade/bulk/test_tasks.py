"""aensure_many with tasks: the differences from threads."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import httpx
import pytest

from facade import Association, AsyncAssociationsClient, AuthenticationError
from facade.bulk import Outcome, aensure_many, areplace, ensure_many
from facade.testing import Sandbox, SandboxTransport, faults
from tests.facade.bulk.runs import Endless, make_client, related_pairs, seed_owner_pet

PAIRS = [(f"contact-{number:03}", f"pet-{number:03}") for number in range(200)]
Body = Callable[[AsyncAssociationsClient, Association], Awaitable[Any]]


def with_client(
    sandbox: Sandbox, body: Body, association: Association | None = None, **options: Any
) -> Any:
    async def main() -> Any:
        given = {"pace": None, "transport": sandbox.transport(), **options}
        async with AsyncAssociationsClient(sandbox.token, sandbox.location_id, **given) as client:
            return await body(client, association or seed_owner_pet(sandbox))

    return asyncio.run(main())


class CountingTransport(SandboxTransport):
    """Counts the requests that are under way at once, each of which takes some turns."""

    most = now = 0

    async def handle_async_request(self, request: httpx.Request) -> Any:
        self.now += 1
        self.most = max(self.most, self.now)
        for _ in range(5):
            await asyncio.sleep(0)
        try:
            return await super().handle_async_request(request)
        finally:
            self.now -= 1


def test_as_many_pairs_are_in_flight_as_the_concurrency_allows(sandbox: Sandbox) -> None:
    transport = CountingTransport(sandbox.exchange)

    async def body(client: AsyncAssociationsClient, association: Association) -> list[Outcome]:
        run = aensure_many(client, PAIRS, association=association, concurrency=5)
        return [outcome async for outcome in run]

    outcomes = with_client(sandbox, body, transport=transport)
    assert transport.most == 5
    assert [one.first_record_id for one in outcomes] == [first for first, _ in PAIRS]
    assert related_pairs(sandbox) == PAIRS


def test_pairs_may_come_from_an_async_iterator_that_is_endless(sandbox: Sandbox) -> None:
    pairs = Endless()

    async def endless() -> AsyncIterator[tuple[str, str]]:
        for pair in pairs:
            await asyncio.sleep(0)
            yield pair

    async def body(client: AsyncAssociationsClient, association: Association) -> list[Outcome]:
        done: list[Outcome] = []
        async with aensure_many(client, endless(), association=association) as run:
            async for outcome in run:
                done.append(outcome)
                if len(done) == 300:
                    break
        return done

    outcomes = with_client(sandbox, body)
    assert {one.status for one in outcomes} == {"created"}
    assert pairs.taken <= 300 + 8 * 16
    assert len(sandbox.requests) == len(related_pairs(sandbox)) <= 300 + 8 * 16


def test_a_fatal_error_ends_the_run(sandbox: Sandbox) -> None:
    sandbox.misbehave(faults.fail(401, message="Invalid JWT"))

    async def body(client: AsyncAssociationsClient, association: Association) -> None:
        async for _ in aensure_many(client, PAIRS, association=association, concurrency=4):
            pass

    with pytest.raises(AuthenticationError):
        with_client(sandbox, body)
    assert 1 <= len(sandbox.requests) <= 8


def test_a_cancelled_run_leaves_no_task_behind(sandbox: Sandbox) -> None:
    class SilentTransport(SandboxTransport):
        async def handle_async_request(self, request: httpx.Request) -> Any:
            await asyncio.Event().wait()
            raise AssertionError

    async def body(client: AsyncAssociationsClient, association: Association) -> int:
        async def drain() -> None:
            async for _ in aensure_many(client, PAIRS, association=association):
                pass

        task = asyncio.ensure_future(drain())
        while len(asyncio.all_tasks()) < 100:
            await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        return len(asyncio.all_tasks())

    assert with_client(sandbox, body, transport=SilentTransport(sandbox.exchange)) == 1


def test_a_journal_of_a_blocking_run_is_resumed_by_an_async_one(
    sandbox: Sandbox, tmp_path: Any
) -> None:
    async def body(client: AsyncAssociationsClient, association: Association) -> list[Outcome]:
        run = aensure_many(client, PAIRS[:20], association=association, journal=tmp_path / "j")
        return [outcome async for outcome in run]

    with make_client(sandbox) as client:
        association = seed_owner_pet(sandbox)
        list(ensure_many(client, PAIRS[:9], association=association, journal=tmp_path / "j"))
    again = with_client(sandbox, body, association)
    assert [one.resumed for one in again] == [True] * 9 + [False] * 11
    assert related_pairs(sandbox) == PAIRS[:20]


def test_areplace_gives_a_record_exactly_these_relations(sandbox: Sandbox) -> None:
    async def body(client: AsyncAssociationsClient, association: Association) -> Any:
        await areplace(client, "me", association, ["a", "b"], side="first")
        return await areplace(client, "me", association, ["b", "c"], side="first")

    plan = with_client(sandbox, body)
    assert plan.creates == ("c",)
    assert related_pairs(sandbox) == [("me", "b"), ("me", "c")]
