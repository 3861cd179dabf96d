"""Pagination: what ends a list, and what does not."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest

Serve = Callable[[int, int], list[dict[str, str]]]


def pages(*sizes: int) -> Serve:
    """Serve pages of these sizes, whatever the limit, and nothing after them."""
    starts = [sum(sizes[:index]) for index in range(len(sizes))]

    def serve(skip: int, limit: int) -> list[dict[str, str]]:
        size = sizes[starts.index(skip)] if skip in starts else 0
        return [{"id": str(number)} for number in range(skip, skip + size)]

    return serve


def repeating(count: int) -> Serve:
    """Serve so many pages in turn, for ever."""
    return lambda skip, limit: [{"id": f"{skip // limit % count}-{one}"} for one in range(limit)]


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
    ],
)
def test_iterating_finds_everything_and_ends(
    clients: Any, serve: Serve, total: int | None, found: int, sent: int
) -> None:
    requests: list[httpx.Request] = []

    def handle(request: httpx.Request) -> httpx.Response:
        requests.append(request)
        assert len(requests) < 10  # a list without an end fails
        query = request.url.params
        body: dict[str, Any] = {"associations": serve(int(query["skip"]), int(query["limit"]))}
        return httpx.Response(200, json=body if total is None else {**body, "total": total})

    client = clients("pit-test", "loc", transport=httpx.MockTransport(handle))
    items = list(client.associations.iterate(page_size=2))
    assert len({item.id for item in items}) == len(items) == found
    assert len(requests) == sent


@pytest.mark.parametrize("counts", ["records", "relations"])
def test_the_short_form_of_relations_is_read_whole_whatever_skip_counts(
    clients: Any, counts: str
) -> None:
    records = [f"p{number}" for number in range(10)]  # every other one is related twice
    flat = [(one, each) for one in records for each in ("a1", "a2")[: 1 + int(one[1:]) % 2]]

    def handle(request: httpx.Request) -> httpx.Response:
        skip, limit = (int(request.url.params[name]) for name in ("skip", "limit"))
        page = slice(skip, skip + limit)
        listed = flat[page]
        if counts == "records":
            listed = [one for one in flat if one[0] in records[page]]
        ids = {
            record: [
                {"associationId": each, "relationId": f"{record}-{each}"}
                for one, each in listed
                if one == record
            ]
            for record, _ in listed
        }
        items = [{"recordId": one, "associations": each} for one, each in ids.items()]
        return httpx.Response(200, json={"relations": items})

    client = clients("pit-test", "loc", transport=httpx.MockTransport(handle))
    found = [one.id for one in client.relations.iterate("c1", page_size=4)]
    assert found == [f"{record}-{one}" for record, one in flat]
