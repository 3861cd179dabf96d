"""Linking the pairs of a CSV: messages, counts, files, and resuming a run."""

import json
import os
import signal
from pathlib import Path
from typing import IO, Any

import pytest

from facade.bulk import ensure_many
from facade.link.__main__ import main
from facade.testing import Sandbox, faults
from tests.facade.bulk.runs import held_process, related_pairs, seed_owner_pet
from tests.facade.link.conftest import KEY, csv_of


def test_all_pairs_are_linked_and_counted(link: Any, sandbox: Sandbox, folder: Path) -> None:
    sandbox.seed_relation(sandbox.associations()[-1]["id"], "c1", "p1")
    before = signal.getsignal(signal.SIGINT)
    status, out, err = link("contact,custom_objects.pet\nc1,p1\nc2,p2\n")
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
    link: Any, sandbox: Sandbox
) -> None:
    made = sandbox.seed_association(key="a\x1b[2J", second_object_key="custom_objects.pet")
    out = link(csv_of(1), "--dry-run", key=["--association", made["id"]])[1]
    assert out.startswith("a\\x1b[2J in location sandbox-location: ")
    content = "contact,business\nc1,b1\n"
    assert link(content, key=["--association", "BUSINESSES_CONTACTS_ASSOCIATION"])[0] == 0
    assert related_pairs(sandbox) == [("b1", "c1")]


def test_the_error_for_an_unknown_key_lists_the_keys(link: Any) -> None:
    assert link("contact,custom_objects.pet\n", key=["--association", "pets"]) == (
        2,
        "",
        "error: there is no association 'pets' in sandbox-location; there are "
        "OPPORTUNITIES_CONTACTS_ASSOCIATION, BUSINESSES_CONTACTS_ASSOCIATION, "
        "BUSINESSES_OPPORTUNITIES_ASSOCIATION, OPPORTUNITIES_CONTACTS_ADDITIONAL_ASSOCIATION, "
        "owner_pet\n",
    )


def test_a_dry_run_checks_the_csv_and_writes_nothing(
    link: Any, sandbox: Sandbox, folder: Path
) -> None:
    status, out, err = link("contact,custom_objects.pet\nc1,p1\nc1,p1\nc2,\n", "--dry-run")
    assert (status, err) == (1, "")
    assert out.splitlines()[1:] == [
        "1 pair, 1 repeated left out, 1 unusable",
        "  line 4 has no custom_objects.pet",
        "Nothing was sent.",
    ]
    assert [one.method for one in sandbox.requests] == ["GET"]
    assert [one.name for one in folder.iterdir()] == ["pets.csv"]
    assert link("contact,custom_objects.pet\nc1,p1\n", "--dry-run")[0] == 0


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--share", "7"], "share must be 0 to 1, not 7.0"),
        (["--failures", "./pets.csv"], "the CSV, the journal and the failures must be three files"),
        (["--journal", "notes"], "notes is not a journal: pass another journal"),
        (["--journal", os.devnull], f"{os.devnull} is not a file: pass another journal"),
        (["--failures", "/dev/full"], "/dev/full: No space left on device"),
    ],
)
def test_an_impossible_option_is_an_error_in_one_line(
    link: Any, folder: Path, options: list[str], message: str
) -> None:
    (folder / "notes").write_text("my notes\n")
    status, out, err = link("contact,custom_objects.pet\nc1,p1\nc2,\n", *options)
    assert (status, err) == (2, f"error: {message}\n")
    assert "Run the same command again" not in out
    assert (folder / "notes").read_text() == "my notes\n"


def test_a_run_that_stops_says_how_to_resume(link: Any, sandbox: Sandbox, folder: Path) -> None:
    posts = iter(range(999))
    (folder / "pets.csv.failures.csv").write_text("earlier")
    stop = sandbox.misbehave(
        faults.fail(403, message="The token does not have access to this location."),
        on=lambda one: one.method == "POST" and next(posts) >= 30,
    )
    status, out, err = link(csv_of(50))
    assert status == 2
    assert err.startswith("error: POST /associations/relations returned 403: ")
    assert out.splitlines()[-2:] == [
        "Stopped. Run the same command again: it resumes here.",
        "30 created, 0 existing, 0 failed, 20 not done yet",
    ]
    assert (folder / "pets.csv.failures.csv").read_text() == "earlier"
    stop.stop()
    status, out, err = link(csv_of(50), "--json")
    assert (status, len(related_pairs(sandbox))) == (0, 50)
    assert "30 of them known from pets.csv.journal" in err
    numbers = json.loads(out.splitlines()[-1])
    assert (numbers["created"], numbers["resumed"]) == (50, 30)


def test_after_the_daily_limit_the_run_is_to_be_resumed_tomorrow(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    sandbox = Sandbox(limit=(1000, 10.0), daily_limit=11)
    seed_owner_pet(sandbox)
    (folder / "pets.csv").write_text(csv_of(50))
    with sandbox.serve() as server:
        monkeypatch.setenv("HIGHLEVEL_BASE_URL", server.url)
        assert main(["pets.csv", *KEY]) == 2
    assert capsys.readouterr().out.splitlines()[-2:] == [
        "Stopped. Run the same command again tomorrow: it resumes here.",
        "10 created, 0 existing, 0 failed, 40 not done yet",
    ]


ROWS = 400


WINDOW = 8 * 16  # pairs that are read before the first of them has its outcome


def read_until(start: str, lines: IO[str] | None) -> None:
    """Read lines up to the one that starts so; a slow machine gets lines of progress before it."""
    assert lines is not None
    assert any(line.startswith(start) for line in lines)


def test_ctrl_c_finishes_the_requests_in_flight_and_says_how_to_resume(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    seed_owner_pet(sandbox)
    path = tmp_path / "pets.csv"
    path.write_text(csv_of(ROWS))
    command = ["-m", "facade.link", str(path), *KEY]
    with held_process(sandbox, command, at=20) as (process, gate):
        process.send_signal(signal.SIGINT)
        read_until("Finishing the requests in flight; Ctrl-C again exits at once", process.stderr)
        gate.opened.set()
        out, _ = process.communicate(timeout=120)
    assert process.returncode == 130
    created = len(related_pairs(sandbox))
    assert out.splitlines()[-2:] == [
        "Interrupted. Run the same command again: it resumes here.",
        f"{created} created, 0 existing, 0 failed, {ROWS - created} not done yet",
    ]
    assert 20 <= created < 20 + WINDOW < ROWS  # no pair was read after Ctrl-C
    assert len(path.with_name("pets.csv.journal").read_text().splitlines()) == created + 1


def test_a_second_ctrl_c_exits_at_once(sandbox: Sandbox, tmp_path: Path) -> None:
    seed_owner_pet(sandbox)
    path = tmp_path / "pets.csv"
    path.write_text(csv_of(ROWS))
    with held_process(sandbox, ["-m", "facade.link", str(path), *KEY], at=20) as (process, _):
        process.send_signal(signal.SIGINT)
        read_until("Finishing the requests in flight", process.stderr)
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=120) == 130


def test_the_failed_rows_are_written_though_nobody_reads_the_summary(
    link: Any, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def say(link: object, text: str) -> None:
        if "failed" in text:
            raise BrokenPipeError

    monkeypatch.setattr("facade.link.command._Link.say", say)
    with pytest.raises(BrokenPipeError):
        link("contact,custom_objects.pet\ncontact-1,\n")
    assert "no custom_objects.pet" in (folder / "pets.csv.failures.csv").read_text()


def test_a_run_without_failures_removes_the_failures_of_an_earlier_one(
    link: Any, folder: Path
) -> None:
    assert link("contact,custom_objects.pet\nc1,\nc2,p2\n")[0] == 1
    assert (folder / "pets.csv.failures.csv").exists()
    (folder / "null").symlink_to(os.devnull)  # no earlier run's failures
    assert link(csv_of(1), "--failures", "null", "--journal", "of-null")[0] == 0
    assert (folder / "null").is_symlink()
    status, out, _ = link("contact,custom_objects.pet\nc1,p1\nc2,p2\n")
    assert (status, out.splitlines()[-2:]) == (
        0,
        ["2 created, 0 existing, 0 failed", "1 of them known from pets.csv.journal"],
    )
    assert not (folder / "pets.csv.failures.csv").exists()


@pytest.mark.parametrize(
    ("options", "numbers"),
    [([], {"created": 2, "not_done": 0}), (["--dry-run"], {"created": 0, "not_done": 2})],
)
def test_with_json_the_output_is_the_numbers_and_the_sentences_are_on_standard_error(
    link: Any, options: list[str], numbers: dict[str, int]
) -> None:
    content = "contact,custom_objects.pet\nc1,p1\nc1,p1\nc2,p2\nc3,\n"
    status, out, err = link(content, "--json", *options)
    assert status == 1
    always = {"pairs": 2, "existing": 0, "related": 0, "failed": 1, "resumed": 0}
    assert json.loads(out) == always | numbers
    assert "2 pairs, 1 repeated left out, 1 unusable\n" in err


def test_the_pairs_at_once_are_as_many_as_are_asked_for(
    link: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    given: dict[str, Any] = {}

    def ensuring(*arguments: Any, **options: Any) -> Any:
        given.update(options)
        return ensure_many(*arguments, **options)

    monkeypatch.setattr("facade.link.command.ensure_many", ensuring)
    link(csv_of(1), "--concurrency", "3", "--batch", "5")
    assert (given["concurrency"], given["batch"]) == (3, 5)


def test_related_pairs_are_a_success_that_is_counted_also_in_a_second_run(
    link: Any, sandbox: Sandbox, folder: Path
) -> None:
    association = sandbox.associations()[-1]["id"]
    sandbox.seed_relation(association, "contact-0", "pet-0")  # the answer does not name it
    for resumed in (0, 8):
        status, out, err = link(csv_of(8), "--batch", "8", "--json")
        assert (status, json.loads(out)) == (
            0,
            {
                "pairs": 8,
                "created": 0,
                "existing": 0,
                "related": 8,
                "failed": 0,
                "not_done": 0,
                "resumed": resumed,
            },
        )
        assert "0 created, 0 existing, 8 related, 0 failed\n" in err
    assert not (folder / "pets.csv.failures.csv").exists()
