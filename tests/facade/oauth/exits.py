"""Processes that end during a renewal, and what their store has afterwards."""

import json
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from attrs import evolve

from facade.oauth import Grant, OAuth, ReauthorizationError, TokenStore
from facade.testing import Sandbox
from facade.testing.faults import Fault
from facade.testing.messages import Response
from tests.facade.oauth.runs import APP, ROOT, SHARED, new_location

LATE = ("late", "worker", "thread")
ENDS = (*LATE, "cancelled", "terminated")
SECONDS = 0.4  # that HighLevel takes to answer
START = 1.0  # seconds that a busy machine may need until a request is sent

# Its call is late, or is cancelled or terminated some seconds after a renewal has begun, and then
# it ends. That of a worker is late in a process of multiprocessing, that of a thread after the end
# of the main thread.
PROGRAM = """
import asyncio, multiprocessing, os, signal, sys, threading, time
from contextlib import suppress
from facade import AssociationsClient, AssociationsError, AsyncAssociationsClient
from facade.oauth import OAuth
from facade.oauth.endpoint import Endpoint
from tests.facade.oauth.runs import APP, SHARED

url, kind, place, location, mode, end, seconds = sys.argv[1:]
begun, refresh = threading.Event(), Endpoint.refresh
Endpoint.refresh = lambda *arguments: begun.set() or refresh(*arguments)
oauth = OAuth(*APP, store=SHARED[kind](place), base_url=url)
arguments, after = dict(token=oauth, location_id=location, base_url=url), float(seconds)
options = {} if end in ("cancelled", "terminated") else {"deadline": after}

def call():
    with AssociationsClient(**arguments) as client:
        client.relations.list("1", **options)

async def call_async():
    async with AsyncAssociationsClient(**arguments) as client:
        await client.relations.list("1", **options)

async def main():
    calling = asyncio.ensure_future(call_async())
    if end == "cancelled":
        while not begun.is_set():
            await asyncio.sleep(0.001)
        await asyncio.wait([calling], timeout=after)
    else:
        await calling  # the end of asyncio.run cancels the call

def interrupt():
    begun.wait()
    time.sleep(after)
    os.kill(os.getpid(), signal.SIGTERM if end == "terminated" else signal.SIGINT)

signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
if end == "terminated" or (end, mode) == ("cancelled", "blocking"):
    threading.Thread(target=interrupt).start()

def work():
    with suppress(AssociationsError, KeyboardInterrupt):
        call() if mode == "blocking" else asyncio.run(main())

if end == "worker":
    worker = multiprocessing.get_context("fork").Process(target=work)
    worker.start()
    worker.join()
elif end == "thread":
    threading.Thread(target=work).start()
else:
    work()
for number in (signal.SIGINT, signal.SIGTERM):  # of a busy machine, which are too late
    signal.signal(number, signal.SIG_IGN)
"""


class Renewing:
    """A sandbox over HTTP that answers token requests late, and a store of expired grants."""

    def __init__(self, kind: str, place: str, store: TokenStore | None = None) -> None:
        self.passed = 0.0  # seconds that its clock is ahead
        self.issued: dict[str, str] = {}  # by location, the refresh token in the last answer
        self.place = kind, place
        self.store = store or SHARED[kind](place)
        self.sandbox = Sandbox(clock=lambda: time.time() + self.passed)

    def installed(self) -> str:
        """Return a location with an expired grant."""
        location = new_location()
        self.sandbox.add_location(location)
        oauth = OAuth(*APP, store=self.store, transport=self.sandbox.transport())
        grant = oauth.exchange(self.sandbox.oauth.install(location_id=location), unsolicited=True)
        expired = evolve(grant, issued_at=0.0, renew_at=1.0, expires_at=1.0)
        self.store.save(f"{APP[0]}:location:{location}", expired)
        return location

    def stored(self, location: str) -> Grant:
        grant = self.store.load(f"{APP[0]}:location:{location}")
        assert grant is not None
        return grant

    def answer_late(self, seconds: float, meanwhile: Callable[[], object] = lambda: None) -> None:
        """Let token requests be answered after some seconds, and note what HighLevel issues."""

        def note(response: Response) -> Response:
            body = json.loads(response.body)
            if "refresh_token" in body:
                self.issued[body["locationId"]] = body["refresh_token"]
            meanwhile()
            return response

        late = Fault(afterwards=note, wait_after=seconds)
        self.sandbox.misbehave(late, on=lambda received: received.path == "/oauth/token")


def run(
    program: str, url: str, renewing: Renewing, *arguments: str
) -> subprocess.CompletedProcess[str]:
    """Run a program with the address of HighLevel, the place of the store, and other arguments."""
    command = [sys.executable, "-c", program, url, *renewing.place, *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def check_exits(renewing: Renewing, mode: str, end: str, count: int) -> None:
    """End processes at moments of their renewals; the store must have the newest tokens."""
    locations = [renewing.installed() for _ in range(count)]
    newest = {location: renewing.stored(location).refresh_token for location in locations}
    start = START if end in LATE else 0.0
    renewing.answer_late(start + SECONDS)

    def check(number: int) -> None:
        after = start + SECONDS * (number + 1) / (count + 1)
        done = run(PROGRAM, server.url, renewing, locations[number], mode, end, str(after))
        assert (done.returncode, done.stderr) == (0, ""), done

    with renewing.sandbox.serve() as server, ThreadPoolExecutor(2) as threads:
        list(threads.map(check, range(count)))
    stored = {location: renewing.stored(location).refresh_token for location in locations}
    assert len(renewing.issued) > count / 2  # the others ended before their request
    newest |= renewing.issued
    assert [one for one in locations if stored[one] != newest[one]] == [], len(renewing.issued)


# Where a renewal is killed, and how many refreshes HighLevel has answered after the next one.
POINTS = {
    "before the lock": 1,
    "with the lock": 1,
    "after loading": 1,
    "before the request": 1,
    "answered": 2,
    "before saving": 2,
    "after saving": 1,
    "before releasing": 1,
    "after releasing": 1,
}
# A process that kills itself at a point of a renewal.
KILLED = """
import os, signal, sys
from contextlib import contextmanager
import httpx
from facade.oauth import OAuth
from tests.facade.oauth.runs import APP, SHARED

url, kind, place, location, at = sys.argv[1:]
store = SHARED[kind](place, **({"lease": 1.0} if kind == "redis" else {}))
load, save, lock, transport = store.load, store.save, store.lock, httpx.HTTPTransport()

def reach(point):
    if point == at:
        os.kill(os.getpid(), signal.SIGKILL)

def between(before, work, after):
    def reaching(*arguments):
        reach(before)
        result = work(*arguments)
        reach(after)
        return result
    return reaching

@contextmanager
def locked(key):
    reach("before the lock")
    with lock(key):
        reach("with the lock")
        yield
        reach("before releasing")
    reach("after releasing")

store.load = between("before loading", load, "after loading")
store.save = between("before saving", save, "after saving")
store.lock = locked
transport.handle_request = between("before the request", transport.handle_request, "answered")
OAuth(*APP, store=store, base_url=url, transport=transport).token(location)
"""


def check_kill(renewing: Renewing, point: str, passed: float = 0.0) -> str:
    """Kill a process at a point of its renewal; the next one, some seconds later, has new tokens.

    Returns their location.
    """
    location = renewing.installed()
    renewing.answer_late(0.0)
    with renewing.sandbox.serve() as server:
        killed = run(KILLED, server.url, renewing, location, point)
        assert (killed.returncode, killed.stderr) == (-9, "")
        renewing.passed = passed
        oauth = OAuth(*APP, store=renewing.store, base_url=server.url)
        # HighLevel repeats its answer for 30 s; no other place has the tokens.
        if passed > 30 and point in ("answered", "before saving"):
            with pytest.raises(ReauthorizationError, match=rf"reconnect\(location_id='{location}'"):
                oauth.token(location)
            oauth.reconnect(location_id=location)
        token, stored = oauth.token(location), renewing.stored(location)
    assert (stored.access_token, stored.refresh_token) == (token, renewing.issued[location])
    return location
