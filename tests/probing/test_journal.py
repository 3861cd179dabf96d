"""The probe records its creations on disk before it sends them, and deletes by that record."""

import os
from pathlib import Path
from typing import Any

import pytest

from facade.testing import Fault, Sandbox, faults
from scripts.contract.errors import CannotRunError
from scripts.probing.client import Reply
from scripts.probing.journal import CleanupJournal, find, is_not_found
from tests.probing.conftest import Connect, Reopen


@pytest.fixture
def sandbox() -> Sandbox:
    return Sandbox()


def keys(sandbox: Sandbox) -> list[str]:
    return [each["key"] for each in sandbox.associations() if each["key"].startswith("probe")]


def test_recorded_keys_are_read_again(reopen: Reopen, tmp_path: Path) -> None:
    journal = reopen()
    assert journal.remaining() == []
    journal.creating("one")
    journal.creating("two")
    assert reopen().remaining() == ["one", "two"]
    journal.created("one", "id-1")
    assert reopen().remaining() == ["one", "two"]
    journal.deleted("two")
    assert journal.remaining() == reopen().remaining() == ["one"]
    journal.deleted("one")
    assert journal.remaining() == reopen().remaining() == []
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("line", ["", '{"key": "k", "sta', "[]", '"text"', "{}", '{"key": "k"}'])
def test_an_incomplete_line_of_a_killed_run_is_ignored(
    reopen: Reopen, tmp_path: Path, line: str
) -> None:
    reopen().creating("one")
    with (tmp_path / "journal.jsonl").open("a") as file:
        file.write(f"{line}\n")
    assert reopen().remaining() == ["one"]


@pytest.mark.parametrize(
    ("base_url", "location"),
    [("https://api.example", "elsewhere"), ("https://other.example", "sandbox-location")],
)
def test_associations_of_another_location_are_not_deleted(
    reopen: Reopen, tmp_path: Path, base_url: str, location: str
) -> None:
    reopen().creating("one")
    with pytest.raises(CannotRunError, match="at another location or address: run the probe there"):
        CleanupJournal(tmp_path / "journal.jsonl", base_url, location)
    assert reopen().remaining() == ["one"]


def test_only_the_owner_can_read_the_journal(reopen: Reopen, tmp_path: Path) -> None:
    reopen().creating("one")
    assert os.stat(tmp_path / "journal.jsonl").st_mode & 0o777 == 0o600


def test_each_line_is_on_disk_before_its_request_is_sent(
    reopen: Reopen, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[str] = []
    path = tmp_path / "journal.jsonl"
    monkeypatch.setattr(os, "fsync", lambda handle: synced.append(path.read_text()))
    reopen().creating("one")
    assert synced == [path.read_text()]
    assert '"one"' in synced[0]


def test_a_clean_up_deletes_by_id_or_by_key_and_nothing_else(
    sandbox: Sandbox, connect: Connect, reopen: Reopen, tmp_path: Path
) -> None:
    for key in ("probe_known", "probe_unknown", "probe_other"):
        sandbox.seed_association(key=key)
    known = next(each for each in sandbox.associations() if each["key"] == "probe_known")
    journal = reopen()
    journal.creating("probe_known")
    journal.created("probe_known", known["id"])
    journal.creating("probe_unknown")
    journal.creating("probe_never_created")
    journal.created("probe_gone", "0" * 24)
    assert reopen().clean_up(connect(sandbox)) == []
    assert keys(sandbox) == ["probe_other"]
    assert list(tmp_path.iterdir()) == []
    deleted = [each.path for each in sandbox.requests if each.method == "DELETE"]
    assert len(deleted) == 3


@pytest.mark.parametrize(
    ("fault", "on"),
    [
        (faults.fail(500), "delete_association"),
        (faults.fail(500), "get_association_by_key"),  # so it may exist
    ],
)
def test_an_association_that_cannot_be_deleted_remains(
    sandbox: Sandbox, connect: Connect, reopen: Reopen, fault: Fault, on: str
) -> None:
    association = sandbox.seed_association(key="probe_one")
    reopen().creating("probe_two")
    reopen().created("probe_one", association["id"])
    with sandbox.misbehave(fault, on=on):
        remaining = reopen().clean_up(connect(sandbox))
    assert remaining == (["probe_one"] if on == "delete_association" else ["probe_two"])
    assert reopen().remaining() == remaining
    assert reopen().clean_up(connect(sandbox)) == []
    assert keys(sandbox) == []


@pytest.mark.parametrize("on", ["get_association_by_key", "list_associations"])
def test_an_association_is_found_by_its_key_or_in_the_list(
    sandbox: Sandbox, connect: Connect, on: str
) -> None:
    association = sandbox.seed_association(key="probe_one")
    client = connect(sandbox)
    with sandbox.misbehave(faults.fail(404), on=on):
        assert find(client, "probe_one") == association["id"]
        assert find(client, "probe_two") is None


@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        (404, None, True),
        (400, {"message": "Association not found"}, True),
        (400, {"message": ["Association Not Found"]}, True),
        (400, {"message": "Duplicate"}, False),
        (400, None, False),
        (422, {"message": "not found"}, False),
        (200, {"message": "not found"}, False),
    ],
)
def test_a_404_or_a_400_with_not_found_means_that_it_does_not_exist(
    status: int, body: Any, expected: bool
) -> None:
    assert is_not_found(Reply(status, body)) == expected
