"""The report for programs; findings.schema.json describes it."""

import json
from typing import Any

from scripts.contract.diff.review import Judged, Review
from scripts.contract.openapi.lines import Location


def render(review: Review) -> str:
    """Write a review as JSON."""
    return json.dumps(as_data(review), indent=2, ensure_ascii=False) + "\n"


def as_data(review: Review) -> dict[str, Any]:
    """Give a review as plain data."""
    return {
        "findings": [_finding(judged) for judged in review.findings],
        "problems": [
            {
                "document": each.document,
                "pointer": each.pointer,
                "message": each.message,
                "places": each.places,
            }
            for each in review.problems
        ],
        "stale": review.stale,
        "overlay": review.overlay.as_data() if review.overlay else None,
        "proposals": review.proposals,
        "verdict": review.verdict,
        "next_version": review.next_version,
    }


def _finding(judged: Judged) -> dict[str, Any]:
    finding = judged.finding
    return {
        "rule": finding.rule,
        "wire": finding.wire,
        "sdk": finding.sdk,
        "message": finding.message,
        "operations": finding.operations,
        "pointer": finding.pointer,
        "before": finding.before,
        "after": finding.after,
        "old": _location(judged.old),
        "new": _location(judged.new),
        "places": [{"old": place.old, "new": place.new} for place in finding.places],
        "fingerprint": finding.fingerprint,
        "facade": [each.as_data() for each in judged.facade],
        "apps": [each.as_data() for each in judged.apps],
        "accepted": judged.accepted,
    }


def _location(location: Location) -> dict[str, int]:
    return {"line": location.line, "column": location.column}
