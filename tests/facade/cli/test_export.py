"""export: the relations of many records, each once; read errors are reported."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from facade.cli.commands import export
from facade.testing import Sandbox, faults
from tests.facade.bulk.runs import ROOT, held_process, related_pairs, seed_owner_pet
from tests.facade.cli.conftest import Command

PAIRS = [("c1", "p1"), ("c1", "p2"), ("c2", "p1")]
HEADER = "contact,custom_objects.pet,relation_id"
AGAIN = " Run the same command again: it reads only what is left."
OWNER_PET = ["--association", "owner_pet"]
ONE_BY_ONE = [*OWNER_PET, "--concurrency", "1", "--records", "-"]


@pytest.fixture
def rows(sandbox: Sandbox, folder: Path) -> list[str]:
    """Relate contacts to pets; return the rows of the relations, as they are exported."""
    association = seed_owner_pet(sandbox)
    ids = [sandbox.seed_relation(association.id, *pair)["id"] for pair in PAIRS]
    return [f"{','.join(pair)},{one}" for pair, one in zip(PAIRS, ids, strict=True)]


def test_the_relations_of_records_are_rows_each_once(
    command: Command, rows: list[str], sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = sandbox.seed_association(key="likes", second_object_key="custom_objects.pet")
    made = sandbox.seed_relation(other["id"], "c2", "p9")["id"]
    assert made in command("export", "c2")[1]
    assert export._INTERVAL == 10.0
    monkeypatch.setattr(export, "_INTERVAL", 0.0)
    _, exported, err = command("export", "c1", "--json")
    assert err == "records: 1, relations: 2\n" * 2  # now and then, and at the end
    assert exported == command("relations", "c1", "--json")[1]
    assert [json.loads(line)["other_record_id"] for line in exported.splitlines()] == ["p1", "p2"]
    assert "records at once (default: 8)" in command("export", "--help")[1]


def test_what_is_exported_can_be_linked_in_another_location(
    command: Command, rows: list[str], folder: Path
) -> None:
    given = ["c1", "p1", "c2", "c1", *OWNER_PET, "--output", "pets.csv"]
    assert command("export", *given) == (0, "", "records: 3, relations: 3\n")
    assert (folder / "pets.csv").read_text().splitlines() == [HEADER, *rows]
    other = Sandbox()
    seed_owner_pet(other)
    with other.serve() as server:
        assert command("link", "pets.csv", *OWNER_PET, BASE_URL=server.url)[0] == 0
    assert related_pairs(other) == sorted(PAIRS)


def test_a_record_that_cannot_be_read_is_said_and_the_others_are_written(
    command: Command, sandbox: Sandbox, rows: list[str], folder: Path
) -> None:
    sandbox.misbehave(faults.fail(400, message="odd"), on=lambda one: one.path.endswith("/bad"))
    (folder / "records.csv").write_text("id,name\nbad,x\n,y\n..,z\nc2,x\n")
    given = ["--records", "records.csv", "--column", "id", "--output", "pets.csv"]
    status, out, err = command("export", *given, *OWNER_PET)
    assert (status, out) == (1, "")
    assert err.splitlines() == [
        "line 3: there is no id",
        "line 2: GET /associations/relations/bad returned 400: odd",
        "line 4: not a valid id or key: '..'",
        "records: 1, relations: 1, not read: 3",
        f"pets.csv.journal has what was read.{AGAIN}",
    ]
    assert (folder / "pets.csv").read_text().splitlines() == [HEADER, rows[2]]
    sandbox.stop_faults()
    (folder / "records.csv").write_text("id,name\nbad,x\nc2,x\n")
    sent = len(sandbox.requests)
    again = command("export", *given, *OWNER_PET)
    assert again == (0, "", "records: 2, from an earlier run: 1, relations: 1\n")
    paths = [one.path.rpartition("/")[2] for one in sandbox.requests[sent:]]
    assert (paths[1:], [*folder.glob("*.journal")]) == (["bad"], [])


def test_an_error_that_every_record_would_meet_ends_it_and_no_file_appears(
    command: Command, sandbox: Sandbox, folder: Path
) -> None:
    refusal = faults.fail(403, message="The token does not have access to this location.")
    sandbox.misbehave(refusal, on="list_relations")
    given = ["export", "c1", "c2", "--concurrency", "1", "--output", "pets.csv"]
    status, out, err = command(*given)
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert err.startswith("error: GET /associations/relations/c1 returned 403: ")
    assert [one.operation for one in sandbox.requests].count("list_relations") == 1
    assert [one.name for one in folder.iterdir()] == ["pets.csv.journal"]


def test_what_cannot_be_read_or_written_is_an_error_and_nothing_is_sent(
    command: Command, sandbox: Sandbox, folder: Path
) -> None:
    (folder / "ids.txt").write_text("c1\n")
    files = "the records, the journal and the output must be three files"
    for given, said in (
        ("c1 --output a.csv --journal a.csv", files),
        ("--records ids.txt --output ./ids.txt", files),
        ("", "there is no record: pass ids, or --records PATH"),
        ("c1 --column id", "--column needs a CSV: pass --records, too"),
        (
            "--records - --token-file -",
            "standard input can have the records or the token, not both",
        ),
    ):
        assert command("export", *given.split()) == (2, "", f"error: {said}\n")
    assert [(one.name, one.read_text()) for one in folder.iterdir()] == [("ids.txt", "c1\n")]
    assert sandbox.requests == []


@pytest.mark.parametrize("ends", [True, False])
def test_records_are_written_as_they_come_and_ctrl_c_does_not_wait_for_the_next_line(
    rows: list[str], ends: bool
) -> None:
    command, pipe = [sys.executable, "-m", "facade.cli", "export", *ONE_BY_ONE], subprocess.PIPE
    env = os.environ | {"PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": ""}
    with subprocess.Popen(command, env=env, stdin=pipe, stdout=pipe, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write("c1\nc2\n")
        process.stdin.flush()
        assert [process.stdout.readline() for _ in range(2)] == [f"{HEADER}\n", f"{rows[0]}\n"]
        process.stdin.close() if ends else process.send_signal(signal.SIGINT)
        assert process.wait(timeout=60) == (0 if ends else 130)
        assert not ends or process.stdout.read().splitlines() == rows[1:]


@pytest.mark.parametrize("times", [1, 2])
def test_ctrl_c_finishes_the_requests_in_flight_and_the_same_command_resumes_it(
    command: Command, sandbox: Sandbox, rows: list[str], folder: Path, times: int
) -> None:
    path = folder / "pets.csv"
    path.write_text("of last year")
    given = ["export", "c1", "c2", "p1", *OWNER_PET, "--concurrency", "1", "--output", str(path)]
    command_line = ["-m", "facade.cli", *given]
    with held_process(sandbox, command_line, at=2, operation="list_relations") as (process, gate):
        assert process.stderr is not None
        for said in ["Finishing the requests in flight", ""][:times]:
            process.send_signal(signal.SIGINT)
            assert process.stderr.readline().startswith(said)
        if times == 1:
            gate.opened.set()
        assert process.wait(timeout=60) == 130
        told = f"records: 2, relations: 3\nInterrupted.{AGAIN}"
        assert process.stderr.read().strip() == (told if times == 1 else "")
    assert path.read_text() == "of last year"
    said = f"records: 3, from an earlier run: {3 - times}, relations: 3\n"
    assert command(*given) == (0, "", said)
    assert [*folder.glob("*.journal")] == []
    assert path.read_text().splitlines() == [HEADER, *rows]
