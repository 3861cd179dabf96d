"""The report for programs, as findings.schema.json describes it."""

import json
from typing import Any

from scripts.diff.results import Review
from scripts.diff.reviewed import ReviewedFinding


def render(review: Review) -> str:
    """Write a review as JSON."""
    written = {
        "findings": [_finding(each) for each in review.findings],
        "unaffected": [
            {"severity": "none"} | _members(each, "kind", "pointer", "before", "after")
            for each in review.unaffected
        ],
        "problems": [each._asdict() for each in review.problems],
        "stale": review.stale,
        "proposals": review.proposals,
        "verdict": review.conclusion,
        "next_version": review.next_version,
        **review.data(),
    }
    if review.notes:
        written["policies"] = [note.text for note in review.notes]
    return json.dumps(written, indent=2, ensure_ascii=False) + "\n"


def _finding(reviewed: ReviewedFinding) -> dict[str, Any]:
    finding = reviewed.finding
    values = "message", "operations", "pointer", "before", "after"
    return {
        **_members(finding, "rule", "wire", "sdk", *values),
        "old": reviewed.old._asdict(),
        "new": reviewed.new._asdict(),
        "places": [each._asdict() for each in finding.places],
        **_members(finding, "fingerprint", "directions", "reason"),
        **reviewed.data(),
        "accepted": reviewed.accepted,
        **({"policy": reviewed.policy} if reviewed.policy else {}),
    }


def _members(given: Any, *names: str) -> dict[str, Any]:
    return {name: getattr(given, name) for name in names}
