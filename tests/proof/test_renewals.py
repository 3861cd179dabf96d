"""A renewal survives the end of its caller and of its process, or the next process recovers."""

import asyncio
from contextlib import suppress
from pathlib import Path

import pytest

from facade import AssociationsClient, AssociationsError, AsyncAssociationsClient
from facade.oauth import MemoryTokenStore, OAuth, ReauthorizationError
from tests.facade.driving import MODES, Mode
from tests.facade.oauth.exits import ENDS, SECONDS, Renewing, check_exits, run
from tests.facade.oauth.runs import APP, SHARED
from tests.facade.oauth.test_killed import POINTS

pytestmark = pytest.mark.proof

RUNS = 20


@pytest.fixture(params=SHARED)
def renewing(request: pytest.FixtureRequest, tmp_path: Path) -> Renewing:
    if request.param == "redis":
        return Renewing("redis", request.getfixturevalue("redis_server").url)
    return Renewing("sqlite", str(tmp_path / "tokens"))


@pytest.mark.parametrize("end", ENDS)
@pytest.mark.parametrize("mode", MODES)
def test_a_process_that_ends_saves_the_new_tokens(mode: Mode, end: str, renewing: Renewing) -> None:
    check_exits(renewing, mode, end, RUNS)


@pytest.mark.parametrize("mode", MODES)
def test_while_a_process_lives_its_store_in_memory_gets_the_new_tokens(mode: Mode) -> None:
    renewing = Renewing("memory", "", MemoryTokenStore())
    locations = [renewing.installed() for _ in range(RUNS)]
    renewing.answer_late(SECONDS)
    with renewing.sandbox.serve() as server:
        oauth = OAuth(*APP, store=renewing.store, base_url=server.url)

        async def cancelled(location: str, seconds: float) -> None:
            async with AsyncAssociationsClient(oauth, location, base_url=server.url) as client:
                await asyncio.wait_for(client.relations.list("1"), seconds)

        def late(location: str, seconds: float) -> None:
            with AssociationsClient(oauth, location, base_url=server.url) as client:
                client.relations.list("1", deadline=seconds)

        for number, location in enumerate(locations):
            seconds = SECONDS * (number + 1) / (RUNS + 1)
            with suppress(AssociationsError, TimeoutError):
                late(location, seconds) if mode == "blocking" else asyncio.run(
                    cancelled(location, seconds)
                )
            token = oauth.token(location)
            stored = renewing.stored(location)
            assert (stored.access_token, stored.refresh_token) == (token, renewing.issued[location])
        assert list(renewing.sandbox.oauth.refreshes) == locations


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


@pytest.mark.parametrize("is_late", [False, True])
@pytest.mark.parametrize("point", POINTS)
def test_after_a_kill_the_store_and_highlevel_agree_or_the_error_names_reconnect(
    point: str, is_late: bool, renewing: Renewing
) -> None:
    location = renewing.installed()
    renewing.answer_late(0.0)
    with renewing.sandbox.serve() as server:
        killed = run(KILLED, server.url, renewing, location, point)
        assert (killed.returncode, killed.stderr) == (-9, "")
        renewing.passed = 31.0 if is_late else 0.0  # HighLevel repeats its answer for 30 s
        oauth = OAuth(*APP, store=renewing.store, base_url=server.url)
        if is_late and point in ("answered", "before saving"):  # no other place has the tokens
            with pytest.raises(ReauthorizationError, match=rf"reconnect\(location_id='{location}'"):
                oauth.token(location)
            oauth.reconnect(location_id=location)
        token, stored = oauth.token(location), renewing.stored(location)
        assert (stored.access_token, stored.refresh_token) == (token, renewing.issued[location])
