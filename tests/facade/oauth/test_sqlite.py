"""SqliteTokenStore: a private file that survives killed writers."""

import errno
import fcntl
import os
import sqlite3
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from facade.oauth import SqliteTokenStore, TokenStoreError
from tests.facade.oauth.runs import GRANT, ROOT


def test_only_the_owner_can_read_its_files_even_under_umask_0(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        store = SqliteTokenStore(tmp_path / "tokens.sqlite")
        # Another connection keeps the files beside it in existence.
        reader = sqlite3.connect(tmp_path / "tokens.sqlite")
        reader.execute("SELECT * FROM grants").fetchall()
        with store.lock("app:location:l1"):
            store.save("app:location:l1", GRANT)
            files = {
                str(path.relative_to(tmp_path)): stat.S_IMODE(path.stat().st_mode)
                for path in tmp_path.rglob("*")
            }
        reader.close()
    finally:
        os.umask(before)
    locks = {name: mode for name, mode in files.items() if "/" in name}
    assert {name: mode for name, mode in files.items() if name not in locks} == {
        "tokens.sqlite": 0o600,
        "tokens.sqlite-wal": 0o600,
        "tokens.sqlite-shm": 0o600,
        "tokens.sqlite-locks": 0o700,
    }
    assert set(locks.values()) == {0o600}
    for name in files:
        assert "secret" not in name
        assert "l1" not in name


def test_a_file_that_others_can_read_is_made_private(tmp_path: Path) -> None:
    path = tmp_path / "tokens.sqlite"
    path.touch(mode=0o666)
    path.chmod(0o666)
    SqliteTokenStore(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_it_uses_a_write_ahead_log(tmp_path: Path) -> None:
    SqliteTokenStore(tmp_path / "tokens.sqlite")
    database = sqlite3.connect(tmp_path / "tokens.sqlite")
    assert database.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    database.close()


@pytest.mark.parametrize("path", ["missing/tokens.sqlite", "."])
def test_the_error_names_a_file_that_cannot_be_opened(path: str, tmp_path: Path) -> None:
    with pytest.raises(TokenStoreError, match=str(tmp_path)) as caught:
        SqliteTokenStore(tmp_path / path)
    assert caught.value.__cause__ is not None


def test_a_file_that_another_process_has_just_created_is_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    link = os.link

    def be_late(source: str, target: str) -> None:
        link(source, target)
        link(source, target)

    monkeypatch.setattr(os, "link", be_late)
    store = SqliteTokenStore(tmp_path / "tokens.sqlite")
    store.save("k", GRANT)
    assert store.load("k") == GRANT
    assert not list(tmp_path.glob(".tokens*"))


def test_a_database_that_another_process_writes_is_waited_for_as_long_as_a_lock(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = SqliteTokenStore(tmp_path / "tokens.sqlite", wait=0.25)
    connect, waits = sqlite3.connect, list[float]()

    def noting(path: Path, timeout: float = 5.0, **options: Any) -> sqlite3.Connection:
        waits.append(timeout)
        made: sqlite3.Connection = connect(path, timeout, **options)
        return made

    monkeypatch.setattr(sqlite3, "connect", noting)
    store.load("k")
    assert waits == [0.25]


def test_no_lock_leaves_a_file_open(tmp_path: Path) -> None:
    store = SqliteTokenStore(tmp_path / "tokens.sqlite")
    before = len(os.listdir("/dev/fd"))
    for number in range(20):
        with store.lock(f"k{number}"):
            store.save("k", GRANT)
    assert len(os.listdir("/dev/fd")) < before + 10


LOCKING = """
import os, sys
from facade.oauth import SqliteTokenStore

store = SqliteTokenStore(sys.argv[1], wait=0.0)
reading, writing = os.pipe()
with store.lock("k"):
    if os.fork() == 0:  # it has a copy of the lock's descriptor until its parent ends
        os.close(writing)
        os.read(reading, 1)
        os._exit(0)
with store.lock("k"):
    print("locked again")
"""


def test_a_lock_is_free_though_a_forked_process_has_a_copy_of_it(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", LOCKING, str(tmp_path / "tokens.sqlite")],
        check=False,
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert (done.stdout, done.stderr) == ("locked again\n", "")


def test_a_file_system_without_locks_is_an_error_of_the_store(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = SqliteTokenStore(tmp_path / "tokens.sqlite")

    def refuse(descriptor: int, operation: int) -> None:
        if operation != fcntl.LOCK_UN:
            raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(fcntl, "flock", refuse)
    with pytest.raises(TokenStoreError, match="No locks available"), store.lock("k"):
        pytest.fail("not locked")


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
    for _ in range(4):
        with subprocess.Popen(
            [sys.executable, "-c", SAVING, str(path)], cwd=ROOT, stdout=subprocess.PIPE
        ) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == b"saving\n"
            process.kill()
        found = SqliteTokenStore(path).load("k")
        assert found is not None
        assert found.access_token == "a" * 5000
        assert int(found.scope) >= 3
