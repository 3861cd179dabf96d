"""The queue of a pace: requests wait for a slot that another request has in flight."""

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress

import httpx
import pytest

import facade
from facade import AssociationsClient, AsyncAssociationsClient, LocalPace, Turn
from facade._core.bounds import CallDeadline
from facade._core.call_options import CallSettings
from facade._core.calls import Action, Call
from facade._core.dispatch import Events
from facade._core.request import Message
from facade._sync.waiting import Turns
from tests.facade import interrupting
from tests.facade.attempting import attempts_of
from tests.facade.driving import Clients
from tests.facade.responding import OK, TOKEN, in_turn

CALL = Call("list_associations", Action.READ, "loc", CallSettings(), {}, repr)
MESSAGE = Message(CALL, "GET", httpx.URL("https://api.test/associations/"), [], b"")


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


def test_a_queued_request_that_is_interrupted_anywhere_blocks_nobody_else(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # In the standard library, too: some of its locks are written in Python, and stay locked.
    monkeypatch.setattr(interrupting, "_is_ours", lambda frame: True)
    pace, attempts = LocalPace(calls=1), attempts_of(deadline=CallDeadline(0.001))
    turns = Turns(pace, lambda: Events(()))

    def make() -> Callable[[], None]:
        held = pace.take("loc")
        ready = pace.take("loc").ready
        assert ready

        def wait() -> None:
            with suppress(facade.DeadlineError):
                turns._wait_in_queue(ready, MESSAGE, attempts)

        made.append(held)
        return wait

    def check(outcome: object) -> None:
        finishing = threading.Thread(target=pace.cancel, args=(made.pop(),), daemon=True)
        finishing.start()
        finishing.join(10)
        assert not finishing.is_alive()

    made = list[Turn]()
    assert interrupting.sweep(make, check) >= 10
