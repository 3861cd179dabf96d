"""The report for a terminal."""

from dataclasses import replace

from scripts.diff import report
from tests.diff.report.reviews import changed, complete

WHOLE = """\
old.json → new.json
verdict: apps break (app.py:3)
next version: 0.2.0
wire: 0 breaking, 0 risky, 0 safe
sdk: 0 breaking, 0 compatible, 0 none

breaking: GET /pets/{id} has another operationId: a → b
  wire safe, sdk breaking, rule operation-id-renamed
  in GET /pets/{id}
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
"""


def test_a_report_has_the_verdict_the_findings_and_the_notes() -> None:
    written = report.render(complete(), "text")
    assert written.startswith(WHOLE)
    assert written.endswith("    x-evidence: ''\n    x-expect: 1\n")


def test_an_absent_item_has_no_line_and_up_to_twelve_values_are_shown() -> None:
    for count, rest in ((0, []), (12, ["+"] * 12), (13, [*"+" * 12, "…"])):
        given = changed({"operations": [], "before": [], "after": [*range(count)]})
        words = [line.split()[0] for line in report.render(given, "text").splitlines() if line]
        assert words == [
            *"old.json verdict: wire: sdk: safe: wire".split(),
            *rest,
            *"at fingerprint".split(),
        ]
    assert "  … and 1 more\n" in report.render(given, "text")
    whole = replace(changed({"operations": [*"abcdef"]}), is_whole=True)
    assert "  in a, b, c, d, e, f\n" in report.render(whole, "text")
