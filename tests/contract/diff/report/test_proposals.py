"""The proposed overlay actions alone."""

import yaml

from scripts.contract.diff import report
from scripts.contract.overlay import read_actions
from tests.contract.diff.report.reviews import hostile, saying
from tests.contract.diff.reviewing import compared
from tests.contract.diff_documents import operation


@hostile
def test_the_proposals_are_an_overlay_whatever_the_documents_say(text: str) -> None:
    overlay = yaml.safe_load(report.render(saying(text), "overlay"))
    (action,) = read_actions(overlay)
    assert action.target == "$"


def test_without_proposals_nothing_is_written() -> None:
    assert report.render(compared(operation(), operation()), "overlay") == ""
