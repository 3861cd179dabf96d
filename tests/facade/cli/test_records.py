"""The records of a command: each is read once, on demand."""

import io
import sys
from pathlib import Path
from typing import Any

import pytest

from facade.cli.records import Record, read_records
from facade.link.table import TableError


def piped(content: bytes) -> io.TextIOWrapper:
    """Return standard input in a locale that is not UTF-8."""
    return io.TextIOWrapper(io.BytesIO(content), encoding="latin-1")


@pytest.mark.parametrize(
    ("content", "column"),
    [
        ("c1\nc2\n", None),
        ("\ufeffc1\r\n\r\n  c2  \r\nc1", None),
        ('\ufeff\nName;Contact Id\n"a;\nb";c1\nb; c2 \n;\n', "contact id"),
        ("x\tid\n1\tc1\n2\tc2\n", "id"),
        (",,\nid,ü\nc1,\nc2,\n", "id"),
    ],
)
@pytest.mark.parametrize("is_piped", [False, True])
def test_records_are_read_from_a_list_or_a_column_of_a_file_or_of_standard_input(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    content: str,
    column: str | None,
    is_piped: bool,
) -> None:
    path = tmp_path / "records"
    path.write_text(content, encoding="utf-8", newline="")
    monkeypatch.setattr(sys, "stdin", piped(content.encode()))
    found = read_records([], "-" if is_piped else str(path), column)
    assert [one.id for one in found] == ["c1", "c2"]


def test_a_record_says_where_it_was_found_and_each_line_without_an_id_is_one(
    tmp_path: Path,
) -> None:
    path = tmp_path / "records"
    path.write_text('name,id\n"a\nb",c2\nx,c1\ny,\nz\n,\n')
    assert list(read_records(["c1", "c0", "c1"], str(path), "id")) == [
        Record("c1", "record c1"),
        Record("c0", "record c0"),
        Record("c2", "line 2"),
        Record("", "line 5"),
        Record("", "line 6"),
    ]


@pytest.mark.parametrize(
    ("content", "column"),
    [
        ("\nc1\n\n\nc2\n", None),
        ("id\rc1\r\r\rc2\r", "id"),
        ('id,"a\n\n\nb"\nc2,x\n', "id"),
        ("\n \nid\n\nc2\n", "id"),
    ],
)
def test_each_record_has_the_line_of_the_file_on_which_it_begins(
    tmp_path: Path, content: str, column: str | None
) -> None:
    path = tmp_path / "records"
    path.write_text(content)
    lines = {"c1": "line 2", "c2": "line 5"}
    found = [*read_records([], str(path), column)]
    assert [one.place for one in found] == [lines[one.id] for one in found]


def test_standard_input_is_read_as_records_are_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    class Endless(io.RawIOBase):
        numbers = 0

        def readable(self) -> bool:
            return True

        def readinto(self, buffer: Any) -> int:
            self.numbers += 1
            buffer[:3] = f"c{self.numbers}\n".encode()
            return 3

    endless = Endless()
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BufferedReader(endless)))
    found = read_records([], "-", None)
    assert [next(found).id for _ in range(3)] == ["c1", "c2", "c3"]
    assert endless.numbers == 3


@pytest.mark.parametrize(
    ("content", "column", "said"),
    [
        (b"id,name\nc1,x\n", None, "records, line 1, has several fields: name the column of the"),
        (b"id,name\nc1,x\n", "contact", "records has no column 'contact'; it has id, name"),
        (b"", "contact", "records is empty"),
        (b"id\nc1\n", "", "records has no column ''; it has id"),
        (b"id\nJos\xe9\n", "id", "records is not UTF-8: save it as CSV UTF-8"),
        (b'id\n"c1\n', "id", "records is not a valid CSV: unexpected end of data"),
    ],
)
def test_an_unusable_file_is_an_error_that_names_it(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    content: bytes,
    column: str | None,
    said: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("records").write_bytes(content)
    with pytest.raises(TableError) as raised:
        list(read_records([], "records", column))
    assert str(raised.value).startswith(said)


def test_unusable_standard_input_is_named_as_such(monkeypatch: pytest.MonkeyPatch) -> None:
    for content, said in (
        (b"c1,x\n", ", line 1, has several fields"),
        (b"Jos\xe9", " is not UTF-8"),
    ):
        monkeypatch.setattr(sys, "stdin", piped(content))
        with pytest.raises(TableError, match=f"standard input{said}"):
            list(read_records([], "-", None))
