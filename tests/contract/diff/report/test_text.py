"""The report for a terminal."""

from dataclasses import replace

import pytest

from scripts.contract.diff import report
from tests.contract.diff.documents import requesting, responding
from tests.contract.diff.report.reviews import complete, hostile, saying
from tests.contract.diff.reviewing import compared

WHOLE = """\
old.json → new.json
verdict: apps break (app.py:3)
next version: 0.2.0
wire: 0 breaking, 0 risky, 0 safe
sdk: 0 breaking, 0 compatible, 0 none

breaking: GET /pets/{id} has another operationId
  wire safe, sdk breaking, rule operation-id-renamed
  in GET /pets/{id}
  - a
  + b
  at GET /pets/{id}: operationId, old.json:10:9 → new.json:10:9
  facade, shielded: pets.get
  app: app.py:3 uses pets.get (likely)
  policy: severity changed
  accepted: unused
  fingerprint 648241443883937c

policies:
  a policy

accepted entries that no longer hold:
  an entry

the overlay:
  0 of 1 actions are still needed as they stand
  moved: overlay action 1: there is nothing
  the overlay hides: GET /pets/{id} has another operationId (648241443883937c)
  the overlay causes: GET /pets/{id} has another operationId (operation-id-renamed)

proposed overlay actions:
  overlay: 1.1.0
  info:
    title: Proposed corrections
    version: 1.0.0
  actions:
  - target: $
    description: ''
    x-evidence: ''
    x-expect: 1
"""


def test_a_report_has_the_verdict_the_findings_and_the_notes() -> None:
    assert report.render(complete(), "text") == WHOLE


def test_an_absent_item_has_no_line() -> None:
    given = compared(requesting({}), requesting({"deprecated": True}))
    (finding,) = given.findings
    bare = replace(finding, finding=replace(finding.finding, operations=[]))
    assert report.render(replace(given, findings=(bare,)), "text") == (
        "old.json → new.json\n"
        "verdict: nothing to do\n"
        "wire: 0 breaking, 0 risky, 1 safe\n"
        "sdk: 0 breaking, 0 compatible, 1 none\n"
        "\n"
        "safe: request body of PUT /pets is deprecated\n"
        "  wire safe, sdk none, rule schema-deprecated\n"
        '  at PUT /pets: requestBody.content["application/json"].schema.deprecated, '
        "old.json:14:15 → new.json:15:17\n"
        f"  fingerprint {finding.finding.fingerprint}\n"
    )


@pytest.mark.parametrize(("count", "rest"), [(12, ""), (13, "  … and 1 more\n")])
def test_up_to_twelve_values_are_shown(count: int, rest: str) -> None:
    old, new = requesting({"enum": ["x"]}), requesting({"enum": ["x", *map(str, range(count))]})
    written = report.render(compared(old, new), "text")
    assert "  + 0\n" in written
    assert ("… and" in written, rest in written) == (bool(rest), True)


@hostile
def test_a_document_cannot_inject_control_characters(text: str) -> None:
    written = report.render(saying(text), "text")
    assert all(sign.isprintable() or sign == "\n" for sign in written)


def test_a_report_without_changes_is_one_line() -> None:
    broken = responding({"$ref": "#/nothing"})
    for given in (compared(requesting({}), requesting({})), compared(broken, broken)):
        assert report.render(given, "text") == "old.json → new.json: nothing has changed\n"


def test_a_problem_of_one_document_is_shown() -> None:
    given = compared(responding({"$ref": "#/nothing"}), responding({"type": "string"}))
    assert "points at nothing at GET /pets: responses" in report.render(given, "text")
