"""Recordings of given exchanges, and what a review of them finds."""

from datetime import date
from pathlib import Path
from typing import Any

from facade.observe import Recorder
from scripts.diff.load import load
from scripts.diff.results import Review
from scripts.evidence.recording import Shape
from tests.diff.documents import Json
from tests.diff.reviewing import ROOT
from tests.facade.responding import received

CONTRACT = load(str(ROOT / "openapi/associations.json"))
WITNESSES = ROOT / "openapi/witnesses"
ONE: Json = {"id": "a", "key": "k", "firstObjectLabel": "x", "traceId": "t"}
RELATION: Json = {"id": "r", "firstRecordId": "a", "secondRecordId": "b"}
GET, LIST = "GET /associations/one", "GET /associations/"

Exchanges = list[tuple[str, int, Any]]
"""Operation, status and body of each."""


def record(exchanges: Exchanges, path: Path, day: str = "2026-11-24") -> Path:
    recorder = Recorder(1, today=lambda: date.fromisoformat(day))
    for operation, status, body in exchanges:
        method, place = operation.split(" ")
        recorder(received(body, place, method=method, version="v3", status=status))
    assert recorder.failures == 0
    recorder.save(str(path))
    return path


def shape_of(*values: Any) -> Shape:
    total = Shape()
    for value in values:
        recorder = Recorder(1)
        recorder(received(value))
        total.add(Shape.read(recorder.lines()[0]["body"]))
    return total


def findings(compared: Review) -> list[str]:
    """Return rule and subject of each finding; of a wire fact, its name and the answer."""
    return sorted(_finding(each.finding) for each in compared.findings)


def _finding(finding: Any) -> str:
    if finding.pointer.startswith("/x-wire"):
        return f"{finding.pointer.split('/')[2]}: {finding.after}"
    return f"{finding.rule}: {finding.message.split(' ')[0]}"
