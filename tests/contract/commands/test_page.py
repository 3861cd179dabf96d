"""scripts.page compares a page of the documentation with the contract."""

from pathlib import Path
from typing import Any

import pytest

from scripts import diff, page
from scripts.contract.openapi.documents import dump
from tests.contract.page.pages import CONTRACT, PAGE


@pytest.mark.parametrize(
    ("old", "new", "options", "code"),
    [
        ("", "", [], 0),
        ("**id** stringrequired", "**id** numberrequired", [], 1),
        ("**mail** string", "**mail** string\n\n**age** number", [], 1),
        ("**mail** string", "**mail** string\n\n**age** number", ["--fail-on", "breaking"], 0),
        ("`pets.write`", "`pets.admin`", ["--lens", "sdk"], 0),
    ],
)
def test_a_difference_of_a_page_is_a_finding(
    empty_project: Path, old: str, new: str, options: list[str], code: int
) -> None:
    Path("openapi").mkdir()
    Path("openapi/associations.json").write_bytes(dump(CONTRACT))
    Path("page.md").write_text(PAGE.replace(old, new, 1))
    assert page.main(["page.md", "--output", "report", *options]) == code
    assert diff.main(["--page", "page.md", "--output", "report", *options]) == code


@pytest.mark.parametrize("form", ["text", "sarif"])
def test_every_form_names_the_page(empty_project: Path, form: str, capsysbinary: Any) -> None:
    Path("openapi").mkdir()
    Path("openapi/associations.json").write_bytes(dump(CONTRACT))
    Path("page.md").write_text(PAGE.replace("**id** stringrequired", "**id** numberrequired"))
    page.main(["page.md", "--format", form])
    assert b"page.md" in capsysbinary.readouterr().out
