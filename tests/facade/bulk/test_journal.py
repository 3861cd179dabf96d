"""The journal: an interrupted run is resumed, and no pair is lost or sent twice."""

import json
import os
import re
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve

from facade.bulk import JournalError, Outcome, ensure_many
from facade.bulk.journal import Journal
from facade.bulk.outcomes import Status
from facade.testing import Sandbox, faults
from tests.facade.bulk.runs import held_process, make_client, related_pairs, seed_owner_pet

PAIRS = [(f"contact-{number:03}", f"pet-{number:03}") for number in range(60)]

CREATED = Outcome(
    index=0, first_record_id="a", second_record_id="b", status="created", relation_id="r"
)

RUN = """
import sys
from facade import AssociationsClient
from facade.bulk import ensure_many

with AssociationsClient.from_env(pace=None) as client:
    association = client.associations.get_by_key("owner_pet")
    pairs = ((f"contact-{number:03}", f"pet-{number:03}") for number in range(60))
    for outcome in ensure_many(client, pairs, association=association, journal=sys.argv[1]):
        pass
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "journal"


def run(sandbox: Sandbox, path: Path, pairs: Any = PAIRS, **options: Any) -> list[Outcome]:
    made = [one for one in sandbox.associations() if one["key"] == "owner_pet"]
    association = seed_owner_pet(sandbox) if not made else None
    with make_client(sandbox) as client:
        association = association or client.associations.get_by_key("owner_pet")
        return list(ensure_many(client, pairs, association=association, journal=path, **options))


def writes(sandbox: Sandbox) -> int:
    return sum(one.method == "POST" for one in sandbox.requests)


@pytest.mark.parametrize("at", [1, 25, 60])
def test_a_killed_run_is_resumed_and_every_pair_has_one_relation(
    sandbox: Sandbox, path: Path, at: int
) -> None:
    seed_owner_pet(sandbox)
    with held_process(sandbox, ["-c", RUN, str(path)], at) as (process, gate):
        with pytest.raises(JournalError, match="another process is using"):
            Journal(path, "a1", "l1")
        process.kill()
        assert process.wait() == -9
        gate.opened.set()
    created = related_pairs(sandbox)
    recorded = [json.loads(line) for line in path.read_text().splitlines()[1:]]
    assert at - 8 <= len(recorded) < at <= len(created)  # of 8 threads none had recorded its last
    assert {(one["first"], one["second"]) for one in recorded} <= set(created)
    outcomes = run(sandbox, path)
    assert related_pairs(sandbox) == PAIRS
    assert [(one.first_record_id, one.second_record_id) for one in outcomes] == PAIRS
    assert sum(one.resumed for one in outcomes) == len(recorded)
    assert "failed" not in {one.status for one in outcomes}


def test_recorded_outcomes_are_resumed_as_they_were_and_not_sent_again(
    sandbox: Sandbox, path: Path
) -> None:
    pairs = [*PAIRS[:5], PAIRS[0]]
    first = run(sandbox, path, pairs, concurrency=1, details=True)
    assert [one.status for one in first] == ["created"] * 5 + ["existing"]
    sent = writes(sandbox)
    again = run(sandbox, path, pairs)
    assert writes(sandbox) == sent
    assert [one.resumed for one in again] == [True] * 6
    assert [(one.index, one.status, one.relation_id) for one in again] == [
        (one.index, one.status, one.relation_id) for one in first
    ]


def test_the_journal_of_a_forked_process_is_free(path: Path) -> None:
    journal = Journal(path, "a1", "l1")
    with journal._write_lock:  # as if a thread was writing
        child = os.fork()
        if child == 0:
            signal.alarm(30)
            journal.add(CREATED)
            os._exit(0)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    journal.close()


def test_a_list_may_be_reversed_and_extended_between_runs(sandbox: Sandbox, path: Path) -> None:
    run(sandbox, path, PAIRS[:5])
    again = run(sandbox, path, reversed(PAIRS[:8]))
    assert [one.resumed for one in again] == [False] * 3 + [True] * 5
    assert [one.first_record_id for one in again] == [first for first, _ in PAIRS[7::-1]]
    assert related_pairs(sandbox) == PAIRS[:8]


def test_a_failed_pair_is_retried(sandbox: Sandbox, path: Path) -> None:
    with sandbox.misbehave(faults.fail(500), on="create_relation"):
        first = run(sandbox, path, PAIRS[:3])
    assert [one.status for one in first] == ["failed"] * 3
    assert "returned 500" in path.read_text()
    again = run(sandbox, path, PAIRS[:3])
    assert [(one.status, one.resumed) for one in again] == [("created", False)] * 3


def test_at_whatever_byte_a_journal_ends_the_run_is_resumed(sandbox: Sandbox, path: Path) -> None:
    run(sandbox, path, PAIRS[:2], concurrency=1)
    whole = path.read_bytes()
    ends = [one.end() for one in re.finditer(b"\n", whole)]
    for size in {*range(0, len(whole), 7), *ends, *(end - 1 for end in ends)}:
        path.write_bytes(whole[:size])
        complete = max(0, whole.count(b"\n", 0, size) - 1)  # without the header
        again = run(sandbox, path, PAIRS[:2], concurrency=1)
        assert [one.resumed for one in again] == [True] * complete + [False] * (2 - complete)
        lines = [json.loads(line) for line in path.read_text().splitlines()]
        assert [one.get("first") for one in lines] == [None, "contact-000", "contact-001"]
        assert path.read_bytes().startswith(whole[: max(ends[0], ends[complete])])
    assert related_pairs(sandbox) == PAIRS[:2]


@pytest.mark.parametrize(
    "content",
    [
        "contact,custom_objects.pet\na,b",
        "{}\n",
        "[1]\n",
        "journal",
        '{"journal": 2, "association": "a", "location": "l"}\n',
        "\x00\x00\n",
        "\n",
    ],
)
def test_a_file_that_is_not_a_journal_is_refused_and_unchanged(
    sandbox: Sandbox, path: Path, content: str
) -> None:
    path.write_text(content)
    with pytest.raises(JournalError, match="is not a journal: pass another journal"):
        run(sandbox, path)
    assert path.read_text() == content
    assert writes(sandbox) == 0


def test_what_is_no_file_is_refused_unread(path: Path) -> None:
    os.mkfifo(path)  # which may have no writer, as a device may have no end
    with pytest.raises(JournalError, match="journal is not a file: pass another journal"):
        Journal(path, "a1", "l1")


def test_an_error_of_writing_names_the_journal(path: Path) -> None:
    journal = Journal(path, "a1", "l1")
    with open("/dev/full", "wb") as full:
        os.dup2(full.fileno(), journal._file.fileno())
    calls: list[Callable[[], None]] = [lambda: journal.add(CREATED), journal.close]
    for write in calls:
        with pytest.raises(OSError, match=r"journal'$") as raised:
            write()
        assert raised.value.filename == str(path)


def test_the_journal_of_another_association_or_location_is_refused(path: Path) -> None:
    Journal(path, "a1", "l1").close()
    for association, location in (("a2", "l1"), ("a1", "l2")):
        with pytest.raises(JournalError, match="is the journal of association a1 in location l1"):
            Journal(path, association, location)
    Journal(path, "a1", "l1").close()


@pytest.mark.parametrize(
    "line",
    [
        "nonsense",
        '{"first": "a", "second": "b", "status": "begun"}',
        '{"first": "a", "second": 5, "status": "created"}',
    ],
)
def test_an_invalid_line_in_the_middle_is_refused(path: Path, line: str) -> None:
    Journal(path, "a1", "l1").close()
    good = '{"first": "a", "second": "b", "status": "created", "relation": "r"}\n'
    with path.open("a") as file:
        file.write(good + line + "\n" + good)
    with pytest.raises(JournalError, match="line 3, is not an outcome"):
        Journal(path, "a1", "l1")


def test_a_second_run_on_the_same_journal_is_refused_until_the_first_ends(
    sandbox: Sandbox, path: Path
) -> None:
    association = seed_owner_pet(sandbox)
    with make_client(sandbox) as client:
        first = ensure_many(client, PAIRS[:3], association=association, journal=path)
        next(first)
        second = ensure_many(client, PAIRS[:3], association=association, journal=path)
        with pytest.raises(JournalError, match="another process is using"):
            next(second)
        first.close()
        list(ensure_many(client, PAIRS[:3], association=association, journal=path))
    assert related_pairs(sandbox) == PAIRS[:3]


def test_a_failing_write_to_the_journal_stops_the_run(
    sandbox: Sandbox, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(journal: Journal, outcome: Outcome) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Journal, "add", fail)
    with pytest.raises(OSError, match="No space left"):
        run(sandbox, path, concurrency=4)
    assert writes(sandbox) <= 4


def test_the_file_is_synced_every_second_and_at_the_end(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[int] = []
    quarters = iter(range(1000))
    monkeypatch.setattr(os, "fsync", synced.append)
    monkeypatch.setattr("facade.bulk.journal.time.monotonic", lambda: next(quarters) / 4)
    journal = Journal(path, "a1", "l1")
    for _ in range(9):
        journal.add(CREATED)
    during = len(synced)
    journal.close()
    assert (during, len(synced)) == (2, 3)


def test_every_line_is_in_the_file_before_add_returns_and_each_success_is_loaded(
    path: Path,
) -> None:
    journal = Journal(path, "a1", "l1")
    lines = ['{"journal": 1, "association": "a1", "location": "l1"}']
    assert path.read_text().splitlines() == lines
    successes: list[Status] = ["created", "existing", "related"]
    for status in successes:
        journal.add(evolve(CREATED, status=status))
        lines.append(f'{{"first": "a", "second": "b", "status": "{status}", "relation": "r"}}')
        assert path.read_text().splitlines() == lines
    journal.close()
    again = Journal(path, "a1", "l1")
    for status in successes:
        assert again.take(5, ("a", "b")) == evolve(CREATED, index=5, status=status, resumed=True)
    assert again.take(6, ("a", "b")) is None
    again.close()
