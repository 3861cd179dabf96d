"""Runs over the pairs of a CSV: its files, its columns, and what a German CRM exports."""

import argparse
import io
import json
import os
import sys
from pathlib import Path
from unittest.mock import Mock, patch

import pytest

from facade import Association
from facade.cli.pairs_run import add_arguments, files_of, find_association, pair_names
from facade.testing import Sandbox, faults
from tests.facade.bulk.runs import related_pairs, seed_owner_pet
from tests.facade.cli.conftest import HEADER, KEY, Command, csv_of

AGAIN = "Run the same command again: it resumes here."


def test_a_run_has_files_beside_its_csv_or_where_they_are_named(folder: Path) -> None:
    (folder / "pets.csv").touch()
    parser = argparse.ArgumentParser()
    add_arguments(parser)
    for arguments, files in {
        "pets.csv": (Path("pets.csv.journal"), Path("pets.csv.failures.csv")),
        "pets.csv --journal j --failures f.csv": (Path("j"), Path("f.csv")),
        "pets.csv --journal - --failures -": (None, None),
        "-": (None, None),
        os.devnull: (None, None),  # a stream, such as a pipe
    }.items():
        options = parser.parse_args([*arguments.split(), *KEY])
        assert (files_of(options), options.concurrency) == (files, 8)
    with pytest.raises(SystemExit):
        parser.parse_args(["pets.csv"])


def test_an_association_without_a_key_is_named_by_its_id() -> None:
    client = Mock(location_id="l1")
    client.associations.iterate.return_value = [
        Association(id="system-1"),
        Association(id="a2", key="k"),
    ]
    assert find_association(client, "system-1").id == "system-1"
    assert find_association(client, "K").key == "k"  # as HighLevel stores it
    with pytest.raises(ValueError, match=r"did you mean system-1\?.*; there are system-1, k$"):
        find_association(client, "system-2")


def test_the_names_of_a_pair_are_the_object_keys_unless_both_are_the_same() -> None:
    pairs = [("contact", "business"), ("contact", "contact"), ("contact", None), (None, "contact")]
    for first, second in pairs:
        made = Association(id="a1", first_object_key=first, second_object_key=second)
        is_plain = second != "business"
        assert pair_names(made) == (("first", "second") if is_plain else (first, second))


def test_standard_input_is_linked_without_a_journal_and_its_failures_are_printed(
    command: Command, sandbox: Sandbox, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def piped() -> tuple[int, str, str]:
        given = io.TextIOWrapper(io.BytesIO(f'{HEADER}c1,p1\n"c\r\n3",\n'.encode()))
        monkeypatch.setattr(sys, "stdin", given)
        return command("link", "-", *KEY)

    seed_owner_pet(sandbox)
    with sandbox.misbehave(faults.fail(401, message="Invalid JWT"), on="create_relation"):
        assert "\nStopped. Run the same command again: it does what is left.\n" in piped()[1]
    status, out, err = piped()
    assert (status, out.splitlines()[-1]) == (1, "1 created, 0 existing, 1 failed")
    assert err == f'{HEADER[:-1]},error\n"c\r\n3",,line 3 has no custom_objects.pet\n'
    assert (related_pairs(sandbox), [*folder.iterdir()]) == ([("c1", "p1")], [])


CRM = "Nr;Kunde;Tier\n1;c1;Rüde 1\n2;c2;p2\n3;c2;\n4;c2;p3\n"
OF_CRM = [*KEY, "--encoding", "cp1252", "--column", "contact=Kunde"]
OF_CRM += ["--column", "custom_objects.pet=tier"]
CREATED = ["owner_pet", "--first", "contact=Kunde", "--second", "custom_objects.pet=Tier"]
LEFT_OUT = "errors: crm.csv.failures.csv. Correct it and pass it as the CSV.\n"


def test_what_a_german_crm_exports_is_linked_resumed_and_undone_by_the_command_alone(
    command: Command, sandbox: Sandbox, folder: Path
) -> None:
    (folder / "crm.csv").write_bytes(CRM.encode("cp1252"))
    made, again = (command("ensure-association", *CREATED)[1] for _ in range(2))
    assert made.startswith("owner_pet created: contact to custom_objects.pet (")
    assert again.startswith("owner_pet exists already: contact to custom_objects.pet (")
    whole = json.loads(command("ensure-association", *CREATED, "--json")[1])
    assert (whole["created"], whole["item"]["second_object_label"]) == (False, "Tier")

    posts = iter(range(9))
    refusal = faults.fail(401, message="Invalid JWT")
    with sandbox.misbehave(refusal, on=lambda one: one.method == "POST" and next(posts) > 0):
        status, out, err = command("link", "crm.csv", *OF_CRM, "--concurrency", "1")
    assert (status, err[:41]) == (2, "error: POST /associations/relations retur")
    assert "\nStopped. Run the same command again: it resumes here.\n" in out
    assert "1 created, 0 existing, 1 failed, 2 not done yet" in out
    status, out, _ = command("link", "crm.csv", *OF_CRM)
    assert out.splitlines()[1] == "3 pairs, 1 unusable"
    assert (status, out.endswith(f"The failed rows and their {LEFT_OUT}")) == (1, True)
    assert "2 created, 0 existing, 1 done before, 1 failed" in out
    assert related_pairs(sandbox) == [("c1", "Rüde 1"), ("c2", "p2"), ("c2", "p3")]
    failures = (folder / "crm.csv.failures.csv").read_text("cp1252")
    assert failures.splitlines() == ["Nr;Kunde;Tier;error", "3;c2;;line 4 has no Tier"]

    status, out, _ = command("unlink", "crm.csv", *OF_CRM, "--json")
    numbers = {"pairs": 3, "deleted": 3, "not_related": 0, "failed": 1, "not_done": 0}
    assert (status, json.loads(out), related_pairs(sandbox)) == (1, numbers, [])
    assert command("link", "crm.csv", *OF_CRM)[1].splitlines()[-2].startswith("3 created")


def test_an_association_is_shown_without_hidden_characters_and_may_join_in_another_order(
    on_csv: Command, sandbox: Sandbox
) -> None:
    made = sandbox.seed_association(key="a\x1b[2J", second_object_key="custom_objects.pet")
    out = on_csv("link", csv_of(1), "--dry-run", key=made["id"])[1]
    assert out.startswith("a\\x1b[2J in location sandbox-location: ")
    key = "BUSINESSES_CONTACTS_ASSOCIATION"
    assert on_csv("link", "contact,business\nc1,b1\n", key=key)[0] == 0
    assert related_pairs(sandbox) == [("b1", "c1")]


def test_a_dry_run_checks_the_csv_and_writes_nothing(
    on_csv: Command, sandbox: Sandbox, folder: Path
) -> None:
    status, out, err = on_csv("link", f"{HEADER}c1,p1\nc1,p1\nc2,\n", "--dry-run")
    assert (status, err) == (1, "")
    assert out.splitlines()[1:] == [
        "1 pair, 1 repeated left out, 1 unusable",
        "  line 4 has no custom_objects.pet",
        "Nothing was sent.",
    ]
    assert [one.method for one in sandbox.requests] == ["GET"]
    assert [one.name for one in folder.iterdir()] == ["pets.csv"]
    assert on_csv("link", csv_of(1), "--dry-run")[0] == 0


def test_a_file_that_is_no_journal_is_an_error_in_one_line(on_csv: Command, folder: Path) -> None:
    (folder / "notes").write_text("my notes\n")
    status, out, err = on_csv("link", f"{HEADER}c1,p1\nc2,\n", "--journal", "notes")
    assert (status, err) == (2, "error: notes is not a journal: pass another journal\n")
    assert "Run the same command again" not in out
    assert (folder / "notes").read_text() == "my notes\n"


def test_a_run_that_stops_says_how_to_resume_and_that_its_pair_is_not_done_yet(
    on_csv: Command, sandbox: Sandbox, folder: Path
) -> None:
    failures = folder / "pets.csv.failures.csv"
    failures.write_text("earlier")
    sandbox.misbehave(faults.fail(401, message="Invalid JWT"), on="create_relation")
    status, out, _ = on_csv("link", csv_of(3))
    done = "0 created, 0 existing, 0 failed, 3 not done yet"
    assert (status, out.splitlines()[-2:]) == (2, [f"Stopped. {AGAIN}", done])
    assert failures.read_text() == "earlier"


def test_the_failed_rows_are_written_though_nobody_reads_it_and_removed_when_none_fails(
    on_csv: Command, folder: Path
) -> None:
    def say(link: object, text: str) -> None:
        if "failed" in text:
            raise BrokenPipeError

    failures = folder / "pets.csv.failures.csv"
    given = "link", f"{HEADER}contact-1,\n"
    with patch("facade.cli.pairs_run.PairsRun._say", say), pytest.raises(BrokenPipeError):
        on_csv(*given)
    assert "no custom_objects.pet" in failures.read_text()
    (folder / "link").symlink_to(failures)  # as /dev/stderr may be one
    assert on_csv("link", csv_of(1), "--failures", "link", "--journal", "of-link")[0] == 0
    assert ((folder / "link").is_symlink(), failures.exists()) == (True, True)
    assert on_csv("link", csv_of(1))[0] == 0
    assert not failures.exists()
