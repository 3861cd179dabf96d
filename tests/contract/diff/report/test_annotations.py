"""The report as annotations: SARIF and workflow commands."""

import json
from dataclasses import replace

import pytest

import facade
from scripts.contract.diff import report
from scripts.contract.diff.overlay_status import ActionStatus, OverlayStatus
from scripts.contract.diff.review import Review
from tests.contract.diff.documents import document, operation, requesting
from tests.contract.diff.report.reviews import examples, hostile, saying
from tests.contract.diff.reviewing import compared, reviewed


@examples
def test_a_result_has_its_rule_its_lines_and_its_fingerprint(given: Review) -> None:
    run = json.loads(report.render(given, "sarif"))["runs"][0]
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    results = run["results"]
    assert len(results) == len(given.findings)
    for result, one in zip(results, given.findings, strict=True):
        assert rules[result["ruleIndex"]] == result["ruleId"] == one.finding.rule
        region = result["locations"][0]["physicalLocation"]["region"]
        assert (region["startLine"], region["startColumn"]) == one.new
        assert result["partialFingerprints"] == {"contractDiff/v1": one.finding.fingerprint}


def test_the_driver_has_the_version_of_the_project() -> None:
    def driver(given: Review) -> dict[str, object]:
        whole = json.loads(report.render(given, "sarif"))
        found: dict[str, object] = whole["runs"][0]["tool"]["driver"]
        return {key: value for key, value in found.items() if key != "rules"}

    assert driver(reviewed(operation(), operation())) == {
        "name": "contract-diff",
        "version": facade.__version__,
    }
    assert driver(compared(operation(), operation())) == {"name": "contract-diff"}


def test_an_accepted_finding_is_suppressed_with_its_reason() -> None:
    given = compared(operation(), operation(deprecated=True))
    accepted = replace(given.findings[0], accepted="known")
    written = json.loads(report.render(replace(given, findings=(accepted,)), "sarif"))
    assert written["runs"][0]["results"][0]["suppressions"] == [
        {"kind": "external", "justification": "known"}
    ]


DEPRECATED = compared(operation(), operation(deprecated=True))


def test_a_workflow_command_has_the_line_of_its_finding() -> None:
    (finding,) = DEPRECATED.findings
    assert report.render(DEPRECATED, "github") == (
        f"::notice file=new.json,line={finding.new.line},col=9,title=operation-deprecated::"
        "GET /pets/{id} is deprecated; at GET /pets/{id}: deprecated; wire safe, sdk none\n"
    )


def test_a_document_of_git_is_annotated_in_the_working_tree() -> None:
    given = replace(DEPRECATED, new="HEAD:openapi/new.json", paths=("", "openapi/new.json"))
    assert report.render(given, "github").startswith("::notice file=openapi/new.json,")


def test_an_accepted_finding_is_not_annotated_and_a_stale_entry_is() -> None:
    accepted = replace(DEPRECATED.findings[0], accepted="known")
    given = replace(DEPRECATED, findings=(accepted,), stale=("it matches no finding",))
    assert report.render(given, "github") == (
        "::error title=accepted.yaml::it matches no finding\n"
    )


@hostile
def test_a_document_cannot_inject_workflow_commands(text: str) -> None:
    given = saying(text)
    lines = report.render(given, "github").splitlines()
    assert len(lines) == len(given.open)
    assert all(
        line.startswith(("::error file=", "::notice file=", "::warning file=")) for line in lines
    )


MANY = compared(
    document({f"/pets/{n}": {"get": {"operationId": f"get-{n}"}} for n in range(60)}),
    document({f"/cats/{n}": {"get": {"operationId": f"cat-{n}"}} for n in range(60)}),
)


def test_fifty_findings_are_annotated_the_worst_first_and_the_rest_is_counted() -> None:
    *shown, rest = report.render(MANY, "github").splitlines()
    assert len(shown) == 50
    assert all(line.startswith("::error ") for line in shown)
    assert rest == (
        "::error file=new.json,title=contract diff::"
        "and 70 more findings: 10 breaking, 60 safe; --format html shows all of them"
    )


LISTED = compared(requesting({"enum": list("abcdefgh")}), requesting({"enum": ["a", "x"]}))


def test_annotations_name_values_and_operation() -> None:
    said = "has other values: b, c, d, e, f and 2 more → x; at PUT /pets: requestBody.content"
    assert said in report.render(LISTED, "github")
    (result,) = json.loads(report.render(LISTED, "sarif"))["runs"][0]["results"]
    assert said in result["message"]["text"]
    assert result["locations"][0]["logicalLocations"] == [
        {"fullyQualifiedName": "PUT /pets", "kind": "function"}
    ]


@pytest.mark.parametrize(
    ("path", "uri", "file"),
    [
        ("a:b.json", "a%3Ab.json", "a%3Ab.json"),
        ("/a b/c.json", "file:///a%20b/c.json", "/a b/c.json"),
        ("it's 100%.json", "it%27s%20100%25.json", "it's 100%25.json"),
        (
            "https://example.com/a.json",
            "https://example.com/a.json",
            "https%3A//example.com/a.json",
        ),
    ],
)
def test_a_document_may_have_any_name(path: str, uri: str, file: str) -> None:
    given = replace(DEPRECATED, paths=(path, path))
    (result,) = json.loads(report.render(given, "sarif"))["runs"][0]["results"]
    location = result["locations"][0]["physicalLocation"]["artifactLocation"]
    assert location == {"uri": uri}
    assert report.render(given, "github").startswith(f"::notice file={file},line=")


def test_an_unsettled_action_of_the_overlay_is_annotated() -> None:
    status = OverlayStatus((ActionStatus("action 1", "moved", "there is nothing"),))
    assert report.render(replace(DEPRECATED, findings=(), overlay=status), "github") == (
        "::error title=overlay.yaml::moved: action 1: there is nothing\n"
    )
