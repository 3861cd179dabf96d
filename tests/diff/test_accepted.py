"""Accepting a finding: with an owner, a reason and an expiry day."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from scripts.diff import accepted
from scripts.diff.results import Review
from scripts.diff.review import review
from scripts.errors import CannotRunError
from tests.diff.documents import holding, requesting
from tests.diff.reviewing import TODAY, compared

REASON = 'never "sent": #1 größer'
NOTHING = compared(requesting({}), requesting({}))
BREAKING = compared(requesting(holding({"enum": ["a", "b"]})), requesting(holding({"enum": ["a"]})))
FINGERPRINT = BREAKING.findings[0].finding.fingerprint


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "accepted.yaml"


def accept(path: Path, given: Review = BREAKING, *named: str, **more: Any) -> None:
    """Accept the named findings of a comparison, or its only one."""
    words = {"owner": "api", "reason": REASON, "until": TODAY, **more}
    accepted.accept(path, given, named or [given.findings[0].finding.fingerprint], **words)


def reviewed(given: Review, path: Path) -> Review:
    """Review a comparison with the entries of the file."""
    return review(given, accepted.read(path), TODAY)


def test_the_existing_content_of_the_file_stays(path: Path) -> None:
    path.write_text("# why we keep this file\n")
    accept(path)
    accept(path, compared(requesting({"enum": ["a"]}), requesting({"enum": ["b"]})))
    written = path.read_text("utf-8")
    assert written.startswith("# why we keep this file\n")
    assert "größer" in written
    rules = [entry.rule for entry in accepted.read(path)]
    assert rules == ["enum-values-removed", "enum-values-replaced"]


def test_an_entry_that_expired_or_matches_nothing_fails_the_run(path: Path) -> None:
    accept(path, until=date(2030, 5, 4))
    entry = f"{FINGERPRINT} (enum-values-removed, accepted by api)"
    for given, why in (
        (BREAKING, "expired on 2030-05-04: decide again"),
        (NOTHING, "matches no finding: delete the entry"),
    ):
        found = reviewed(given, path)
        assert found.stale == (f"{entry} {why}",)
        assert [each.accepted for each in found.findings] == [None] * len(given.findings)
        assert found.fails("breaking")


ENTRY = "fingerprint: a, owner: b, reason: c"


def test_an_incomplete_entry_is_an_error(path: Path) -> None:
    for text, why in (
        ("a: 1", "must be a list"),
        ("- a: 1", "entry 1: the keys fingerprint, owner, reason, until are required"),
        (f"- {{{ENTRY}, until: 2030-01-01, more: d}}", "and rule, pointer, document are allowed"),
        (f"- {{{ENTRY}, until: '2030-02-30'}}", "'2030-02-30' is not a day"),
    ):
        path.write_text(text)
        with pytest.raises(CannotRunError, match=why):
            accepted.read(path)


def test_all_findings_are_accepted_once_or_none(path: Path) -> None:
    with pytest.raises(CannotRunError, match="no finding has the fingerprint 'typo'"):
        accept(path, BREAKING, FINGERPRINT, "typo")
    assert not path.exists()
    accept(path, BREAKING, FINGERPRINT, FINGERPRINT)
    assert [entry.fingerprint for entry in accepted.read(path)] == [FINGERPRINT]
    with pytest.raises(CannotRunError, match="already"):
        accept(path)


def test_a_file_that_an_entry_cannot_be_appended_to_stays(path: Path) -> None:
    for text in ("[]\n", f"  - {{{ENTRY}, until: 2030-01-01}}\n", "null"):
        path.write_text(text)
        with pytest.raises(CannotRunError, match="begin each entry with '- '"):
            accept(path)
        assert path.read_text() == text


def test_a_document_elsewhere_with_another_name_is_no_copy(path: Path) -> None:
    accept(path, replace(BREAKING, paths=("old.json", "/copies/new.json")))
    assert accepted.read(path)[0].document == "/copies/new.json"


@pytest.mark.parametrize("new", ["new.json", "/copies/old.json", "../old.json"])
def test_an_entry_applies_to_comparisons_of_its_document(path: Path, new: str) -> None:
    accept(path, replace(BREAKING, paths=("old.json", new)))
    assert accepted.read(path)[0].document == ("new.json" if new == "new.json" else "old.json")
    assert reviewed(replace(NOTHING, paths=("other.json",) * 2), path).stale == ()
    given = reviewed(replace(BREAKING, new="HEAD:new.json"), path)
    assert [each.accepted for each in given.findings] == [REASON]
    assert (given.open, given.fails("any")) == ([], False)
