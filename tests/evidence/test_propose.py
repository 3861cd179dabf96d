"""The proposed overlay actions describe and resolve a mismatch, and become part of the overlay."""

import shutil
from pathlib import Path
from typing import Any

import pytest

from scripts.contract.corrections import effects
from scripts.contract.generate import Layout, build_contract
from scripts.contract.notices import notices_of
from scripts.contract.overlay import overlay_of, read_actions
from scripts.errors import CannotRunError
from scripts.evidence import propose
from scripts.evidence.observed import compare_observed
from scripts.evidence.propose import apply_proposals
from scripts.openapi.documents import dump, parse
from tests.contract.small import applied
from tests.diff.reviewing import ROOT, contract
from tests.evidence.recordings import (
    CONTRACT,
    GET,
    LIST,
    ONE,
    RELATION,
    Exchanges,
    findings,
    record,
)

RELATIONS = "GET /associations/relations/a"
ITEM, PAGE = "AssociationPayload", "AssociationListPayload"
MOVED = "its former schema is one of the alternatives"
ENVELOPED = "AssociationEnvelope.association"
LACKS_LIST = f"became-optional: {PAGE}.associations"

ANSWER = (
    """{"fact": "token-type", "answer": "401 wrong 'kind' of token", "n": 1,"""
    """ "first": "2026-11-24", "last": "2026-11-24"}"""
)

VALUES = "PARTNER_DEFINED, SYSTEM_DEFINED, USER_DEFINED"
NULL_ENVELOPE = {"association": None, "updated": False}
ONE_MAY_BE = "GET /associations/{associationId} may be"
WRONG = "401 wrong 'kind' of token"

# By a name: exchanges, rule and subject of each finding, and the descriptions of the actions.
MISMATCHES: dict[str, tuple[Exchanges, list[str], list[str]]] = {
    "nothing": (
        [
            *((GET, 200, body) for body in (ONE, {"association": ONE}, {"id": "b"})),
            (LIST, 200, {"associations": [ONE, ONE], "total": 2}),
            (GET, 404, {"statusCode": 404, "message": "no", "error": "Not Found", "traceId": "t"}),
            *((GET, 422, {"statusCode": 422, "message": said}) for said in (["no"], "no")),
            (RELATIONS, 200, {"relations": [{**RELATION, "primary": True}]}),
            ("GET /associations", 404, {"message": "no"}),
        ],
        [],
        [],
    ),
    "a field that is published nowhere": (
        [(GET, 200, {**ONE, "syncState": {"on": True}})],
        [f"property-added-optional: {ITEM}.syncState"],
        [f"{ITEM} has syncState"],
    ),
    "a field that is not always there": (
        [(GET, 200, {"key": "k"}), (GET, 200, ONE)],
        [f"property-became-optional: {ITEM}.id"],
        [f"{ITEM} may lack id"],
    ),
    "a field of another type": (
        [(GET, 200, {**ONE, "id": 7})],
        [f"type-changed: {ITEM}.id"],
        [f"{ITEM}.id is returned as integer"],
    ),
    "a field of two types": (
        [(GET, 200, {**ONE, "id": 7}), (GET, 200, ONE)],
        [f"alternative-added: {ITEM}.id"],
        [f"{ITEM}.id is returned as integer", f"{ITEM}.id is returned as integer: {MOVED}"],
    ),
    "a field of two types, one of them in an envelope": (
        [(GET, 200, {"association": {**ONE, "id": 7}}), (GET, 200, ONE)],
        [f"alternative-added: {ITEM}.id"],
        [],
    ),
    "a field that is null": (
        [(GET, 200, {**ONE, "key": None}), (GET, 200, ONE)],
        [f"became-nullable: {ITEM}.key"],
        [f"{ITEM}.key may be null"],
    ),
    "an envelope that is null": (
        [(GET, 200, NULL_ENVELOPE)],
        [f"became-nullable: {ITEM}"],
        [f"{ENVELOPED} may be null", f"{ENVELOPED} may be null: {MOVED}"],
    ),
    "an envelope of another name": (
        [(LIST, 200, {"items": [ONE], "total": 1})],
        [f"property-{each}" for each in (f"added-optional: {PAGE}.items", LACKS_LIST)],
        [f"{PAGE} has items", f"{PAGE} may lack associations"],
    ),
    "a bare array": ([(LIST, 200, [ONE, ONE])], [f"alternative-added: {PAGE}"], []),
    "an error that is not declared": (
        [(GET, 409, {"statusCode": 409, "message": "no", "reason": "x"})],
        ["error-response-added: response"],
        [f"{ONE_MAY_BE} 409"],
    ),
    "a page of HTML": (
        [(GET, 200, b"<html>")],
        ["media-type-added: response"],
        [f"{ONE_MAY_BE} text/html".replace(" may", " 200 may")],
    ),
    "a value that is not known": (
        [(GET, 200, {**ONE, "associationType": "PARTNER_DEFINED"})],
        [f"values-of-associationType: {VALUES}"],
        [f"values-of-associationType: {VALUES}, not SYSTEM_DEFINED, USER_DEFINED"],
    ),
    "an answer in words": (
        [],
        [f"token-type: {WRONG}"],
        [f"token-type: {WRONG}, not 401 Token's user type mismatch!"],
    ),
    "several at once": (
        [(LIST, 200, {"associations": [{"key": 1, "colour": "x"}], "total": "1"})],
        [
            f"property-added-optional: {ITEM}.colour",
            f"property-became-optional: {ITEM}.id",
            f"type-changed: {PAGE}.total",
            f"type-changed: {ITEM}.key",
        ],
        [],
    ),
}


@pytest.mark.parametrize("name", MISMATCHES)
def test_a_mismatch_is_found_and_resolved_by_its_actions(name: str, tmp_path: Path) -> None:
    exchanges, expected, described = MISMATCHES[name]
    recording = record(exchanges, tmp_path / "a.jsonl")
    if name == "an answer in words":
        recording.write_text(ANSWER)
    compared = compare_observed(CONTRACT, [recording])
    assert findings(compared) == sorted(expected)
    assert compared.problems == ()
    actions = read_actions(overlay_of(compared.proposals)) if expected else []
    if described:
        assert [each.description for each in actions] == described
    corrected = applied(CONTRACT.document, actions)
    assert b'"required": []' not in dump(corrected)  # which is not allowed
    for step in effects(actions, CONTRACT.document):
        assert step.action.expect == len(step.places)
    # An action selects its places only while they lack the correction.
    assert [step.places for step in effects(actions, corrected)] == [[]] * len(actions)
    assert compare_observed(contract(corrected), [recording]).findings == ()


SHOWN = {
    "target": "$.components.schemas.AssociationPayload[?@.associationType && !@.syncState]",
    "description": "AssociationPayload has syncState",
    "x-evidence": "observed on the wire 2026-11-24: "
    "2 of 3 times in GET /associations/{associationId} under v3",
    "x-expect": 1,
}
INTEGER = {"type": "integer"}
LABELS = [
    (7, {"type": "integer", "example": 1}),
    (7.5, {"type": "number", "example": 1.5}),
    (False, {"type": "boolean", "example": True}),
]
WHY = "Returned by the API, and documented nowhere."


def answer(**schema: Any) -> dict[str, Any]:
    content = {"application/json": {"schema": schema}}
    return {"202": {"description": WHY, "content": content}}


@pytest.mark.parametrize(
    ("exchanges", "expected"),
    [
        (
            [(GET, 200, {**ONE, "syncState": 1})] * 2 + [(GET, 200, ONE)],
            {**SHOWN, "update": {"syncState": {"type": "integer", "description": WHY}}},
        ),
        *(
            ([(GET, 200, {**ONE, "firstObjectLabel": seen})], {"update": update})
            for seen, update in LABELS
        ),
        ([(GET, 202, ONE)], {"update": answer(**{"$ref": f"#/components/schemas/{ITEM}"})}),
        (
            [(GET, 202, {"other": 1})],
            {"update": answer(type="object", properties={"other": INTEGER})},
        ),
    ],
)
def test_an_action_names_its_place_its_reason_its_evidence_and_the_new_schema(
    exchanges: Exchanges, expected: dict[str, Any], tmp_path: Path
) -> None:
    (action,) = compare_observed(CONTRACT, [record(exchanges, tmp_path / "a.jsonl")]).proposals
    assert action.items() >= expected.items()


def test_a_mismatch_that_remains_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(propose, "_MOST", 0)
    recording = record([(GET, 200, {**ONE, "syncState": 1})], tmp_path / "a.jsonl")
    (problem,) = compare_observed(CONTRACT, [recording]).problems
    assert problem.message == f"field syncState remains at /components/schemas/{ITEM}"


FIELD = {
    **SHOWN,
    "x-evidence": "observed on the wire",
    "x-expect": 7,  # made right for every Version
    "update": {"syncState": {"type": "integer"}},
}
CORRECTION = {
    "target": "$['x-wire']['token-type'][?@ == '401 Token\\'s user type mismatch!']",
    "description": "token-type: 401 falsch: Schlüssel, not 401 Token's user type mismatch!",
    "x-evidence": "observed on the wire 2026-11-24: 1 of 1",
    "x-expect": 1,
    "update": "401 falsch: Schlüssel",
}


@pytest.fixture
def project(tmp_path: Path) -> Layout:
    shutil.copytree(ROOT / "openapi", tmp_path / "openapi")
    return Layout(tmp_path)


def test_actions_are_appended_and_resolve_what_they_were_proposed_for(project: Layout) -> None:
    before = project.overlay.read_text().replace("x-expect: 1\n", "x-expect: 99\n", 1)
    project.overlay.write_text(before)  # one that is there stays as it is
    assert apply_proposals([FIELD, CORRECTION], project.root) == 2
    written = project.overlay.read_text()
    assert written.startswith(f"{before.rstrip()}\n\n  - target: ")
    added = parse(written.encode(), "overlay")["actions"][-2:]
    assert added == [{**FIELD, "x-expect": 1}, CORRECTION]
    contract = parse(build_contract(project), "contract")
    assert "syncState" in contract["components"]["schemas"]["AssociationPayload"]["properties"]
    assert contract["x-wire"]["token-type"]["answer"] == "401 falsch: Schlüssel"
    assert len(notices_of(project)) == 1
    assert apply_proposals([FIELD], project.root) == 0  # it is there
    assert project.overlay.read_text() == written


@pytest.mark.parametrize(
    ("action", "end", "why"),
    [
        ({**FIELD, "update": {"a": {"type": "text"}}}, "", "is not a valid contract"),
        (FIELD, "\nx-more: 1\n", "add the proposed ones by hand"),
        ({**FIELD, "description": ""}, "", "description: '' does not match"),
    ],
)
def test_nothing_is_written_without_a_valid_contract(
    project: Layout, action: Any, end: str, why: str
) -> None:
    project.overlay.write_text(project.overlay.read_text() + end)
    before = project.overlay.read_bytes()
    with pytest.raises(CannotRunError, match=why):
        apply_proposals([action], project.root)
    assert project.overlay.read_bytes() == before
