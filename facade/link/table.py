"""The CSV: reads rows with their problems, and writes failed rows."""

import csv
import io
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import nullcontext
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from attrs import frozen

from facade._core.files import atomic_writer, naming
from facade.link.console import name_of
from facade.models import Association

if TYPE_CHECKING:
    from _csv import Reader

DELIMITERS = (",", ";", "\t")  # Excel writes the first two, by country; copied cells have tabs


class TableError(ValueError):
    """The CSV as a whole cannot be used."""


@frozen
class Row:
    """A row: the line on which it begins, its fields, and its pair or else its `problem`."""

    line: int
    fields: tuple[str, ...]
    pair: tuple[str, str]
    problem: str = ""


@frozen
class Table:
    """A CSV, without its blank lines."""

    delimiter: str
    encoding: str
    header: tuple[str, ...]
    rows: tuple[Row, ...]


# What a spreadsheet runs as a formula; the quotes that keep it text, as in a cell of a spreadsheet.
_FORMULA = re.compile(r"'*[=+\-@\t\r]")


def harmless(cells: Iterable[str | None]) -> list[str]:
    """Return cells that no spreadsheet runs as a formula; None becomes an empty one."""
    texts = (cell or "" for cell in cells)
    return [f"'{text}" if _FORMULA.match(text) else text for text in texts]


def _unquoted(cell: str) -> str:
    """Return a cell as `harmless` was given it."""
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell


def pair_columns(association: Association) -> tuple[str, str]:
    """Return the columns of the two records: object keys, or sides if the keys are the same."""
    first, second = association.first_object_key, association.second_object_key
    if first is None or second is None or first == second:
        return "first", "second"
    return first, second


def read(path: str, columns: tuple[str, str]) -> Table:
    """Read a CSV that has two columns; TableError, in one line, if it cannot be used.

    `path` may be - for standard input.
    """
    name = name_of(path)
    with naming(name):
        content = sys.stdin.buffer.read() if path == "-" else Path(path).read_bytes()
    encoding = "utf-8-sig" if content.startswith(b"\xef\xbb\xbf") else "utf-8"
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        line = len((error.object[: error.start] + b".").splitlines())  # without the mark
        raise TableError(f"{name}, line {line}, is not UTF-8: save it as CSV UTF-8") from error
    delimiter, names, rows = csv_rows(io.StringIO(text, newline=""), columns, name)
    header = tuple(map(str.strip, names))
    indexes = _pair_indexes(name, header, columns)
    found = tuple(_row(line, fields, header, indexes) for line, fields in rows)
    return Table(delimiter, encoding, header, found)


def csv_rows(
    lines: Iterable[str], columns: Sequence[str], name: str
) -> tuple[str, list[str], Iterator[tuple[int, list[str]]]]:
    """Return the delimiter, the header, and the rows that are not blank, read on demand.

    A row comes with the line on which it begins; no cell has a quote that keeps it from being a
    formula. The delimiter is that whose header has most of the wanted columns, then most columns.
    """

    def score(delimiter: str) -> tuple[int, int]:
        header = next(csv.reader([first], delimiter=delimiter))
        return sum(index_of(header, column) is not None for column in columns), len(header)

    numbered = enumerate(lines, 1)
    line, first = next(((number, text) for number, text in numbered if text.strip()), (0, ""))
    if not first:
        raise TableError(f"{name} is empty")
    delimiter = max(DELIMITERS, key=score)
    given = chain([first], (text for _, text in numbered))
    rows = _rows(csv.reader(given, delimiter=delimiter, strict=True), line, name)
    return delimiter, next(rows, (0, list[str]()))[1], rows


def _rows(reader: "Reader", line: int, name: str) -> Iterator[tuple[int, list[str]]]:
    before = line
    try:
        for fields in reader:
            if any(field.strip() for field in fields):
                yield before, [*map(_unquoted, fields)]
            before = line + reader.line_num
    except csv.Error as error:
        what = "is a quotation mark left open?"
        raise TableError(f"{name} is not a valid CSV: {error}; {what}") from error


def write(table: Table, failures: Iterable[tuple[Row, str]], path: Path | None) -> None:
    """Write the failed rows unchanged, with an `error` column; the file is replaced atomically.

    Without a `path`, they are written to standard error.
    """
    width = len(table.header)
    error_index = index_of(table.header, "error")
    opened = atomic_writer(path, table.encoding) if path else nullcontext(sys.stderr)
    with opened as file:
        end = "\r\n" if path else "\n"
        writer = csv.writer(file, delimiter=table.delimiter, lineterminator=end)
        header = table.header if error_index is not None else (*table.header, "error")
        writer.writerow(harmless(header))
        for row, error in failures:
            fields = [*row.fields, *[""] * (width - len(row.fields))]
            if error_index is None:
                fields.insert(width, error)
            else:
                fields[error_index] = error
            writer.writerow(harmless(fields))


def _pair_indexes(file: str, header: tuple[str, ...], columns: tuple[str, str]) -> tuple[int, int]:
    found: list[int] = []
    for name in columns:
        index = column_index(header, name, file)
        if index_of(header[index + 1 :], name) is not None:
            raise TableError(f"{file} has the column {name!r} twice")
        found.append(index)
    return found[0], found[1]


def _row(line: int, fields: list[str], header: tuple[str, ...], indexes: tuple[int, int]) -> Row:
    surplus = fields[len(header) :]
    if any(field.strip() for field in surplus):  # one of them may belong to another column
        problem = f"line {line} has {len(fields)} fields, the header {len(header)}"
        return Row(line, tuple(fields), ("", ""), problem)
    kept = tuple(fields[: len(header)])
    first, second = (kept[index].strip() if index < len(kept) else "" for index in indexes)
    empty = [header[index] for index, one in zip(indexes, (first, second), strict=True) if not one]
    problem = f"line {line} has no {' and no '.join(empty)}" if empty else ""
    return Row(line, kept, (first, second), problem)


def index_of(header: Iterable[str], name: str) -> int | None:
    """Return the index of a column, ignoring case and surrounding spaces; None if missing."""
    folded = [one.strip().casefold() for one in header]
    return folded.index(name.casefold()) if name.casefold() in folded else None


def column_index(header: Sequence[str], name: str, file: str) -> int:
    """Return the index of a column; raise TableError if it is missing."""
    index = index_of(header, name)
    if index is None:
        raise TableError(f"{file} has no column {name!r}; it has {', '.join(header):.100}")
    return index
