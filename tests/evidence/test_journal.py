"""The probe records its creations on disk before it sends them, and deletes by that record."""

import os
from pathlib import Path

import pytest

from facade.testing import Sandbox, faults
from scripts.contract.errors import CannotRunError
from scripts.evidence.client import ProbeClient, Target
from scripts.evidence.journal import CleanupJournal, find
from tests.evidence.conftest import Reopen


def keys(sandbox: Sandbox) -> list[str]:
    return [each["key"] for each in sandbox.associations() if each["key"].startswith("probe")]


def test_recorded_keys_are_read_again(reopen: Reopen, tmp_path: Path) -> None:
    journal = reopen()
    journal.add("one")
    journal.add("two")
    assert reopen().remaining() == ["one", "two"]
    journal.add("one", "id-1")
    assert reopen().remaining() == ["one", "two"]
    journal.remove("two")
    assert journal.remaining() == reopen().remaining() == ["one"]
    journal.remove("one")
    assert journal.remaining() == reopen().remaining() == []
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"place": {}'])
def test_another_file_is_refused(reopen: Reopen, tmp_path: Path, text: str) -> None:
    (tmp_path / "journal.json").write_text(text)
    with pytest.raises(CannotRunError, match="is not a journal of the probe"):
        reopen()


@pytest.mark.parametrize(
    ("base_url", "location"),
    [("https://api.example", "elsewhere"), ("https://other.example", "sandbox-location")],
)
def test_associations_of_another_location_are_not_deleted(
    reopen: Reopen, tmp_path: Path, base_url: str, location: str
) -> None:
    reopen().add("one")
    with pytest.raises(CannotRunError, match="at another location or address: run the probe there"):
        CleanupJournal(tmp_path / "journal.json", Target("t", location, base_url))
    assert reopen().remaining() == ["one"]


def test_the_file_is_private_and_on_disk_before_its_request_is_sent(
    reopen: Reopen, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[int] = []
    path = tmp_path / "journal.json"
    monkeypatch.setattr(os, "fsync", lambda handle: synced.append(os.fstat(handle).st_size))
    reopen().add("one")
    assert synced == [path.stat().st_size]
    assert '"one"' in path.read_text()
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_clean_up_deletes_by_id_or_by_key_and_nothing_else(
    sandbox: Sandbox, client: ProbeClient, reopen: Reopen
) -> None:
    ids = {key: sandbox.seed_association(key=f"probe_{key}")["id"] for key in ("known", "other")}
    sandbox.seed_association(key="probe_unknown")
    journal = reopen()
    journal.add("probe_known")
    journal.add("probe_known", ids["known"])
    journal.add("probe_unknown")
    journal.add("probe_never_created")
    journal.add("probe_gone", "0" * 24)
    assert reopen().clean_up(client) == reopen().remaining() == []
    assert keys(sandbox) == ["probe_other"]
    assert [each.method for each in sandbox.requests].count("DELETE") == 3


@pytest.mark.parametrize("known", [1, 2])
def test_a_second_association_with_the_key_is_deleted_too(
    sandbox: Sandbox, client: ProbeClient, reopen: Reopen, known: int
) -> None:
    ids = [
        sandbox.seed_association(key="probe_one", association_id=each)["id"]
        for each in ("one", "two")
    ]
    journal = reopen()
    for each in ids[:known]:
        journal.add("probe_one", each)
    assert reopen().clean_up(client) == []
    assert keys(sandbox) == []


@pytest.mark.parametrize(
    ("on", "remaining"),
    [
        ("delete_association", ["probe_one"]),
        ("get_association_by_key", ["probe_two"]),  # so it may exist
    ],
)
def test_an_association_that_cannot_be_deleted_remains(
    sandbox: Sandbox, client: ProbeClient, reopen: Reopen, on: str, remaining: list[str]
) -> None:
    association = sandbox.seed_association(key="probe_one")
    reopen().add("probe_two")
    reopen().add("probe_one", association["id"])
    with sandbox.misbehave(faults.fail(500), on=on):
        assert reopen().clean_up(client) == reopen().remaining() == remaining
    assert reopen().clean_up(client) == []
    assert keys(sandbox) == []


@pytest.mark.parametrize("on", ["get_association_by_key", "list_associations"])
def test_it_is_found_by_its_key_or_in_the_list(
    sandbox: Sandbox, client: ProbeClient, on: str
) -> None:
    association = sandbox.seed_association(key="probe_one")
    with sandbox.misbehave(faults.fail(404), on=on):
        assert find(client, "probe_one")[0] == [association["id"]]
        assert find(client, "probe_two")[0] == []
