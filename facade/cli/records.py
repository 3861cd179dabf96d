"""The records of a command: from arguments, lines of a file, or a column of a CSV."""

import sys
from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager
from io import TextIOWrapper
from itertools import chain
from pathlib import Path
from typing import cast

from attrs import frozen

from facade._core.files import naming
from facade.link.console import name_of
from facade.link.table import DELIMITERS, TableError, column_index, csv_rows


@frozen
class Record:
    """A record id, empty if a line has none, and where it was found."""

    id: str
    place: str


def read_records(
    arguments: Iterable[str], path: str | None, column: str | None
) -> Iterator[Record]:
    """Yield each record once, read on demand; `path` may be - for standard input.

    Raises TableError, in one line, for an invalid file; OSError if it cannot be opened.
    """
    listed = (Record(one, f"record {one}") for one in arguments)
    found = listed if path is None else chain(listed, _read(path, column))
    known: set[str] = set()
    for record in found:
        if record.id not in known or not record.id:
            known.add(record.id)
            yield record


def _read(path: str, column: str | None) -> Iterator[Record]:
    name = name_of(path)
    with naming(name), _opened(path) as lines:
        try:
            yield from _lines(lines, name) if column is None else _column(lines, column, name)
        except UnicodeDecodeError as error:
            raise TableError(f"{name} is not UTF-8: save it as CSV UTF-8") from error


@contextmanager
def _opened(path: str) -> Generator[Iterable[str]]:
    if path == "-":
        cast("TextIOWrapper", sys.stdin).reconfigure(encoding="utf-8-sig", newline="")
        yield sys.stdin
    else:
        with Path(path).open(encoding="utf-8-sig", newline="") as file:
            yield file


def _lines(lines: Iterable[str], name: str) -> Iterator[Record]:
    for number, line in enumerate(lines, 1):
        text = line.strip()
        if any(delimiter in text for delimiter in DELIMITERS):
            raise TableError(
                f"{name}, line {number}, has several fields: name the column of the records "
                "with --column"
            )
        if text:
            yield Record(text, f"line {number}")


def _column(lines: Iterable[str], column: str, name: str) -> Iterator[Record]:
    _, header, rows = csv_rows(lines, (column,), name)
    index = column_index(header, column, name)
    for number, fields in rows:
        text = fields[index].strip() if index < len(fields) else ""
        yield Record(text, f"line {number}")
