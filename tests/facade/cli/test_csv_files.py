"""The CSV: all common formats are read, and failed rows can be corrected and linked again."""

import csv
from pathlib import Path
from typing import Any

import pytest

from facade import Association
from facade.link.__main__ import main
from facade.link.table import Row, Table, TableError, pair_columns, read, write
from facade.testing import Sandbox
from tests.facade.bulk.runs import related_pairs
from tests.facade.link.conftest import HEADER, KEY


def table_of(folder: Path, content: str | bytes) -> Table:
    path = folder / "pets.csv"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return read(str(path), ("contact", "custom_objects.pet"))


@pytest.mark.parametrize(
    "content",
    [
        "contact,custom_objects.pet\r\nc1,p1",
        f"\ufeff{HEADER}c1,p1\n",
        "contact;custom_objects.pet\nc1;p1\n",
        "contact\tcustom_objects.pet\nc1\tp1\n",
        f"\n\n{HEADER}\n,\nc1,p1\n  ,  \n\n",
        ' contact , Custom_Objects.Pet \n c1 ,"  p1"\n',
        'Größe;custom_objects.pet;contact\n"Smith; Anna\nand ""Bo""";p1;c1\n',
        "contact,custom_objects.pet,note\nc1,p1\n",
        f"{HEADER}c1,p1,,\n",
    ],
)
def test_a_csv_is_read_as_people_and_spreadsheets_write_it(tmp_path: Path, content: str) -> None:
    (row,) = table_of(tmp_path, content).rows
    assert (row.pair, row.problem) == (("c1", "p1"), "")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("\n \n", " is empty"),
        ("a;b\n", " has no column 'contact'; it has a, b"),
        (",\n", " has no column 'contact'; it has "),
        ("contact,custom_objects.pet,Contact\n", " has the column 'contact' twice"),
        (b"\xef\xbb\xbfcontact\rc1\n\xdcber,p2\n", ", line 3, is not UTF-8: save it as CSV UTF-8"),
        (HEADER.encode("utf-16"), ", line 1, is not UTF-8"),
        (f'{HEADER}"c1,p1\n', " is not a valid CSV: unexpected end of data; is a quotation mark"),
    ],
)
def test_an_unusable_csv_is_an_error(tmp_path: Path, content: str | bytes, message: str) -> None:
    with pytest.raises(TableError, match=f"pets.csv{message}"):
        table_of(tmp_path, content)


@pytest.mark.parametrize(
    ("content", "problems"),
    [
        (f"\n \n\n{HEADER}c2,\n", ["line 5 has no custom_objects.pet"]),
        (f"{HEADER}\r,p1\r,,\rc2,\r", ["line 3 has no contact", "line 5 has no custom_obj"]),
        (f'{HEADER}c1,p1,\r\n,"\r\n\r\n"\r\nc2,\r\n', ["line 6 has no custom_objects.pet"]),
        (f"{HEADER}c1,p1,x\n", ["line 2 has 3 fields, the header 2"]),
        ("custom_objects.pet,a,contact\n,x\n", ["line 2 has no contact and no custom_objects.pet"]),
        (HEADER, []),
    ],
)
def test_a_problem_names_the_line_of_the_file_on_which_its_row_begins(
    tmp_path: Path, content: str, problems: list[str]
) -> None:
    found = [one.problem for one in table_of(tmp_path, content).rows if one.problem]
    assert len(found) == len(problems)
    assert all(one.startswith(problem) for one, problem in zip(found, problems, strict=True))


@pytest.mark.parametrize(
    ("first", "second", "columns"),
    [
        ("contact", "business", ("contact", "business")),
        ("contact", "contact", ("first", "second")),
        (None, "contact", ("first", "second")),
        ("contact", None, ("first", "second")),
    ],
)
def test_the_columns_are_the_object_keys_unless_both_are_the_same(
    first: str | None, second: str | None, columns: tuple[str, str]
) -> None:
    association = Association(id="a1", first_object_key=first, second_object_key=second)
    assert pair_columns(association) == columns


FAILING = "Name;contact;custom_objects.pet\nAnna;p9;c9\nBo;c2;p2\nCy;;p3\nDi;c4;p4;x\nEd;c5\n"


def test_failed_rows_are_written_with_their_errors_and_can_be_linked_again(
    link: Any, sandbox: Sandbox, folder: Path
) -> None:
    sandbox.declare_record("p9", "custom_objects.pet")
    assert link(f"\ufeff{FAILING}")[0] == 1
    failures = folder / "pets.csv.failures.csv"
    content = failures.read_bytes().decode()
    assert content.startswith("\ufeffName;contact;custom_objects.pet;error\r\n")
    first, *others = content.splitlines()[1:]
    assert first.startswith("Anna;p9;c9;POST /associations/relations returned 422: Invalid record")
    assert others == [
        "Cy;;p3;line 4 has no contact",
        "Di;c4;p4;line 5 has 4 fields, the header 3;x",
        "Ed;c5;;line 6 has no custom_objects.pet",
    ]
    failures.write_bytes(content.replace("p9;c9", "c9;p9").replace("Cy;;", "Cy;c3;").encode())
    assert main([str(failures), *KEY]) == 1
    assert related_pairs(sandbox) == [("c2", "p2"), ("c3", "p3"), ("c9", "p9")]
    again = (folder / "pets.csv.failures.csv.failures.csv").read_text("utf-8-sig").splitlines()
    assert [line.split(";")[0] for line in again] == ["Name", "Di", "Ed"]
    assert again[0] == "Name;contact;custom_objects.pet;error"


CELLS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "'=1", "''=1", "'quoted", "a=1", ""]


def test_a_cell_that_a_spreadsheet_would_run_is_written_as_text_and_read_unchanged(
    tmp_path: Path,
) -> None:
    path = tmp_path / "failures.csv"
    rows = [(Row(2, ("c1", "p1", cell), ("c1", "p1")), cell) for cell in CELLS]
    write(Table(",", "utf-8", ("contact", "pet", "=note"), ()), rows, path)
    with path.open(newline="") as file:
        cells = [cell for row in csv.reader(file) for cell in row]
    assert [cell for cell in cells if cell[:1] and cell[0] in "=+-@\t\r"] == []
    again = read(str(path), ("contact", "pet"))
    assert again.header == ("contact", "pet", "=note", "error")
    assert [one.fields for one in again.rows] == [("c1", "p1", cell, cell) for cell in CELLS]
