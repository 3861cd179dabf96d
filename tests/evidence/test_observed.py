"""A recording is compared with our contract, or with an earlier recording."""

from pathlib import Path

import pytest

from scripts.evidence.mismatches import Checker
from scripts.evidence.observed import compare_days, compare_observed
from scripts.evidence.recording import read
from scripts.openapi.documents import parse
from tests.evidence.recordings import (
    CONTRACT,
    GET,
    LIST,
    ONE,
    RELATION,
    WITNESSES,
    Exchanges,
    findings,
    record,
)

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


def test_the_contract_declares_every_default_response_of_the_sandbox() -> None:
    shown = {path: parse(path.read_bytes(), path.name) for path in WITNESSES.glob("*.yaml")}
    paths = [
        path
        for path, witness in shown.items()
        if "sandbox" not in witness
        and any({"body", "text"} & each.keys() for each in witness.get("exchanges", ()))
        and not path.name.startswith("o")  # the contract does not contain OAuth
    ]
    assert findings(compare_observed(CONTRACT, paths)) == []


@pytest.mark.parametrize("payload", ["UnprocessablePayload", "ErrorPayload"])
def test_the_payload_of_an_error_matches_every_witness(payload: str) -> None:
    paths = [
        path
        for path in WITNESSES.glob("[!ov]*.yaml")  # of this API
        if any("body" in each for each in parse(path.read_bytes(), "").get("exchanges", ()))
    ]
    mismatches = Checker(CONTRACT.document).check(read(paths))
    place = f"/components/schemas/{payload}"
    assert [each.key for each in mismatches if each.node.pointer.startswith(place)] == []
