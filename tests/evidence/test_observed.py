"""A recording is compared with our contract, or with an earlier recording."""

from pathlib import Path

import pytest

from scripts.contract.diff.load import load
from scripts.evidence.observed import compare_days, compare_observed
from tests.contract.diff.reviewing import ROOT
from tests.evidence.recordings import GET, LIST, ONE, RELATION, Exchanges, findings, record

CONTRACT = load(str(ROOT / "openapi/associations.json"))
NOT_FOUND = {"statusCode": 404, "message": "no", "error": "Not Found", "traceId": "t"}

NOTHING: list[Exchanges] = [
    [(GET, 200, ONE), (GET, 200, {"association": ONE}), (GET, 200, {"id": "b"})],
    [(LIST, 200, {"associations": [ONE, ONE], "total": 2})],
    [(GET, 404, NOT_FOUND)],
    [(GET, 422, {"statusCode": 422, "message": ["no"]}), (GET, 422, {"message": "no"})],
    [("GET /associations/relations/a", 200, {"relations": [{**RELATION, "primary": True}]})],
    [("GET /associations", 404, {"message": "no"})],
]


@pytest.mark.parametrize("exchanges", NOTHING)
def test_a_matching_exchange_is_not_reported(exchanges: Exchanges, tmp_path: Path) -> None:
    compared = compare_observed(CONTRACT, [record(exchanges, tmp_path / "a.jsonl")])
    assert (compared.findings, compared.proposals, compared.problems) == ((), (), ())


def test_a_note_is_a_problem_and_not_a_finding(tmp_path: Path) -> None:
    exchanges: Exchanges = [(GET, 200, {**ONE, "6a44f1c09b3e7d21": 1})]
    compared = compare_observed(CONTRACT, [record(exchanges, tmp_path / "a.jsonl")])
    assert compared.findings == ()
    assert [each.message for each in compared.problems] == [
        "GET /associations/{associationId} answered 200 with names that may be data"
    ]


REQUIRED = "property-became-required: response"
OUTAGE = (GET, 502, b"<html>")  # is not compared
ALWAYS: Exchanges = [(GET, 200, ONE), OUTAGE]
SOMETIMES: Exchanges = [(GET, 200, ONE), (GET, 200, {"id": "a", "firstObjectLabel": "x"}), OUTAGE]
EMPTY: Exchanges = [(LIST, 200, {"associations": []})]
LISTED: Exchanges = [(LIST, 200, {"associations": [ONE, {"id": "a"}]})]


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (
            [*ALWAYS, (LIST, 200, {"associations": []})],
            [(GET, 200, {"id": 1, "key": "k", "traceId": "t"})],
            ["property-removed: response", "type-changed: response"],
        ),
        (ALWAYS, ALWAYS, []),
        (EMPTY, EMPTY, []),
        (ALWAYS, SOMETIMES, ["property-became-optional: response"] * 2),
        (SOMETIMES, ALWAYS, ["property-became-required: response"] * 2),
        (
            LISTED,
            [(LIST, 200, {"associations": [ONE]})],
            ["property-became-required: response"] * 3,
        ),
    ],
)
def test_two_days_are_compared_in_the_responses_that_both_contain(
    before: Exchanges, after: Exchanges, expected: list[str], tmp_path: Path
) -> None:
    monday, tuesday = record(before, tmp_path / "monday"), record(after, tmp_path / "tuesday")
    assert findings(compare_days(CONTRACT, [monday], [tuesday])) == expected
