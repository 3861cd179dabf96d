"""Token stores: each keeps the contract of facade.testing.contracts; the file is private."""

import errno
import fcntl
import os
import sqlite3
import stat
import time
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any
from unittest.mock import MagicMock

import pytest

from facade.oauth import MemoryTokenStore, SqliteTokenStore, TokenStoreError
from facade.oauth.stores import LOCK_TIMEOUT, _Held
from facade.testing.contracts import SHARED_TOKEN_STORE_CHECKS, TOKEN_STORE_CHECKS, OpenTokenStore
from tests.facade.driving import run_program
from tests.facade.oauth.runs import GRANT, SHARED

Check = Callable[[OpenTokenStore], None]


@pytest.mark.parametrize("check", TOKEN_STORE_CHECKS + SHARED_TOKEN_STORE_CHECKS)
def test_a_store_in_a_file_keeps_the_contract(check: Check, path: Path) -> None:
    check(partial(SqliteTokenStore, path))


def test_a_lock_that_is_not_free_in_time_is_an_error(shared: tuple[str, str]) -> None:
    kind, place = shared
    assert LOCK_TIMEOUT <= 60.0  # seconds
    said = "the lock of busy was not free within 0.1 s: its tokens are being renewed; try again"
    for store in (MemoryTokenStore(wait=0.1), SHARED[kind](place, wait=0.1)):
        with store.lock("busy"), pytest.raises(TokenStoreError, match=said), store.lock("busy"):
            pytest.fail("two hold the lock")


@pytest.mark.parametrize("is_taken", [False, True])
def test_an_interrupt_while_a_lock_is_taken_leaves_it_free(is_taken: bool) -> None:
    answer: Any = MagicMock()
    answer.__eq__.side_effect = [KeyboardInterrupt, True]  # when it is looked at first
    lock = MagicMock()
    lock.acquire.side_effect = [answer if is_taken else KeyboardInterrupt]
    with pytest.raises(KeyboardInterrupt), _Held(lock, "k", 1.0):
        pytest.fail("it is held")
    assert lock.release.called == is_taken


FORKING = """
import os
from facade.oauth import MemoryTokenStore

store = MemoryTokenStore(wait=0.0)
with store.lock("k"):
    if (child := os.fork()) == 0:
        with store.lock("k"):
            os._exit(0)
    assert os.waitpid(child, 0)[1] == 0
"""


@pytest.mark.posix
def test_a_forked_process_does_not_wait_for_a_thread_that_it_has_not() -> None:
    run_program(FORKING)


# SqliteTokenStore


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "tokens.sqlite"


@pytest.mark.posix
@pytest.mark.parametrize("is_there", [False, True])
def test_only_the_owner_can_read_its_files_even_under_umask_0(is_there: bool, path: Path) -> None:
    before = os.umask(0)
    try:
        if is_there:
            path.touch(mode=0o666)
        store = SqliteTokenStore(path)
        # Another connection keeps the files beside it in existence.
        reader = sqlite3.connect(path)
        assert reader.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        reader.execute("SELECT * FROM grants").fetchall()
        with store.lock("app:location:l1"):
            store.save("app:location:l1", GRANT)
            files = {
                str(one.relative_to(path.parent)): stat.S_IMODE(one.stat().st_mode)
                for one in path.parent.rglob("*")
            }
        reader.close()
    finally:
        os.umask(before)
    locks = {name for name in files if "/" in name}
    assert {files.pop(name) for name in locks} == {0o600}
    assert files == {
        "tokens.sqlite": 0o600,
        "tokens.sqlite-wal": 0o600,
        "tokens.sqlite-shm": 0o600,
        "tokens.sqlite-locks": 0o700,
    }
    assert "l1" not in "".join(locks)


@pytest.mark.posix
@pytest.mark.parametrize("name", ["missing/tokens.sqlite", "."])
def test_the_error_names_a_file_that_cannot_be_opened(name: str, tmp_path: Path) -> None:
    with pytest.raises(TokenStoreError, match=str(tmp_path)) as caught:
        SqliteTokenStore(tmp_path / name)
    assert caught.value.__cause__ is not None


def test_a_database_that_another_process_writes_is_waited_for_as_long_as_a_lock(path: Path) -> None:
    store, started = SqliteTokenStore(path, wait=0.1), time.monotonic()
    with closing(sqlite3.connect(path)) as other:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(TokenStoreError, match="locked"):
            store.save("k", GRANT)
    assert 0.1 <= time.monotonic() - started < 4  # SQLite's own patience is 5 s


@pytest.mark.posix
def test_no_lock_leaves_a_file_open(path: Path) -> None:
    store = SqliteTokenStore(path)
    before = len(os.listdir("/dev/fd"))
    for number in range(20):
        with store.lock(f"k{number}"):
            store.save("k", GRANT)
    assert len(os.listdir("/dev/fd")) < before + 10


@pytest.mark.posix
def test_a_file_system_without_locks_is_an_error(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = SqliteTokenStore(path)

    def refuse(descriptor: int, operation: int) -> None:
        if operation != fcntl.LOCK_UN:
            raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(fcntl, "flock", refuse)
    for said, folder in (("No locks available", store._locks), ("Not a directory", path)):
        store._locks = folder
        with pytest.raises(TokenStoreError, match=said), store.lock("k"):
            pytest.fail("not locked")


LOCKING = """
import os
from facade.oauth import SqliteTokenStore

store = SqliteTokenStore({path!r}, wait=0.0)
reading, writing = os.pipe()
with store.lock("k"):
    if os.fork() == 0:  # it has a copy of the lock's descriptor until its parent ends
        os.close(writing)
        os.read(reading, 1)
        os._exit(0)
with store.lock("k"):
    print("locked again")
"""


@pytest.mark.posix
def test_a_lock_is_free_though_a_forked_process_has_a_copy_of_it(path: Path) -> None:
    assert run_program(LOCKING.format(path=str(path))) == ["locked again"]
