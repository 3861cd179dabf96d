"""The verdict of a review, and the next version."""

import copy
from pathlib import Path

import pytest

from scripts.contract.diff.findings import Finding
from scripts.contract.diff.impact.apps import AppUse
from scripts.contract.diff.impact.verdict import (
    Verdict,
    decide,
    next_version,
    stated_version,
    verdict_text,
)
from scripts.contract.diff.reviewed import Affected, ReviewedFinding
from scripts.contract.openapi.lines import Location
from tests.contract.changes import answer
from tests.contract.diff.documents import operation
from tests.contract.diff.reviewing import CAPTURED, edited, reviewed

EXPOSED = Affected("pets.rename", False, "facade/pets.py")
SHIELDED = Affected("pets.list", True, "facade/pets.py")
USE = AppUse("app.py", 6, "pets.rename", "certain")
UNSURE = AppUse("app.py", 7, "pets.rename", "likely")


def found(
    wire: str, sdk: str, *affected: Affected, uses: tuple[AppUse, ...] = ()
) -> ReviewedFinding:
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
    verdicts = [decide(names_only, lens, has_proposals=False)[0] for lens in ("both", "wire")]
    assert verdicts == [Verdict.FACADE_MUST_CHANGE, Verdict.REGENERATE]


def test_only_verdicts_on_code_written_by_hand_need_a_person() -> None:
    needing = {each for each in Verdict if each.needs_a_person}
    assert needing == {Verdict.APPS_BREAK, Verdict.APPS_MAY_BREAK, Verdict.FACADE_MUST_CHANGE}


def test_a_verdict_names_each_file_or_field_once_and_the_uses_that_surely_break() -> None:
    broken = found("breaking", "none", EXPOSED)
    field = found("breaking", "none", Affected("Pet.name", False))
    for findings, places in (
        ([broken, broken, field], ("facade/pets.py", "Pet.name")),
        ([found("breaking", "none", EXPOSED, uses=(UNSURE, USE))], ("app.py:6",)),
        ([found("breaking", "none", EXPOSED, uses=(UNSURE,))], ("app.py:7",)),
    ):
        assert decide(findings, "both", has_proposals=False)[1] == places


def test_a_verdict_names_six_places_and_counts_the_rest() -> None:
    assert verdict_text(Verdict.APPS_BREAK, "abcdef") == "apps break (a, b, c, d, e, f)"
    assert verdict_text(Verdict.APPS_BREAK, "abcdefgh") == (
        "apps break (a, b, c, d, e, f, and 2 more)"
    )


PUT = "/associations/{associationId}"


def test_a_field_with_an_attribute_is_new_to_apps() -> None:
    name = "firstObjectToSecondObjectMaxLimit"
    old = copy.deepcopy(CAPTURED)
    answer(old)["properties"].pop(name, None)
    given = edited(
        lambda new: answer(new)["properties"].update({name: {"type": "integer"}}), old=old
    )
    attribute = "Association.first_object_to_second_object_max_limit"
    assert given.conclusion == f"regenerate; apps get new attributes ({attribute})"
    assert given.next_version is not None
    assert given.next_version.endswith(".0")


def test_a_new_operation_of_this_api_needs_a_method() -> None:
    count = {"/associations/count/all": {"get": {"operationId": "c"}}}
    assert edited(lambda new: new["paths"].update(count)).conclusion == (
        "regenerate; a method is to be written for each new operation (GET /associations/count/all)"
    )


def test_a_break_of_the_facade_names_the_file_and_of_an_app_its_line(tmp_path: Path) -> None:
    app = tmp_path / "app.py"
    app.write_text(
        "from facade import AssociationsClient\n"
        "AssociationsClient('t', 'l').associations.update('a')\n"
        "AssociationsClient('t', 'l').associations.get('a')\n"
    )
    for apps, conclusion in (
        ((), "facade must change (facade/_async/associations.py)"),
        ((app,), f"apps break ({app}:2)"),
    ):
        given = edited(lambda document: document["paths"][PUT].pop("put"), apps=apps)
        assert given.conclusion == conclusion


def test_an_operation_without_a_method_needs_nothing() -> None:
    old = {**CAPTURED, "paths": {**CAPTURED["paths"], "/another": {"get": {"operationId": "a"}}}}
    given = edited(lambda new: new["paths"]["/another"]["get"].update(operationId="b"), old=old)
    assert given.conclusion == "nothing to do: the facade calls none of the operations concerned"


def test_the_headline_for_another_api_has_counts() -> None:
    old, new = operation(operationId="a"), operation(operationId="b", deprecated=True)
    assert reviewed(old, new).conclusion == "1 breaking, 1 safe"
    assert reviewed(old, old).conclusion == "nothing to do"


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
