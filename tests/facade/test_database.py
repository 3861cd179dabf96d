"""SQLite files that only their owner can read, and that wait for other processes."""

import sqlite3
from contextlib import closing
from pathlib import Path
from unittest.mock import Mock

import pytest

from facade import AssociationsError
from facade._core.database import Database


class StoreError(AssociationsError):
    """The error of the owner."""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "store"


def database_at(path: Path, wait: float = 0.0) -> Database:
    return Database(path, name="the store", failure=StoreError, wait=wait)


@pytest.mark.posix
def test_only_its_owner_can_read_it(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(path.parent)
    assert database_at(Path("store")).path == path
    assert path.stat().st_mode & 0o777 == 0o600
    path.chmod(0o644)
    database_at(path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert [*path.parent.iterdir()] == [path]


def test_a_transaction_is_whole_and_each_other_statement_its_own(path: Path) -> None:
    database = database_at(path)
    with database.open() as file:
        file.execute("CREATE TABLE t (n)")
        file.execute("INSERT INTO t VALUES (1)")
    assert database.transact(lambda file: file.execute("UPDATE t SET n = 2").rowcount) == 1

    def fail(file: sqlite3.Connection) -> None:
        file.execute("UPDATE t SET n = 3")
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        database.transact(fail)
    with database.open() as file:
        assert file.execute("SELECT n FROM t").fetchall() == [(2,)]
    with pytest.raises(sqlite3.ProgrammingError, match="closed"):
        file.execute("SELECT 1")


def test_another_process_is_waited_for_and_errors_are_those_of_the_owner(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    connect = Mock(wraps=sqlite3.connect)
    monkeypatch.setattr(sqlite3, "connect", connect)
    database = database_at(path, wait=0.01)
    with closing(sqlite3.connect(path)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreError, match=f"the store {path}: database is locked") as raised:
            database.transact(lambda file: file.execute("CREATE TABLE t (n)"))
    assert isinstance(raised.value.__cause__, sqlite3.OperationalError)
    assert connect.call_args.kwargs["timeout"] == 0.01
    with pytest.raises(StoreError, match="No such file"):
        database_at(path.with_name("missing") / "store")
