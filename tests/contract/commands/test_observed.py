"""scripts.observed compares recordings with the contract."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml

from scripts import observed
from tests.contract.published import TOP
from tests.evidence.recordings import GET, ONE, record

# A field that is published nowhere, and a value outside generated code.
BODIES = {
    "even": ONE,
    "odd": {**ONE, "syncState": 1},
    "value": {**ONE, "associationType": "PARTNER_DEFINED"},
}
PROPOSED = "put the proposed actions into the overlay, then regenerate"


@pytest.fixture(autouse=True)
def _recordings(empty_project: Path) -> None:
    for name in ("openapi", "facade"):
        (empty_project / name).symlink_to(TOP / name)
    for name, body in BODIES.items():
        record([(GET, 200, body)], empty_project / name)


def test_a_mismatch_is_a_finding_and_agreement_is_not() -> None:
    for name, options, code in (
        ("odd", "", 1),
        ("odd", "--fail-on breaking", 0),
        ("value", "--lens sdk", 0),
        ("odd", "--since odd", 0),
        ("odd", "--since even", 1),
    ):
        arguments = [name, "--format", "json", "--output", "report", *options.split()]
        assert observed.main(arguments) == code
        written = json.loads(Path("report").read_text())
        assert bool(written["findings"]) == (code == 1 or "breaking" in options)
        if not options:
            assert written["verdict"] == (PROPOSED if code else "nothing to do")


def test_the_proposed_actions_are_an_overlay_if_there_are_any(capsysbinary: Any) -> None:
    assert observed.main(["odd", "--format", "overlay"]) == 1
    written = capsysbinary.readouterr().out.decode()
    assert "AssociationPayload has syncState" in written
    assert len(yaml.safe_load(written)["actions"]) == 1
    assert observed.main(["even", "--format", "overlay"]) == 0
    assert capsysbinary.readouterr().out == b""


def test_the_proposed_actions_are_applied_if_asked_for(
    empty_project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (empty_project / "openapi").unlink()
    shutil.copytree(TOP / "openapi", "openapi")
    before = Path("openapi/overlay.yaml").read_text()
    assert observed.main(["odd"]) == 1
    assert Path("openapi/overlay.yaml").read_text() == before
    assert observed.main(["even", "--apply"]) == 0
    assert capsys.readouterr().err == "no action to apply\n"
    assert observed.main(["odd", "--apply"]) == 1
    done = "1 action(s) added to openapi/overlay.yaml; next: make generate\n"
    assert capsys.readouterr().err == done
    assert "AssociationPayload has syncState" in Path("openapi/overlay.yaml").read_text()
