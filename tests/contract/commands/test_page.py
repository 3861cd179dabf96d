"""scripts.page compares a page of the documentation with the contract."""

from pathlib import Path
from typing import Any

import pytest

from scripts import page
from tests.evidence.pages import CONTRACT, PAGE

from ..published import write

MAIL = "**mail** string"


@pytest.mark.parametrize(
    ("old", "new", "options", "code"),
    [
        ("", "", [], 0),
        ("**id** stringrequired", "**id** numberrequired", ["--format", "sarif"], 1),
        (MAIL, f"{MAIL}\n**age** number", ["--fail-on", "breaking"], 0),
        ("`pets.write`", "`pets.admin`", ["--lens", "sdk"], 0),
    ],
)
def test_a_difference_of_a_page_is_a_finding(
    empty_project: Path, capsysbinary: Any, old: str, new: str, options: list[str], code: int
) -> None:
    write(Path("openapi/associations.json"), CONTRACT)
    Path("page.md").write_text(PAGE.replace(old, new, 1))
    assert page.main(["page.md", *options]) == code
    assert b"page.md" in capsysbinary.readouterr().out
