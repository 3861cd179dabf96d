"""The report for a terminal."""

from scripts.contract.diff import report
from tests.contract.diff.documents import requesting, responding
from tests.contract.diff.report.reviews import hostile, saying
from tests.contract.diff.reviewing import compared


@hostile
def test_a_terminal_is_not_commanded_by_a_document(text: str) -> None:
    written = report.render(saying(text), "text")
    assert all(sign.isprintable() or sign == "\n" for sign in written)


def test_of_long_lists_only_what_went_and_what_came_is_shown() -> None:
    values = [f"value-{number}" for number in range(100)]
    old, new = requesting({"enum": [*values, "old"]}), requesting({"enum": [*values, "new"]})
    written = report.render(compared(old, new), "text")
    assert "\n  - old\n  + new\n" in written
    assert "value-1" not in written


def test_one_line_says_that_nothing_has_changed() -> None:
    broken = responding({"$ref": "#/nothing"})
    for given in (compared(requesting({}), requesting({})), compared(broken, broken)):
        assert report.render(given, "text") == "old.json → new.json: nothing has changed\n"


def test_a_problem_of_one_document_only_is_told() -> None:
    given = compared(responding({"$ref": "#/nothing"}), responding({"type": "string"}))
    assert "points at nothing at GET /pets: responses" in report.render(given, "text")
