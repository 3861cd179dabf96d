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


def source_of(project: Layout, version: str) -> str:
    lock = json.loads((project.openapi / "captured/lock.json").read_text())
    return str(lock[version]["source"])


def test_the_published_documents_are_reviewed_with_the_overlay(
    project: Layout, tmp_path: Path
) -> None:
    document = json.loads(project.captured("v3").read_text())
    changes.query(document)
    (tmp_path / "v3.json").write_text(json.dumps(document))
    captured = recapture(project, "v3", str(tmp_path / "v3.json"))
    assert captured.entry["source"] == source_of(project, "v3")
    result = review_recapture(project, "v3", captured, date(2030, 1, 1))
    assert [each.finding.rule for each in result.findings] == ["parameter-added-optional"]
    assert result.overlay is not None
    assert result.overlay.is_settled


def test_a_url_is_recorded_only_on_request(project: Layout, serve: Serve) -> None:
    url = serve({"/a.json": (200, project.captured("v3").read_bytes(), None)}) + "/a.json"
    assert recapture(project, "v3", url).entry["source"] == source_of(project, "v3")
    assert recapture(project, "v3", url, is_recorded=True).entry["source"] == url


def test_a_recorded_mapping_is_followed_again(project: Layout, docs: Path) -> None:
    path = project.captured("lock")
    lock = json.loads(path.read_text())
    lock["v3"]["map"] = {"../common/c.json": "c.json"}
    path.write_text(json.dumps(lock))
    (docs / "common/c.json").rename(docs / "apps/c.json")
    captured = recapture(project, "v3", str(docs / "apps/a.json"))
    assert captured.entry["map"] == {"../common/c.json": "c.json"}


def test_a_version_that_was_never_captured_cannot_be_captured_again(project: Layout) -> None:
    with pytest.raises(
        CannotRunError, match="no source is recorded for v9: run make capture first"
    ):
        recapture(project, "v9")
    with pytest.raises(CannotRunError, match=r"v9 is not captured \(2021-07-28, v3 is\)"):
        starts(project, "v9", [])


@pytest.mark.parametrize(
    ("version", "given", "expected"),
    [
        (None, [], dict.fromkeys(BOTH)),
        ("v3", [], {"v3": None}),
        (None, ["a.json"], {DEFAULT_VERSION: "a.json"}),
        ("v3", ["a.json"], {"v3": "a.json"}),
        (None, ["v3=b.json"], {"v3": "b.json"}),
        (None, ["v3=b.json", "2021-07-28=a.json"], {"v3": "b.json", "2021-07-28": "a.json"}),
        (None, ["https://h.example/a?b=c"], {DEFAULT_VERSION: "https://h.example/a?b=c"}),
    ],
)
def test_the_documents_to_read_are_selected(
    project: Layout, version: str | None, given: list[str], expected: dict[str, str | None]
) -> None:
    assert starts(project, version, given) == expected


def test_a_folder_has_documents_by_version_or_like_the_published_repository(
    project: Layout, tmp_path: Path
) -> None:
    folder = tmp_path / "published"
    (folder / "apps" / "v3").mkdir(parents=True)
    with pytest.raises(CannotRunError, match=r"published has no document of 2021-07-28, v3"):
        starts(project, None, [str(folder)])
    by_path = folder / "apps" / "v3" / "associations-v3.json"
    by_path.touch()
    assert starts(project, None, [str(folder)]) == {"v3": str(by_path)}
    by_version = folder / "2021-07-28.json"
    by_version.touch()
    assert starts(project, None, [str(folder)]) == {
        "2021-07-28": str(by_version),
        "v3": str(by_path),
    }
    assert starts(project, "v3", [str(folder)]) == {"v3": str(by_path)}


def test_a_source_without_the_version_that_is_asked_for_says_which_it_has(
    project: Layout, tmp_path: Path
) -> None:
    (tmp_path / "2021-07-28.json").touch()
    for given in (str(tmp_path), "2021-07-28=a.json"):
        with pytest.raises(CannotRunError) as caught:
            starts(project, "v3", [given])
        assert str(caught.value) == (
            f"{given} has no document of v3, but of 2021-07-28: leave --version out, or name the "
            "document: --source v3=PLACE"
        )


def test_a_document_that_is_not_recorded_is_not_passed_over(project: Layout) -> None:
    lock = project.captured("lock")
    entries = json.loads(lock.read_text())
    lock.write_text(json.dumps({"2021-07-28": entries["2021-07-28"]}))
    with pytest.raises(CannotRunError, match=r"v3 is not captured \(2021-07-28 is\)"):
        starts(project, "v3", [])
    assert starts(project, None, []) == dict.fromkeys(BOTH)  # so that recapture says it
    project.captured("v3").unlink()
    lock.write_text(json.dumps(entries))
    with pytest.raises(CannotRunError, match=r"v3 is not captured \(2021-07-28 is\)"):
        starts(project, "v3", [])


@pytest.mark.parametrize(
    ("version", "headers", "is_refused"),
    [
        ("v3", [["2021-07-28"]], True),
        ("2021-07-28", [["v3"], ["v3"]], True),
        ("v3", [["v3"]], False),
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
        {
            "name": "Version",
            "in": "header",
            "schema": {"type": "string", **({"enum": e} if e else {})},
        }
        for e in headers
    ]
    item = {"get": {"parameters": [{"name": "a", "in": "query"}, *parameters]}}
    captured = Captured(json.dumps({"paths": {"/a": item}}).encode(), {}, "a.json")
    said = (
        rf"\Aa.json is the document of (v3|2021-07-28), not of {version}: name another, or say so"
    )
    with pytest.raises(CannotRunError, match=said) if is_refused else nullcontext():
        require_document_of(version, captured, BOTH)
