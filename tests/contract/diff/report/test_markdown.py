"""The report for a pull request or an issue."""

from scripts.contract.diff import report
from tests.contract.diff.documents import operation
from tests.contract.diff.report.reviews import hostile, saying
from tests.contract.diff.reviewing import compared


def test_nothing_is_written_when_nothing_moved() -> None:
    assert report.render(compared(operation(), operation()), "markdown") == ""


def test_a_finding_is_shown_with_its_severities_its_rule_and_its_lines() -> None:
    given = compared(operation(), operation(deprecated=True))
    assert (
        "- **GET /pets/\\{id\\} is deprecated**  \n"
        "  wire safe, sdk none, `operation-deprecated`  \n"
        "  GET /pets/\\{id\\}: deprecated, line 9 → 10  \n"
        "  GET /pets/\\{id\\}\n"
    ) in report.render(given, "markdown")


@hostile
def test_a_document_is_shown_and_does_not_form_the_report(text: str) -> None:
    lines = report.render(saying(text), "markdown").splitlines()
    headings = [line for line in lines if line.startswith("#")]
    assert headings[1:4] == ["### Breaking", "### Risky", "### Safe"]
    assert headings[4:] == ["### Proposed overlay actions"]
    inside = False
    for line in lines:
        if line.strip() in ("```diff", "```"):
            inside = not inside
        is_code = inside or line.startswith("    ")
        assert is_code or "<script" not in line.replace("\\<", "")
    assert not inside
