"""Reviews to report: ordinary ones, and ones of hostile documents."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from scripts.contract.impact.apps import AppUse
from scripts.contract.impact.verdict import Affected, Verdict
from scripts.contract.notices import ActionStatus, OverlayStatus
from scripts.contract.review import ContractReview, completed
from scripts.diff.results import PolicyNote, Review
from tests.diff.documents import document, holding, operation, responding
from tests.diff.reviewing import compared

HOSTILE = [
    "<script>alert(1)</script>\" onclick='alert(1)' b=",
    "`` ` **x** [y](javascript:z)\n# heading\n```\n- item",
    "a\n::error::forged %0A::warning::forged",
    "\x1b[31mred \u202e\u200b\x85\u2028\ufeff\U000e0041 hidden, \ud800 half of a character",
]
hostile = pytest.mark.parametrize("text", HOSTILE)
DEPRECATED = compared(operation(), operation(deprecated=True))
MIXED = compared(
    document({f"/{name}": {"get": {"operationId": name}} for name in "ab"}),
    document({"/a": {"get": {"operationId": "a", "deprecated": True}}}),
)
ACTION: dict[str, object] = {"target": "$", "description": "", "x-evidence": "", "x-expect": 1}


def saying(text: str) -> Review:
    """Return a review of documents that contain this text in every possible place."""
    new = responding(holding({"enum": [text]}), tags=[{"name": text}], **{text: text})
    new["paths"][f"/{text}"] = {"get": {"operationId": text, "summary": text}}
    action = {**ACTION, "description": text, "x-evidence": text, "update": {text: text}}
    return replace(compared(responding(holding({"enum": ["a"]})), new), proposals=(action,))


def complete() -> ContractReview:
    given = completed(compared(operation(operationId="a"), operation(operationId="b")))
    (found,) = given.findings
    reviewed = replace(
        found,
        accepted="unused",
        policy="severity changed",
        affected=(Affected("pets.get", True, "facade/pets.py"),),
        uses=(AppUse("app.py", 3, "pets.get", "likely"),),
    )
    action = ActionStatus("overlay action 1", "moved", "there is nothing")
    return replace(
        given,
        findings=(reviewed,),
        stale=("an entry",),
        overlay=OverlayStatus((action,), (found.finding,), (found.finding,)),
        proposals=(ACTION,),
        verdict=Verdict.APPS_BREAK,
        verdict_places=("app.py:3",),
        next_version="0.2.0",
        notes=(PolicyNote("a policy", True),),
    )


def changed(*changes: Mapping[str, Any], given: Review = DEPRECATED) -> Review:
    """Return a review of one finding for each of these changes of it."""
    (finding,) = given.findings
    findings = [replace(finding, finding=replace(finding.finding, **each)) for each in changes]
    return replace(given, findings=tuple(findings))
