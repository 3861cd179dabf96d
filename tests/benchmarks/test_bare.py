"""The baseline sends complete requests and returns the parsed bodies."""

import asyncio
from typing import Any, cast

import httpx

from scripts.benchmarks import bare
from scripts.benchmarks.server import ASSOCIATION
from tests.benchmarks.recording import PUT, Recording, page


def blocking(url: str) -> list[Any]:
    with httpx.Client(**bare.options(url)) as client:
        return [bare.put(client), bare.page(client, 20)]


async def in_async(url: str) -> list[Any]:
    async with httpx.AsyncClient(**bare.options(url)) as client:
        return [await bare.async_put(client), await bare.async_page(client, 20)]


def test_both_modes_send_the_same_requests_and_return_the_parsed_bodies(
    recorded: Recording,
) -> None:
    returned = blocking(recorded.url)
    assert recorded.sent == [PUT, page(20, limit=20)]
    assert asyncio.run(in_async(recorded.url)) == returned
    assert recorded.sent == [PUT, page(20, limit=20)] * 2
    updated, listed = cast("list[dict[str, Any]]", returned)
    assert updated["association"]["id"] == ASSOCIATION
    assert (len(listed["relations"]), listed["total"]) == (20, 20)
