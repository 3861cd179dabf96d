"""Creating once: one count of attempts for all requests of a creation."""

from typing import Any

import httpx
import pytest

import facade
from tests.facade.driving import Clients
from tests.facade.responding import TOKEN

EMPTY = httpx.Response(200, json={"relations": []})


def creating(clients: Clients, posts: list[int], looks: list[int], **options: Any) -> Any:
    """Create a relation, whose POSTs and lookups get these statuses, the last one for ever."""
    sent: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        sent.append(request.method)
        statuses = posts if request.method == "POST" else looks
        status = statuses.pop(0) if len(statuses) > 1 else statuses[0]
        return EMPTY if status == 200 else httpx.Response(status)

    client = clients(TOKEN, "loc", transport=httpx.MockTransport(answer), **options)
    with pytest.raises(facade.AssociationsError) as raised:
        client.relations.create("a1", first_record_id="c", second_record_id="p")
    return sent, raised.value


@pytest.mark.parametrize(
    ("posts", "looks", "expected"),
    [
        ([429], [200], (4, 0)),
        ([502], [200], (4, 3 + 5)),  # one before each repeat; five at the end, as a list may lag
        ([429, 502, 429, 502], [200], (4, 1 + 5)),
        ([502], [503], (1, 4)),  # a lookup has repeats of its own
        ([502, 502], [503, 200, 503], (2, 2 + 4)),
    ],
)
def test_a_creation_is_sent_no_more_often_than_its_retries_say_whatever_it_looks_up(
    clients: Clients, posts: list[int], looks: list[int], expected: tuple[int, int]
) -> None:
    sent, error = creating(clients, [*posts], [*looks], retries=3)
    assert (sent.count("POST"), sent.count("GET")) == expected
    assert error.attempts == expected[0]


def test_no_more_than_twenty_seconds_are_waited_for_an_outage(
    clients: Clients, waits: list[float]
) -> None:
    creating(clients, [503], [503])
    assert 0 < sum(waits) <= 15.5
