"""The probe finds every deviation of the API from the contract."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from facade._core import concurrency
from facade._core.operations import VERSIONS
from facade.testing import Sandbox, faults
from scripts.contract import overlay
from scripts.diff.load import Contract
from scripts.diff.results import Review
from scripts.errors import CannotRunError
from scripts.evidence.observed import compare_observed
from scripts.evidence.probe import Probe
from scripts.openapi.documents import dump
from tests.evidence.conftest import probe_of
from tests.evidence.deviations import DEVIATIONS
from tests.evidence.recordings import findings

CONTRACT = json.loads((Path(__file__).parents[2] / "openapi" / "associations.json").read_text())
ACCOUNT = ("t", "l", "https://api.example")
PLANNED = "read associations and relations under Version"


def probed(sandbox: Sandbox, folder: Path) -> Path:
    """Probe a sandbox, except for the rate limit; return the saved result."""
    probe = probe_of(sandbox, write=True)
    found = probe.run(CONTRACT)
    assert found.remaining == []
    assert len(sandbox.associations()) == 4  # the system associations
    assert sandbox.relations() == []
    found.save(folder / "observed.jsonl")
    return folder / "observed.jsonl"


def compared(saved: Path, contract: Any) -> Review:
    return compare_observed(Contract("contract", contract, {"": dump(contract)}), [saved])


def test_the_plan_lists_the_requests() -> None:
    (read,) = Probe(*ACCOUNT).plan()
    assert read.startswith(f"{PLANNED} {', '.join(VERSIONS)}: about 30 requests")
    read, write, exhaust = Probe(*ACCOUNT, versions=("v4",), write=True, exhaust=True).plan()
    assert read.startswith(f"{PLANNED} v4: about 20 requests")
    assert write.startswith("create, update and delete 5 associations named probe_delete_me_.")
    assert exhaust.startswith("send up to 150 requests at once until one is refused")


def test_an_answer_is_saved_with_its_day_and_its_number_of_replies(tmp_path: Path) -> None:
    probe = probe_of(Sandbox())
    found = probe.run(CONTRACT, lambda: date(2026, 11, 24))
    answers = {line["fact"]: line for line in found.lines if "fact" in line}
    assert answers["missing-id"] == {
        "fact": "missing-id",
        "asks": "What is answered where there is no such id?",
        "answer": "404 Association not found",
        "n": 2,  # under each Version
        "first": "2026-11-24",
        "last": "2026-11-24",
    }
    assert "update-body" not in answers  # nothing was updated
    days = {(line["first"], line["last"]) for line in found.lines}
    assert days == {("2026-11-24", "2026-11-24")}


def test_a_sandbox_that_conforms_has_no_findings(tmp_path: Path) -> None:
    review = compared(probed(Sandbox(), tmp_path), CONTRACT)
    assert (review.findings, review.proposals, review.problems) == ((), (), ())


@pytest.mark.parametrize("name", DEVIATIONS)
def test_a_deviation_is_found_and_the_proposed_action_resolves_it(
    name: str, tmp_path: Path
) -> None:
    saved = probed(DEVIATIONS[name].sandbox(), tmp_path)
    review = compared(saved, CONTRACT)
    assert findings(review) == DEVIATIONS[name].findings
    actions = overlay.read_actions(overlay.overlay_of(review.proposals))
    overlay.require_reasons(actions)
    again = compared(saved, overlay.apply(CONTRACT, actions))
    assert (again.findings, again.proposals) == ((), ())


def test_what_was_created_is_deleted_after_an_error_and_by_a_clean_up(tmp_path: Path) -> None:
    sandbox = Sandbox()
    probe = probe_of(sandbox, write=True)
    with (
        sandbox.misbehave(faults.drop("before_work"), on="create_relation"),
        sandbox.misbehave(faults.fail(403), on="delete_association"),
        pytest.raises(CannotRunError, match="no response"),
    ):
        probe.run(CONTRACT)
    assert len(sandbox.associations()) == 4 + 3
    assert probe.clean_up(probe.left_behind()) == []
    assert len(sandbox.associations()) == 4


@pytest.mark.parametrize("status", [401, 403])
def test_a_token_that_is_refused_ends_the_run_before_anything_is_created(
    status: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(concurrency, "sleep", lambda seconds: None)  # before a 401 is repeated
    sandbox = Sandbox()
    sandbox.misbehave(faults.fail(status))
    probe = probe_of(sandbox, write=True)
    with pytest.raises(CannotRunError, match=rf"the API refuses the token \({status}\)"):
        probe.run(CONTRACT)
    assert {each.method for each in sandbox.requests} == {"GET"}
