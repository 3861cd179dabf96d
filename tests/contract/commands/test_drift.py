"""scripts.drift reports what HighLevel changed, and writes nothing."""

import json
from pathlib import Path
from typing import Any

import pytest

from scripts.contract.errors import CannotRunError
from scripts.contract.generate import DEFAULT_VERSION, Layout
from scripts.drift import main
from tests.contract.recording import Recorded


def published(project: Layout, folder: Path, **more: Any) -> str:
    """Publish the captured document with more fields."""
    document = json.loads(project.captured(DEFAULT_VERSION).read_text())
    path = folder / "published.json"
    path.write_text(json.dumps({**document, **more}))
    return str(path)


def test_without_drift_the_output_is_one_line(
    project: Layout, tmp_path: Path, capsysbinary: Any
) -> None:
    assert main(["--source", published(project, tmp_path), "--format", "markdown"]) == 0
    assert capsysbinary.readouterr().out == b""


def test_drift_is_reported_and_nothing_is_written(
    project: Layout, tmp_path: Path, capsysbinary: Any
) -> None:
    source = published(project, tmp_path, tags=[{"name": "New"}])
    before = {path: path.read_bytes() for path in project.root.rglob("*") if path.is_file()}
    assert main(["--source", source]) == 1
    assert b"tag New" in capsysbinary.readouterr().out
    after = {path: path.read_bytes() for path in project.root.rglob("*") if path.is_file()}
    assert after == before


def test_the_report_names_the_source_that_was_read(
    project: Layout, tmp_path: Path, capsysbinary: Any
) -> None:
    source = published(project, tmp_path, tags=[{"name": "New"}])
    main(["--source", source])
    said = capsysbinary.readouterr().out.decode()
    assert said.startswith(
        f"{project.captured(DEFAULT_VERSION)} → {source}\n".replace(f"{project.root}/", "")
    )
    assert "https://" not in said


def test_a_source_belongs_to_the_named_version(
    project: Layout, tmp_path: Path, capsysbinary: Any
) -> None:
    source = published(project, tmp_path, tags=[{"name": "New"}])
    assert main(["--source", source, "--version", "v3"]) == 1
    assert capsysbinary.readouterr().out.startswith(b"openapi/captured/v3.json \xe2\x86\x92 ")


NEW = {"tags": [{"name": "New"}]}


def test_all_captured_versions_are_compared(recorded: Recorded, capsysbinary: Any) -> None:
    base = recorded(dated=NEW, v3=NEW)
    assert main([]) == 1
    said = capsysbinary.readouterr().out.decode()
    assert said.count("verdict: ") == 2
    assert f"→ {base}/2021-07-28.json" in said
    assert f"→ {base}/v3.json" in said
    assert main(["--version", "v3"]) == 1
    assert capsysbinary.readouterr().out.count(b"verdict: ") == 1


@pytest.mark.parametrize(("change", "code"), [({"v3": NEW}, 1), ({"v3": None}, 1), ({}, 0)])
def test_drift_of_one_version_is_a_finding(
    recorded: Recorded, change: dict[str, Any], code: int
) -> None:
    recorded(**change)
    assert main(["--output", "report"]) == code


@pytest.mark.parametrize(
    ("form", "line"),
    [
        ("text", "the document of v3 is gone: cannot read {}/v3.json: the server answered 404"),
        ("markdown", "## The document of v3 is gone"),
        ("github", "::error title=gone::cannot read {}/v3.json: the server answered 404"),
    ],
)
def test_a_missing_document_is_drift_and_the_others_are_compared(
    recorded: Recorded, capsysbinary: Any, form: str, line: str
) -> None:
    base = recorded(dated=NEW, v3=None)
    assert main(["--format", form]) == 1
    said = capsysbinary.readouterr().out.decode()
    assert "tag New" in said
    assert any(each.startswith(line.format(base)) for each in said.splitlines())
    assert "make capture VERSION=v3 FROM=..." in said


def test_without_drift_no_version_is_reported(recorded: Recorded, capsysbinary: Any) -> None:
    recorded()
    assert main(["--format", "markdown"]) == 0
    assert capsysbinary.readouterr().out == b""


def test_a_format_for_one_report_needs_one_version(recorded: Recorded) -> None:
    recorded()
    with pytest.raises(
        CannotRunError, match="--format json reports on one document: name it with --version"
    ):
        main(["--format", "json"])
    assert main(["--format", "json", "--version", "v3", "--output", "report"]) == 0
    assert json.loads(Path("report").read_text())["findings"] == []


def test_without_captured_documents_there_is_nothing_to_compare(empty_project: Path) -> None:
    with pytest.raises(CannotRunError, match="no document is captured: run make capture first"):
        main([])


def test_a_source_that_cannot_be_read_is_an_error(project: Layout, tmp_path: Path) -> None:
    with pytest.raises(CannotRunError, match="cannot read"):
        main(["--source", str(tmp_path / "missing.json")])
