"""The report for a pull request or an issue."""

from dataclasses import replace

from scripts.diff import report
from scripts.openapi.references import Problem
from tests.diff.documents import operation
from tests.diff.report.reviews import changed, complete, hostile, saying
from tests.diff.reviewing import compared

WHOLE = """\
## Apps break (app.py:3)

old.json → new.json
Next version: **0.2.0**

| lens | breaking | risky / compatible | safe / none |
|---|---|---|---|
| wire | 0 | 0 | 0 |
| sdk | 0 | 0 | 0 |

### Breaking

- **GET /pets/\\{id\\} has another operationId: a → b** *(accepted)*  
  wire safe, sdk breaking, `operation-id-renamed`  
  GET /pets/\\{id\\}: operationId, line 10 → 10  
  GET /pets/\\{id\\}
  - facade, shielded: pets.get
  - app: app.py:3 uses pets.get (likely)
  - policy: severity changed
  - accepted: unused

"""  # noqa: W291 - two spaces break a line


def test_a_report_has_a_headline_a_table_and_a_section_for_each_severity() -> None:
    written = report.render(complete(), "markdown")
    assert written.startswith(WHOLE)
    rest = written.removeprefix(WHOLE).splitlines()
    assert [line for line in rest if line.startswith("#")] == [
        "### Policies",
        "### Accepted entries that no longer hold",
        "### The overlay",
        "### Proposed overlay actions",
    ]
    assert {"- a policy", "- an entry", "    overlay: 1.1.0", "    actions:"} <= set(rest)
    assert rest[:4] == ["### Policies", "", "- a policy", ""]


def test_up_to_twenty_values_are_shown_and_a_problem_alone_is_no_report() -> None:
    for count, rest in ((20, "  + 19\n  ```"), (21, "  + 19\n  … and 1 more\n")):
        given = changed({"before": [], "after": [*range(count)]})
        assert rest in report.render(given, "markdown")
    same = compared(operation(), operation())
    for problems in ((), (Problem("old", "/info", "it is odd"),)):
        assert report.render(replace(same, problems=problems), "markdown") == ""


@hostile
def test_a_document_cannot_inject_markdown(text: str) -> None:
    lines = report.render(saying(text), "markdown").splitlines()
    headings = [line for line in lines if line.startswith("#")]
    assert headings[1:4] == ["### Breaking", "### Risky", "### Safe"]
    assert headings[4:] == ["### Proposed overlay actions"]
    inside = False
    for line in lines:
        if line.strip() in ("```diff", "```"):
            inside = not inside
        is_code = inside or line.startswith("    ")
        assert is_code or "<script" not in line.replace("\\<", "")
    assert not inside
