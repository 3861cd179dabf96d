"""scripts.page compares a page of the documentation with the contract."""

import json
from pathlib import Path
from typing import Any

import pytest

from scripts import diff, page
from scripts.contract.openapi.documents import dump
from tests.contract.page.pages import CONTRACT, PAGE

OTHERWISE = PAGE.replace("**id** stringrequired", "**id** numberrequired")


@pytest.fixture(autouse=True)
def _files(empty_project: Path) -> None:
    Path("openapi").mkdir()
    Path("openapi/associations.json").write_bytes(dump(CONTRACT))
    Path("same.md").write_text(PAGE)
    Path("page.md").write_text(OTHERWISE)


def test_a_difference_of_a_page_is_a_finding(capsysbinary: Any) -> None:
    assert page.main(["page.md", "--format", "json"]) == 1
    (finding,) = json.loads(capsysbinary.readouterr().out)["findings"]
    assert (finding["rule"], finding["operations"]) == ("type-changed", ["PUT /pets/{petId}"])
    assert page.main(["same.md"]) == 0


def test_a_difference_that_breaks_nothing_is_a_finding_too() -> None:
    Path("page.md").write_text(PAGE.replace("**mail** string", "**mail** string\n\n**age** number"))
    assert page.main(["page.md", "--output", "report"]) == 1
    assert page.main(["page.md", "--output", "report", "--fail-on", "breaking"]) == 0


def test_the_lens_is_that_of_the_option() -> None:
    Path("page.md").write_text(PAGE.replace("`pets.write`", "`pets.admin`", 1))
    assert page.main(["page.md", "--output", "report"]) == 1
    assert page.main(["page.md", "--output", "report", "--lens", "sdk"]) == 0


@pytest.mark.parametrize("form", ["text", "markdown", "html", "sarif", "github"])
def test_every_form_names_the_page(form: str, capsysbinary: Any) -> None:
    page.main(["page.md", "--format", form])
    assert b"page.md" in capsysbinary.readouterr().out


def test_the_old_option_of_scripts_diff_works() -> None:
    assert diff.main(["--page", "page.md", "--output", "report"]) == 1
    assert diff.main(["--page", "same.md", "--output", "report"]) == 0
