"""Reviews to report: ordinary ones, and ones of hostile documents."""

from dataclasses import replace

import pytest

from scripts.contract.diff.impact.apps import AppUse
from scripts.contract.diff.impact.verdict import Verdict
from scripts.contract.diff.overlay_status import ActionStatus, OverlayStatus
from scripts.contract.diff.policies.apply import PolicyNote
from scripts.contract.diff.review import Review
from scripts.contract.diff.reviewed import Affected
from tests.contract.diff.documents import document, holding, operation, requesting, responding
from tests.contract.diff.reviewing import compared

HOSTILE = [
    "<script>alert(1)</script>",
    'a" onclick="alert(1)" b=\'',
    "`` ` **x** [y](javascript:z)\n# heading\n```\n- item",
    "\x1b[31mred\x1b[0m \u202e reversed",
    "a\n::error::forged",
    "%0A::warning::forged",
    "\ud800 half of a character",
    "\u2066 hidden \u200b\x85\u2028\ufeff\U000e0041",
]
hostile = pytest.mark.parametrize("text", HOSTILE)


def saying(text: str) -> Review:
    """Return a review of documents that contain this text in every possible place."""
    new = responding(holding({"enum": [text]}), tags=[{"name": text}], **{text: text})
    new["paths"][f"/{text}"] = {"get": {"operationId": text, "summary": text}}
    action = {"target": "$", "description": text, "x-evidence": text, "x-expect": 1}
    return replace(
        compared(responding(holding({"enum": ["a"]})), new),
        proposals=({**action, "update": {text: text}},),
    )


def complete() -> Review:
    """Return a review with a value in every field."""
    given = compared(operation(operationId="a"), operation(operationId="b"))
    (finding,) = given.findings
    finding = replace(
        finding,
        accepted="unused",
        policy="severity changed",
        affected=(Affected("pets.get", True, "facade/pets.py"),),
        uses=(AppUse("app.py", 3, "pets.get", "likely"),),
    )
    return replace(
        given,
        findings=(finding,),
        stale=("an entry",),
        overlay=OverlayStatus(
            (ActionStatus("overlay action 1", "moved", "there is nothing"),),
            (finding.finding,),
            (finding.finding,),
        ),
        proposals=({"target": "$", "description": "", "x-evidence": "", "x-expect": 1},),
        verdict=Verdict.APPS_BREAK,
        verdict_places=("app.py:3",),
        next_version="0.2.0",
        notes=(PolicyNote("a policy", True),),
    )


_SCHEMES = {"components": {"securitySchemes": {"key": {"type": "apiKey"}}}}
EXAMPLES = [
    compared(document(), document()),
    compared(requesting(holding({})), requesting(holding({"type": "string"}))),
    compared(responding({"$ref": "#/nothing"}), responding({"$ref": ""})),
    compared({**operation(), **_SCHEMES}, {**operation(security=[{"key": []}]), **_SCHEMES}),
    saying("x"),
]
examples = pytest.mark.parametrize("given", EXAMPLES)
