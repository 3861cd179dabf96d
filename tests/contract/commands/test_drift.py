"""scripts.drift: what HighLevel has changed, and nothing is written."""

import json
from pathlib import Path
from typing import Any

import pytest

from scripts.contract.errors import CannotRunError
from scripts.contract.generate import DEFAULT_VERSION, Layout
from scripts.drift import main


def published(project: Layout, folder: Path, **more: Any) -> str:
    """Publish what is captured with more fields."""
    document = json.loads(project.captured(DEFAULT_VERSION).read_text())
    path = folder / "published.json"
    path.write_text(json.dumps({**document, **more}))
    return str(path)


def test_nothing_is_said_when_nothing_moved(
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


def test_a_source_that_cannot_be_read_cannot_run(project: Layout, tmp_path: Path) -> None:
    with pytest.raises(CannotRunError, match="cannot read"):
        main(["--source", str(tmp_path / "missing.json")])
