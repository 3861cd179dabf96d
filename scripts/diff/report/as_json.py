"""The report for programs, as findings.schema.json describes it."""

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from scripts.diff.report.words import policy_lines
from scripts.diff.review import Review
from scripts.diff.reviewed import ReviewedFinding

if TYPE_CHECKING:
    from scripts.contract.overlay_status import OverlayStatus


def render(review: Review) -> str:
    """Write a review as JSON."""
    return json.dumps(as_data(review), indent=2, ensure_ascii=False) + "\n"


def as_data(review: Review) -> dict[str, Any]:
    """Return a review as plain data."""
    written = {
        "findings": [_finding(each) for each in review.findings],
        "problems": [each._asdict() for each in review.problems],
        "stale": review.stale,
        "overlay": _overlay(review.overlay) if review.overlay else None,
        "proposals": review.proposals,
        "verdict": review.conclusion,
        "next_version": review.next_version,
    }
    return {**written, "policies": policy_lines(review)} if review.notes else written


def _finding(reviewed: ReviewedFinding) -> dict[str, Any]:
    finding = reviewed.finding
    written = {
        "rule": finding.rule,
        "wire": finding.wire,
        "sdk": finding.sdk,
        "message": finding.message,
        "operations": finding.operations,
        "pointer": finding.pointer,
        "before": finding.before,
        "after": finding.after,
        "old": reviewed.old._asdict(),
        "new": reviewed.new._asdict(),
        "places": [{"old": place.old, "new": place.new} for place in finding.places],
        "fingerprint": finding.fingerprint,
        "facade": [{"name": each.name, "shielded": each.shielded} for each in reviewed.affected],
        "apps": [
            {"file": use.file, "line": use.line, "uses": use.name, "sure": use.confidence}
            for use in reviewed.uses
        ],
        "accepted": reviewed.accepted,
    }
    return {**written, "policy": reviewed.policy} if reviewed.policy else written


def _overlay(status: "OverlayStatus") -> dict[str, Any]:
    return {
        "actions": [asdict(each) for each in status.actions],
        "hides": [each.fingerprint for each in status.hides],
        "causes": [{"rule": each.rule, "message": each.message} for each in status.causes],
    }
