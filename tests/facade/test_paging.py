"""Pagination: what ends a list, and what does not."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from tests.facade.driving import Clients

Serve = Callable[[int, int], list[Any]]


def pages(*sizes: int) -> Serve:
    """Serve pages of these sizes, whatever the limit, and nothing after them."""
    starts = [sum(sizes[:index]) for index in range(len(sizes))]

    def serve(skip: int, limit: int) -> list[Any]:
        size = sizes[starts.index(skip)] if skip in starts else 0
        return [{"id": str(number)} for number in range(skip, skip + size)]

    return serve


def repeating(count: int) -> Serve:
    """Serve so many pages in turn, for ever."""
    return lambda skip, limit: [{"id": f"{skip // limit % count}-{one}"} for one in range(limit)]


def short_form(counts: str) -> Serve:
    """Serve ten related records in the short form of v3; every other one is related twice."""
    records = [
        {
            "recordId": f"p{number}",
            "associations": [
                {"associationId": one, "relationId": f"p{number}-{one}"}
                for one in ("a1", "a2")[: 1 + number % 2]
            ],
        }
        for number in range(10)
    ]
    flat = [{**one, "associations": [each]} for one in records for each in one["associations"]]
    listed = records if counts == "records" else flat

    def serve(skip: int, limit: int) -> list[Any]:
        page: dict[object, Any] = {}
        for one in listed[skip : skip + limit]:
            key = one["recordId"] if counts == "grouped" else len(page)
            page.setdefault(key, {**one, "associations": []})["associations"] += one["associations"]
        return [*page.values()]

    return serve


@pytest.mark.parametrize(
    ("serve", "total", "found", "sent"),
    [
        pytest.param(pages(2, 2, 1), 5, 5, 3, id="to the total"),
        pytest.param(pages(2, 2, 1), None, 5, 4, id="without a total, to the empty page"),
        pytest.param(pages(1, 2, 1), 4, 4, 3, id="past short pages"),
        pytest.param(pages(2, 2, 1), 2, 5, 3, id="past a total that is too small"),
        pytest.param(pages(2, 2), 0, 4, 3, id="past a total of 0 to the empty page"),
        pytest.param(pages(2, 2), 100, 4, 3, id="to the empty page where the total is too large"),
        pytest.param(pages(), 0, 0, 1, id="nothing at all"),
        pytest.param(repeating(1), None, 2, 2, id="the same page for ever"),
        pytest.param(repeating(2), None, 4, 3, id="two pages alternating for ever"),
        pytest.param(short_form("records"), None, 15, 6, id="short form, skip counts records"),
        pytest.param(short_form("relations"), None, 15, 9, id="short form, it counts relations"),
        pytest.param(short_form("grouped"), None, 15, 11, id="short form, relations in records"),
    ],
)
def test_iterating_finds_everything_and_ends(
    clients: Clients, serve: Serve, total: int | None, found: int, sent: int
) -> None:
    requests: list[httpx.Request] = []

    def handle(request: httpx.Request) -> httpx.Response:
        requests.append(request)
        assert len(requests) < 12  # a list without an end fails
        query = request.url.params
        body: dict[str, Any] = {"relations": serve(int(query["skip"]), int(query["limit"]))}
        return httpx.Response(200, json=body if total is None else {**body, "total": total})

    client = clients("pit-test", "loc", transport=httpx.MockTransport(handle))
    items = list(client.relations.iterate("c1", page_size=2))
    assert len({item.id for item in items}) == len(items) == found
    assert len(requests) == sent
