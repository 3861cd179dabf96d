"""Accepting a finding: with an owner, a reason and an expiry day."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from scripts.contract.diff import accepted
from scripts.contract.diff.review import Review, review
from scripts.contract.errors import CannotRunError
from tests.contract.diff.documents import holding, requesting, responding
from tests.contract.diff.reviewing import TODAY, compared

REASON = 'never "sent": #1 größer'
NOTHING = compared(requesting({}), requesting({}))
BREAKING = compared(requesting(holding({"enum": ["a", "b"]})), requesting(holding({"enum": ["a"]})))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "accepted.yaml"


def accept(path: Path, given: Review = BREAKING, **more: Any) -> str:
    """Accept the only finding of a comparison; return its fingerprint."""
    fingerprint = given.findings[0].finding.fingerprint
    words = {"owner": "api", "reason": REASON, "until": TODAY, **more}
    accepted.accept(path, given, fingerprint, **words)
    return fingerprint


def reviewed(given: Review, path: Path) -> Review:
    """Review a comparison with the entries of the file."""
    return review(given, accepted.read(path), TODAY, root=path.parent)


def test_an_accepted_finding_stays_in_the_report_but_does_not_fail_the_run(path: Path) -> None:
    assert reviewed(BREAKING, path).fails("breaking")
    accept(path)
    given = reviewed(BREAKING, path)
    assert [each.accepted for each in given.findings] == [REASON]
    assert not given.fails("any")


def test_the_existing_content_of_the_file_stays(path: Path) -> None:
    path.write_text("# why we keep this file\n")
    accept(path)
    accept(path, compared(responding({"enum": ["a"]}), responding({"enum": ["b"]})))
    assert path.read_text("utf-8").startswith("# why we keep this file\n")
    assert "größer" in path.read_text("utf-8")
    assert [entry.rule for entry in accepted.read(path)] == [
        "enum-values-removed",
        "enum-values-replaced",
    ]


def test_an_entry_that_expired_or_matches_nothing_fails_the_run(path: Path) -> None:
    fingerprint = accept(path, until=date(2030, 5, 4))
    entry = f"{fingerprint} (enum-values-removed, accepted by api)"
    expired, unmatched = reviewed(BREAKING, path), reviewed(NOTHING, path)
    assert expired.stale == (f"{entry} expired on 2030-05-04: decide again",)
    assert expired.findings[0].accepted is None
    assert unmatched.stale == (f"{entry} matches no finding: delete the entry",)
    assert expired.fails("any")
    assert unmatched.fails("breaking")


def test_a_fingerprint_depends_on_structure_and_not_on_wording() -> None:
    old, new = requesting(holding({"enum": ["a", "b"]})), requesting(holding({"enum": ["a"]}))
    worded = requesting({**holding({"enum": ["a"]}), "description": "new words"})
    other = requesting(holding({"enum": ["b"]}))
    found = [compared(old, each).findings[0].finding.fingerprint for each in (new, worded, other)]
    assert found[0] == found[1] != found[2]


ENTRY = "fingerprint: a, owner: b, reason: c"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("a: 1", "must be a list"),
        ("- a: 1", "entry 1: the keys fingerprint, owner, reason, until are required"),
        (f"- {{{ENTRY}, until: 2030-01-01, more: d}}", "and rule, pointer, document are allowed"),
        ("- {fingerprint: a, owner: '', reason: c, until: 2030-01-01}", "owner is empty"),
        (f"- {{{ENTRY}, until: soon}}", "'soon' is not a day"),
    ],
)
def test_an_incomplete_entry_is_an_error(path: Path, text: str, why: str) -> None:
    path.write_text(text)
    with pytest.raises(CannotRunError, match=why):
        accepted.read(path)


def test_accepting_twice_or_an_unknown_finding_is_an_error(path: Path) -> None:
    accept(path)
    with pytest.raises(CannotRunError, match="already"):
        accept(path)
    with pytest.raises(CannotRunError, match="no finding has the fingerprint"):
        accepted.accept(path, BREAKING, "0" * 16, owner="api", reason="why", until=TODAY)


def test_an_entry_applies_to_comparisons_of_its_document(path: Path) -> None:
    accept(path)
    elsewhere = replace(NOTHING, paths=("other.json", "other.json"))
    assert reviewed(elsewhere, path).stale == ()
    in_git = replace(BREAKING, new="HEAD:new.json")
    assert reviewed(in_git, path).open == []
