"""Why an update stops: the true cause in its first line, and what must change."""

import re
from copy import deepcopy
from dataclasses import replace
from pathlib import Path

import pytest

from scripts.contract.advice import said
from scripts.contract.generate import DEFAULT_VERSION
from tests.diff.documents import S, at, document
from tests.diff.reviewing import ROOT, compared

from .advising import OURS, after, before, of_contract, of_review
from .changes import ASSOCIATION, MOVED, PUT, RELATE, ROWS, new_operation
from .editing import both, edit, moved


@pytest.mark.parametrize("name", ROWS)
def test_a_change_is_followed_or_stops_with_the_true_cause_in_the_first_line(name: str) -> None:
    change, expected = ROWS[name]
    causes = after(change, old={DEFAULT_VERSION: before()[DEFAULT_VERSION]}).causes()
    found = next(causes, None)
    title = found.title if found else ""
    assert title.startswith(expected), title
    assert bool(title) == bool(expected), title
    assert bool(found and found.lines) == bool(title)


def test_the_places_name_what_sent_an_operation_or_the_right_file() -> None:
    for name, line, file in (
        (
            "a path",
            "openapi/names.yaml: GET /associations/key/{key_name} is GET "
            "/associations/by-key/{key_name} now, put it there; associations.create, "
            "associations.ensure, associations.get_by_key sent it (in 2021-07-28, v3)",
            "names.yaml",
        ),
        (
            "PUT gone",
            "facade/_async/associations.py:N: associations.update: PUT "
            "/associations/{associationId} is gone",
            "",
        ),
        (
            "a page of associations",
            "openapi/overlay.yaml:N: Listing associations answers with a page, not with one "
            "association: this correction no longer finds its place: the defect is still there: "
            'change the target to $["paths"]["/associations/"]["get"]["responses"]["200"]'
            '["content"]["application/json"]["schema"]',
            "overlay.yaml",
        ),
    ):
        found = next(after(ROWS[name][0]).causes())
        assert (re.sub(r":\d+:", ":N:", found.lines[0]), found.file) == (line, file)
        assert not any(" --accept " in each for each in found.lines)  # a retirement is a fact


def test_a_move_to_a_listed_path_or_of_what_is_not_listed_is_no_move_of_ours() -> None:
    old = {}
    for name, each in before().items():
        document = deepcopy(each.captured)
        new_operation(document)
        old[name] = OURS.of(document)
    unlisted = moved(f"{ASSOCIATION}/unpublished", "/elsewhere/{associationId}")
    listed = moved(RELATE[5:], f"{RELATE[5:]}/bulk")
    assert MOVED not in [each.title for each in after(both(unlisted, listed), old=old).causes()]


def test_a_required_change_is_named_by_method_or_field_with_the_command_that_accepts_it() -> None:
    parameter = {"name": "q", "in": "query", "required": True, "schema": S}
    gone = edit("#RelationPayload", properties={"id": None})
    advice = replace(
        of_contract(both(edit(PUT, parameters=[parameter]), gone)), kept=Path("my copy")
    )
    accept = "python -m scripts.diff HEAD:openapi/associations.json 'my copy/openapi/associations"
    lines = next(advice.causes()).lines
    assert [re.sub(r":\d+:|\b[0-9a-f]{16}\b", ":N:", each) for each in lines] == [
        "facade/models.py:N: Relation.id: RelationPayload.id is gone",
        f"  or accept it, then update again: {accept}.json' --accept :N: --reason WHY --owner WHO",
        "facade/_async/associations.py:N: associations.update: query parameter q must be sent now",
        f"  or accept it, then update again: {accept}.json' --accept :N: --reason WHY --owner WHO",
    ]
    found = {each.finding.fingerprint for each in advice.result.findings if each.affected}
    assert {*re.findall(r"[0-9a-f]{16}", " ".join(lines))} == found
    for line, start in ((lines[2], "    async def update("), (lines[0], "    id: ")):
        where, number, _ = line.split(":", 2)
        assert (ROOT / where).read_text().splitlines()[int(number) - 1].startswith(start)
    without_copy = replace(advice, kept=None)
    assert " DIR-OF-KEEP/openapi/" in next(without_copy.causes()).lines[1]
    accepted = tuple(replace(each, accepted="known") for each in advice.result.findings)
    assert of_review(replace(advice.result, findings=accepted)).breaking() == []


def test_a_change_is_told_with_its_operations_once() -> None:
    (new,) = compared(document(), at("/pets")).findings
    for operations, more in (
        ([], ""),
        (["GET /cats", "GET /pets"], ""),
        (["GET /cats"], " (in GET /cats)"),
        (["GET /cats", "GET /cows", "GET /ants"], " (in GET /cats and 2 more)"),
    ):
        told = said(replace(new.finding, operations=operations))
        assert told == f"GET /pets is new{more}"
