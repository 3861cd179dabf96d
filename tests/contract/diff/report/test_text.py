"""The report for a terminal."""

from scripts.contract.diff import report
from tests.contract.diff.documents import requesting
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
