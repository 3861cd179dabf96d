"""What threads and processes share stays whole: SQLite files, one client, what Redis forgot."""

import signal
import subprocess
import sys
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path

import pytest
from redis import Redis

from facade import AssociationsClient
from facade.oauth import SqliteTokenStore
from facade.redis import RedisPace
from facade.redis.health import RedisRefusedError
from facade.testing import Sandbox
from facade.webhooks import SqliteReplayStore
from scripts.programs import RedisServer
from tests.facade.bulk.runs import seed_owner_pet

pytestmark = pytest.mark.proof

SAVING = """
import itertools, sys
from facade.oauth import Grant, SqliteTokenStore

store = SqliteTokenStore(sys.argv[1])
for number in itertools.count():
    store.save("k", Grant(access_token="a" * 5000, scope=str(number)))
    if number == 3:
        print("saving", flush=True)
"""


def test_killing_a_process_that_saves_leaves_the_last_complete_grant(tmp_path: Path) -> None:
    path = tmp_path / "tokens.sqlite"
    for _ in range(5):
        command = [sys.executable, "-c", SAVING, str(path)]
        with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == b"saving\n"
            process.kill()
        assert process.returncode == -signal.SIGKILL
        found = SqliteTokenStore(path).load("k")
        assert found is not None
        assert found.access_token == "a" * 5000
        assert int(found.scope) >= 3


def receive(path: Path, claim: str) -> str:
    store = SqliteReplayStore(path, wait=60.0)
    state = store.begin("w-1", claim, 60.0)
    if state == "new":
        time.sleep(0.02)  # so that others find it in progress
        store.finish("w-1", claim, 60.0)
    return state


def test_two_processes_begin_an_event_of_100_deliveries_once(tmp_path: Path) -> None:
    work = partial(receive, tmp_path / "deliveries.sqlite")
    with ProcessPoolExecutor(2, get_context("spawn")) as pool:
        states = Counter(pool.map(work, map(str, range(100))))
    assert states["new"] == 1
    assert states["done"] > 0
    assert states["in_progress"] + states["done"] == 99


def test_one_client_is_safe_for_many_threads() -> None:
    sandbox = Sandbox()
    association = seed_owner_pet(sandbox).id

    def work(number: int) -> str:
        relation = client.relations.create(
            association, first_record_id=f"c{number}", second_record_id=f"p{number}"
        )
        assert relation.second_record_id == f"p{number}"
        return relation.id

    with (
        sandbox.serve() as server,
        AssociationsClient(
            sandbox.token, sandbox.location_id, base_url=server.url, pace=None
        ) as client,
        ThreadPoolExecutor(32) as threads,
    ):
        assert len({*threads.map(work, range(160))}) == 160 == len(sandbox.relations())


def test_a_redis_that_forgot_the_scripts_or_is_slow_still_grants_turns(
    redis: RedisServer, caplog: pytest.LogCaptureFixture
) -> None:
    pace = RedisPace(redis.url, app="app", calls=2)
    turns = []
    with Redis.from_url(redis.url) as owner:
        for disturb in (owner.script_flush, partial(owner.client_pause, 700)):  # milliseconds
            disturb()
            turns.append(pace.take("loc"))
            disturb()
            pace.finish(turns[-1], 200, {})
    assert [(turn.granted, turn.wait) for turn in turns] == [(True, 0)] * 2
    assert pace.take("loc").wait > 5
    assert "not available" not in caplog.text


def test_a_redis_whose_scripting_was_renamed_away_is_a_refusal() -> None:
    with (
        RedisServer("--rename-command", "EVALSHA", "") as server,
        pytest.raises(RedisRefusedError, match=r"lacks the command.*EVALSHA.*\): turn it on"),
    ):
        RedisPace(server.url, app="app").take("loc")
