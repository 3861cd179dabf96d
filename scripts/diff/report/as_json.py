"""The report for programs, as findings.schema.json describes it."""

import json
from typing import Any

from scripts.diff.results import Review, ReviewedFinding


def render(review: Review) -> str:
    """Write a review as JSON."""
    written = {
        "findings": [_finding(each) for each in review.findings],
        "unaffected": [
            {
                "severity": "none",
                "kind": each.kind,
                "pointer": each.pointer,
                "before": each.before,
                "after": each.after,
            }
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
    names = ("rule", "wire", "sdk", "message", "operations", "pointer", "before", "after")
    return {
        **{name: getattr(finding, name) for name in names},
        "old": reviewed.old._asdict(),
        "new": reviewed.new._asdict(),
        "places": [each._asdict() for each in finding.places],
        "fingerprint": finding.fingerprint,
        **reviewed.data(),
        "accepted": reviewed.accepted,
        **({"policy": reviewed.policy} if reviewed.policy else {}),
    }
