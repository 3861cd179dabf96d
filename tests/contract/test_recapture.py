"""Capturing again: which documents, their sources, and what is recorded."""

import json
from contextlib import nullcontext
from datetime import date
from pathlib import Path

import pytest

from scripts.contract.capture import Captured
from scripts.contract.errors import CannotRunError
from scripts.contract.generate import DEFAULT_VERSION, Layout
from scripts.contract.recapture import (
    recapture,
    require_document_of,
    review_recapture,
    starts,
)

from . import changes
from .serving import Serve

BOTH = ("2021-07-28", "v3")
TODAY = date(2030, 1, 1)


def lock_of(project: Layout) -> changes.Json:
    lock: changes.Json = json.loads(project.captured("lock").read_text())
    return lock


@pytest.fixture
def bare(tmp_path: Path) -> Layout:
    """Return a project with two captured documents, and their sources in the lock."""
    layout = Layout(tmp_path)
    layout.captured("v3").parent.mkdir(parents=True)
    entries: changes.Json = {}
    for name, path in zip(BOTH, ("apps/a.json", "apps/v3/a-v3.json"), strict=True):
        layout.captured(name).write_text("{}")
        entries[name] = {"source": f"https://h.example/{path}", "files": {}, "revision": None}
    layout.captured("lock").write_text(json.dumps(entries))
    return layout


def test_the_published_documents_are_reviewed_with_overlay_accepted_findings_and_policy(
    project: Layout, tmp_path: Path
) -> None:
    document = json.loads(project.captured("v3").read_text())
    changes.query(document)
    (tmp_path / "v3.json").write_text(json.dumps(document))
    captured = recapture(project, "v3", str(tmp_path / "v3.json"))
    assert captured.entry["source"] == lock_of(project)["v3"]["source"]
    result = review_recapture(project, "v3", captured, TODAY)
    (found,) = result.findings
    assert found.finding.rule == "parameter-added-optional"
    assert result.overlay is not None
    assert result.overlay.is_settled
    entry = {"fingerprint": found.finding.fingerprint, "owner": "us", "reason": "R"}
    (project.openapi / "accepted.yaml").write_text(json.dumps([{**entry, "until": "2030-01-01"}]))
    (accepted,) = review_recapture(project, "v3", captured, TODAY).findings
    assert accepted.accepted is not None


def test_a_url_is_recorded_only_on_request_and_a_mapping_is_followed_again(
    project: Layout, serve: Serve
) -> None:
    document = {**json.loads(project.captured("v3").read_bytes())}
    document["components"]["schemas"]["New"] = {"items": {"$ref": "gone.json"}}
    pages = {"/a.json": json.dumps(document).encode(), "/c.json": b"{}"}
    base = serve({name: (200, data, None) for name, data in pages.items()})
    lock = lock_of(project)
    lock["v3"]["map"] = {"gone.json": "c.json"}
    project.captured("lock").write_text(json.dumps(lock))
    known = recapture(project, "v3", f"{base}/a.json").entry
    assert (known["source"], known["map"]) == (lock["v3"]["source"], lock["v3"]["map"])
    recorded = recapture(project, "v3", f"{base}/a.json", is_recorded=True).entry
    assert recorded["source"] == f"{base}/a.json"
    lock["v3"]["source"] = f"{base}/a.json"
    project.captured("lock").write_text(json.dumps(lock))
    assert recapture(project, "v3").origin == f"{base}/a.json"


def test_a_version_that_was_never_captured_cannot_be_captured_again(bare: Layout) -> None:
    with pytest.raises(CannotRunError, match="no source is recorded for v9: run make capture"):
        recapture(bare, "v9")
    with pytest.raises(CannotRunError, match=r"v9 is not captured \(2021-07-28, v3 is\)"):
        starts(bare, "v9", [])


@pytest.mark.parametrize(
    ("version", "given", "expected"),
    [
        (None, [], dict.fromkeys(BOTH)),
        ("v3", [], {"v3": None}),
        (None, ["a.json"], {DEFAULT_VERSION: "a.json"}),
        ("v3", ["a.json"], {"v3": "a.json"}),
        (None, ["v3=b.json", "2021-07-28=a.json"], {"v3": "b.json", "2021-07-28": "a.json"}),
        ("v3", ["v3=b.json", "2021-07-28=a.json"], {"v3": "b.json"}),
        (None, ["https://h.example/a?b=c"], {DEFAULT_VERSION: "https://h.example/a?b=c"}),
    ],
)
def test_the_documents_to_read_are_selected(
    bare: Layout, version: str | None, given: list[str], expected: dict[str, str | None]
) -> None:
    assert starts(bare, version, given) == expected


def test_a_folder_has_documents_by_version_or_like_the_published_repository(
    bare: Layout, tmp_path: Path
) -> None:
    folder = tmp_path / "published"
    (folder / "apps" / "v3").mkdir(parents=True)
    with pytest.raises(CannotRunError, match=r"published has no document of 2021-07-28, v3"):
        starts(bare, None, [str(folder)])
    for name in ("apps/v3/a-v3.json", "a.json"):
        (folder / name).touch()
    assert starts(bare, None, [str(folder)]) == {
        "2021-07-28": str(folder / "a.json"),
        "v3": str(folder / "apps/v3/a-v3.json"),
    }
    (folder / "v3.json").touch()
    assert starts(bare, "v3", [str(folder)]) == {"v3": str(folder / "v3.json")}


def test_a_source_without_the_version_that_is_asked_for_says_which_it_has(bare: Layout) -> None:
    with pytest.raises(CannotRunError) as caught:
        starts(bare, "v3", ["2021-07-28=a.json"])
    assert str(caught.value) == (
        "2021-07-28=a.json has no document of v3, but of 2021-07-28: leave --version out, or name "
        "the document: --source v3=PLACE"
    )


def test_a_document_that_is_not_recorded_is_not_passed_over(bare: Layout) -> None:
    entries = lock_of(bare)
    bare.captured("lock").write_text(json.dumps({"2021-07-28": entries["2021-07-28"]}))
    with pytest.raises(CannotRunError, match=r"v3 is not captured \(2021-07-28 is\)"):
        starts(bare, "v3", [])
    assert starts(bare, None, []) == dict.fromkeys(BOTH)  # so that recapture says it
    bare.captured("lock").write_text("{}")
    with pytest.raises(CannotRunError, match=r"v3 is not captured \(nothing is\)"):
        starts(bare, "v3", [])


@pytest.mark.parametrize(
    ("version", "headers", "is_refused"),
    [
        ("v3", [["2021-07-28"]], True),
        ("2021-07-28", [["v3"], ["v3"]], True),
        ("v3", [["2021-07-28", "v3"]], False),
        ("v3", [["2099-01-01"]], False),  # HighLevel has a new one
        ("v3", [None], False),
        ("v3", [], False),
    ],
)
def test_a_document_of_another_captured_version_is_refused(
    version: str, headers: list[list[str] | None], is_refused: bool
) -> None:
    parameters = [
        {"name": "Version", "in": "header", "schema": {"enum": each} if each else {}}
        for each in headers
    ]
    others = [{"name": "a", "schema": {"enum": ["v3", "2021-07-28"]}}, {"name": "Version"}]
    item = {"get": {"parameters": [*others, *parameters]}}
    captured = Captured(json.dumps({"paths": {"/a": item}}).encode(), {}, "a.json")
    said = rf"\Aa.json is the document of \S+, not of {version}: name another, or say so: --source"
    with pytest.raises(CannotRunError, match=said) if is_refused else nullcontext():
        require_document_of(version, captured, BOTH)
