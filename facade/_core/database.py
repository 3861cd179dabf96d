"""SQLite files that several processes of one machine share."""

import os
import sqlite3
import sys
from collections.abc import Generator
from contextlib import closing, contextmanager
from pathlib import Path

from facade._core.files import make_private
from facade._core.interrupts import interrupt_in
from facade.errors import AssociationsError


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
        self._name = name
        self._failure = failure
        self._wait = wait
        with self.translated_errors():
            make_private(self.path)

    @contextmanager
    def open(self) -> Generator[sqlite3.Connection]:
        """Open the database; each statement is a transaction.

        It is opened each time, because uses are rare and a connection is not valid after a fork.
        """
        with (
            self.translated_errors(),
            closing(
                sqlite3.connect(self.path, timeout=self._wait, isolation_level=None)
            ) as database,
        ):
            yield database

    @contextmanager
    def transaction(self) -> Generator[sqlite3.Connection]:
        """Open the database for a transaction, which an error ends without a change."""
        with self.open() as database:
            database.execute("BEGIN IMMEDIATE")  # without IMMEDIATE, a write may not wait
            yield database
            database.execute("COMMIT")

    @contextmanager
    def translated_errors(self) -> Generator[None]:
        """Raise errors of SQLite and of the file system as those of the owner."""
        before = sys.exception()
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            if interrupt_in(error, before):
                raise
            raise self._failure(f"{self._name} {self.path}: {error}") from error
