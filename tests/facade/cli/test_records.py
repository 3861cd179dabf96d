"""The records of a command: each is read once, on demand."""

import io
import sys
from pathlib import Path
from typing import Any

import pytest

from facade.cli.records import Record, read_records
from facade.link.table import TableError


@pytest.fixture
def found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Read the records of a file and of standard input, which are the same."""
    monkeypatch.chdir(tmp_path)

    def read(content: str | bytes, column: str | None) -> list[Record]:
        data = content.encode() if isinstance(content, str) else content
        Path("records").write_bytes(data)
        # In a locale that is not UTF-8.
        piped = io.TextIOWrapper(io.BytesIO(data), encoding="latin-1")
        monkeypatch.setattr(sys, "stdin", piped)
        try:
            of_file = list(read_records([], "records", column))
        except TableError as error:
            said = str(error).removeprefix("records")
            with pytest.raises(TableError) as raised:
                list(read_records([], "-", column))
            assert str(raised.value) == f"standard input{said}"
            raise
        assert list(read_records([], "-", column)) == of_file
        return of_file

    return read


@pytest.mark.parametrize(
    ("content", "column", "lines"),
    [
        ("c1\nc2\n", None, (1, 2)),
        ("\ufeffc1\r\n\r\n  c2  \r\nc1", None, (1, 3)),
        ('\ufeff\nName;Contact Id\n"a;\nb";c1\nb; c2 \n;\n', "contact id", (3, 5)),
        ("x\tid\n1\tc1\n2\tc2\n", "id", (2, 3)),
        (",,\nid,ü\nc1,\nc2,\n", "id", (3, 4)),
        ("id\rc1\r\r\rc2\r", "id", (2, 5)),
        ('id,"a\n\n\nb"\nc1,x\nc2\n', "id", (5, 6)),
    ],
)
def test_records_are_read_from_a_list_or_a_column_with_the_lines_where_they_begin(
    found: Any, content: str, column: str | None, lines: tuple[int, int]
) -> None:
    wanted = [Record(f"c{number}", f"line {line}") for number, line in enumerate(lines, 1)]
    assert [one for one in found(content, column) if one.id] == wanted


def test_each_record_comes_once_and_each_line_without_an_id_is_one(tmp_path: Path) -> None:
    path = tmp_path / "records"
    path.write_text('name,id\n"a\nb",c2\nx,c1\ny,\nz\n,\n')
    assert list(read_records(["c1", "c0", "c1"], str(path), "id")) == [
        Record("c1", "record c1"),
        Record("c0", "record c0"),
        Record("c2", "line 2"),
        Record("", "line 5"),
        Record("", "line 6"),
    ]


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
    records = read_records([], "-", None)
    assert [next(records).id for _ in range(3)] == ["c1", "c2", "c3"]
    assert endless.numbers == 3


@pytest.mark.parametrize(
    ("content", "column", "said"),
    [
        (b"id,name\nc1,x\n", None, ", line 1, has several fields: name the column of the"),
        (b"", "contact", " is empty"),
        (b"id\nJos\xe9\n", "id", " is not UTF-8: save it as CSV UTF-8"),
    ],
)
def test_an_unusable_file_is_an_error_that_names_it(
    found: Any, content: bytes, column: str | None, said: str
) -> None:
    with pytest.raises(TableError, match=f"^records{said}"):
        found(content, column)
