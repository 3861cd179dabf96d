"""The report as SARIF 2.1.0, for code scanning."""

import json
from typing import Any

from scripts.contract.diff.review import Judged, Review, severity
from scripts.contract.diff.rules import rules

_LEVELS = {"breaking": "error", "risky": "warning", "safe": "note"}
_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def render(review: Review) -> str:
    """Write a review as SARIF."""
    used = list(dict.fromkeys(judged.finding.rule for judged in review.findings))
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
        "results": [_result(judged, review, used) for judged in review.findings],
        "columnKind": "unicodeCodePoints",
    }
    whole = {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}
    return json.dumps(whole, indent=2, ensure_ascii=False) + "\n"


def _result(judged: Judged, review: Review, used: list[str]) -> dict[str, Any]:
    finding = judged.finding
    result: dict[str, Any] = {
        "ruleId": finding.rule,
        "ruleIndex": used.index(finding.rule),
        "level": _LEVELS[severity(finding, review.lens)],
        "message": {"text": f"{finding.message} (wire {finding.wire}, sdk {finding.sdk})"},
        "locations": [_location(review.new, *judged.new)],
        "relatedLocations": [{"id": 1, **_location(review.old, *judged.old)}],
        "partialFingerprints": {"contractDiff/v1": finding.fingerprint},
    }
    if judged.accepted is not None:
        result["suppressions"] = [{"kind": "external", "justification": judged.accepted}]
    return result


def _location(name: str, line: int, column: int) -> dict[str, Any]:
    region = {"startLine": line, "startColumn": column}
    return {"physicalLocation": {"artifactLocation": {"uri": _uri(name)}, "region": region}}


def _uri(name: str) -> str:
    from urllib.parse import quote

    return quote(name.replace("\\", "/"), safe="/:@#%?=&~+")
