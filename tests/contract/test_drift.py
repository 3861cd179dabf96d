"""The drift of HighLevel's documents is told by its kind, the most severe first."""

from datetime import date

import pytest

from scripts.contract.drift import Drift, find_drift, title
from scripts.contract.generate import Layout
from tests.contract.diff.documents import Json

from . import defect
from .recording import Recorded

TODAY = date(2030, 1, 1)
NEW = {"tags": [{"name": "New"}]}
MOVED: Json = {"servers": [{"url": "https://moved.example"}]}
MENDED: Json = dict.fromkeys(defect.DEFECTS)


@pytest.mark.parametrize(
    ("dated", "v3", "kinds", "named"),
    [
        ({}, {}, ["", ""], ""),
        (NEW, NEW, ["changed", "changed"], "document has changed (2021-07-28, v3)"),
        (MENDED, NEW, ["mended", "changed"], "HighLevel's Associations document has changed (v3)"),
        # Our names hide the tags.
        (MENDED | NEW, MENDED | MOVED, ["mended", "changed"], "document has changed (v3)"),
        (MENDED, {}, ["mended", ""], "has mended what our overlay corrects (2021-07-28)"),
        (None, NEW, ["gone", "changed"], "HighLevel's Associations document is gone (2021-07-28)"),
    ],
)
def test_the_title_names_the_most_severe_change(
    project: Layout,
    recorded: Recorded,
    dated: Json | None,
    v3: Json | None,
    kinds: list[str],
    named: str,
) -> None:
    defect.plant(project)
    recorded(dated=dated, v3=v3)
    found = [find_drift(project, version, None, TODAY) for version in ("2021-07-28", "v3")]
    assert [each.kind for each in found] == kinds
    assert title(found).endswith(named)
    assert bool(title(found)) == bool(named)
    assert [bool(each.report("markdown")) for each in found] == [bool(kind) for kind in kinds]


def test_a_document_that_is_gone_is_told_with_what_to_do_in_each_format() -> None:
    drift = Drift("v3", gone="it answered 404")
    advice = "find its new place, then run: make capture VERSION=v3 FROM=..."
    assert drift.report("markdown") == (
        f"## The document of v3 is gone\n\n    it answered 404\n\nTo do: {advice}\n"
    )
    assert drift.report("github") == f"::error title=gone::it answered 404; {advice}\n"
    assert drift.report("text") == f"the document of v3 is gone: it answered 404\n{advice}\n"
