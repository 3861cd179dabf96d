"""The report as SARIF 2.1.0, for code scanning."""

import json
from typing import Any

from scripts.contract.diff.review import Review, ReviewedFinding
from scripts.contract.diff.rules import rules
from scripts.contract.openapi.lines import Location

_LEVELS = {"breaking": "error", "risky": "warning", "safe": "note"}
_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def render(review: Review) -> str:
    """Write a review as SARIF."""
    used = list(dict.fromkeys(each.finding.rule for each in review.findings))
    driver = {
        "name": "contract-diff",
        "rules": [
            {
                "id": name,
                "shortDescription": {"text": rules()[name].sentence},
                "help": {"text": f"For example: {rules()[name].example}"},
            }
            for name in used
        ],
    }
    run = {
        "tool": {"driver": driver},
        "results": [_result(each, review, used) for each in review.findings],
        "columnKind": "unicodeCodePoints",
    }
    whole = {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}
    return json.dumps(whole, indent=2, ensure_ascii=False) + "\n"


def _result(reviewed: ReviewedFinding, review: Review, used: list[str]) -> dict[str, Any]:
    finding = reviewed.finding
    result: dict[str, Any] = {
        "ruleId": finding.rule,
        "ruleIndex": used.index(finding.rule),
        "level": _LEVELS[reviewed.severity(review.lens)],
        "message": {"text": f"{finding.message} (wire {finding.wire}, sdk {finding.sdk})"},
        "locations": [_location(review.new, reviewed.new)],
        "relatedLocations": [{"id": 1, **_location(review.old, reviewed.old)}],
        "partialFingerprints": {"contractDiff/v1": finding.fingerprint},
    }
    if reviewed.accepted is not None:
        result["suppressions"] = [{"kind": "external", "justification": reviewed.accepted}]
    return result


def _location(document: str, location: Location) -> dict[str, Any]:
    region = {"startLine": location.line, "startColumn": location.column}
    return {"physicalLocation": {"artifactLocation": {"uri": _uri(document)}, "region": region}}


def _uri(name: str) -> str:
    from urllib.parse import quote

    return quote(name.replace("\\", "/"), safe="/:@#%?=&~+")
