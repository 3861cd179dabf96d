"""Proposed actions are written into the overlay, whose contract stays valid, or nothing is."""

import shutil
from pathlib import Path
from typing import Any

import pytest

from scripts.contract.generate import Layout, build_contract
from scripts.contract.notices import notices_of
from scripts.errors import CannotRunError
from scripts.evidence.apply import apply_proposals
from scripts.openapi.documents import parse
from tests.diff.reviewing import ROOT

FIELD = {
    "target": "$.components.schemas.AssociationPayload[?@.associationType && !@.syncState]",
    "description": "AssociationPayload has syncState",
    "x-evidence": "observed on the wire 2026-11-24: 1 of 1",
    "x-expect": 7,  # made right for every Version
    "update": {"syncState": {"type": "integer"}},
}
ANSWER = {
    "target": "$['x-wire']['token-type'][?@ == '401 Token\\'s user type mismatch!']",
    "description": "token-type: 401 wrong: token, not 401 Token's user type mismatch!",
    "x-evidence": "observed on the wire 2026-11-24: 1 of 1",
    "x-expect": 1,
    "update": "401 wrong: token",
}


@pytest.fixture
def project(tmp_path: Path) -> Layout:
    shutil.copytree(ROOT / "openapi", tmp_path / "openapi")
    return Layout(tmp_path)


def test_actions_are_appended_and_resolve_what_they_were_proposed_for(project: Layout) -> None:
    before = project.overlay.read_text()
    assert apply_proposals([FIELD, ANSWER], project.root) == 2
    written = project.overlay.read_text()
    assert written.startswith(before.rstrip())
    actions = parse(written.encode(), "overlay.yaml")["actions"]
    assert actions[-2:] == [{**FIELD, "x-expect": 1}, ANSWER]
    contract = parse(build_contract(project), "contract")
    assert "syncState" in contract["components"]["schemas"]["AssociationPayload"]["properties"]
    assert contract["x-wire"]["token-type"]["answer"] == "401 wrong: token"
    assert notices_of(project) == []


def test_what_the_overlay_has_is_not_applied_again(project: Layout) -> None:
    apply_proposals([FIELD], project.root)
    before = project.overlay.read_bytes()
    assert apply_proposals([FIELD], project.root) == 0
    assert project.overlay.read_bytes() == before


@pytest.mark.parametrize(
    ("action", "end", "why"),
    [
        ({**FIELD, "update": {"a": {"type": "text"}}}, "", "is not a valid contract"),
        (FIELD, "\nx-more: 1\n", "add the proposed ones by hand"),
        ({**FIELD, "description": ""}, "", "our own actions need description"),
    ],
)
def test_nothing_is_written_without_a_valid_contract(
    project: Layout, action: Any, end: str, why: str
) -> None:
    project.overlay.write_text(project.overlay.read_text() + end)
    before = project.overlay.read_bytes()
    with pytest.raises(CannotRunError, match=why):
        apply_proposals([action], project.root)
    assert project.overlay.read_bytes() == before
