"""The report as annotations: SARIF and workflow commands."""

import json
from dataclasses import replace
from typing import Any

import pytest

import facade
from scripts.contract.diff import report
from scripts.contract.diff.overlay_status import ActionStatus, OverlayStatus
from scripts.contract.diff.policies.apply import PolicyNote
from scripts.contract.diff.review import Review
from tests.contract.diff.documents import document, operation, requesting
from tests.contract.diff.report.reviews import DEPRECATED, changed, hostile, saying
from tests.contract.diff.reviewing import compared, reviewed


def run(given: Review) -> Any:
    return json.loads(report.render(given, "sarif"))["runs"][0]


@pytest.mark.parametrize("given", [DEPRECATED, saying("x")])
def test_a_result_has_its_rule_its_lines_and_its_fingerprint(given: Review) -> None:
    written = run(given)
    rules = [rule["id"] for rule in written["tool"]["driver"]["rules"]]
    for result, one in zip(written["results"], given.findings, strict=True):
        assert rules[result["ruleIndex"]] == result["ruleId"] == one.finding.rule
        region = result["locations"][0]["physicalLocation"]["region"]
        assert (region["startLine"], region["startColumn"]) == one.new
        assert result["partialFingerprints"] == {"contractDiff/v1": one.finding.fingerprint}


def test_a_run_has_the_version_of_the_project_and_the_policies() -> None:
    ours, foreign = (run(each(operation(), operation())) for each in (reviewed, compared))
    assert ours["tool"]["driver"]["version"] == facade.__version__
    assert "version" not in foreign["tool"]["driver"]
    assert "properties" not in foreign
    given = replace(DEPRECATED, notes=(PolicyNote("a policy", True), PolicyNote("unmet", False)))
    assert run(given)["properties"] == {"policies": ["a policy", "unmet"]}
    notices = [line for line in report.render(given, "github").splitlines() if "policy" in line]
    assert notices == ["::notice title=policy::a policy"]


def test_a_workflow_command_has_the_line_of_its_finding() -> None:
    line = DEPRECATED.findings[0].new.line
    assert report.render(DEPRECATED, "github") == (
        f"::notice file=new.json,line={line},col=9,title=operation-deprecated::"
        "GET /pets/{id} is deprecated; at GET /pets/{id}: deprecated; wire safe, sdk none\n"
    )


def test_a_message_names_operations_that_its_place_does_not() -> None:
    tagged = compared(document(), document(tags=[{"name": "a"}]))
    assert "declares a tag; at tags[0]; wire" in report.render(tagged, "github")
    written = report.render(changed({"operations": ["PUT /a", "PUT /b"]}), "github")
    assert "; in PUT /a, PUT /b; at GET /pets/{id}: deprecated; wire" in written


def test_what_fails_the_run_is_annotated_and_an_accepted_finding_is_suppressed() -> None:
    action = OverlayStatus((ActionStatus("action 1", "moved", "there is nothing"),))
    accepted = (replace(DEPRECATED.findings[0], accepted="known"),)
    given = replace(DEPRECATED, findings=accepted, stale=("an entry",), overlay=action)
    assert report.render(given, "github").splitlines() == [
        "::error title=accepted.yaml::an entry",
        "::error title=overlay.yaml::moved: action 1: there is nothing",
    ]
    (result,) = run(given)["results"]
    assert result["suppressions"] == [{"kind": "external", "justification": "known"}]
    assert "suppressions" not in run(DEPRECATED)["results"][0]


@hostile
def test_a_document_cannot_inject_workflow_commands(text: str) -> None:
    given = saying(text)
    lines = report.render(given, "github").splitlines()
    assert len(lines) == len(given.open)
    starts = ("::error file=", "::notice file=", "::warning file=")
    assert all(line.startswith(starts) for line in lines)


def test_fifty_findings_are_annotated_the_worst_first_and_the_rest_is_counted() -> None:
    old, new = (
        document({f"/{word}/{n}": {"get": {"operationId": f"{word}-{n}"}} for n in range(60)})
        for word in ("pets", "cats")
    )
    *shown, rest = report.render(compared(old, new), "github").splitlines()
    assert [line.split()[0] for line in shown] == ["::error"] * 50
    assert rest == (
        "::error file=new.json,title=contract diff::"
        "and 70 more findings: 10 breaking, 60 safe; --format html shows all of them"
    )


def test_annotations_name_values_and_operation() -> None:
    listed = compared(requesting({"enum": list("abcdefgh")}), requesting({"enum": ["a", "x"]}))
    said = "has other values: b, c, d, e, f and 2 more → x; at PUT /pets: requestBody.content"
    assert said in report.render(listed, "github")
    (result,) = run(listed)["results"]
    assert said in result["message"]["text"]
    assert result["locations"][0]["logicalLocations"] == [
        {"fullyQualifiedName": "PUT /pets", "kind": "function"}
    ]


@pytest.mark.parametrize(
    ("path", "uri", "file"),
    [
        ("a:b, 100%.json", "a%3Ab%2C%20100%25.json", "a%3Ab%2C 100%25.json"),
        ("/a b/c.json", "file:///a%20b/c.json", "/a b/c.json"),
        ("https://e.com/a.json", "https://e.com/a.json", "https%3A//e.com/a.json"),
    ],
)
def test_a_document_may_have_any_name(path: str, uri: str, file: str) -> None:
    given = replace(DEPRECATED, paths=(path, path))
    location = run(given)["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]
    assert location == {"uri": uri}
    assert report.render(given, "github").startswith(f"::notice file={file},line=")
