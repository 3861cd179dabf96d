"""SqliteReplayStore: processes of one machine share a private file that survives restarts."""

import sqlite3
import stat
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from functools import partial
from multiprocessing import get_context
from pathlib import Path

import pytest

from facade.redis import RedisReplayStore
from facade.testing.contracts import REPLAY_STORE_CHECKS, OpenReplayStore
from facade.webhooks import ReplayStoreError, SqliteReplayStore
from tests.facade.driving import Clock


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "deliveries.sqlite"


@pytest.mark.parametrize("check", REPLAY_STORE_CHECKS)
def test_the_store_keeps_the_contract(check: Callable[[OpenReplayStore], None], path: Path) -> None:
    check(partial(SqliteReplayStore, path))


def receive(path: Path, claim: str) -> str:
    store = SqliteReplayStore(path, wait=60.0)
    state = store.begin("w-1", claim, 60.0)
    if state == "new":
        time.sleep(0.02)  # so that others find it in progress
        store.finish("w-1", claim, 60.0)
    return state


def test_two_processes_begin_an_event_of_100_deliveries_once(path: Path) -> None:
    with ProcessPoolExecutor(2, get_context("spawn")) as pool:
        states = Counter(pool.map(partial(receive, path), map(str, range(100))))
    assert states["new"] == 1
    assert states["done"] > 0
    assert states["in_progress"] + states["done"] == 99


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
        plan = database.execute("EXPLAIN QUERY PLAN DELETE FROM deliveries WHERE ends <= 1")
        assert "INDEX deliveries_by_end" in str(plan.fetchall())


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
