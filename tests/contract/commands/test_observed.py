"""scripts.observed compares recordings with the contract."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from scripts import diff, observed
from scripts.contract.errors import CannotRunError
from scripts.contract.generate import Layout
from tests.contract.diff.documents import Json
from tests.contract.observed.recordings import GET, ONE, record

ODD = {**ONE, "syncState": 1}


@pytest.fixture
def files(project: Layout) -> dict[str, str]:
    """Write a recording that agrees with the contract and one with a further field."""
    named = {"even": ONE, "odd": ODD}
    return {
        name: str(record([(GET, 200, body)], project.root / f"{name}.jsonl"))
        for name, body in named.items()
    }


def test_a_mismatch_is_a_finding_and_agreement_is_not(files: dict[str, str]) -> None:
    assert observed.main([files["odd"], "--output", "report"]) == 1
    assert observed.main([files["odd"], "--output", "report", "--fail-on", "breaking"]) == 0
    assert observed.main([files["even"], "--output", "report"]) == 0


def test_the_lens_is_that_of_the_option(project: Layout) -> None:
    body = {**ONE, "associationType": "PARTNER_DEFINED"}  # a wire fact outside generated code
    path = str(record([(GET, 200, body)], project.root / "a.jsonl"))
    assert observed.main([path, "--output", "report"]) == 1
    assert observed.main([path, "--output", "report", "--lens", "sdk"]) == 0


def test_recordings_are_compared_with_earlier_ones(
    files: dict[str, str], capsysbinary: Any
) -> None:
    since = [files["odd"], "--since", files["even"], "--format", "json"]
    assert observed.main(since) == 1
    (finding,) = json.loads(capsysbinary.readouterr().out)["findings"]
    assert finding["rule"].startswith("property-added")
    assert observed.main([files["odd"], "--since", files["odd"], "--output", "report"]) == 0


@pytest.mark.parametrize("form", ["text", "markdown", "html"])
def test_every_readable_format_shows_the_proposed_actions(files: dict[str, str], form: str) -> None:
    observed.main([files["odd"], "--format", form, "--output", "report"])
    written = Path("report").read_text()
    assert "roposed overlay actions" in written
    assert "AssociationPayload has syncState" in written


def test_the_overlay_form_is_a_document_of_actions(
    files: dict[str, str], capsysbinary: Any
) -> None:
    assert observed.main([files["odd"], "--format", "overlay"]) == 1
    (action,) = yaml.safe_load(capsysbinary.readouterr().out)["actions"]
    assert action["description"] == "AssociationPayload has syncState"
    assert observed.main([files["even"], "--format", "overlay"]) == 0
    assert capsysbinary.readouterr().out == b""


@pytest.mark.parametrize(
    ("body", "verdict"),
    [
        (ODD, "put the proposed actions into the overlay, then regenerate"),
        (
            {**ONE, "associationType": "PARTNER_DEFINED"},
            "put the proposed actions into the overlay, then regenerate",
        ),
        (ONE, "nothing to do"),
    ],
)
def test_the_verdict_says_what_to_do_with_the_observations(
    project: Layout, body: Json, verdict: str
) -> None:
    path = record([(GET, 200, body)], project.root / "a.jsonl")
    observed.main([str(path), "--format", "json", "--output", "report"])
    assert json.loads(Path("report").read_text())["verdict"] == verdict


def test_the_old_option_of_scripts_diff_works(files: dict[str, str]) -> None:
    assert diff.main(["--observed", files["odd"], "--output", "report"]) == 1
    assert diff.main(["--format", "json", "--observed", files["even"], "--output", "report"]) == 0
    since = ["--observed", files["odd"], "--since", files["odd"]]
    assert diff.main([*since, "--output", "report"]) == 0


def test_a_contract_is_refused_as_a_recording(project: Layout) -> None:
    name = str(project.contract)
    with pytest.raises(CannotRunError, match="line 1, is not a line of"):
        diff.main([name, name, "--observed", "a.jsonl"])


def test_options_that_conflict_are_refused(
    files: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        diff.main(["--observed", files["odd"], "--overlay"])
    assert ended.value.code == 2
    assert "unrecognized arguments: --overlay" in capsys.readouterr().err
