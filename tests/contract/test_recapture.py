"""Capturing again: which documents, their sources, and what is recorded."""

import json
from contextlib import nullcontext
from datetime import date
from pathlib import Path
from unittest.mock import Mock

import pytest

from scripts.contract import recapture as library
from scripts.contract.capture import Captured
from scripts.contract.generate import DEFAULT_VERSION, Layout
from scripts.contract.recapture import (
    Drift,
    find_drift,
    recapture,
    require_document_of,
    starts,
)
from scripts.errors import CannotRunError
from scripts.openapi.places import place

from . import changes, defect
from .editing import Json
from .published import Recorded, write

BOTH = ("2021-07-28", "v3")
TODAY = date(2030, 1, 1)


@pytest.fixture
def bare(tmp_path: Path) -> Layout:
    """Return a project with two captured documents, and their sources in the lock."""
    layout = Layout(tmp_path)
    paths = ("apps/a.json", "apps/v3/a-v3.json")
    for name in BOTH:
        write(layout.captured(name), {})
    entries: Json = {
        name: {"source": f"https://h.example/{path}", "files": {}, "revision": None}
        for name, path in zip(BOTH, paths, strict=True)
    }
    write(layout.captured("lock"), entries)
    return layout


def test_the_published_documents_are_reviewed_with_overlay_accepted_findings_and_policy(
    project: Layout, tmp_path: Path
) -> None:
    document = json.loads(project.captured("v3").read_text())
    changes.query(document)
    path = str(write(tmp_path / "v3.json", document))
    result = find_drift(project, "v3", path, TODAY).review
    assert result is not None
    (found,) = result.findings
    assert found.finding.rule == "parameter-added-optional"
    assert result.overlay is not None
    assert result.overlay.unsettled == []
    entry = {"fingerprint": found.finding.fingerprint, "owner": "us", "reason": "R"}
    write(project.openapi / "accepted.yaml", [{**entry, "until": "2030-01-01"}])
    again = find_drift(project, "v3", path, TODAY).review
    assert again is not None
    assert [bool(each.accepted) for each in again.findings] == [True]
    (project.openapi / "diff.yaml").write_text("severity: {parameter-added-optional: risky}")
    judged = find_drift(project, "v3", path, TODAY).review
    assert judged is not None
    assert [each.finding.wire for each in judged.findings] == ["risky"]


NEW = {"tags": [{"name": "New"}]}
MENDED: Json = dict.fromkeys(defect.DEFECTS)


@pytest.mark.parametrize(
    ("dated", "v3", "are_reported"),
    [({}, NEW, [False, True]), (None, MENDED, [True, True])],
)
def test_a_document_is_reported_if_it_has_changed_is_gone_or_needs_no_correction(
    project: Layout,
    recorded: Recorded,
    dated: Json | None,
    v3: Json | None,
    are_reported: list[bool],
) -> None:
    defect.plant(project)
    recorded(dated=dated, v3=v3)
    found = [find_drift(project, version, None, TODAY) for version in BOTH]
    reports = [each.report("markdown") for each in found]
    assert [bool(each) for each in reports] == are_reported
    assert (defect.TITLE in reports[1]) == (v3 is MENDED)  # the correction
    assert ("answered 404" in found[0].gone) == (dated is None)


def test_a_document_that_is_gone_is_told_with_what_to_do_in_each_format() -> None:
    drift = Drift("v3", gone="it answered 404")
    advice = "find its new place, then run: make capture VERSION=v3 FROM=..."
    assert {form: drift.report(form) for form in ("markdown", "github", "text")} == {
        "markdown": (f"## The document of v3 is gone\n\n    it answered 404\n\nTo do: {advice}\n"),
        "github": f"::error title=gone::it answered 404; {advice}\n",
        "text": f"the document of v3 is gone: it answered 404\n{advice}\n",
    }


def test_a_url_is_recorded_only_on_request_and_map_and_selection_are_used_again(
    bare: Layout, monkeypatch: pytest.MonkeyPatch
) -> None:
    known, url = "https://h.example/a.json", "https://h.example/b.json"
    entry = {"source": known, "files": {}, "map": {"c.json": "d.json"}, "select": "/a"}
    write(bare.captured("lock"), {"v3": entry})
    monkeypatch.setattr(library, "capture", made := Mock())
    for start, is_recorded, origin, source in (
        (None, False, known, known),
        (url, False, url, known),
        (url, True, url, url),
    ):
        recapture(bare, "v3", start, is_recorded=is_recorded)
        options = {"source": source, "mapped": entry["map"], "selected": "/a"}
        made.assert_called_with(place(origin), **options)


def test_the_documents_to_read_are_selected(bare: Layout) -> None:
    for version, given, expected in (
        (None, [], dict.fromkeys(BOTH)),
        ("v3", [], {"v3": None}),
        ("v3", ["a.json"], {"v3": "a.json"}),
        ("v3", ["v3=b.json", "2021-07-28=a.json"], {"v3": "b.json"}),
        (None, ["https://h.example/a?b=c"], {DEFAULT_VERSION: "https://h.example/a?b=c"}),
    ):
        assert starts(bare, version, given) == expected


def test_a_folder_has_documents_by_version_or_like_the_published_repository(
    bare: Layout, tmp_path: Path
) -> None:
    folder = tmp_path / "published"
    (folder / "apps" / "v3").mkdir(parents=True)
    with pytest.raises(CannotRunError, match=r"published has no document of 2021-07-28, v3"):
        starts(bare, None, [str(folder)])
    of_v3 = folder / "apps/v3/a-v3.json"
    (folder / "a.json").touch()
    has = r"of v3, but of 2021-07-28: choose --version 2021-07-28, or .* --source v3="
    with pytest.raises(CannotRunError, match=has):
        starts(bare, None, [str(folder)])
    of_first = {"2021-07-28": str(folder / "a.json")}
    assert starts(bare, "2021-07-28", [str(folder)]) == of_first
    assert starts(bare, None, [str(folder), "v3=b.json"]) == {**of_first, "v3": "b.json"}
    of_v3.touch()
    found = starts(bare, None, [str(folder)])
    assert found == {**of_first, "v3": str(of_v3)}
    (folder / "v3.json").touch()
    assert starts(bare, "v3", [str(folder)]) == {"v3": str(folder / "v3.json")}


def test_a_version_without_a_document_is_refused_with_those_that_there_are(bare: Layout) -> None:
    with pytest.raises(CannotRunError, match="no source is recorded for v9: run make capture"):
        recapture(bare, "v9")
    with pytest.raises(CannotRunError, match=r"v9 is not captured \(2021-07-28, v3 is\)"):
        starts(bare, "v9", [])
    has = r"2021-07-28=a.json has no document of v3, but of 2021-07-28: .* --source v3=PLACE"
    with pytest.raises(CannotRunError, match=has):
        starts(bare, "v3", ["2021-07-28=a.json"])
    write(bare.captured("lock"), {})
    with pytest.raises(CannotRunError, match=r"v3 is not captured \(nothing is\)"):
        starts(bare, "v3", [])
    assert starts(bare, None, []) == dict.fromkeys(BOTH)  # so that recapture says it


def test_a_document_of_another_captured_version_is_refused() -> None:
    said = r"\Aa.json is the document of 2021-07-28, not of v3: name another, or say so: --source"
    for versions, outcome in (
        (["2021-07-28"], pytest.raises(CannotRunError, match=said)),
        (["2021-07-28", "v3"], nullcontext()),
        (["2099-01-01"], nullcontext()),  # HighLevel has a new one
    ):
        others = [{"name": "a", "schema": {"enum": ["v3", "2021-07-28"]}}, {"name": "Version"}]
        headers = [{"name": "Version", "schema": each} for each in ({}, {"enum": versions})]
        item = {"get": {"parameters": [*others, *headers]}}
        captured = Captured(json.dumps({"paths": {"/a": item}}).encode(), {}, "a.json")
        with outcome:
            require_document_of("v3", captured, BOTH)
