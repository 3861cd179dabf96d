"""The report as annotations: SARIF and workflow commands."""

import json
from dataclasses import replace

from scripts.contract.diff import report
from scripts.contract.diff.review import Review
from tests.contract.diff.documents import operation
from tests.contract.diff.report.reviews import examples, hostile, saying
from tests.contract.diff.reviewing import compared


@examples
def test_a_result_has_its_rule_its_lines_and_its_fingerprint(given: Review) -> None:
    run = json.loads(report.render(given, "sarif"))["runs"][0]
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    results = run["results"]
    assert len(results) == len(given.findings)
    for result, reviewed in zip(results, given.findings, strict=True):
        assert rules[result["ruleIndex"]] == result["ruleId"] == reviewed.finding.rule
        region = result["locations"][0]["physicalLocation"]["region"]
        assert (region["startLine"], region["startColumn"]) == reviewed.new
        assert result["partialFingerprints"] == {"contractDiff/v1": reviewed.finding.fingerprint}


def test_an_accepted_finding_is_suppressed_with_its_reason() -> None:
    given = compared(operation(), operation(deprecated=True))
    accepted = replace(given.findings[0], accepted="known")
    written = json.loads(report.render(replace(given, findings=(accepted,)), "sarif"))
    assert written["runs"][0]["results"][0]["suppressions"] == [
        {"kind": "external", "justification": "known"}
    ]


DEPRECATED = compared(operation(), operation(deprecated=True))


def test_a_workflow_command_stands_at_the_line_of_its_finding() -> None:
    (finding,) = DEPRECATED.findings
    assert report.render(DEPRECATED, "github") == (
        f"::notice file=new.json,line={finding.new.line},col=9,title=operation-deprecated::"
        "GET /pets/{id} is deprecated (wire safe, sdk none)\n"
    )


def test_a_document_of_git_is_annotated_in_the_working_tree() -> None:
    given = replace(DEPRECATED, new="HEAD:openapi/new.json")
    assert report.render(given, "github").startswith("::notice file=openapi/new.json,")


def test_an_accepted_finding_is_not_annotated_and_a_stale_entry_is() -> None:
    accepted = replace(DEPRECATED.findings[0], accepted="known")
    given = replace(DEPRECATED, findings=(accepted,), stale=("it matches no finding",))
    assert report.render(given, "github") == (
        "::error title=accepted.yaml::it matches no finding\n"
    )


@hostile
def test_a_workflow_is_not_commanded_by_a_document(text: str) -> None:
    given = saying(text)
    lines = report.render(given, "github").splitlines()
    assert len(lines) == len(given.open)
    assert all(
        line.startswith(("::error file=", "::notice file=", "::warning file=")) for line in lines
    )
