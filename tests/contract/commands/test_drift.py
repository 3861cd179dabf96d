"""scripts.drift reports what HighLevel changed, and writes nothing."""

import json
from pathlib import Path
from typing import Any

import pytest

from scripts.contract.generate import DEFAULT_VERSION, Layout
from scripts.drift import main
from scripts.errors import CannotRunError
from tests.contract.published import Recorded, state, write

NEW = {"tags": [{"name": "New"}]}


def test_drift_is_reported_with_the_place_that_was_read_and_nothing_is_written(
    project: Layout, tmp_path: Path, capsysbinary: Any
) -> None:
    document = json.loads(project.captured(DEFAULT_VERSION).read_text())
    source = write(tmp_path / "published.json", document | NEW)
    before = state(project.root)
    for version, options in (("2021-07-28", []), ("v3", ["--version", "v3"])):
        assert main(["--source", str(source), *options]) == 1
        said = capsysbinary.readouterr().out.decode()
        assert said.startswith(f"openapi/captured/{version}.json → {source}\n")
        assert "tag New" in said
        assert "https://" not in said
    assert state(project.root) == before
    with pytest.raises(CannotRunError, match="cannot read"):
        main(["--source", str(tmp_path / "missing.json")])


def test_all_captured_versions_are_compared(recorded: Recorded, capsysbinary: Any) -> None:
    base = recorded(dated=NEW, v3=None)
    assert main([]) == 1
    said = capsysbinary.readouterr().out.decode()
    assert f"→ {base}/2021-07-28.json" in said
    assert "\n\nthe document of v3 is gone" in said
    assert main(["--version", "2021-07-28", "--fail-on", "breaking"]) == 0
    assert b"v3" not in capsysbinary.readouterr().out


def test_without_drift_no_version_is_reported(recorded: Recorded, capsysbinary: Any) -> None:
    recorded()
    assert main(["--format", "markdown"]) == 0
    assert capsysbinary.readouterr().out == b""
    with pytest.raises(CannotRunError, match="--format json reports on one document: name it with"):
        main(["--format", "json"])
    assert main(["--format", "json", "--version", "v3", "--output", "report"]) == 0
    assert json.loads(Path("report").read_text())["findings"] == []


def test_without_captured_documents_there_is_nothing_to_compare(empty_project: Path) -> None:
    with pytest.raises(CannotRunError, match="no document is captured: run make capture first"):
        main([])
