"""Accepting a finding: with an owner, a reason and a last day."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from scripts.contract.diff import accepted
from scripts.contract.diff.load import Contract
from scripts.contract.diff.review import Review, fails, review
from scripts.contract.errors import CannotRunError
from scripts.contract.openapi.documents import dump
from tests.contract.diff_documents import Json, holding, requesting, responding

TODAY = date(2030, 5, 5)


def reviewed(old: Json, new: Json) -> Review:
    """Review two documents."""
    ours, theirs = (Contract("it.json", each, {"": dump(each)}) for each in (old, new))
    return review(ours, theirs)


def breaking() -> Review:
    """Give a review of one breaking finding."""
    return reviewed(requesting(holding({"enum": ["a", "b"]})), requesting(holding({"enum": ["a"]})))


def accept(path: Path, given: Review, **more: Any) -> str:
    """Accept the one finding of a review."""
    fingerprint = given.findings[0].finding.fingerprint
    words = {"owner": "api", "reason": 'never "sent": #1', "until": TODAY, **more}
    accepted.accept(path, given, fingerprint, **words)
    return fingerprint


def test_an_accepted_finding_stays_in_the_report_and_fails_no_run(tmp_path: Path) -> None:
    path, given = tmp_path / "accepted.yaml", breaking()
    assert fails(given, "breaking")
    accept(path, given)
    accepted.mark(given, accepted.read(path), TODAY)
    assert [each.accepted for each in given.findings] == ['never "sent": #1']
    assert not fails(given, "any")


def test_what_the_file_said_before_stays(tmp_path: Path) -> None:
    path = tmp_path / "accepted.yaml"
    path.write_text("# why we keep this file\n")
    accept(path, breaking())
    accept(path, reviewed(responding({"enum": ["a"]}), responding({"enum": ["b"]})))
    assert path.read_text().startswith("# why we keep this file\n")
    assert [entry.rule for entry in accepted.read(path)] == [
        "enum-values-removed",
        "enum-values-replaced",
    ]


def test_an_expired_entry_fails_the_run_and_accepts_nothing(tmp_path: Path) -> None:
    path, given = tmp_path / "accepted.yaml", breaking()
    fingerprint = accept(path, given, until=date(2030, 5, 4))
    accepted.mark(given, accepted.read(path), TODAY)
    assert given.stale == [
        f"{fingerprint} (enum-values-removed, accepted by api) expired on 2030-05-04: decide again"
    ]
    assert given.findings[0].accepted is None
    assert fails(given, "any")


def test_an_entry_that_matches_nothing_fails_the_run(tmp_path: Path) -> None:
    path = tmp_path / "accepted.yaml"
    fingerprint = accept(path, breaking())
    nothing = reviewed(requesting({}), requesting({}))
    accepted.mark(nothing, accepted.read(path), TODAY)
    assert nothing.stale == [
        f"{fingerprint} (enum-values-removed, accepted by api) matches no finding: delete the entry"
    ]
    assert fails(nothing, "breaking")


def test_a_fingerprint_is_of_structure_and_not_of_wording() -> None:
    first = breaking().findings[0].finding
    worded = requesting({**holding({"enum": ["a"]}), "description": "new words"})
    second = reviewed(requesting(holding({"enum": ["a", "b"]})), worded).findings[0].finding
    other = requesting(holding({"enum": ["b"]}))
    third = reviewed(requesting(holding({"enum": ["a", "b"]})), other).findings[0].finding
    assert first.fingerprint == second.fingerprint
    assert first.fingerprint != third.fingerprint


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("a: 1\n", "must be a list"),
        ("- a: 1\n", "entry 1: it says fingerprint, owner, reason, until"),
        (
            "- {fingerprint: a, rule: b, pointer: c, owner: '', reason: e, until: 2030-01-01}\n",
            "owner is empty",
        ),
        (
            "- {fingerprint: a, rule: b, pointer: c, owner: d, reason: e, until: soon}\n",
            "'soon' is no day",
        ),
    ],
)
def test_an_entry_that_is_not_whole_cannot_run(tmp_path: Path, text: str, why: str) -> None:
    path = tmp_path / "accepted.yaml"
    path.write_text(text)
    with pytest.raises(CannotRunError, match=why):
        accepted.read(path)


def test_accepting_twice_or_nothing_cannot_run(tmp_path: Path) -> None:
    path, given = tmp_path / "accepted.yaml", breaking()
    accept(path, given)
    with pytest.raises(CannotRunError, match="already"):
        accept(path, given)
    with pytest.raises(CannotRunError, match="no finding has the fingerprint"):
        accepted.accept(path, given, "0" * 16, owner="api", reason="why", until=TODAY)


def test_an_entry_counts_where_its_document_is_compared(tmp_path: Path) -> None:
    path, given = tmp_path / "accepted.yaml", breaking()
    accept(path, given)
    nothing = reviewed(requesting({}), requesting({}))
    nothing.old = nothing.new = "other.json"
    accepted.mark(nothing, accepted.read(path), TODAY)
    assert nothing.stale == []
    given.new = "HEAD:it.json"
    accepted.mark(given, accepted.read(path), TODAY)
    assert given.open == []
