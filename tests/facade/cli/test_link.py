"""Linking the pairs of a CSV: messages, counts, files, and resuming a run."""

import json
import os
import signal
from pathlib import Path
from unittest.mock import patch

import pytest

from facade.bulk import ensure_many
from facade.testing import Sandbox
from tests.facade.bulk.runs import held_process, related_pairs, seed_owner_pet
from tests.facade.cli.conftest import HEADER, KEY, Command, csv_of

AGAIN = "Run the same command again: it resumes here."


def test_all_pairs_are_linked_and_counted(on_csv: Command, sandbox: Sandbox, folder: Path) -> None:
    sandbox.seed_relation(sandbox.associations()[-1]["id"], "c1", "p1")
    before = signal.getsignal(signal.SIGINT)
    status, out, err = on_csv("link", f"{HEADER}c1,p1\nc2,p2\n")
    assert signal.getsignal(signal.SIGINT) is before
    assert related_pairs(sandbox) == [("c1", "p1"), ("c2", "p2")]
    assert (status, err) == (0, "")
    assert out.splitlines() == [
        "owner_pet in location sandbox-location: contact to custom_objects.pet",
        "2 pairs",
        "1 created, 1 existing, 0 failed",
    ]
    assert sorted(one.name for one in folder.iterdir()) == ["pets.csv", "pets.csv.journal"]


def test_an_association_is_found_by_its_key_or_id_and_shown_without_hidden_characters(
    on_csv: Command, sandbox: Sandbox
) -> None:
    made = sandbox.seed_association(key="a\x1b[2J", second_object_key="custom_objects.pet")
    out = on_csv("link", csv_of(1), "--dry-run", key=made["id"])[1]
    assert out.startswith("a\\x1b[2J in location sandbox-location: ")
    key = "BUSINESSES_CONTACTS_ASSOCIATION"
    assert on_csv("link", "contact,business\nc1,b1\n", key=key)[0] == 0
    assert related_pairs(sandbox) == [("b1", "c1")]
    status, out, err = on_csv("link", HEADER, key="owner_pets")
    assert (status, out) == (2, "")
    assert err.startswith("error: there is no association 'owner_pets' in sandbox-location: did ")
    assert "did you mean owner_pet? ensure-association creates one; there are " in err
    assert err.endswith("ASSOCIATION, owner_pet, a\\x1b[2J\n")


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


def test_a_run_that_stops_says_how_to_resume(on_csv: Command, folder: Path) -> None:
    failures = folder / "pets.csv.failures.csv"
    failures.write_text("earlier")
    sandbox = Sandbox(limit=(1000, 10.0), daily_limit=11)
    seed_owner_pet(sandbox)
    with sandbox.serve() as server:
        status, out, _ = on_csv("link", csv_of(50), "--base-url", server.url)
    said = AGAIN.replace("again", "again tomorrow")
    done = "10 created, 0 existing, 0 failed, 40 not done yet"
    assert (status, out.splitlines()[-2:]) == (2, [f"Stopped. {said}", done])
    assert failures.read_text() == "earlier"


ROWS = 400
WINDOW = 8 * 16  # pairs that are read before the first of them has its outcome


@pytest.mark.parametrize("twice", [False, True])
def test_ctrl_c_finishes_the_requests_in_flight_and_a_second_one_exits_at_once(
    sandbox: Sandbox, tmp_path: Path, twice: bool
) -> None:
    seed_owner_pet(sandbox)
    path = tmp_path / "pets.csv"
    path.write_text(csv_of(ROWS))
    command = ["-m", "facade.link", str(path), *KEY]
    with held_process(sandbox, command, at=20) as (process, gate):
        process.send_signal(signal.SIGINT)
        said = "Finishing the requests in flight; Ctrl-C again exits at once"
        assert process.stderr is not None
        assert any(line.startswith(said) for line in process.stderr)  # after lines of progress
        if twice:
            process.send_signal(signal.SIGINT)
            assert process.wait(timeout=60) == 130
            return
        gate.opened.set()
        out, _ = process.communicate(timeout=60)
    assert process.returncode == 130
    created = len(related_pairs(sandbox))
    done = f"{created} created, 0 existing, 0 failed, {ROWS - created} not done yet"
    assert out.splitlines()[-2:] == [f"Interrupted. {AGAIN}", done]
    assert 20 <= created < 20 + WINDOW < ROWS  # no pair was read after Ctrl-C
    assert len(path.with_name("pets.csv.journal").read_text().splitlines()) == created + 1


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
    (folder / "null").symlink_to(os.devnull)  # no earlier run's failures
    assert on_csv("link", csv_of(1), "--failures", "null", "--journal", "of-null")[0] == 0
    assert ((folder / "null").is_symlink(), failures.exists()) == (True, True)
    assert on_csv("link", csv_of(1))[0] == 0
    assert not failures.exists()


def test_with_json_the_output_is_the_numbers_and_the_sentences_are_on_standard_error(
    on_csv: Command, sandbox: Sandbox
) -> None:
    sandbox.seed_relation(sandbox.associations()[-1]["id"], "contact-0", "pet-0")
    given = csv_of(3) + "contact-1,pet-1\nc3,\n"
    counted = ("created", "existing", "related", "done_before", "not_done")
    runs = {
        "--dry-run": {"not_done": 3},
        "--batch=8": {"related": 3},  # its answer does not name the pair that exists
        "--failed-only": {"done_before": 3},
        "--concurrency=3": {"existing": 3},
    }
    with patch("facade.cli.commands.link.ensure_many", wraps=ensure_many) as ensuring:
        for option, numbers in runs.items():
            status, out, err = on_csv("link", given, "--json", option)
            wanted = {"pairs": 3, "failed": 1, **dict.fromkeys(counted, 0), **numbers}
            assert (status, json.loads(out)) == (1, wanted)
            assert "3 pairs, 1 repeated left out, 1 unusable" in err
            assert ("Nothing was sent." in err) == (option == "--dry-run")
    assert [one.kwargs["concurrency"] for one in ensuring.call_args_list] == [8, 8, 3]
