"""The forms of the report: whole, and harmless whatever the documents say."""

import json
from pathlib import Path

import jsonschema  # type: ignore[import-untyped] # it has no stubs
import pytest

from scripts.contract.diff import report
from scripts.contract.diff.load import Contract
from scripts.contract.diff.review import Review, review
from scripts.contract.openapi.documents import dump
from tests.contract.diff_documents import Json, document, holding, operation, requesting, responding

SCHEMA = Path(report.__file__).with_name("findings.schema.json")


def reviewed(old: Json, new: Json) -> Review:
    """Review two documents."""
    ours, theirs = (
        Contract(name, each, {"": json.dumps(each, indent=2, sort_keys=True).encode()})
        for name, each in (("old.json", old), ("new.json", new))
    )
    return review(ours, theirs)


def evil(text: str) -> Review:
    """Give a review of documents that say this text wherever they can."""
    new = responding(holding({"enum": [text]}), tags=[{"name": text}], **{text: text})
    new["paths"][f"/{text}"] = {"get": {"operationId": text, "summary": text}}
    given = reviewed(responding(holding({"enum": ["a"]})), new)
    action = {"target": "$", "description": text, "x-evidence": text, "x-expect": 1}
    given.proposals = [{**action, "update": {text: text}}]
    return given


SCHEMES = {"components": {"securitySchemes": {"key": {"type": "apiKey"}}}}
EXAMPLES = [
    reviewed(document(), document()),
    reviewed(requesting(holding({})), requesting(holding({"type": "string"}))),
    reviewed(responding({"$ref": "#/nothing"}), responding({"$ref": ""})),
    reviewed({**operation(), **SCHEMES}, {**operation(security=[{"key": []}]), **SCHEMES}),
    evil("x"),
]


@pytest.mark.parametrize("given", EXAMPLES)
def test_the_json_report_is_what_its_schema_says(given: Review) -> None:
    schema = json.loads(SCHEMA.read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(json.loads(report.render(given, "json")), schema)


@pytest.mark.parametrize("given", EXAMPLES)
def test_a_sarif_result_has_its_rule_its_lines_and_its_fingerprint(given: Review) -> None:
    run = json.loads(report.render(given, "sarif"))["runs"][0]
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    results = run["results"]
    assert len(results) == len(given.findings)
    for result, judged in zip(results, given.findings, strict=True):
        assert rules[result["ruleIndex"]] == result["ruleId"] == judged.finding.rule
        region = result["locations"][0]["physicalLocation"]["region"]
        assert (region["startLine"], region["startColumn"]) == judged.new
        assert result["partialFingerprints"] == {"contractDiff/v1": judged.finding.fingerprint}


def test_github_annotations_stand_at_the_lines() -> None:
    given = reviewed(operation(), operation(deprecated=True))
    line = (
        dump(operation(deprecated=True)).decode().split("\n").index('        "deprecated": true,')
    )
    assert report.render(given, "github") == (
        f"::notice file=new.json,line={line + 1},col=9,title=operation-deprecated::"
        "GET /pets/{id} is deprecated (wire safe, sdk none)\n"
    )


HOSTILE = [
    "<script>alert(1)</script>",
    "`` ` **x** [y](javascript:z)\n# heading\n```\n- item",
    "\x1b[31mred\x1b[0m \u202e reversed",
    "a\n::error::forged",
    "%0A::warning::forged",
    "\ud800 half of a character",
]


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("form", list(report.FORMATS))
def test_every_form_can_be_written_whatever_the_documents_say(form: str, text: str) -> None:
    written = report.render(evil(text), form)
    assert written.encode()


@pytest.mark.parametrize("text", HOSTILE)
def test_a_terminal_is_not_commanded_by_a_document(text: str) -> None:
    written = report.render(evil(text), "text")
    assert all(sign.isprintable() or sign == "\n" for sign in written)


@pytest.mark.parametrize("text", HOSTILE)
def test_a_workflow_is_not_commanded_by_a_document(text: str) -> None:
    given = evil(text)
    lines = report.render(given, "github").splitlines()
    assert len(lines) == len(given.open)
    assert all(
        line.startswith(("::error file=", "::notice file=", "::warning file=")) for line in lines
    )


@pytest.mark.parametrize("text", HOSTILE)
def test_markdown_shows_a_document_and_is_not_formed_by_it(text: str) -> None:
    lines = report.render(evil(text), "markdown").splitlines()
    headings = [line for line in lines if line.startswith("#")]
    assert headings[1:4] == ["### Breaking", "### Risky", "### Safe"]
    assert headings[4:] == ["### Proposed overlay actions"]
    inside = False
    for line in lines:
        if line.strip() in ("```diff", "```"):
            inside = not inside
        shown = inside or line.startswith("    ")  # as code, both
        assert shown or "<script" not in line.replace("\\<", "")
    assert not inside


def test_long_lists_are_told_by_what_went_and_what_came() -> None:
    values = [f"value-{number}" for number in range(100)]
    old, new = requesting({"enum": [*values, "old"]}), requesting({"enum": [*values, "new"]})
    written = report.render(reviewed(old, new), "text")
    assert "\n  - old\n  + new\n" in written
    assert "value-1" not in written
