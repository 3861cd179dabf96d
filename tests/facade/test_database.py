"""SQLite files that processes share: transactions, waits and errors."""

import signal
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from unittest.mock import Mock

import pytest

from facade import AssociationsError
from facade._core.database import Database


class StoreError(AssociationsError):
    """The error of the owner."""


def database_at(path: Path, wait: float = 0.01) -> Database:
    return Database(path, name="the store", failure=StoreError, wait=wait)


def test_a_transaction_is_whole_and_each_other_statement_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    database = database_at(Path("store"))
    assert database.path == tmp_path / "store"
    with database.open() as file:
        file.execute("CREATE TABLE t (n)")
        file.execute("INSERT INTO t VALUES (1)")
    assert database.transact(lambda file: file.execute("UPDATE t SET n = 2").rowcount) == 1
    with pytest.raises(ZeroDivisionError):
        database.transact(lambda file: file.execute("UPDATE t SET n = 3").rowcount / 0)
    with database.open() as file:
        assert file.execute("SELECT n FROM t").fetchall() == [(2,)]
    with pytest.raises(sqlite3.ProgrammingError, match="closed"):
        file.execute("SELECT 1")


def create(file: sqlite3.Connection) -> object:
    return file.execute("CREATE TABLE t (n)")


def create_at_once(database: Database) -> None:
    with database.open() as file:
        create(file)


@pytest.mark.parametrize("work", [create_at_once, lambda database: database.transact(create)])
def test_others_are_waited_for_and_errors_are_those_of_the_owner(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, work: Callable[[Database], object]
) -> None:
    path, connect = tmp_path / "store", Mock(wraps=sqlite3.connect)
    monkeypatch.setattr(sqlite3, "connect", connect)
    database = database_at(path)
    with closing(sqlite3.connect(path)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreError, match=f"the store {path}: database is locked") as raised:
            work(database)
    assert isinstance(raised.value.__cause__, sqlite3.OperationalError)
    assert connect.call_args.kwargs["timeout"] == 0.01
    with pytest.raises(StoreError, match="No such file"):
        database_at(tmp_path / "missing" / "store")


def test_an_error_of_a_signal_handler_is_no_error_of_the_database(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def alarm(*_: object) -> None:
        raise TimeoutError

    monkeypatch.setattr(signal, "getsignal", lambda _: alarm)
    with pytest.raises(TimeoutError):
        database_at(tmp_path / "store").transact(alarm)
