"""The proposed overlay actions for a mismatch."""

from pathlib import Path
from typing import Any

import pytest

from scripts.contract.diff.load import load
from scripts.contract.observed.review import compare_observed
from tests.contract.diff.reviewing import ROOT
from tests.contract.observed.recordings import GET, LIST, ONE, Exchanges, record

CONTRACT = load(str(ROOT / "openapi/associations.json"))


def proposals(exchanges: Exchanges, folder: Path) -> list[Any]:
    """Return the actions that are proposed for exchanges."""
    return list(compare_observed(CONTRACT, [record(exchanges, folder / "a.jsonl")]).proposals)


def test_an_action_selects_the_place_only_while_it_lacks_the_field(tmp_path: Path) -> None:
    assert proposals([(GET, 200, {**ONE, "syncState": 1})], tmp_path) == [
        {
            "target": "$.components.schemas.AssociationPayload[?@.associationType && !@.syncState]",
            "description": "AssociationPayload has syncState",
            "x-evidence": "observed on the wire 2026-11-24: "
            "1 of 1 times in GET /associations/{associationId} under v3",
            "x-expect": 1,
            "update": {
                "syncState": {
                    "type": "integer",
                    "description": "Returned by the API, and documented nowhere.",
                }
            },
        }
    ]


@pytest.mark.parametrize(
    ("exchanges", "described"),
    [
        ([(GET, 200, {"key": "k"}), (GET, 200, ONE)], ["AssociationPayload may lack id"]),
        (
            [(LIST, 200, {"associations": [], "total": "1"})],
            ["AssociationListPayload.total is returned as string"],
        ),
        (
            [(GET, 200, {**ONE, "key": None}), (GET, 200, ONE)],
            ["AssociationPayload.key may be null"],
        ),
        (
            [(GET, 200, {**ONE, "id": 7}), (GET, 200, ONE)],
            [
                "AssociationPayload.id is returned as integer",
                "AssociationPayload.id is returned as integer: "
                "its former schema is one of the alternatives",
            ],
        ),
        ([(GET, 202, ONE)], ["GET /associations/{associationId} may be 202"]),
        ([(GET, 200, b"<html>")], ["GET /associations/{associationId} 200 may be text/html"]),
        (
            [(GET, 200, {**ONE, "associationType": "PARTNER_DEFINED"})],
            [
                "values-of-associationType: PARTNER_DEFINED, SYSTEM_DEFINED, USER_DEFINED, "
                "not SYSTEM_DEFINED, USER_DEFINED"
            ],
        ),
    ],
)
def test_an_action_describes_its_correction(
    exchanges: Exchanges, described: list[str], tmp_path: Path
) -> None:
    assert [each["description"] for each in proposals(exchanges, tmp_path)] == described


@pytest.mark.parametrize(
    ("body", "schema"),
    [
        (ONE, {"$ref": "#/components/schemas/AssociationPayload"}),
        ({"other": 1}, {"type": "object", "properties": {"other": {"type": "integer"}}}),
    ],
)
def test_an_undeclared_status_gets_the_schema_that_matches_its_body(
    body: Any, schema: Any, tmp_path: Path
) -> None:
    (action,) = proposals([(GET, 202, body)], tmp_path)
    content = action["update"]["202"]["content"]
    assert content == {"application/json": {"schema": schema}}
