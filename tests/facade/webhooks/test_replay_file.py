"""SqliteReplayStore: processes of one machine share a private file that survives restarts."""

import sqlite3
import stat
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest

from facade.redis import RedisReplayStore
from facade.testing.contracts import REPLAY_STORE_CHECKS, OpenReplayStore
from facade.webhooks import ReplayStoreError, SqliteReplayStore
from tests.facade.driving import Clock

ROOT = Path(__file__).parents[3]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "deliveries.sqlite"


@pytest.mark.parametrize("check", REPLAY_STORE_CHECKS)
def test_the_store_keeps_the_contract(check: Callable[[OpenReplayStore], None], path: Path) -> None:
    check(partial(SqliteReplayStore, path))


RECEIVING = """
import sys
from concurrent.futures import ThreadPoolExecutor
from facade.webhooks import Guard, RelationCreated, SqliteReplayStore, WebhookError, parse

guard = Guard(SqliteReplayStore(sys.argv[1], wait=60.0))
event = parse(sys.argv[2].encode(), RelationCreated)
print("ready", flush=True)
sys.stdin.readline()

def receive(_):
    try:
        with guard.once(event):
            return "handled"
    except WebhookError as error:
        return str(error.status_code)

with ThreadPoolExecutor(4) as pool:
    print(*pool.map(receive, range(26)))
"""


def test_two_workers_handle_an_event_of_52_deliveries_once(path: Path) -> None:
    body = '{"id": "6a44", "webhookId": "w-1", "timestamp": %d}'
    command = [sys.executable, "-c", RECEIVING, str(path), body % time.time()]
    start = partial(
        subprocess.Popen,
        *(command,),
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with start() as one, start() as other:
        answers: Counter[str] = Counter()
        for worker in (one, other):
            assert worker.stdout is not None
            assert worker.stdout.readline() == "ready\n"
        for worker in (one, other):
            assert worker.stdin is not None
            worker.stdin.write("go\n")
            worker.stdin.flush()
        for worker in (one, other):
            answers.update(worker.communicate(timeout=120)[0].split())
    assert answers["handled"] == 1
    assert answers["200"] + answers["429"] == 51  # done, or in progress
    assert answers["200"] > 0


def test_an_id_that_was_handled_before_a_restart_is_known_and_forgotten_in_time(path: Path) -> None:
    clock = Clock(0.0)
    before = SqliteReplayStore(path, clock=clock)
    before.begin("w-1", "claim", 60)
    before.finish("w-1", "claim", 86_400)
    clock.now = 86_399
    assert SqliteReplayStore(path, clock=clock).begin("w-1", "another", 60) == "done"
    clock.now = 86_400
    assert before.begin("w-2", "claim", 60) == "new"
    with closing(sqlite3.connect(path)) as database:
        assert database.execute("SELECT count(*) FROM deliveries").fetchone() == (1,)


def test_it_remembers_as_long_as_the_store_in_redis() -> None:
    assert SqliteReplayStore.retention == RedisReplayStore.retention == 31 * 86_400


def test_only_the_owner_can_read_the_file_which_does_not_show_an_id(path: Path) -> None:
    SqliteReplayStore(path).begin("the webhook", "claim", 60)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert b"the webhook" not in path.read_bytes()


def test_a_file_that_cannot_be_used_is_an_error_of_the_store(path: Path) -> None:
    with pytest.raises(ReplayStoreError, match=str(path)):
        SqliteReplayStore(path / "missing")
    store = SqliteReplayStore(path, wait=0.05)
    with closing(sqlite3.connect(path)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(ReplayStoreError, match="locked") as caught:
            store.begin("w-1", "claim", 60)
    assert caught.value.status_code == 429
    path.write_bytes(b"no database" * 1000)
    with pytest.raises(ReplayStoreError, match="not a database"):
        store.begin("w-1", "claim", 60)
