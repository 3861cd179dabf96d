"""scripts.page compares a page of the documentation with the contract."""

from pathlib import Path
from typing import Any

from scripts import page
from tests.evidence.pages import CONTRACT, PAGE

from ..published import write

MAIL = "**mail** string"


def test_a_difference_of_a_page_is_a_finding(empty_project: Path, capsysbinary: Any) -> None:
    for old, new, options, code in (
        ("", "", [], 0),
        ("**id** stringrequired", "**id** numberrequired", ["--format", "sarif"], 1),
        (MAIL, f"{MAIL}\n**age** number", ["--fail-on", "breaking"], 0),
        ("`pets.write`", "`pets.admin`", ["--lens", "sdk"], 0),
    ):
        write(Path("openapi/associations.json"), CONTRACT)
        Path("page.md").write_text(PAGE.replace(old, new, 1))
        assert page.main(["page.md", *options]) == code
        assert b"page.md" in capsysbinary.readouterr().out
