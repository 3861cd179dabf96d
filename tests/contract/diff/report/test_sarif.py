"""The report for code scanning."""

import json
from dataclasses import replace

from scripts.contract.diff import report
from scripts.contract.diff.review import Review
from tests.contract.diff.report.reviews import examples
from tests.contract.diff.reviewing import compared
from tests.contract.diff_documents import operation


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
