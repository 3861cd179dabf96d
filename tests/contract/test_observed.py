"""The wire as a witness: what was seen against the contract, and the corrections that end it."""

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from facade.observe import Recorder
from scripts.contract.errors import CannotRunError
from scripts.contract.generate import Layout, build_contract
from scripts.diff import main
from tests.contract.diff_documents import Json

ONE: Json = {"id": "a", "key": "k", "firstObjectLabel": "x", "traceId": "t"}
GET, LIST = "GET /associations/one", "GET /associations/"
RELATION: Json = {"id": "r", "firstRecordId": "a", "secondRecordId": "b"}

Exchanges = list[tuple[str, int, Any]]


def seen(exchanges: Exchanges, name: str = "seen.jsonl", day: str = "2026-11-24") -> str:
    """Write what a recorder saves of exchanges; give the file's name."""
    recorder = Recorder(1, today=lambda: date.fromisoformat(day))
    for operation, status, body in exchanges:
        method, path = operation.split(" ")
        request = httpx.Request(method, f"https://api.example{path}", headers={"Version": "v3"})
        content = {"content": body} if isinstance(body, bytes) else {"json": body}
        recorder.saw(request, httpx.Response(status, **content))
    assert recorder.failures == 0
    recorder.save(name)
    return name


@pytest.fixture
def report(project: Layout, capsysbinary: Any) -> Callable[..., Any]:
    """Run the comparison inside a copy of the project; give its JSON report."""

    def run(*arguments: str) -> Any:
        code = main([*arguments, "--format", "json", "--accepted", "none.yaml"])
        found = json.loads(capsysbinary.readouterr().out)
        assert code == (1 if found["findings"] else 0)
        return found

    return run


def findings(report: Any) -> list[str]:
    return sorted(f"{each['rule']}: {_subject(each['message'])}" for each in report["findings"])


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

DEVIATIONS: list[tuple[str, Exchanges, list[str]]] = [
    (
        "a field that is published nowhere",
        [(GET, 200, {**ONE, "syncState": {"on": True}})],
        ["property-added-optional: AssociationPayload.syncState"],
    ),
    (
        "a field of an item",
        [("GET /associations/relations/a", 200, {"relations": [{**RELATION, "note": "n"}]})],
        ["property-added-optional: RelationPayload.note"],
    ),
    (
        "a required field that is missing",
        [(GET, 200, ONE), (GET, 200, {"key": "k", "firstObjectLabel": "x"})],
        ["property-became-optional: AssociationPayload.id"],
    ),
    (
        "a field of another type",
        [(GET, 200, {**ONE, "id": 7})],
        ["type-changed: AssociationPayload.id"],
    ),
    (
        "a field of two types",
        [(GET, 200, {**ONE, "id": 7}), (GET, 200, ONE)],
        ["alternative-added: AssociationPayload.id"],
    ),
    (
        "a field that is an object",
        [(GET, 200, {**ONE, "firstObjectLabel": {"de": "x"}})],
        ["alternative-added: AssociationPayload.firstObjectLabel"],
    ),
    (
        "a field that is null",
        [(GET, 200, {**ONE, "key": None}), (GET, 200, ONE)],
        ["became-nullable: AssociationPayload.key"],
    ),
    (
        "an envelope that is null",
        [(GET, 200, {"association": None, "updated": False})],
        ["became-nullable: AssociationPayload"],
    ),
    (
        "an envelope of another name",
        [(LIST, 200, {"items": [ONE], "total": 1})],
        [
            "property-added-optional: AssociationListPayload.items",
            "property-became-optional: AssociationListPayload.associations",
        ],
    ),
    (
        "a bare array in place of a page",
        [(LIST, 200, [ONE, ONE])],
        ["alternative-added: AssociationListPayload"],
    ),
    (
        "one item in place of a page",
        [(LIST, 200, {**ONE, "associationType": "USER_DEFINED"})],
        ["alternative-added: AssociationListPayload"],
    ),
    (
        "a text in place of a page",
        [(LIST, 200, "none")],
        ["alternative-added: AssociationListPayload"],
    ),
    (
        "an error that is not declared",
        [(GET, 409, {"statusCode": 409, "message": "no", "reason": "x"})],
        ["error-response-added: response"],
    ),
    (
        "a success that is not declared",
        [(GET, 202, ONE)],
        ["success-response-added: response"],
    ),
    ("a page of HTML", [(GET, 200, b"<html>")], ["media-type-added: response"]),
    ("an outage", [(GET, 502, b"<html>")], ["error-response-added: response"]),
    (
        "a value that is not known",
        [(GET, 200, {**ONE, "associationType": "PARTNER_DEFINED"})],
        ["wire-fact-changed: Which values has associationType?"],
    ),
    (
        "several at once",
        [(LIST, 200, {"associations": [{"key": 1, "colour": "x"}], "total": "1"})],
        [
            "property-added-optional: AssociationPayload.colour",
            "property-became-optional: AssociationPayload.id",
            "type-changed: AssociationListPayload.total",
            "type-changed: AssociationPayload.key",
        ],
    ),
]


@pytest.mark.parametrize("exchanges", NOTHING)
def test_of_what_the_contract_says_nothing_is_reported(
    report: Callable[..., Any], exchanges: Exchanges
) -> None:
    found = report("--observed", seen(exchanges))
    assert (found["findings"], found["proposals"], found["problems"]) == ([], [], [])


@pytest.mark.parametrize(
    ("exchanges", "expected"), [row[1:] for row in DEVIATIONS], ids=[row[0] for row in DEVIATIONS]
)
def test_a_disagreement_is_found_named_and_ended_by_what_is_proposed(
    project: Layout, report: Callable[..., Any], exchanges: Exchanges, expected: list[str]
) -> None:
    found = report("--observed", seen(exchanges))
    assert findings(found) == expected
    for action in found["proposals"]:
        assert action["x-expect"] >= 1
        assert "seen on the wire 2026-11-24" in action["x-evidence"]
    adopt(project, found["proposals"])
    assert report("--observed", "seen.jsonl")["findings"] == []


def adopt(project: Layout, proposals: list[Json]) -> None:
    """Put proposed actions at the end of our overlay and build the contract, as a person would."""
    overlay = yaml.safe_load(project.overlay.read_text())
    overlay["actions"] += proposals
    project.overlay.write_text(yaml.safe_dump(overlay, sort_keys=False))
    project.contract.write_bytes(build_contract(project))


def test_an_action_no_longer_fits_once_it_is_in_place(
    project: Layout, report: Callable[..., Any]
) -> None:
    proposals = report("--observed", seen([(GET, 200, {**ONE, "id": 7})]))["proposals"]
    adopt(project, proposals)
    with pytest.raises(CannotRunError, match=r"it hits 0 place\(s\), not 1"):
        adopt(project, proposals)


def test_the_overlay_form_is_a_document_that_applies_as_it_stands(
    project: Layout, report: Callable[..., Any], capsysbinary: Any
) -> None:
    name = seen([(GET, 200, {**ONE, "syncState": 1})])
    assert main(["--observed", name, "--format", "overlay"]) == 1
    overlay = yaml.safe_load(capsysbinary.readouterr().out)
    assert overlay["actions"] == [
        {
            "target": "$.components.schemas.AssociationPayload[?@.associationType && !@.syncState]",
            "description": "AssociationPayload has syncState",
            "x-evidence": "seen on the wire 2026-11-24: "
            "1 of 1 times in GET /associations/{associationId} under v3",
            "x-expect": 1,
            "update": {
                "syncState": {
                    "type": "integer",
                    "description": "Comes, and is published nowhere.",
                }
            },
        }
    ]
    assert main(["--observed", seen([(GET, 200, ONE)]), "--format", "overlay"]) == 0
    assert capsysbinary.readouterr().out == b""


@pytest.mark.parametrize("form", ["text", "markdown", "html"])
def test_every_form_for_people_shows_the_proposed_actions(
    project: Layout, form: str, capsysbinary: Any
) -> None:
    name = seen([(GET, 200, {**ONE, "syncState": 1})])
    assert main(["--observed", name, "--format", form, "--fail-on", "breaking"]) == 0
    written = capsysbinary.readouterr().out.decode()
    assert "roposed overlay actions" in written
    assert "AssociationPayload has syncState" in written


@pytest.mark.parametrize(
    ("body", "verdict"),
    [
        ({**ONE, "syncState": 1}, "put the proposed actions into the overlay, then regenerate"),
        (
            {**ONE, "associationType": "PARTNER_DEFINED"},
            "put the proposed actions into the overlay, then regenerate",
        ),
        (ONE, "nothing to do"),
    ],
)
def test_the_verdict_says_what_to_do_with_what_was_seen(
    report: Callable[..., Any], body: Json, verdict: str
) -> None:
    assert report("--observed", seen([(GET, 200, body)]))["verdict"] == verdict


def test_two_days_are_merged_and_their_counts_added(report: Callable[..., Any]) -> None:
    odd = {**ONE, "syncState": 1}
    monday = seen([(GET, 200, odd), (GET, 200, ONE)], "monday.jsonl", "2026-11-23")
    tuesday = seen([(GET, 200, odd)], "tuesday.jsonl", "2026-11-24")
    (action,) = report("--observed", monday, tuesday)["proposals"]
    assert action["x-evidence"].startswith("seen on the wire 2026-11-23 to 2026-11-24: 2 of 3 ")


def test_two_days_are_compared(report: Callable[..., Any]) -> None:
    monday = seen([(GET, 200, ONE), (LIST, 200, {"associations": []})], "monday.jsonl")
    tuesday = seen([(GET, 200, {"id": 1, "key": "k", "traceId": "t"})], "tuesday.jsonl")
    assert findings(report("--observed", tuesday, "--since", monday)) == [
        "property-removed: response",
        "type-changed: response",
    ]
    assert report("--observed", monday, "--since", monday)["findings"] == []


def test_what_has_no_name_is_a_note_and_no_finding(report: Callable[..., Any]) -> None:
    found = report("--observed", seen([(GET, 200, {**ONE, "6a44f1c09b3e7d21": 1})]))
    assert found["findings"] == []
    (problem,) = found["problems"]
    assert problem["message"] == (
        "GET /associations/{associationId} answered 200 with names that may be data"
    )


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ("", "nothing was observed"),
        ("{}\n", "seen.jsonl, line 1, is not what facade.observe saves"),
        ("not json\n", "seen.jsonl, line 1"),
        (None, "cannot read seen.jsonl"),
    ],
)
def test_a_file_that_is_none_of_ours_is_refused_in_one_line(
    project: Layout, written: str | None, why: str
) -> None:
    if written is not None:
        Path("seen.jsonl").write_text(written)
    with pytest.raises(CannotRunError, match=why):
        main(["--observed", "seen.jsonl"])


@pytest.mark.parametrize(
    "arguments", ["a.json b.json --observed x", "--observed x --overlay", "--since x"]
)
def test_what_makes_no_sense_together_is_refused(project: Layout, arguments: str) -> None:
    with pytest.raises(CannotRunError, match="--observed"):
        main(arguments.split())
