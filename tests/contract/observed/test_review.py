"""A recording is compared with our contract, and the proposed actions resolve the findings."""

from pathlib import Path

import pytest

from scripts.contract.corrections import effects
from scripts.contract.diff.load import load
from scripts.contract.diff.review import Review
from scripts.contract.observed.review import compare_days, compare_observed
from scripts.contract.overlay import apply, overlay_of, read_actions, require_reasons
from tests.contract.diff.reviewing import ROOT, contract
from tests.contract.observed.recordings import GET, LIST, ONE, RELATION, Exchanges, record

CONTRACT = load(str(ROOT / "openapi/associations.json"))


def findings(compared: Review) -> list[str]:
    """Return rule and subject of each finding."""
    found = (each.finding for each in compared.findings)
    return sorted(f"{each.rule}: {_subject(each.message)}" for each in found)


def _subject(message: str) -> str:
    return message.split('"')[1] if message.startswith('"') else message.split(" ")[0]


NOTHING: list[Exchanges] = [
    [(GET, 200, ONE), (GET, 200, {"association": ONE}), (GET, 200, {"id": "b"})],
    [(LIST, 200, {"associations": [ONE, ONE], "total": 2})],
    [(GET, 404, {"statusCode": 404, "message": "no", "error": "Not Found", "traceId": "t"})],
    [(GET, 422, {"statusCode": 422, "message": ["no"]}), (GET, 422, {"message": "no"})],
    [("GET /associations/relations/a", 200, {"relations": [{**RELATION, "primary": True}]})],
    [("GET /associations", 404, {"message": "no"})],
]

RELATIONS = "GET /associations/relations/a"
MISMATCHES: dict[str, tuple[Exchanges, list[str]]] = {
    "a field that is published nowhere": (
        [(GET, 200, {**ONE, "syncState": {"on": True}})],
        ["property-added-optional: AssociationPayload.syncState"],
    ),
    "a field of an item": (
        [(RELATIONS, 200, {"relations": [{**RELATION, "note": "n"}]})],
        ["property-added-optional: RelationPayload.note"],
    ),
    "a field of another type": (
        [(GET, 200, {**ONE, "id": 7})],
        ["type-changed: AssociationPayload.id"],
    ),
    "a field of two types": (
        [(GET, 200, {**ONE, "id": 7}), (GET, 200, ONE)],
        ["alternative-added: AssociationPayload.id"],
    ),
    "a field that is null": (
        [(GET, 200, {**ONE, "key": None}), (GET, 200, ONE)],
        ["became-nullable: AssociationPayload.key"],
    ),
    "an envelope that is null": (
        [(GET, 200, {"association": None, "updated": False})],
        ["became-nullable: AssociationPayload"],
    ),
    "an envelope of another name": (
        [(LIST, 200, {"items": [ONE], "total": 1})],
        [
            "property-added-optional: AssociationListPayload.items",
            "property-became-optional: AssociationListPayload.associations",
        ],
    ),
    "a bare array in place of a page": (
        [(LIST, 200, [ONE, ONE])],
        ["alternative-added: AssociationListPayload"],
    ),
    "one item in place of a page": (
        [(LIST, 200, {**ONE, "associationType": "USER_DEFINED"})],
        ["alternative-added: AssociationListPayload"],
    ),
    "an error that is not declared": (
        [(GET, 409, {"statusCode": 409, "message": "no", "reason": "x"})],
        ["error-response-added: response"],
    ),
    "a success that is not declared": ([(GET, 202, ONE)], ["success-response-added: response"]),
    "a page of HTML": ([(GET, 200, b"<html>")], ["media-type-added: response"]),
    "a value that is not known": (
        [(GET, 200, {**ONE, "associationType": "PARTNER_DEFINED"})],
        ["wire-fact-changed: Which values has associationType?"],
    ),
    "several at once": (
        [(LIST, 200, {"associations": [{"key": 1, "colour": "x"}], "total": "1"})],
        [
            "property-added-optional: AssociationPayload.colour",
            "property-became-optional: AssociationPayload.id",
            "type-changed: AssociationListPayload.total",
            "type-changed: AssociationPayload.key",
        ],
    ),
}


@pytest.mark.parametrize("exchanges", NOTHING)
def test_a_matching_exchange_is_not_reported(exchanges: Exchanges, tmp_path: Path) -> None:
    compared = compare_observed(CONTRACT, [record(exchanges, tmp_path / "a.jsonl")])
    assert (compared.findings, compared.proposals, compared.problems) == ((), (), ())


@pytest.mark.parametrize("name", MISMATCHES)
def test_a_mismatch_is_found_and_resolved_by_the_proposed_actions(
    name: str, tmp_path: Path
) -> None:
    exchanges, expected = MISMATCHES[name]
    recording = record(exchanges, tmp_path / "a.jsonl")
    compared = compare_observed(CONTRACT, [recording])
    assert findings(compared) == expected
    actions = read_actions(overlay_of(compared.proposals))
    require_reasons(actions)
    corrected = apply(CONTRACT.document, actions)
    assert all("observed on the wire 2026-11-24" in each.evidence for each in actions)
    for step in effects(actions, CONTRACT.document):
        assert step.action.expect == len(step.places)
    # An action selects its places only while they lack the correction.
    assert [step.places for step in effects(actions, corrected)] == [[]] * len(actions)
    assert compare_observed(contract(corrected), [recording]).findings == ()


def test_a_note_is_a_problem_and_not_a_finding(tmp_path: Path) -> None:
    exchanges: Exchanges = [(GET, 200, {**ONE, "6a44f1c09b3e7d21": 1})]
    compared = compare_observed(CONTRACT, [record(exchanges, tmp_path / "a.jsonl")])
    assert compared.findings == ()
    assert [each.message for each in compared.problems] == [
        "GET /associations/{associationId} answered 200 with names that may be data"
    ]


def test_two_days_are_compared_in_the_responses_that_both_contain(tmp_path: Path) -> None:
    monday = record([(GET, 200, ONE), (LIST, 200, {"associations": []})], tmp_path / "monday")
    tuesday = record([(GET, 200, {"id": 1, "key": "k", "traceId": "t"})], tmp_path / "tuesday")
    assert findings(compare_days(CONTRACT, [monday], [tuesday])) == [
        "property-removed: response",
        "type-changed: response",
    ]
    assert compare_days(CONTRACT, [monday], [monday]).findings == ()


def test_a_field_that_is_always_present_is_required_and_html_is_not_compared(
    tmp_path: Path,
) -> None:
    outage = (GET, 502, b"<html>")
    always = record([(GET, 200, ONE), outage], tmp_path / "always")
    once = [(GET, 200, ONE), (GET, 200, {"id": "a", "firstObjectLabel": "x"}), outage]
    sometimes = record(once, tmp_path / "sometimes")
    assert findings(compare_days(CONTRACT, [always], [sometimes])) == [
        "property-became-optional: response",
        "property-became-optional: response",
    ]
    assert findings(compare_days(CONTRACT, [sometimes], [always])) == [
        "property-became-required: response",
        "property-became-required: response",
    ]
