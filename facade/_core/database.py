"""SQLite files that several processes of one machine share."""

import os
import sqlite3
import sys
from collections.abc import Callable, Generator
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path
from typing import TypeVar

from facade._core.files import make_private
from facade._core.interrupts import interrupt_in
from facade.errors import AssociationsError

Result = TypeVar("Result")


class Database:
    """A file that only its owner can read; needs a local disk.

    `name` says in errors, which are of the class `failure`, what it is. A statement waits for
    those of others for `wait` seconds.
    """

    def __init__(
        self,
        path: str | os.PathLike[str],
        *,
        name: str,
        failure: type[AssociationsError],
        wait: float,
    ) -> None:
        self.path = Path(path).absolute()
        self._connect = partial(sqlite3.connect, self.path, timeout=wait, isolation_level=None)
        self._failure = failure, f"{name} {self.path}"
        with self.translated_errors():
            make_private(self.path)

    @contextmanager
    def open(self) -> Generator[sqlite3.Connection]:
        """Open the database; each statement is a transaction.

        It is opened each time, because uses are rare and a connection is not valid after a fork.
        """
        with self.translated_errors(), closing(self._connect()) as database:
            yield database

    def transact(self, work: Callable[[sqlite3.Connection], Result]) -> Result:
        """Return what `work` returns; it is a transaction, which an error ends without a change.

        Not a context manager: an interrupt within its `__enter__` would leave the transaction
        open, and others would wait for it.
        """
        with self.translated_errors():
            database = self._connect()
            try:
                database.execute("BEGIN IMMEDIATE")  # without IMMEDIATE, a write may not wait
                result = work(database)
                database.execute("COMMIT")
            finally:
                database.close()
        return result

    @contextmanager
    def translated_errors(self) -> Generator[None]:
        """Raise errors of SQLite and of the file system as those of the owner."""
        before = sys.exception()
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            if interrupt_in(error, before):
                raise
            failure, name = self._failure
            raise failure(f"{name}: {error}") from error
