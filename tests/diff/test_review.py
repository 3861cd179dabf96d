"""A review: its findings, its counts, and when it fails a run."""

from dataclasses import replace
from pathlib import Path

import pytest

from scripts.contract.overlay_status import ActionStatus, OverlayStatus
from scripts.diff.review import LEVELS, compare_contracts, review
from tests.diff.documents import Json, operation, requesting, responding
from tests.diff.reviewing import ROOT, TODAY, compared, contract, reviewed

BREAKING = compared(requesting({"enum": ["a", "b"]}), requesting({"enum": ["a"]}))
RISKY = compared(requesting({"type": "string"}), requesting({"type": "string", "default": "a"}))
SAFE = compared(operation(), operation(deprecated=True))
NAMES = compared(operation(operationId="a"), operation(operationId="b"))
NOTHING = compared(operation(), operation())
ACCEPTED = replace(BREAKING, findings=(replace(BREAKING.findings[0], accepted="known"),))
UNSETTLED = replace(NOTHING, overlay=OverlayStatus((ActionStatus("action", "moved", "why"),)))


def test_what_is_open_and_its_worst_severity_decide_whether_a_run_fails() -> None:
    for given, failing in (
        (BREAKING, "breaking risky any"),
        (RISKY, "risky any"),
        (SAFE, "any"),
        (NAMES, "breaking risky any"),
        (NOTHING, ""),
        (ACCEPTED, ""),
        (UNSETTLED, "breaking risky any"),
        (replace(NOTHING, stale=("an entry",)), "breaking risky any"),
        (replace(NOTHING, overlay=OverlayStatus()), ""),
    ):
        assert [level for level in LEVELS if given.fails(level)] == failing.split()


def test_the_sdk_lens_hides_findings_outside_generated_code_and_sorts_by_it() -> None:
    old, new = contract(operation()), contract(operation(deprecated=True, operationId="b"))
    assert len(compare_contracts(old, new).findings) == 2
    (finding,) = compare_contracts(old, new, "sdk").findings
    assert finding.finding.rule == "operation-id-renamed"


def test_the_worst_finding_under_the_lens_comes_first_and_is_counted() -> None:
    given = replace(NOTHING, findings=(*SAFE.findings, *RISKY.findings, *NAMES.findings))
    severities = [each.severity("both") for each in given.worst_first()]
    assert severities == ["breaking", "risky", "safe"]
    assert given.severities() == {"breaking": 1, "risky": 1, "safe": 1}
    assert given.counts() == {
        "wire": {"breaking": 0, "risky": 1, "safe": 2},
        "sdk": {"breaking": 1, "compatible": 1, "none": 1},
    }


def test_a_problem_of_one_document_is_to_be_reported_and_one_of_both_is_not() -> None:
    broken = responding({"$ref": "#/nothing"})
    assert compared(broken, broken).is_empty
    assert not SAFE.is_empty
    assert not compared(broken, responding({})).is_empty


def test_a_finding_is_located_in_both_documents() -> None:
    (finding,) = SAFE.findings
    text = contract(operation(deprecated=True)).data[""].decode().split("\n")
    assert text[finding.new.line - 1][finding.new.column - 1 :] == '"deprecated": true,'


def test_a_comparison_is_complete_without_findings_and_without_a_facade(tmp_path: Path) -> None:
    given = review(NOTHING, [], TODAY, root=tmp_path)
    assert (given.conclusion, given.findings) == ("nothing to do", ())
    assert (given.version, given.next_version) == (None, None)


@pytest.mark.parametrize(
    ("new", "version"), [({}, "2.0.0"), ({"get": {"operationId": "renamed"}}, "1.5.0")]
)
def test_the_next_version_follows_from_the_verdict(tmp_path: Path, new: Json, version: str) -> None:
    for name in ("facade/_core/methods.py", "facade/models.py", "openapi/names.yaml"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes((ROOT / name).read_bytes())
    (tmp_path / "facade/version.py").write_text('"""Which."""\n\n__version__ = "1.4.2"\n')
    path = "/associations/{associationId}"
    old = {**operation(), "paths": {path: {"get": {"operationId": "get-association"}}}}
    given = compared(old, {**old, "paths": {path: new} if new else {}})
    whole = review(given, [], TODAY, root=tmp_path)
    assert (whole.version, whole.next_version) == ("1.4.2", version)


def test_another_api_has_counts_and_no_next_version() -> None:
    given = reviewed(operation(operationId="a"), operation(operationId="b", deprecated=True))
    assert (given.conclusion, given.next_version) == ("1 breaking, 1 safe", None)
