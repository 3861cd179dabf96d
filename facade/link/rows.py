"""The CSV: rows in, with what is wrong with them, and the failed ones out again."""

import csv
import io
import os
import tempfile
from collections.abc import Iterable
from pathlib import Path

from attrs import frozen

from facade.models import Association

_DELIMITERS = (",", ";", "\t")  # of Excel, in one country or another, and of what is copied from it


class TableError(Exception):
    """The CSV cannot be used as a whole."""


@frozen
class Row:
    """One row: where it stands, its fields, and its pair or else what is wrong with it."""

    line: int
    fields: tuple[str, ...]
    pair: tuple[str, str]
    wrong: str = ""


@frozen
class Table:
    """A CSV that was read; blank lines are left out."""

    path: Path
    delimiter: str
    encoding: str
    header: tuple[str, ...]
    rows: tuple[Row, ...]


def columns(association: Association) -> tuple[str, str]:
    """Name the columns with the two records: object keys, or sides where the keys are the same."""
    first, second = association.first_object_key, association.second_object_key
    return (
        ("first", "second")
        if first is None or second is None or first == second
        else (first, second)
    )


def read(path: Path, wanted: tuple[str, str]) -> Table:
    """Read a CSV that has the wanted columns; TableError says in a line why it cannot be used."""
    text, encoding = _text(path)
    lines = [line for line in text.splitlines() if line.strip()]
    if not lines:
        raise TableError(f"{path} is empty")
    delimiter = max(_DELIMITERS, key=lambda one: _fitness(lines[0], one, wanted))
    try:
        return _table(path, text, encoding, delimiter, wanted)
    except csv.Error as error:
        raise TableError(f"{path} is no CSV: {error}; is a quotation mark left open?") from error


def write(table: Table, failures: Iterable[tuple[Row, str]], path: Path) -> None:
    """Write the failed rows as they were, with an `error` column; all of them or no file."""
    width = len(table.header)
    known = _position(table.header, "error")
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with open(handle, "w", encoding=table.encoding, newline="") as file:
            writer = csv.writer(file, delimiter=table.delimiter)
            writer.writerow(table.header if known is not None else [*table.header, "error"])
            for row, error in failures:
                fields = [*row.fields, *[""] * (width - len(row.fields))]
                if known is None:
                    fields.insert(width, error)
                else:
                    fields[known] = error
                writer.writerow(fields)
        os.replace(name, path)
    except BaseException:
        os.unlink(name)
        raise


def _text(path: Path) -> tuple[str, str]:
    content = path.read_bytes()
    encoding = "utf-8-sig" if content.startswith(b"\xef\xbb\xbf") else "utf-8"
    try:
        return content.decode(encoding), encoding
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise TableError(f"{path}, line {line}, is not UTF-8: save it as CSV UTF-8") from error


def _fitness(line: str, delimiter: str, wanted: tuple[str, str]) -> tuple[int, int]:
    """Tell how well a delimiter suits a header: wanted columns first, then any columns."""
    header = next(csv.reader([line], delimiter=delimiter))
    return sum(_position(header, name) is not None for name in wanted), len(header)


def _table(path: Path, text: str, encoding: str, delimiter: str, wanted: tuple[str, str]) -> Table:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    header: tuple[str, ...] = ()
    rows: list[Row] = []
    places = (0, 0)
    for fields in reader:
        if not any(field.strip() for field in fields):
            continue
        if not header:
            header = tuple(field.strip() for field in fields)
            places = _places(path, header, wanted)
        else:
            rows.append(_row(reader.line_num, fields, header, places))
    return Table(path, delimiter, encoding, header, tuple(rows))


def _places(path: Path, header: tuple[str, ...], wanted: tuple[str, str]) -> tuple[int, int]:
    found: list[int] = []
    for name in wanted:
        place = _position(header, name)
        if place is None:
            has = ", ".join(header)
            raise TableError(f"{path} has no column {name!r}; it has {has:.100}")
        if _position(header[place + 1 :], name) is not None:
            raise TableError(f"{path} has the column {name!r} twice")
        found.append(place)
    return found[0], found[1]


def _row(line: int, fields: list[str], header: tuple[str, ...], places: tuple[int, int]) -> Row:
    surplus = fields[len(header) :]
    if any(field.strip() for field in surplus):  # so one may stand in another's column
        wrong = f"line {line} has {len(fields)} fields, the header {len(header)}"
        return Row(line, tuple(fields), ("", ""), wrong)
    kept = tuple(fields[: len(header)])
    first, second = (kept[place].strip() if place < len(kept) else "" for place in places)
    empty = [header[place] for place, one in zip(places, (first, second), strict=True) if not one]
    wrong = f"line {line} has no {' and no '.join(empty)}" if empty else ""
    return Row(line, kept, (first, second), wrong)


def _position(header: Iterable[str], name: str) -> int | None:
    folded = [one.strip().casefold() for one in header]
    return folded.index(name.casefold()) if name.casefold() in folded else None
