"""The classification of drift."""

from datetime import date

import pytest

from scripts.contract.drift import find_drift, title
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
        (NEW, {}, ["changed", ""], "HighLevel's Associations document has changed (2021-07-28)"),
        (
            NEW,
            NEW,
            ["changed", "changed"],
            "HighLevel's Associations document has changed (2021-07-28, v3)",
        ),
        (
            MENDED,
            MENDED,
            ["mended", "mended"],
            "HighLevel has mended what our overlay corrects (2021-07-28, v3)",
        ),
        (MENDED, NEW, ["mended", "changed"], "HighLevel's Associations document has changed (v3)"),
        ({**MENDED, **MOVED}, {}, ["changed", ""], "has changed (2021-07-28)"),
        (None, NEW, ["gone", "changed"], "HighLevel's Associations document is gone (2021-07-28)"),
        (None, None, ["gone", "gone"], "document is gone (2021-07-28, v3)"),
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
