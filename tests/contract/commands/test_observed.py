"""scripts.observed compares recordings with the contract."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from scripts import diff, observed
from tests.contract.observed.recordings import GET, ONE, record
from tests.contract.published import TOP

# A field that is published nowhere, and a value outside generated code.
BODIES = {
    "even": ONE,
    "odd": {**ONE, "syncState": 1},
    "value": {**ONE, "associationType": "PARTNER_DEFINED"},
}
PROPOSED = "put the proposed actions into the overlay, then regenerate"


@pytest.fixture
def files(empty_project: Path) -> dict[str, str]:
    """Write a recording of each body, in a project that has the contract."""
    (empty_project / "openapi").symlink_to(TOP / "openapi")
    (empty_project / "facade").symlink_to(TOP / "facade")
    return {
        name: str(record([(GET, 200, body)], empty_project / f"{name}.jsonl"))
        for name, body in BODIES.items()
    }


@pytest.mark.parametrize(
    ("name", "options", "code"),
    [
        ("odd", [], 1),
        ("odd", ["--fail-on", "breaking"], 0),
        ("even", [], 0),
        ("value", [], 1),
        ("value", ["--lens", "sdk"], 0),
        ("odd", ["--since", "odd.jsonl"], 0),
        ("odd", ["--since", "even.jsonl"], 1),
    ],
)
def test_a_mismatch_is_a_finding_and_agreement_is_not(
    files: dict[str, str], name: str, options: list[str], code: int
) -> None:
    assert observed.main([files[name], "--format", "json", "--output", "report", *options]) == code
    written = json.loads(Path("report").read_text())
    assert bool(written["findings"]) == (code == 1 or "breaking" in options)
    if not options:
        assert written["verdict"] == (PROPOSED if code else "nothing to do")


@pytest.mark.parametrize("form", ["text", "html", "overlay"])
def test_every_readable_format_shows_the_proposed_actions(
    files: dict[str, str], form: str, capsysbinary: Any
) -> None:
    assert observed.main([files["odd"], "--format", form]) == 1
    written = capsysbinary.readouterr().out.decode()
    assert "AssociationPayload has syncState" in written
    if form == "overlay":
        assert len(yaml.safe_load(written)["actions"]) == 1
        assert observed.main([files["even"], "--format", form]) == 0
        assert capsysbinary.readouterr().out == b""
    else:
        assert "roposed overlay actions" in written


def test_the_earlier_spelling_of_the_command_works(files: dict[str, str]) -> None:
    assert diff.main(["--observed", files["odd"], "--output", "report"]) == 1
    assert diff.main([files["even"], "--output", "report", "--observed"]) == 0
