"""The drift of HighLevel's documents is told by its kind."""

from datetime import date

import pytest

from scripts.contract.generate import Layout
from scripts.contract.recapture import Drift, find_drift
from tests.diff.documents import Json

from . import defect
from .recording import Recorded

TODAY = date(2030, 1, 1)
NEW = {"tags": [{"name": "New"}]}
MOVED: Json = {"servers": [{"url": "https://moved.example"}]}
MENDED: Json = dict.fromkeys(defect.DEFECTS)


@pytest.mark.parametrize(
    ("dated", "v3", "kinds"),
    [
        ({}, NEW, ["", "changed"]),
        # Our names hide the tags.
        (MENDED | NEW, MENDED | MOVED, ["mended", "changed"]),
        (MENDED, {}, ["mended", ""]),
        (None, NEW, ["gone", "changed"]),
    ],
)
def test_a_drift_has_a_kind_and_is_reported_unless_it_has_none(
    project: Layout,
    recorded: Recorded,
    dated: Json | None,
    v3: Json | None,
    kinds: list[str],
) -> None:
    defect.plant(project)
    recorded(dated=dated, v3=v3)
    found = [find_drift(project, version, None, TODAY) for version in ("2021-07-28", "v3")]
    assert [each.kind for each in found] == kinds
    assert [bool(each.report("markdown")) for each in found] == [bool(kind) for kind in kinds]


def test_a_document_that_is_gone_is_told_with_what_to_do_in_each_format() -> None:
    drift = Drift("v3", gone="it answered 404")
    advice = "find its new place, then run: make capture VERSION=v3 FROM=..."
    assert drift.report("markdown") == (
        f"## The document of v3 is gone\n\n    it answered 404\n\nTo do: {advice}\n"
    )
    assert drift.report("github") == f"::error title=gone::it answered 404; {advice}\n"
    assert drift.report("text") == f"the document of v3 is gone: it answered 404\n{advice}\n"
