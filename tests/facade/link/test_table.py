"""The CSV: all common formats are read, and failed rows can be corrected and linked again."""

from pathlib import Path
from typing import Any

import pytest

from facade.link.__main__ import main
from facade.testing import Sandbox
from tests.facade.bulk.runs import related_pairs
from tests.facade.link.conftest import KEY


@pytest.mark.parametrize(
    "content",
    [
        "contact,custom_objects.pet\r\nc1,p1",
        "\ufeffcontact,custom_objects.pet\nc1,p1\n",
        "contact;custom_objects.pet\nc1;p1\n",
        "contact\tcustom_objects.pet\nc1\tp1\n",
        "\n\ncontact,custom_objects.pet\n\n,\nc1,p1\n  ,  \n\n",
        ' contact , Custom_Objects.Pet \n c1 ,"  p1"\n',
        'Name;custom_objects.pet;contact\n"Smith; Anna\nand ""Bo""";p1;c1\n',
        "contact,custom_objects.pet,note\nc1,p1\n",
        "contact,custom_objects.pet\nc1,p1,,\n",
        "contact,custom_objects.pet\nc1,p1\nc1,p1\n c1,p1\n",
        "Größe,contact,custom_objects.pet\nü,c1,p1\n",
    ],
)
def test_a_csv_is_read_as_people_and_spreadsheets_write_it(
    link: Any, sandbox: Sandbox, content: str
) -> None:
    status, out, _ = link(content)
    assert (status, related_pairs(sandbox)) == (0, [("c1", "p1")])
    assert out.splitlines()[-1] == "1 created, 0 existing, 0 failed"
    assert len([one for one in sandbox.requests if one.method == "POST"]) == 1


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "pets.csv is empty"),
        ("\n \n", "pets.csv is empty"),
        ("a;b\n", "pets.csv has no column 'contact'; it has a, b"),
        (
            "contact,custom_objects.pet,Contact\nc1,p1,c2\n",
            "pets.csv has the column 'contact' twice",
        ),
        (
            b"\xef\xbb\xbfcontact,custom_objects.pet\rc1,p1\n\xdcber,p2\n",
            "pets.csv, line 3, is not UTF-8: save it as CSV UTF-8",
        ),
        (
            "contact,custom_objects.pet\n".encode("utf-16"),
            "pets.csv, line 1, is not UTF-8: save it as CSV UTF-8",
        ),
        (
            'contact,custom_objects.pet\n"c1,p1\nc2,p2\n',
            "pets.csv is not a valid CSV: unexpected end of data; is a quotation mark left open?",
        ),
    ],
)
def test_an_unusable_csv_is_an_error_in_one_line_and_nothing_is_sent(
    link: Any, sandbox: Sandbox, content: str | bytes, message: str
) -> None:
    assert link(content) == (2, "", f"error: {message}\n")
    assert related_pairs(sandbox) == []


@pytest.mark.parametrize(
    "content",
    [
        "\n \n\ncontact,custom_objects.pet\nc2,\n",
        "contact,custom_objects.pet\r\rc1,p1\r,,\rc2,\r",
        'contact,custom_objects.pet,note\r\nc1,p1,"a\r\n\r\nb"\r\nc2,,"x\r\ny"\r\n',
    ],
)
def test_a_problem_names_the_line_of_the_file_on_which_its_row_begins(
    link: Any, content: str
) -> None:
    out = link(content.encode(), "--dry-run")[1]
    assert out.splitlines()[2:] == ["  line 5 has no custom_objects.pet", "Nothing was sent."]


def test_a_csv_without_rows_is_no_error(link: Any) -> None:
    status, out, _ = link("contact,custom_objects.pet\n")
    assert (status, out.splitlines()[1:]) == (0, ["0 pairs", "0 created, 0 existing, 0 failed"])


def test_an_association_of_an_object_with_itself_has_the_columns_first_and_second(
    link: Any, sandbox: Sandbox
) -> None:
    sandbox.seed_association(key="student_tutor")
    content = "second,first\ntutor,student\n"
    assert link(content, key=["--association", "student_tutor"])[0] == 0
    assert related_pairs(sandbox) == [("student", "tutor")]


FAILING = "Name;contact;custom_objects.pet\nAnna;p9;c9\nBo;c2;p2\nCy;;p3\nDi;c4;p4;x\nEd;c5\n"


def test_failed_rows_are_written_with_their_errors_and_can_be_linked_again(
    link: Any, sandbox: Sandbox, folder: Path
) -> None:
    sandbox.declare_record("p9", "custom_objects.pet")
    status, out, _ = link(FAILING)
    assert (status, related_pairs(sandbox)) == (1, [("c2", "p2")])
    assert out.splitlines()[-2:] == [
        "1 created, 0 existing, 4 failed",
        "The failed rows and their errors: pets.csv.failures.csv. Correct it and link it.",
    ]
    failures = folder / "pets.csv.failures.csv"
    refusal = "POST /associations/relations returned 422: Invalid record id : 'p9' for association"
    assert failures.read_text().splitlines() == [
        "Name;contact;custom_objects.pet;error",
        f"Anna;p9;c9;{refusal} : owner_pet - HighLevel may have swapped the sides of the "
        "association: relations.link finds them",
        "Cy;;p3;line 4 has no contact",
        "Di;c4;p4;line 5 has 4 fields, the header 3;x",
        "Ed;c5;;line 6 has no custom_objects.pet",
    ]
    text = failures.read_text()
    failures.write_text(text.replace("p9;c9", "c9;p9").replace("Cy;;", "Cy;c3;"))
    assert main([str(failures), *KEY]) == 1
    assert related_pairs(sandbox) == [("c2", "p2"), ("c3", "p3"), ("c9", "p9")]
    again = (folder / "pets.csv.failures.csv.failures.csv").read_text().splitlines()
    assert [line.split(";")[0] for line in again] == ["Name", "Di", "Ed"]
    assert again[0] == "Name;contact;custom_objects.pet;error"


def test_the_failures_keep_the_byte_order_mark_and_have_the_line_ends_of_spreadsheets(
    link: Any, folder: Path
) -> None:
    link("\ufeffcontact,custom_objects.pet\nc1,,,\n")
    assert (folder / "pets.csv.failures.csv").read_bytes() == (
        b"\xef\xbb\xbfcontact,custom_objects.pet,error\r\nc1,,line 2 has no custom_objects.pet\r\n"
    )
