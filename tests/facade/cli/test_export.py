"""export: the relations of many records, each once; read errors are reported."""

import json
import os
import signal
import threading
from pathlib import Path

import pytest

from facade import AssociationsClient
from facade.cli.commands import export
from facade.testing import Fault, Response, Sandbox, faults
from tests.facade.bulk.runs import related_pairs, seed_owner_pet
from tests.facade.cli.conftest import Command, started

PAIRS = [("c1", "p1"), ("c1", "p2"), ("c2", "p1")]


@pytest.fixture
def ids(sandbox: Sandbox, folder: Path) -> list[str]:
    """Relate contacts to pets; return the ids of the relations."""
    association = seed_owner_pet(sandbox)
    with AssociationsClient(
        sandbox.token, sandbox.location_id, base_url=os.environ["HIGHLEVEL_BASE_URL"]
    ) as client:
        made = [
            client.relations.create(association.id, first_record_id=one, second_record_id=two)
            for one, two in PAIRS
        ]
    return [one.id for one in made]


OF_PAIRS = ["contact", "custom_objects.pet", "relation_id"]


def rows(text: str) -> list[list[str]]:
    return [line.split(",") for line in text.splitlines()]


def test_the_relations_of_records_are_rows_each_once(
    command: Command, ids: list[str], sandbox: Sandbox
) -> None:
    other = sandbox.seed_association(key="likes", second_object_key="custom_objects.pet")
    made = sandbox.seed_relation(other["id"], "c2", "p9")["id"]
    assert made in command("export", "c2")[1]
    given = ["c1", "p1", "c2", "c1", "--association", "owner_pet", "--output", "-"]
    status, out, err = command("export", *given)
    assert (status, err) == (0, "3 records, 3 relations\n")
    exported = command("export", "c1", "--json")[1]
    assert exported == command("relations", "c1", "--json")[1]
    assert [json.loads(line)["other_record_id"] for line in exported.splitlines()] == ["p1", "p2"]
    assert rows(out) == [
        OF_PAIRS,
        ["c1", "p1", ids[0]],
        ["c1", "p2", ids[1]],
        ["c2", "p1", ids[2]],
    ]


def test_what_is_exported_can_be_linked_in_another_location(
    command: Command, sandbox: Sandbox, ids: list[str], folder: Path
) -> None:
    given = ["--association", "owner_pet", "--output", "pets.csv"]
    assert command("export", "c1", "c2", *given)[:2] == (0, "")
    other = Sandbox()
    seed_owner_pet(other)
    with other.serve() as server:
        link = ["link", "pets.csv", *given[:2], "--base-url", server.url]
        assert command(*link)[0] == 0
    assert related_pairs(other) == sorted(PAIRS)


def test_a_relation_without_sides_is_said_and_no_row(command: Command) -> None:
    by_record = Sandbox(relation_list_body="by_record")
    association = seed_owner_pet(by_record)
    with by_record.serve() as server:
        with AssociationsClient(
            by_record.token, by_record.location_id, base_url=server.url
        ) as client:
            client.relations.create(association.id, first_record_id="c1", second_record_id="p1")
        address = ["--base-url", server.url, "--api-version", "v3"]
        status, out, err = command("export", "c1", *address)
        assert (status, len(out.splitlines())) == (1, 1)
        assert "record c1: relation " in err
        assert " has no sides: use --json or another --api-version\n" in err
        lines = command("export", "c1", "--json", *address)[1].splitlines()
        assert [json.loads(line)["other_record_id"] for line in lines] == ["p1"]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ([], "there is no record: pass ids, or --records PATH"),
        (["c1", "--column", "id"], "--column needs a CSV: pass --records, too"),
        (["--records", "-", "--token-file", "-"], "standard input can have the records or the"),
        (["--records", "no"], "no: No such file or directory"),
        (["--records", os.devnull, "--column", "id"], f"{os.devnull} is empty"),
        (["c1", "--output", "no/file.csv"], "no/file.csv: No such file or"),
        (["c1", "--association", ""], "there is no association '' in sandbox-location"),
        (["--records", ""], ".: Is a directory"),
        (["c1", "--output", "/dev/full"], "/dev/full: No space left on device"),
    ],
)
def test_an_impossible_option_is_an_error_in_one_line(
    command: Command, given: list[str], said: str
) -> None:
    status, out, err = command("export", *given)
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert err.startswith(f"error: {said}")


def test_a_record_that_cannot_be_read_is_said_and_the_others_are_written(
    command: Command, sandbox: Sandbox, ids: list[str], folder: Path
) -> None:
    sandbox.misbehave(faults.fail(400, message="odd"), on=lambda one: one.path.endswith("/bad"))
    (folder / "records.csv").write_text("id,name\nbad,x\n,y\n..,z\nc2,x\n")
    given = ["--column", "id", "--association", "owner_pet", "--output", "pets.csv"]
    status, out, err = command("export", "--records", "records.csv", *given)
    assert (status, out) == (1, "")
    assert err.splitlines() == [
        "line 2: GET /associations/relations/bad returned 400: odd",
        "line 3: there is no id",
        "line 4: not a valid id or key: '..'",
        "1 record, 1 relation, 3 could not be read",
    ]
    assert rows((folder / "pets.csv").read_text()) == [OF_PAIRS, ["c2", "p1", ids[2]]]


def test_an_error_that_every_record_would_meet_ends_it_and_no_file_appears(
    command: Command, sandbox: Sandbox, ids: list[str], folder: Path
) -> None:
    sandbox.misbehave(
        faults.fail(403, message="The token does not have access to this location."),
        on="list_relations",
    )
    status, out, err = command("export", "c1", "c2", "--output", "pets.csv")
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert err.startswith("error: GET /associations/relations/c1 returned 403: ")
    assert list(folder.iterdir()) == []


def test_records_are_read_as_they_come_and_written_as_they_are_read(
    sandbox: Sandbox, ids: list[str]
) -> None:
    given = ["--association", "owner_pet", "--concurrency", "1", "--records", "-"]
    with started("export", *given, stdin=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write("c1\nc2\n")
        process.stdin.flush()
        assert process.stdout.readline() == "contact,custom_objects.pet,relation_id\n"
        assert process.stdout.readline() == f"c1,p1,{ids[0]}\n"
        process.stdin.close()
        assert process.stdout.read() == f"c1,p2,{ids[1]}\nc2,p1,{ids[2]}\n"
        assert process.wait(timeout=60) == 0


@pytest.mark.parametrize("concurrency", ["0", "x"])
def test_an_impossible_concurrency_is_refused(command: Command, concurrency: str) -> None:
    status, _, err = command("export", "c1", "--concurrency", concurrency)
    assert (status, f": {concurrency} is not a number of records: 1 or more\n" in err) == (2, True)


def test_the_progress_is_said_now_and_then(
    command: Command, ids: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export, "_INTERVAL", 0.0)
    assert command("export", "c1", "c3")[2].splitlines() == [
        "1 record, 2 relations",
        "2 records, 2 relations",
        "2 records, 2 relations",
    ]
    assert command("export", "c3")[2].splitlines()[-1] == "1 record, 0 relations"


def test_ctrl_c_ends_at_once_and_no_file_appears(
    sandbox: Sandbox, ids: list[str], folder: Path
) -> None:
    reached, opened = threading.Event(), threading.Event()

    def hold(response: Response) -> Response:
        reached.set()
        assert opened.wait(60)
        return response

    sandbox.misbehave(Fault(afterwards=hold), on="list_relations")
    with started("export", "c1", "c2", "--output", "pets.csv") as process:
        assert reached.wait(60)
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=60) == 130
        opened.set()
        assert process.communicate() == ("", "")
    assert list(folder.iterdir()) == []
