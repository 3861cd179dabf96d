"""The report as annotations: SARIF and workflow commands."""

import json
from dataclasses import replace
from typing import Any

import pytest

from scripts.diff import VERSION, report
from scripts.diff.results import PolicyNote, Review
from tests.diff.documents import document, operation, requesting
from tests.diff.report.reviews import DEPRECATED, changed, complete, hostile, saying
from tests.diff.reviewing import compared


def run(given: Review) -> Any:
    return json.loads(report.render(given, "sarif"))["runs"][0]


def commands(given: Review) -> list[str]:
    return report.render(given, "github").splitlines()


@pytest.mark.parametrize("given", [saying("x"), complete()])
def test_a_result_has_its_rule_its_lines_its_operations_and_its_fingerprint(given: Review) -> None:
    written = run(given)
    rules = [rule["id"] for rule in written["tool"]["driver"]["rules"]]
    for result, one in zip(written["results"], given.findings, strict=True):
        (location,) = result["locations"]
        region = location["physicalLocation"]["region"]
        assert rules[result["ruleIndex"]] == result["ruleId"] == one.finding.rule
        assert (region["startLine"], region["startColumn"]) == one.new
        assert location["logicalLocations"] == [
            {"fullyQualifiedName": name, "kind": "function"} for name in one.finding.operations
        ]
        assert result["partialFingerprints"] == {"contractDiff/v1": one.finding.fingerprint}
        reasons = [each["justification"] for each in result.get("suppressions", [])]
        assert reasons == ([one.accepted] if one.accepted else [])


def test_a_run_has_the_version_of_the_diff_and_the_policies() -> None:
    given = run(compared(operation(), operation()))
    assert given["tool"]["driver"]["version"] == VERSION
    assert "properties" not in given
    assert run(complete())["properties"] == {"policies": ["a policy"]}


TAGGED = compared(document(), document(tags=[{"name": "a"}]))
LISTED = compared(requesting({"enum": ["a", "b"]}), requesting({"enum": ["a", "x"]}))


def test_a_message_names_values_and_operations_that_its_place_does_not() -> None:
    shared, partly = (
        changed({"operations": [one, "PUT /b"]}) for one in ("PUT /a", "GET /pets/{id}")
    )
    for given, said in (
        (DEPRECATED, "GET /pets/{id} is deprecated; at GET /pets/{id}: deprecated; wire safe"),
        (TAGGED, "declares a tag; at tags[0]; wire"),
        (shared, "; in PUT /a, PUT /b; at GET /pets/{id}"),
        (partly, "; in GET /pets/{id}, PUT /b; at GET /pets/{id}"),
        (LISTED, "has other values: b → x; at PUT /pets: requestBody"),
    ):
        assert said in commands(given)[0]
        assert said in run(given)["results"][0]["message"]["text"]
    many = changed({"operations": [*"abcd"]})
    assert "; in 4 operations: a, b, c, … (--all lists them);" in commands(many)[0]
    assert "; in a, b, c, d;" in run(many)["results"][0]["message"]["text"]
    assert report.render(LISTED, "sarif").startswith('{\n  "$schema"')
    assert "→" in report.render(LISTED, "sarif")


def test_what_fails_the_run_is_annotated_and_an_accepted_finding_is_not() -> None:
    (finding,) = DEPRECATED.findings
    given = replace(
        DEPRECATED,
        findings=(finding, replace(finding, accepted="known")),
        stale=("an entry",),
        notes=(PolicyNote("a policy", True), PolicyNote("unmet", False)),
    )
    *others, command = commands(given)
    assert others == ["::notice title=policy::a policy", "::error title=accepted.yaml::an entry"]
    at = f"file=new.json,line={finding.new.line},col=9"
    assert command.startswith(f"::notice {at},title=operation-deprecated::GET /pets/{{id}} is")


@hostile
def test_a_document_cannot_inject_workflow_commands(text: str) -> None:
    given = saying(text)
    starts = ("::error file=", "::notice file=", "::warning file=")
    assert len(commands(given)) == len(given.open)
    assert all(line.startswith(starts) for line in commands(given))


def test_a_document_may_have_any_name() -> None:
    for path, uri, file in (
        ("a:b, 100%.json", "a%3Ab%2C%20100%25.json", "a%3Ab%2C 100%25.json"),
        ("/a b/c.json", "file:///a%20b/c.json", "/a b/c.json"),
        ("https://e.com/a.json", "https://e.com/a.json", "https%3A//e.com/a.json"),
    ):
        given = replace(DEPRECATED, paths=(path, path))
        location = run(given)["results"][0]["locations"][0]["physicalLocation"]
        assert location["artifactLocation"] == {"uri": uri}
        assert commands(given)[0].startswith(f"::notice file={file},line=")
