"""A review: its findings, its counts, and when it fails a run."""

from dataclasses import replace
from pathlib import Path

import pytest

from scripts.contract.diff.overlay_status import ActionStatus, OverlayStatus
from scripts.contract.diff.review import Review, compare_contracts, review
from tests.contract.diff.documents import Json, operation, requesting
from tests.contract.diff.reviewing import ROOT, TODAY, compared, contract, reviewed

BREAKING = compared(requesting({"enum": ["a", "b"]}), requesting({"enum": ["a"]}))
RISKY = compared(requesting({"type": "string"}), requesting({"type": "string", "default": "a"}))
SAFE = compared(operation(), operation(deprecated=True))
NAMES = compared(operation(operationId="a"), operation(operationId="b"))
NOTHING = compared(operation(), operation())


@pytest.mark.parametrize(
    ("given", "failing"),
    [
        (BREAKING, {"breaking", "risky", "any"}),
        (RISKY, {"risky", "any"}),
        (SAFE, {"any"}),
        (NAMES, {"breaking", "risky", "any"}),
        (NOTHING, set[str]()),
    ],
)
def test_the_worst_finding_decides_whether_a_run_fails(given: Review, failing: set[str]) -> None:
    levels = ("breaking", "risky", "any", "never")
    assert {level for level in levels if given.fails(level)} == failing


def test_an_accepted_finding_does_not_fail_the_run() -> None:
    accepted = tuple(replace(each, accepted="known") for each in BREAKING.findings)
    assert not replace(BREAKING, findings=accepted).fails("any")


@pytest.mark.parametrize("state", ["mended", "moved", "changed"])
def test_an_unsettled_action_fails_every_run_that_may_fail(state: str) -> None:
    overlay = OverlayStatus((ActionStatus("action 1", state, "why"),))
    given = replace(NOTHING, overlay=overlay)
    assert given.fails("breaking")
    assert not given.fails("never")


def test_the_sdk_lens_hides_findings_outside_generated_code() -> None:
    both = {"description": "", "deprecated": True, "operationId": "b"}
    old, new = contract(operation()), contract(operation(**both))
    assert len(compare_contracts(old, new).findings) == 2
    (finding,) = compare_contracts(old, new, "sdk").findings
    assert finding.finding.rule == "operation-id-renamed"


def test_findings_are_counted_by_lens_and_severity() -> None:
    assert BREAKING.counts() == {
        "wire": {"breaking": 1, "risky": 0, "safe": 0},
        "sdk": {"breaking": 1, "compatible": 0, "none": 0},
    }


def test_a_finding_is_located_in_both_documents() -> None:
    (finding,) = SAFE.findings
    text = contract(operation(deprecated=True)).data[""].decode().split("\n")
    assert text[finding.new.line - 1][finding.new.column - 1 :] == '"deprecated": true,'


def test_a_comparison_is_complete_without_findings_and_without_a_facade(tmp_path: Path) -> None:
    given = review(NOTHING, [], TODAY, root=tmp_path)
    assert (given.conclusion, given.findings) == ("nothing to do", ())
    assert (given.version, given.next_version) == (None, None)


def released(folder: Path) -> None:
    """Write a facade of version 1.4.2 with our methods to a folder."""
    for name in ("facade/_core/methods.py", "facade/models.py", "openapi/associations.json"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes((ROOT / name).read_bytes())
    (folder / "facade/version.py").write_text('"""Which."""\n\n__version__ = "1.4.2"\n')


@pytest.mark.parametrize(
    ("new", "version"),
    [({}, "2.0.0"), ({"get": {"operationId": "renamed"}}, "1.5.0")],
)
def test_the_next_version_follows_from_the_verdict(tmp_path: Path, new: Json, version: str) -> None:
    released(tmp_path)
    path = "/associations/{associationId}"
    old = {**operation(), "paths": {path: {"get": {"operationId": "get-association"}}}}
    given = compared(old, {**old, "paths": {path: new} if new else {}})
    whole = review(given, [], TODAY, root=tmp_path)
    assert (whole.version, whole.next_version) == ("1.4.2", version)


def test_a_finding_without_a_method_has_no_next_version() -> None:
    assert reviewed(operation(operationId="a"), operation(operationId="b")).next_version is None
