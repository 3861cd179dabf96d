"""The report for programs."""

import json
from pathlib import Path

import jsonschema  # type: ignore[import-untyped] # it has no stubs
import pytest
import referencing

import scripts.contract
from scripts.diff import report
from scripts.diff.results import Review
from tests.diff.documents import responding
from tests.diff.report.reviews import DEPRECATED, complete, saying
from tests.diff.reviewing import compared

PLAIN, OURS = (
    json.loads(Path(str(module.__file__)).with_name("findings.schema.json").read_text())
    for module in (report, scripts.contract)
)
RESOURCES = (("../diff/report/findings.schema.json", referencing.Resource.from_contents(PLAIN)),)
VALIDATOR = jsonschema.Draft202012Validator(
    OURS, registry=referencing.Registry().with_resources(RESOURCES)
)
BROKEN = compared(responding({"$ref": "#/nothing"}), responding({"$ref": ""}))


@pytest.mark.parametrize("given", [DEPRECATED, BROKEN, saying("x"), complete()])
def test_the_report_matches_its_schema(given: Review) -> None:
    for schema in (PLAIN, OURS):
        jsonschema.Draft202012Validator.check_schema(schema)
    VALIDATOR.validate(json.loads(report.render(given, "json")))
    with pytest.raises(jsonschema.ValidationError, match="Unevaluated"):
        VALIDATOR.validate({**json.loads(report.render(given, "json")), "unknown": 1})


def test_a_report_has_the_finding_the_impact_and_the_verdict() -> None:
    written = report.render(saying("é"), "json")
    assert written.startswith('{\n  "findings": [\n')
    assert "é" in written
    data = json.loads(report.render(complete(), "json"))
    (finding,) = data["findings"]
    assert finding["pointer"] == "/paths/~1pets~1{id}/get/operationId"
    assert finding["places"] == [{"old": finding["pointer"], "new": finding["pointer"]}]
    assert finding["old"] == finding["new"] == {"line": 10, "column": 9}
    assert finding["facade"] == [{"name": "pets.get", "shielded": True}]
    assert finding["apps"] == [{"file": "app.py", "line": 3, "uses": "pets.get", "sure": "likely"}]
    assert (finding["accepted"], finding["policy"]) == ("unused", "severity changed")
    assert data["policies"] == ["a policy"]
    assert data["overlay"]["actions"] == [
        {"action": "overlay action 1", "state": "moved", "reason": "there is nothing"}
    ]
    assert (data["verdict"], data["next_version"]) == ("apps break (app.py:3)", "0.2.0")
