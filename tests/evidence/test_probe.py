"""The probe finds every deviation of the API from the contract."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from facade._core import concurrency
from facade._core.operations import VERSIONS
from facade.testing import Sandbox, faults
from scripts.contract import overlay
from scripts.errors import CannotRunError
from scripts.evidence.client import ProbeClient, Target
from scripts.evidence.observed import compare_observed
from scripts.evidence.probe import plan, probe
from scripts.evidence.session import clean_up, left_behind
from tests.contract.small import applied
from tests.diff.reviewing import contract
from tests.evidence.conftest import target_of
from tests.evidence.deviations import DEVIATIONS, Deviation
from tests.evidence.recordings import CONTRACT, findings


def test_the_plan_lists_the_requests() -> None:
    account = ("t", "l", "https://api.example")
    planned = "read associations and relations under Version"
    (read,) = plan(Target(*account))
    assert read.startswith(f"{planned} {', '.join(VERSIONS)}: about 30 requests")
    read, write, exhaust = plan(Target(*account, versions=("v4",), write=True, exhaust=True))
    assert read.startswith(f"{planned} v4: about 20 requests")
    assert write.startswith("create, update and delete 5 associations named probe_delete_me_.")
    assert exhaust.startswith("send up to 150 requests at once until one is refused")


def test_an_answer_is_saved_with_its_day_and_its_number_of_replies() -> None:
    target = target_of(Sandbox(limit=(100, 10.0)), exhaust=True)
    found = probe(target, CONTRACT.document, lambda: date(2026, 11, 24))
    answers = {line["fact"]: line for line in found.lines if "fact" in line}
    assert answers["missing-id"] == {
        "fact": "missing-id",
        "asks": "What is answered where there is no such id?",
        "answer": "404 Association not found",
        "n": 2,  # under each Version
        "first": "2026-11-24",
        "last": "2026-11-24",
    }
    assert answers["refused-429"]["n"] == 1
    assert "update-body" not in answers  # nothing was updated
    days = {(line["first"], line["last"]) for line in found.lines}
    assert days == {("2026-11-24", "2026-11-24")}


@pytest.mark.parametrize("name", ["none", *DEVIATIONS])
def test_a_deviation_is_found_and_the_proposed_action_resolves_it(
    name: str, tmp_path: Path
) -> None:
    deviation = DEVIATIONS.get(name, Deviation())
    sandbox, saved = deviation.sandbox(), tmp_path / "observed.jsonl"
    found = probe(target_of(sandbox, write=True), CONTRACT.document)
    assert (found.remaining, sandbox.relations()) == ([], [])
    assert len(sandbox.associations()) == 4  # the system associations
    found.save(saved)
    review = compare_observed(CONTRACT, [saved])
    assert (findings(review), review.problems) == (deviation.findings, ())
    actions: Any = overlay.overlay_of(review.proposals)
    actions = overlay.read_actions(actions) if review.proposals else []
    again = compare_observed(contract(applied(CONTRACT.document, actions)), [saved])
    assert (again.findings, again.proposals) == ((), ())


def test_what_was_created_is_deleted_or_told_after_an_error_and_deleted_by_a_clean_up(
    sandbox: Sandbox, capsys: pytest.CaptureFixture[str]
) -> None:
    target = target_of(sandbox, write=True)
    with (
        sandbox.misbehave(faults.drop("before_work"), on="create_relation"),
        sandbox.misbehave(faults.fail(403), on="delete_association"),
        pytest.raises(CannotRunError, match="no response"),
    ):
        probe(target, CONTRACT.document)
    assert len(sandbox.associations()) == 4 + 3
    assert capsys.readouterr().out.count("could not delete probe_delete_me_") == 3
    with ProbeClient(target, None) as client:
        assert clean_up(client, left_behind(client)) == []
    assert len(sandbox.associations()) == 4


@pytest.mark.parametrize("status", [401, 403])
def test_a_token_that_is_refused_ends_the_run_before_anything_is_created(
    sandbox: Sandbox, status: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(concurrency, "sleep", lambda seconds: None)  # before a 401 is repeated
    sandbox.misbehave(faults.fail(status, message="version header is invalid"))
    said = rf"the API refuses every list \({status}: version header is invalid\): "
    with pytest.raises(CannotRunError, match=said):
        probe(target_of(sandbox, write=True), CONTRACT.document)
    assert {each.method for each in sandbox.requests} == {"GET"}
