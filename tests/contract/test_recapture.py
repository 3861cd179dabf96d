"""A captured document read again from its recorded source."""

import json
from datetime import date
from pathlib import Path

import pytest

from scripts.contract.errors import CannotRunError
from scripts.contract.generate import DEFAULT_VERSION, Layout
from scripts.contract.recapture import recapture, review_recapture

TODAY = date(2030, 1, 1)


def published(project: Layout, folder: Path) -> Path:
    """Publish what is captured with one more parameter."""
    document = json.loads(project.captured(DEFAULT_VERSION).read_text())
    operation = document["paths"]["/associations/{associationId}"]["get"]
    operation["parameters"].append({"name": "a", "in": "query", "schema": {"type": "string"}})
    path = folder / "published.json"
    path.write_text(json.dumps(document))
    return path


def test_what_is_published_now_is_reviewed_with_the_overlay(
    project: Layout, tmp_path: Path
) -> None:
    captured = recapture(project, DEFAULT_VERSION, str(published(project, tmp_path)))
    result = review_recapture(project, DEFAULT_VERSION, captured, TODAY)
    assert [each.finding.rule for each in result.findings] == ["parameter-added-optional"]
    assert result.overlay is not None
    assert result.overlay.is_settled
    assert result.new == captured.entry["source"]


def test_the_recorded_source_stays_where_a_copy_is_read(project: Layout, tmp_path: Path) -> None:
    lock = json.loads((project.root / "openapi/captured/lock.json").read_text())
    captured = recapture(project, DEFAULT_VERSION, str(published(project, tmp_path)))
    assert captured.entry["source"] == lock[DEFAULT_VERSION]["source"]


def test_a_version_that_was_never_captured_cannot_be_captured_again(project: Layout) -> None:
    with pytest.raises(CannotRunError, match="nothing is recorded for v9"):
        recapture(project, "v9")
