"""A recording is compared with our contract, or with an earlier recording."""

from pathlib import Path

import pytest

from scripts.evidence.mismatches import Checker
from scripts.evidence.observed import compare_days, compare_observed
from scripts.evidence.recording import read
from scripts.openapi.documents import parse
from tests.diff.documents import Json
from tests.evidence.recordings import (
    CONTRACT,
    GET,
    LIST,
    ONE,
    WITNESSES,
    Exchanges,
    findings,
    record,
)

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


def test_what_is_observed_is_proposed_or_noted(tmp_path: Path) -> None:
    exchanges: Exchanges = [(GET, 200, {**ONE, "syncState": 1}), (GET, 200, b"")]
    review = compare_observed(CONTRACT, [record(exchanges, tmp_path / "a")])
    assert [each["description"] for each in review.proposals] == [
        "AssociationPayload has syncState"
    ]
    assert [each.message for each in review.problems] == [
        "GET /associations/{associationId} answered 200 without a body"
    ]


@pytest.fixture(scope="module")
def witnesses() -> dict[Path, Json]:
    """The witnesses of this API that show a response; the contract does not contain OAuth."""
    shown = {path: parse(path.read_bytes(), path.name) for path in WITNESSES.glob("[!ov]*.yaml")}
    return {
        path: witness
        for path, witness in shown.items()
        if any({"body", "text"} & each.keys() for each in witness.get("exchanges", ()))
    }


def test_the_contract_declares_every_default_response_of_the_sandbox(
    witnesses: dict[Path, Json],
) -> None:
    paths = [path for path, witness in witnesses.items() if "sandbox" not in witness]
    assert findings(compare_observed(CONTRACT, paths)) == []


def test_the_payloads_of_errors_match_every_witness(witnesses: dict[Path, Json]) -> None:
    found = Checker(CONTRACT.document).check(read(witnesses))
    places = tuple(f"/components/schemas/{each}Payload" for each in ("Unprocessable", "Error"))
    assert [each.key for each in found if each.node.pointer.startswith(places)] == []
