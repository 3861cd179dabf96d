"""The verdict of a review, and the next version."""

# ruff: noqa: E501 - one row a line keeps the table readable

from dataclasses import replace
from typing import Any

import pytest

from scripts.contract.impact.apps import AppUse
from scripts.contract.impact.verdict import (
    Affected,
    AffectingFinding,
    Verdict,
    decide,
    next_version,
    stated_version,
    verdict_text,
)
from scripts.diff.findings import Finding
from scripts.diff.report.words import impact_lines
from scripts.openapi.lines import Location

PETS = "facade/pets.py"
EXPOSED, FIELD = Affected("pets.rename", False, PETS), Affected("Pet.name", False)
SHIELDED = Affected("pets.list", True, PETS)
PASSED = Affected("pets.get", False, PETS, is_passed=True)
SURE, UNSURE = (
    AppUse("app.py", line, "pets.rename", word) for line, word in ((6, "certain"), (7, "likely"))
)
ADDED, NEW = "property-added-optional", "operation-added"


def found(
    wire: str, sdk: str, *affected: Affected, uses: tuple[AppUse, ...] = (), rule: str = "rule"
) -> AffectingFinding:
    finding = Finding(rule, wire, sdk, "message", ["GET /a"], "", None, None, [], "0" * 16, [])
    here = Location(1, 1)
    return AffectingFinding(finding, here, here, affected=affected, uses=uses)


BROKEN = found("breaking", "none", EXPOSED)


@pytest.mark.parametrize(
    ("findings", "has_proposals", "verdict", "places"),
    [
        ([], True, Verdict.NOTHING, ()),
        ([found("safe", "none", EXPOSED)], False, Verdict.NOTHING, ()),
        ([found("breaking", "none")], False, Verdict.NOT_CALLED, ()),
        ([found("breaking", "none")], True, Verdict.ADOPT_UNUSED, ()),
        ([found("safe", "compatible", SHIELDED)], False, Verdict.REGENERATE, ()),
        ([found("safe", "compatible", SHIELDED)], True, Verdict.ADOPT, ()),
        ([found("breaking", "none", SHIELDED)], False, Verdict.REGENERATE, ()),
        ([BROKEN, BROKEN, found("breaking", "none", FIELD)], False, Verdict.FACADE_MUST_CHANGE, (PETS, "Pet.name")),
        ([found("breaking", "none", PASSED)], False, Verdict.APPS_MAY_BE_REFUSED, ("pets.get",)),
        ([found("breaking", "none", uses=(UNSURE, SURE))], True, Verdict.APPS_BREAK, ("app.py:6",)),
        ([found("breaking", "none", uses=(UNSURE,))], True, Verdict.APPS_MAY_BREAK, ("app.py:7",)),
        ([found("safe", "compatible", FIELD, rule=ADDED)], True, Verdict.NEW_ATTRIBUTE, ("Pet.name",)),
        ([found("safe", "compatible", SHIELDED, rule=ADDED)], False, Verdict.REGENERATE, ()),
        ([found("safe", "compatible", rule=NEW)] * 2, False, Verdict.NEW_OPERATION, ("GET /a",)),
        ([found("safe", "compatible", rule=NEW)], True, Verdict.ADOPT_UNUSED, ()),
    ],
)  # fmt: skip
def test_the_worst_finding_decides_the_verdict_and_its_places(
    findings: list[AffectingFinding], has_proposals: bool, verdict: Verdict, places: tuple[str, ...]
) -> None:
    assert decide(findings, "both", has_proposals=has_proposals) == (verdict, places)


def test_a_new_operation_needs_a_method_unless_the_facade_calls_it() -> None:
    new = found("safe", "compatible", rule=NEW)
    assert (new.needs_a_method, BROKEN.needs_a_method) == (True, False)
    for more in ({"affected": (SHIELDED,)}, {"is_transport_header": True}):
        called = replace(new, **more)
        assert (called.is_called, called.needs_a_method) == (True, False)


def test_each_affected_item_has_a_line() -> None:
    fields: list[tuple[Any, list[str]]] = [
        ({"is_transport_header": True}, ["facade: not affected, every request sets it"]),
        ({"reach": "sent already"}, ["facade: sent already"]),
        (
            {"affected": (SHIELDED, EXPOSED, FIELD, PASSED)},
            [
                "facade: pets.rename, Pet.name",
                "facade, passed on: pets.get",
                "facade, shielded: pets.list",
            ],
        ),
        ({"uses": (UNSURE,)}, ["app: app.py:7 uses pets.rename (likely)"]),
        ({"policy": "severity\nchanged"}, ["policy: severity changed"]),
    ]
    for more, expected in fields:
        assert impact_lines(replace(found("safe", "none"), **more)) == expected


def test_the_report_in_json_has_what_is_affected() -> None:
    given = found("safe", "none", SHIELDED, uses=(UNSURE,))
    use = {"file": "app.py", "line": 7, "uses": "pets.rename", "sure": "likely"}
    assert given.data() == {"facade": [{"name": "pets.list", "shielded": True}], "apps": [use]}


def test_a_finding_hidden_by_the_lens_breaks_nothing() -> None:
    names_only = [found("safe", "breaking", EXPOSED)]
    verdicts = [decide(names_only, lens, has_proposals=False)[0] for lens in ("both", "wire")]
    assert verdicts == [Verdict.FACADE_MUST_CHANGE, Verdict.REGENERATE]


def test_a_verdict_names_six_places_and_counts_the_rest() -> None:
    assert verdict_text(Verdict.NOTHING, "") == "nothing to do"
    assert verdict_text(Verdict.APPS_BREAK, "abcdef") == "apps break (a, b, c, d, e, f)"
    more = verdict_text(Verdict.APPS_BREAK, "abcdefgh")
    assert more == "apps break (a, b, c, d, e, f, and 2 more)"


def test_a_break_is_a_major_step_and_before_1_0_a_minor_one() -> None:
    steps = ("major", "feature", "minor", "patch", "")
    first = ["0.2.0", "0.2.0", "0.1.3", "0.1.3", None]
    assert [next_version("0.1.2", each) for each in steps] == first
    later = ["2.0.0", "1.5.0", "1.5.0", "1.4.3", None]
    assert [next_version("1.4.2", each) for each in steps] == later
    assert next_version(None, "minor") is None
    verdicts = (Verdict.APPS_BREAK, Verdict.NEW_ATTRIBUTE, Verdict.NOTHING)
    assert [each.step for each in verdicts] == ["major", "feature", ""]
    stops = [each.name for each in Verdict if each.needs_a_person]
    assert stops == ["APPS_BREAK", "APPS_MAY_BREAK", "FACADE_MUST_CHANGE"]


def test_the_version_is_read_from_the_source() -> None:
    assert stated_version('"""Which."""\n\n__version__ = "1.4.2"\n') == "1.4.2"
    assert stated_version('version = "1.4.2"\n') is None
