"""A renewal survives the end of its caller and of its process, or the next process recovers."""

import asyncio
import time
from contextlib import suppress
from pathlib import Path

import pytest

from facade import AssociationsClient, AssociationsError, AsyncAssociationsClient
from facade.oauth import MemoryTokenStore, OAuth
from scripts.programs import RedisServer
from tests.facade.driving import MODES, Mode
from tests.facade.oauth.exits import (
    ENDS,
    POINTS,
    SECONDS,
    Renewing,
    check_exits,
    check_kill,
    run,
)
from tests.facade.oauth.runs import APP, SHARED

pytestmark = pytest.mark.proof

RUNS = 20


@pytest.fixture(params=SHARED)
def renewing(request: pytest.FixtureRequest, tmp_path: Path) -> Renewing:
    if request.param == "redis":
        return Renewing("redis", request.getfixturevalue("redis_server").url)
    return Renewing("sqlite", str(tmp_path / "tokens"))


@pytest.mark.long
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


@pytest.mark.parametrize("passed", [0.0, 31.0])
@pytest.mark.parametrize("point", POINTS)
def test_after_a_kill_the_store_and_highlevel_agree_or_the_error_names_reconnect(
    point: str, passed: float, renewing: Renewing
) -> None:
    check_kill(renewing, point, passed)


def test_after_an_outage_of_redis_it_has_the_new_tokens(redis: RedisServer) -> None:
    renewing = Renewing("redis", redis.url)
    location = renewing.installed()
    oauth = OAuth(*APP, store=renewing.store, transport=renewing.sandbox.transport())
    renewing.answer_late(0.0, redis.stop)
    token = oauth.token(location)
    redis.start()
    end = time.monotonic() + 60
    while renewing.store.load(f"{APP[0]}:location:{location}") is None:  # it lost what it had
        assert time.monotonic() < end
        time.sleep(0.05)
    assert (renewing.stored(location).access_token, oauth.token(location)) == (token, token)


# A process whose files may not grow, as on a full disk, from its request until it uses the tokens.
FULL = """
import resource, sys
from facade.oauth import OAuth
from facade.oauth.endpoint import Endpoint
from tests.facade.oauth.runs import APP, SHARED

url, kind, place, location = sys.argv[1:]
oauth = OAuth(*APP, store=SHARED[kind](place), base_url=url)
limit = lambda *soft: resource.setrlimit(resource.RLIMIT_FSIZE, (*soft, before[1]))
before, refresh = resource.getrlimit(resource.RLIMIT_FSIZE), Endpoint.refresh
Endpoint.refresh = lambda *arguments: limit(0) or refresh(*arguments)
token = oauth.token(location)
assert oauth.token(location) == token
limit(before[0])
"""


def test_a_process_whose_disk_was_full_saves_the_new_tokens_before_it_ends(tmp_path: Path) -> None:
    renewing = Renewing("sqlite", str(tmp_path / "tokens"))
    location = renewing.installed()
    renewing.answer_late(0.0)
    with renewing.sandbox.serve() as server:
        done = run(FULL, server.url, renewing, location)
    assert done.returncode == 0, done
    assert f"{location}: the new tokens are not saved, but only in this process" in done.stderr
    assert renewing.stored(location).refresh_token == renewing.issued[location]
