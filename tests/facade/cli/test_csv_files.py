"""CSV files: common formats are read on demand; failed rows can be corrected and linked again."""

import argparse
import csv
import io
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from facade.cli.csv_files import (
    Row,
    Table,
    add_encoding,
    harmless,
    read_csv,
    read_records,
    write_failures,
)
from facade.testing import Sandbox
from tests.facade.bulk.runs import related_pairs
from tests.facade.cli.conftest import HEADER, KEY, Command

COLUMNS = ("contact", "custom_objects.pet")


def pairs_of(folder: Path, content: str | bytes, encoding: str = "utf-8") -> list[Row]:
    path = folder / "pets.csv"
    path.write_bytes(content.encode(encoding) if isinstance(content, str) else content)
    return list(read_csv(str(path), COLUMNS, encoding).rows)


def test_a_csv_is_read_as_people_and_spreadsheets_write_it(tmp_path: Path) -> None:
    for content in (
        "contact,custom_objects.pet\r\nc1,p1",
        f"\ufeff{HEADER}c1,p1\n",
        "\ufeffsep=;\r\ncontact;custom_objects.pet\nc1;p1\n",
        "contact\tcustom_objects.pet\nc1\tp1\n",
        f"\n\n{HEADER}\n,\nc1,p1\n  ,  \n\n",
        ' contact , Custom_Objects.Pet \n c1 ,"  p1"\n',
        'Größe;custom_objects.pet;contact\n"Smith; Anna\nand ""Bo""";p1;c1\n',
        f"{HEADER}c1,p1,,\n",
        '"Größe\n(cm)";custom_objects.pet;contact\n9;p1;c1\n',
        'Size (5");custom_objects.pet;contact\n9;p1;c1\n',
    ):
        (row,) = pairs_of(tmp_path, content)
        assert (row.wanted, row.problem) == (("c1", "p1"), "")


def test_an_unusable_csv_is_an_error(tmp_path: Path) -> None:
    for content, message in (
        ("\n \n", " is empty"),
        ("a;b\n", " has no column 'contact'; it has a, b: name yours with --column"),
        ("contact,custom_objects.pet,Contact\n", " has the column 'contact' twice"),
        (f"{HEADER}c1,\xdc\n".encode("cp1252"), " is not utf-8: save it as CSV UTF-8, or name its"),
        (f'{HEADER}"c1,p1\n', " is not a valid CSV: unexpected end of data; is a quotation mark"),
        (f'{{"contact": "{"x" * 200_000}"}}', " is not a valid CSV: field larger than field limit"),
    ):
        with pytest.raises(ValueError, match=f"pets.csv{message}") as raised:
            pairs_of(tmp_path, content)
        assert (raised.value.__cause__ is None) == ("is not" not in message)


def test_a_problem_names_the_line_of_the_file_on_which_its_row_begins(tmp_path: Path) -> None:
    for content, problem in {
        f"\n \n\n{HEADER}c2,\n": "line 5 has no custom_objects.pet",
        f"{HEADER}\r,p1\r,,\rc2,p2\r": "line 3 has no contact",
        f'{HEADER}c1,p1,\r\n,"\r\n\r\n"\r\nc2,\r\n': "line 6 has no custom_objects.pet",
        f"{HEADER}c1,p1,x\n": "line 2 has 3 fields, the header 2",
        "custom_objects.pet,a,contact\n,x\n": "line 2 has no contact and no custom_objects.pet",
    }.items():
        assert [one.problem for one in pairs_of(tmp_path, content) if one.problem] == [problem]
    assert pairs_of(tmp_path, HEADER) == []


def test_a_csv_in_another_encoding_is_read_if_that_is_named(tmp_path: Path) -> None:
    content = "Größe;contact;custom_objects.pet\nüber;c1;p1\n"
    for encoding in ("cp1252", "utf-16"):
        (row,) = pairs_of(tmp_path, content, encoding)
        assert (row.fields, row.wanted) == (("über", "c1", "p1"), ("c1", "p1"))
    with pytest.raises(ValueError, match="is not ascii: save it as CSV UTF-8, or name"):
        pairs_of(tmp_path, content.encode(), "ascii")
    add_encoding(parser := argparse.ArgumentParser(), "it")
    for given, encoding in ([], "utf-8"), (["--encoding", "cp1252"], "cp1252"):
        assert parser.parse_args(given).encoding == encoding
    for start, named, encoding in (  # that with which the failures are written and read again
        ("a", "utf-8", "utf-8"),
        ("\ufeffsep=,\na", "UTF8", "utf-8-sig"),
        ("\ufeffa", "utf-16-le", "utf-16-le"),
    ):
        (tmp_path / "pets.csv").write_text(start, named)
        assert read_csv(str(tmp_path / "pets.csv"), (), named).encoding == encoding


FAILING = "Name;contact;custom_objects.pet\nAnna;p9;c9\nBo;c2;p2\nCy;;p3\nDi;c4;p4;x\nEd;c5\n"


def test_failed_rows_are_written_with_their_errors_and_can_be_linked_again(
    command: Command, on_csv: Command, sandbox: Sandbox, folder: Path
) -> None:
    sandbox.declare_record("p9", "custom_objects.pet")
    assert on_csv("link", f"\ufeff{FAILING}")[0] == 1
    failures = folder / "pets.csv.failures.csv"
    content = failures.read_bytes().decode()
    assert content.startswith("\ufeffName;contact;custom_objects.pet;error\r\n")
    assert "\nAnna;p9;c9;POST /associations/relations returned 422: Invalid record" in content
    assert content.endswith(
        "\nCy;;p3;line 4 has no contact\r\n"
        "Di;c4;p4;line 5 has 4 fields, the header 3;x\r\n"
        "Ed;c5;;line 6 has no custom_objects.pet\r\n"
    )
    failures.write_bytes(content.replace("p9;c9", "c9;p9").replace("Cy;;", "Cy;c3;").encode())
    assert command("link", str(failures), *KEY)[0] == 1
    assert related_pairs(sandbox) == [("c2", "p2"), ("c3", "p3"), ("c9", "p9")]
    again = (folder / "pets.csv.failures.csv.failures.csv").read_text("utf-8-sig")
    assert again.startswith("Name;contact;custom_objects.pet;error\nDi;")
    assert len(again.splitlines()) == 3


CELLS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "'=1", "''=1", "'quoted", "a=1", ""]


def test_a_cell_that_a_spreadsheet_would_run_is_written_as_text_and_read_unchanged(
    tmp_path: Path,
) -> None:
    path = tmp_path / "failures.csv"
    table = Table(",", "cp1252", ("contact", "pet", "=note"), iter(()))
    rows = [(Row(2, ("c1", "p1", cell), ("c1", "p1")), cell) for cell in CELLS]
    write_failures(table, [*rows, (Row(9, ("c2", "ä", ""), ("c2", "ä")), "→ €")], path)
    with path.open(newline="", encoding="cp1252") as file:
        cells = [cell for row in csv.reader(file) for cell in row]
    assert [cell for cell in cells if cell[:1] and cell[0] in "=+-@\t\r"] == []
    again = read_csv(str(path), ("contact", "pet"), "cp1252")
    assert again.header == ("contact", "pet", "=note", "error")
    (*found, encoded) = (row.fields for row in again.rows)
    assert found == [("c1", "p1", cell, cell) for cell in CELLS]
    assert encoded == ("c2", "ä", "", "\\u2192 €")
    assert harmless([None, "a"]) == ["", "a"]


@pytest.fixture(params=["records", "-"])
def records_of(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., list[tuple[str, str]]]:
    """Read the records of a file, or of standard input in a locale that is not UTF-8."""
    monkeypatch.chdir(tmp_path)

    def read(content: bytes, column: str | None) -> list[tuple[str, str]]:
        Path("records").write_bytes(content)
        given = io.TextIOWrapper(io.BytesIO(content), encoding="latin-1")
        monkeypatch.setattr(sys, "stdin", given)
        return list(read_records([], request.param, column))

    return read


def test_records_are_read_from_a_list_or_a_column_with_the_lines_where_they_begin(
    records_of: Callable[..., Any],
) -> None:
    for content, column, lines in (
        ('\ufeff"c1"\r\n\r\n  c2  \r\n', None, (1, 3)),
        ('\ufeff\nName;Contact Id\n"a;\nb";c1\nb; c2 \n;\n', "contact id", (3, 5)),
        ("x\tid\n1\tc1\n2\tc2\n", "id", (2, 3)),
        ("id\rc1\r\r\rc2\r", "id", (2, 5)),
        (",,\nid,ü\nc1,\nc2,\n", "id", (3, 4)),
        ('id,"a\n\n\nb"\nc1,x\nc2\n', "id", (5, 6)),
    ):
        found = records_of(content.encode(), column)
        wanted = [(f"c{number}", f"line {line}") for number, line in enumerate(lines, 1)]
        assert [one for one in found if one[0]] == wanted


def test_an_unusable_file_is_an_error_that_names_it(records_of: Callable[..., Any]) -> None:
    said = "^(records|standard input), line 1, is not one id: name the column of the records"
    with pytest.raises(ValueError, match=said):
        records_of(b"id,name\nc1,x\n", None)
