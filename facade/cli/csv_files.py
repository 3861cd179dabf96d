"""CSV files, and lists of records: read on demand in all common formats; failed rows written."""

import csv
import re
import sys
from argparse import ArgumentParser
from codecs import lookup
from collections.abc import Iterable, Iterator, Sequence
from contextlib import nullcontext, suppress
from io import TextIOWrapper
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, cast

from attrs import frozen

from facade._core.files import atomic_writer, naming
from facade.cli.console import name_of

if TYPE_CHECKING:
    from _csv import Reader

_DELIMITERS = (",", ";", "\t")  # Excel writes the first two, by country; copied cells have tabs
_MARK = "\ufeff"  # with which Excel begins what it saves as CSV UTF-8
# What a spreadsheet runs as a formula; the quotes that keep it text, as in a cell of a spreadsheet.
_FORMULA = re.compile(r"'*[=+\-@\t\r]")
_QUOTED_FORMULA = re.compile(rf"^'(?={_FORMULA.pattern})")


@frozen
class Row:
    """A row: the line on which it begins, its fields, the wanted ones, and its `problem`."""

    line: int
    fields: tuple[str, ...]
    wanted: tuple[str, ...]
    problem: str = ""


@frozen
class Table:
    """A CSV; its rows are not blank, and are read when they are needed."""

    delimiter: str
    encoding: str
    header: tuple[str, ...]
    rows: Iterator[Row]


def add_encoding(parser: ArgumentParser, what: str) -> None:
    parser.add_argument(
        "--encoding",
        default="utf-8",
        metavar="NAME",
        help=f"encoding of {what}, such as cp1252 (default: %(default)s)",
    )


def read_csv(path: str, columns: Sequence[str], encoding: str = "utf-8") -> Table:
    """Open a CSV; raise ValueError, in one line, if it cannot be used, also when a row is read.

    `path` may be - for standard input. The delimiter is that whose header has most of the wanted
    columns, then most columns. No cell has a quote that keeps it from being a formula. A row has ''
    for a wanted column that it lacks.
    """
    name, lines = name_of(path), _lines_of(path, encoding)
    head = [*islice(lines, 10)]  # a name may have line breaks
    if head and head[0].startswith(_MARK):
        head[0] = head[0].removeprefix(_MARK)
        encoding = "utf-8-sig" if lookup(encoding).name == "utf-8" else encoding
    if head and head[0].startswith("sep="):  # which tells Excel the delimiter
        head[0] = "\n"

    def score(delimiter: str) -> tuple[int, int]:
        with suppress(csv.Error):  # a name is too long, perhaps with another delimiter only
            header = next(filter(_has_text, csv.reader(head, delimiter=delimiter)), list[str]())
            return sum(bool(_indexes(header, column)) for column in columns), len(header)
        return 0, 0

    delimiter = max(_DELIMITERS, key=score)
    found = _rows(csv.reader(chain(head, lines), delimiter=delimiter, strict=True), name)
    if (first := next(found, None)) is None:
        raise ValueError(f"{name} is empty")
    header = tuple(map(str.strip, first[1]))
    indexes = [_index(name, header, column) for column in columns]
    rows = (_row(line, fields, header, indexes) for line, fields in found)
    return Table(delimiter, encoding, header, rows)


def read_records(
    arguments: Iterable[str], path: str | None, column: str | None, encoding: str = "utf-8"
) -> Iterator[tuple[str, str]]:
    """Yield record ids, with where they were found; an id is empty if a line has none.

    They are those of the arguments, then of the lines or of a column of a file. Raises ValueError,
    in one line, for an invalid file; OSError if it cannot be opened.
    """
    yield from ((one, f"record {one}") for one in arguments)
    if path is not None and column is None:
        yield from _in_lines(path, encoding)
    elif path is not None:
        rows = read_csv(path, (str(column),), encoding).rows
        yield from ((row.wanted[0], f"line {row.line}") for row in rows)


def _row(line: int, fields: tuple[str, ...], header: tuple[str, ...], indexes: list[int]) -> Row:
    kept, surplus = fields[: len(header)], fields[len(header) :]
    wanted = tuple(kept[at].strip() if at < len(kept) else "" for at in indexes)
    if _has_text(surplus):  # one of them may belong to another column
        problem = f"line {line} has {len(fields)} fields, the header {len(header)}"
        return Row(line, fields, wanted, problem)
    empty = [header[at] for at, one in zip(indexes, wanted, strict=True) if not one]
    return Row(line, kept, wanted, f"line {line} has no {' and no '.join(empty)}" if empty else "")


def write_failures(table: Table, failures: Iterable[tuple[Row, str]], path: Path | None) -> None:
    """Write the failed rows unchanged, with an `error` column; the file is replaced atomically.

    Without a `path`, they are written to standard error.
    """
    header, width = table.header, len(table.header)
    with atomic_writer(path, table.encoding) if path else nullcontext(sys.stderr) as file:
        end = "\r\n" if path else "\n"
        writer = csv.writer(file, delimiter=table.delimiter, lineterminator=end)
        at = (*_indexes(header, "error"), width)[0]  # that of an earlier run is replaced
        writer.writerow(harmless(header if at < width else (*header, "error")))
        for row, error in failures:
            fields = [*row.fields, *[""] * (width - len(row.fields))]
            said = error.encode(table.encoding, "backslashreplace").decode(table.encoding)
            fields[at : at + (at < width)] = [said]
            writer.writerow(harmless(fields))


def harmless(cells: Iterable[str | None]) -> list[str]:
    """Return cells that no spreadsheet runs as a formula; None becomes an empty one."""
    texts = (cell or "" for cell in cells)
    return [f"'{text}" if _FORMULA.match(text) else text for text in texts]


def _lines_of(path: str, encoding: str) -> Iterator[str]:
    name = name_of(path)
    try:
        with naming(name):
            if path == "-":
                given = cast("TextIOWrapper", sys.stdin)
                given.reconfigure(encoding=encoding, errors="strict", newline="")
                yield from given
            else:
                with Path(path).open(encoding=encoding, newline="") as file:
                    yield from file
    except (LookupError, UnicodeError) as error:  # no such encoding, or another one
        raise ValueError(
            f"{name} is not {encoding}: save it as CSV UTF-8, or name its encoding, such as "
            "--encoding cp1252 or utf-16"
        ) from error


def _in_lines(path: str, encoding: str) -> Iterator[tuple[str, str]]:
    for number, line in enumerate(_lines_of(path, encoding), 1):
        text = line.removeprefix(_MARK).strip().strip('"')
        if any(delimiter in text for delimiter in (*_DELIMITERS, " ")):
            raise ValueError(
                f"{name_of(path)}, line {number}, is not one id: name the column of the records "
                "with --column"
            )
        if text:
            yield text, f"line {number}"


def _rows(reader: "Reader", name: str) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Yield the line on which a row begins, and its cells; blank rows are left out."""
    line = 1
    try:
        for fields in reader:
            if _has_text(fields):
                yield line, tuple(_QUOTED_FORMULA.sub("", cell) for cell in fields)
            line = 1 + reader.line_num
    except csv.Error as error:
        what = "is a quotation mark left open?"
        raise ValueError(f"{name} is not a valid CSV: {error}; {what}") from error


def _has_text(cells: Iterable[str]) -> bool:
    return any(cell.strip() for cell in cells)


def _index(name: str, header: Sequence[str], column: str) -> int:
    """Return the index of a column; raise ValueError if it is missing, or there twice."""
    found = _indexes(header, column)
    if not found:
        said = f"{name} has no column {column!r}; it has {', '.join(header):.100}"
        raise ValueError(f"{said}: name yours with --column")
    if len(found) > 1:
        raise ValueError(f"{name} has the column {column!r} twice")
    return found[0]


def _indexes(header: Sequence[str], column: str) -> list[int]:
    """Return where a column is, ignoring case and surrounding spaces."""
    wanted = column.strip().casefold()
    return [index for index, name in enumerate(header) if name.strip().casefold() == wanted]
