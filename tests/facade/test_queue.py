"""The queue of a pace: requests wait for a slot that another request has in flight."""

import asyncio
import threading

import httpx
import pytest

import facade
from facade import AssociationsClient, AsyncAssociationsClient, LocalPace, Turn
from tests.facade.driving import Clients
from tests.facade.responding import OK, TOKEN, in_turn


class WatchedPace(LocalPace):
    """A pace of one slot, which `held` has; it says when a request has asked for one."""

    def __init__(self) -> None:
        super().__init__(calls=1)
        self.held = super().take("loc")
        self.is_asked = threading.Event()
        self.takes = 0

    def take(self, location_id: str) -> Turn:
        turn = super().take(location_id)
        self.takes += 1
        self.is_asked.set()
        return turn


def test_a_queued_request_is_sent_when_a_slot_returns_and_asks_only_once(
    waits: list[float],
) -> None:
    pace, ids = WatchedPace(), list[str]()
    transport, requests = in_turn(OK)
    with AssociationsClient(TOKEN, "loc", transport=transport, pace=pace) as client:
        thread = threading.Thread(target=lambda: ids.append(client.associations.get("a1").id))
        thread.start()
        assert pace.is_asked.wait(60)
        assert requests == []
        pace.cancel(pace.held)
        thread.join(60)
    assert (ids, pace.takes, waits) == (["a1"], 1, [])


def test_queued_tasks_are_sent_in_their_order_and_each_asks_only_once(waits: list[float]) -> None:
    pace, sent = WatchedPace(), list[str]()

    def handle(request: httpx.Request) -> httpx.Response:
        sent.append(request.url.path)
        return OK

    async def main() -> None:
        async with AsyncAssociationsClient(
            TOKEN, "loc", transport=httpx.MockTransport(handle), pace=pace
        ) as client:
            calls = [asyncio.ensure_future(client.associations.get(one)) for one in "abc"]
            while pace.takes < 3:
                await asyncio.sleep(0)
            calls[1].cancel()
            await asyncio.gather(calls[1], return_exceptions=True)
            assert sent == []
            pace.cancel(pace.held)
            await asyncio.gather(calls[0], calls[2])

    asyncio.run(main())
    assert sent == ["/associations/a", "/associations/c"]
    assert pace.takes == 3
    assert all(9 < wait <= 10 for wait in waits)  # the slot of `a`, which `c` gets next


def test_a_queued_request_ends_with_the_deadline_of_its_call(clients: Clients) -> None:
    pace = WatchedPace()
    transport, requests = in_turn(OK)
    client = clients(TOKEN, "loc", transport=transport, pace=pace)
    with pytest.raises(facade.DeadlineError, match="no time to wait for its turn") as raised:
        client.associations.get("a1", deadline=0.01)
    assert (raised.value.method, raised.value.path) == ("GET", "/associations/a1")
    assert requests == []
