"""The verdict of a review, and the next version."""

import copy
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from scripts.contract.diff.findings import Finding
from scripts.contract.diff.impact.apps import AppUse
from scripts.contract.diff.impact.verdict import (
    Verdict,
    counts_text,
    decide,
    next_version,
    stated_version,
    verdict_text,
)
from scripts.contract.diff.reviewed import Affected, ReviewedFinding
from scripts.contract.openapi.lines import Location
from tests.contract.changes import answer
from tests.contract.diff.documents import Json, operation
from tests.contract.diff.reviewing import ROOT, reviewed

EXPOSED = Affected("pets.rename", False, "facade/pets.py")
SHIELDED = Affected("pets.list", True, "facade/pets.py")
USE = AppUse("app.py", 6, "pets.rename", "certain")
UNSURE = AppUse("app.py", 7, "pets.rename", "likely")


def found(
    wire: str, sdk: str, *affected: Affected, uses: tuple[AppUse, ...] = ()
) -> ReviewedFinding:
    """Return a finding with these severities."""
    finding = Finding("rule", wire, sdk, "message", [], "", None, None, [], "0" * 16, [])
    here = Location(1, 1)
    return ReviewedFinding(finding, here, here, affected=affected, uses=uses)


@pytest.mark.parametrize(
    ("findings", "has_proposals", "expected"),
    [
        ([], False, Verdict.NOTHING),
        ([found("safe", "none", EXPOSED)], False, Verdict.NOTHING),
        ([found("breaking", "none")], False, Verdict.NOT_CALLED),
        ([found("breaking", "none")], True, Verdict.ADOPT_UNUSED),
        ([found("safe", "compatible", SHIELDED)], False, Verdict.REGENERATE),
        ([found("safe", "compatible", SHIELDED)], True, Verdict.ADOPT),
        ([found("risky", "none", EXPOSED)], False, Verdict.REGENERATE),
        ([found("breaking", "none", SHIELDED)], False, Verdict.REGENERATE),
        ([found("breaking", "none", EXPOSED)], False, Verdict.FACADE_MUST_CHANGE),
        ([found("breaking", "none", EXPOSED, uses=(USE,))], True, Verdict.APPS_BREAK),
        ([found("breaking", "none", EXPOSED, uses=(UNSURE,))], True, Verdict.APPS_MAY_BREAK),
    ],
)
def test_the_worst_finding_decides_the_verdict(
    findings: list[ReviewedFinding], has_proposals: bool, expected: Verdict
) -> None:
    verdict, _ = decide(findings, "both", has_proposals=has_proposals)
    assert verdict is expected


def test_a_finding_hidden_by_the_lens_breaks_nothing() -> None:
    names_only = [found("safe", "breaking", EXPOSED)]
    assert decide(names_only, "both", has_proposals=False)[0] is Verdict.FACADE_MUST_CHANGE
    assert decide(names_only, "wire", has_proposals=False)[0] is Verdict.REGENERATE


def test_only_verdicts_on_code_written_by_hand_need_a_person() -> None:
    needing = {each for each in Verdict if each.needs_a_person}
    assert needing == {Verdict.APPS_BREAK, Verdict.APPS_MAY_BREAK, Verdict.FACADE_MUST_CHANGE}


def test_a_verdict_names_each_place_once() -> None:
    twice = [found("breaking", "none", EXPOSED), found("breaking", "none", EXPOSED)]
    assert decide(twice, "both", has_proposals=False)[1] == ("facade/pets.py",)


def test_an_app_that_surely_breaks_is_named_before_one_that_may() -> None:
    both = [found("breaking", "none", EXPOSED, uses=(UNSURE, USE))]
    assert decide(both, "both", has_proposals=False) == (Verdict.APPS_BREAK, ("app.py:6",))
    unsure = [found("breaking", "none", EXPOSED, uses=(UNSURE,))]
    assert decide(unsure, "both", has_proposals=False)[1] == ("app.py:7",)


def test_a_verdict_names_six_places_and_counts_the_rest() -> None:
    places = [f"app.py:{line}" for line in range(1, 9)]
    assert verdict_text(Verdict.APPS_BREAK, places) == (
        "apps break (app.py:1, app.py:2, app.py:3, app.py:4, app.py:5, app.py:6, and 2 more)"
    )


def test_a_field_without_a_file_is_named_by_itself() -> None:
    field = replace(EXPOSED, name="Pet.name", source="")
    assert decide([found("breaking", "none", field)], "both", has_proposals=False)[1] == (
        "Pet.name",
    )


CAPTURED: Json = json.loads((ROOT / "openapi/captured/2021-07-28.json").read_text())
PUT = "/associations/{associationId}"


def edited(edit: Callable[[Json], Any], *apps: Path) -> Any:
    """Review an edit of the captured document."""
    new = copy.deepcopy(CAPTURED)
    edit(new)
    return reviewed(CAPTURED, new, *apps)


def test_a_change_within_generated_code_needs_regeneration() -> None:
    def rename(document: Json) -> None:
        document["paths"][PUT]["put"]["operationId"] = "renamed"

    assert edited(rename).conclusion == "regenerate"


def test_a_field_with_an_attribute_is_new_to_apps() -> None:
    name = "firstObjectToSecondObjectMaxLimit"
    old, new = copy.deepcopy(CAPTURED), copy.deepcopy(CAPTURED)
    answer(old)["properties"].pop(name, None)
    answer(new)["properties"][name] = {"type": "integer"}
    given = reviewed(old, new)
    assert (
        given.findings[0].reach == "attribute Association.first_object_to_second_object_max_limit"
    )
    assert given.conclusion == (
        "regenerate; apps get new attributes (Association.first_object_to_second_object_max_limit)"
    )
    assert given.next_version is not None
    assert given.next_version.endswith(".0")


def test_a_new_operation_of_this_api_needs_a_method() -> None:
    def add(document: Json) -> None:
        get = {**document["paths"][PUT]["get"], "operationId": "count"}
        document["paths"]["/associations/count/all"] = {"get": get}

    assert edited(add).conclusion == (
        "regenerate; a method is to be written for each new operation (GET /associations/count/all)"
    )


def test_a_break_of_the_facade_names_the_file() -> None:
    given = edited(lambda document: document["paths"][PUT].pop("put"))
    source = next(each.source for each in given.findings[0].affected)
    assert (ROOT / source).is_file()
    assert given.conclusion == f"facade must change ({source})"


def test_an_app_breaks_if_it_uses_what_is_exposed(tmp_path: Path) -> None:
    app = tmp_path / "app.py"
    app.write_text(
        "from facade import AssociationsClient\n"
        "AssociationsClient('t', 'l').associations.update('a')\n"
        "AssociationsClient('t', 'l').associations.get('a')\n"
    )
    given = edited(lambda document: document["paths"][PUT].pop("put"), app)
    assert [(use.line, use.name) for use in given.findings[0].uses] == [(2, "associations.update")]
    assert given.conclusion == f"apps break ({app}:2)"


def test_an_operation_without_a_method_needs_nothing() -> None:
    old, new = copy.deepcopy(CAPTURED), copy.deepcopy(CAPTURED)
    for document, name in ((old, "a"), (new, "b")):
        get = {"operationId": name, "responses": {}}
        document["paths"]["/another"] = {"get": get}
    given = reviewed(old, new)
    assert given.conclusion == "nothing to do: the facade calls none of the operations concerned"


def test_the_headline_for_another_api_has_counts() -> None:
    old, new = operation(operationId="a"), operation(operationId="b", deprecated=True)
    assert reviewed(old, new).conclusion == "1 breaking, 1 safe"
    assert reviewed(old, old).conclusion == "nothing to do"
    assert counts_text({"breaking": 0, "risky": 0, "safe": 0}) == "nothing to do"


@pytest.mark.parametrize(
    ("now", "step", "then"),
    [
        ("0.1.0", "minor", "0.1.1"),
        ("0.1.2", "major", "0.2.0"),
        ("0.1.2", "feature", "0.2.0"),
        ("1.4.2", "feature", "1.5.0"),
        ("1.4.2", "minor", "1.5.0"),
        ("1.4.2", "major", "2.0.0"),
        ("1.4.2", "", None),
        (None, "minor", None),
    ],
)
def test_a_break_is_a_major_step_and_before_1_0_a_minor_one(
    now: str | None, step: str, then: str | None
) -> None:
    assert next_version(now, step) == then


def test_the_version_is_read_from_the_source() -> None:
    assert stated_version('"""Which."""\n\n__version__ = "1.4.2"\n') == "1.4.2"
    assert stated_version('version = "1.4.2"\n') is None
