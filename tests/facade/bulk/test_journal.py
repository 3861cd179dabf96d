"""The journal: an interrupted run is resumed, and no pair is lost or sent twice."""

import json
import os
import re
import resource
import signal
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path
from unittest.mock import MagicMock

import pytest
from attrs import evolve

from facade import Relation
from facade.bulk import JournalError, Outcome, RecordRelations
from facade.bulk import journal as module
from facade.bulk.journal import Journal
from facade.testing import Sandbox, faults
from tests.facade.bulk.runs import PAIRS, Ensured, held_process, related_pairs, told

CREATED = Outcome(
    index=0, first_record_id="a", second_record_id="b", status="created", relation_id="r"
)
HEADER = '{"journal": 1, "association": "a1", "location": "l1"}\n'
READING = '{"journal": 1, "reads": "relations", "association": null, "location": "l1"}\n'
GOOD = '{"first": "a", "second": "b", "status": "created", "relation": "r"}\n'
RUN = """
import sys
from facade import AssociationsClient
from facade.bulk import ensure_many

with AssociationsClient.from_env(pace=None) as client:
    association = client.associations.get_by_key("owner_pet")
    pairs = ((f"contact-{number:03}", f"pet-{number:03}") for number in range(60))
    list(ensure_many(client, pairs, association=association, journal=sys.argv[1]))
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "journal"


@pytest.fixture
def run(ensured: Ensured, path: Path) -> Ensured:
    """Run over pairs, each time with the same journal."""
    return partial(ensured, journal=path)


@pytest.mark.parametrize("at", [1, 60])
def test_a_killed_run_is_resumed_and_every_pair_has_one_relation(
    sandbox: Sandbox, path: Path, run: Ensured, at: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert module._LOCK_TIMEOUT == 2.0
    monkeypatch.setattr(module, "_LOCK_TIMEOUT", 0.1)
    with held_process(sandbox, ["-c", RUN, str(path)], at) as (process, gate):
        with pytest.raises(JournalError, match="another run is using"):
            Journal(path, "a1", "l1")
        process.kill()
        assert process.wait() == -9
        gate.opened.set()
    created = related_pairs(sandbox)
    recorded = [json.loads(line) for line in path.read_text().splitlines()[1:]]
    assert at - 8 <= len(recorded) < at <= len(created)  # of 8 threads none had recorded its last
    assert {(one["first"], one["second"]) for one in recorded} <= set(created)
    statuses = told(run(PAIRS[:60]))
    assert related_pairs(sandbox) == PAIRS[:60]
    assert (statuses.count("done_before"), statuses.count("failed")) == (len(recorded), 0)


def test_a_complete_journal_starts_anew_unless_only_failed_pairs_are_wanted(
    sandbox: Sandbox, path: Path, run: Ensured
) -> None:
    with sandbox.misbehave(faults.fail(500), on=lambda one: "contact-002" in str(one.body)):
        assert told(run(PAIRS[:3])) == ["created", "created", "failed"]
        assert "returned 500" in path.read_text()
        assert told(run(PAIRS[:3], retry_failed=True)) == ["done_before", "done_before", "failed"]
    assert told(run(PAIRS[:3])) == ["existing", "existing", "created"]
    assert path.read_text().count('"complete": true') == 1
    assert path.stat().st_mode & 0o777 == 0o600


def test_at_whatever_byte_a_journal_ends_the_run_is_resumed(path: Path, run: Ensured) -> None:
    run(PAIRS[:2], concurrency=1)
    whole = path.read_bytes()
    ends = [one.end() for one in re.finditer(b"\n", whole)]
    for size in {*range(0, len(whole), 25), *ends, *(end - 1 for end in ends)}:
        path.write_bytes(whole[:size])
        done = max(0, whole.count(b"\n", 0, size) - 1) % 3  # without the header; 3 is complete
        again = told(run(PAIRS[:2], concurrency=1))
        assert again == ["done_before"] * done + ["existing"] * (2 - done)
        lines = [json.loads(line) for line in path.read_text().splitlines()]
        assert [one.get("first") for one in lines] == [None, "contact-000", "contact-001", None]
        assert path.read_bytes().startswith(whole[: max(ends[0], ends[done])])


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ("[1]\n", "is not a journal: pass another journal$"),
        (READING, "is the journal of a reading of all in location l1: pass another"),
        ("pit-secret\n", "/journal is not a journal: pass another journal$"),
        (HEADER.replace("1", "2", 1), "is not a journal"),
        (HEADER.replace("a1", "a2"), "is the journal of association a2 in location l1: pass"),
        (HEADER.replace("l1", "l2"), "is the journal of association a1 in location l2: pass"),
        (HEADER + GOOD + "nonsense\n" + GOOD, "line 3, is not an outcome: b'nonsen"),
        (HEADER + GOOD.replace("created", "begun") + GOOD, "line 2, is not"),
        (HEADER + GOOD.replace('"b"', "5") + GOOD, "line 2, is not an outcome"),
    ],
)
def test_a_file_that_is_no_journal_of_this_run_is_refused_and_unchanged(
    path: Path, content: str, why: str
) -> None:
    path.write_text(content)
    kept = list[object]()
    for _ in range(2):  # a refusal leaves it free
        with pytest.raises(JournalError, match=why) as caught:
            Journal(path, "a1", "l1")
        kept.append(caught)
    assert path.read_text() == content


def test_the_journal_of_pairs_is_refused_for_a_reading(path: Path) -> None:
    Journal(path, "a1", "l1").close()
    with pytest.raises(JournalError, match="is the journal of association a1 in location l1"):
        Journal(path, "a1", "l1", reads=True)


def test_a_journal_that_an_editor_wrote_anew_is_resumed(path: Path) -> None:
    text = HEADER + GOOD
    for edited in (text.replace("\n", "\r\n"), f"\ufeff{text}", text.replace(": ", ":")):
        path.write_bytes(edited.encode())
        with closing(Journal(path, "a1", "l1")) as journal:
            assert ("a", "b") in journal
        assert path.read_bytes() == edited.encode()


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
        with pytest.raises(OSError, match=r"journal'$"):
            write()


def test_an_error_of_writing_the_header_names_the_journal(path: Path) -> None:
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, before[1]))
    try:
        with pytest.raises(OSError, match=r"File too large: '.*journal'$"):
            Journal(path, "a1", "l1")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_the_journal_of_a_forked_process_is_free(path: Path) -> None:
    journal = Journal(path, "a1", "l1")
    with journal.lock:  # as if a thread was writing
        child = os.fork()
        if child == 0:
            signal.alarm(30)
            journal.add(CREATED)
            os._exit(0)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    of_child = os.dup(journal._file.fileno())
    journal.close()
    Journal(path, "a1", "l1").close()
    os.close(of_child)


def test_a_reading_is_found_where_it_was_written_and_each_use_of_the_file_is_under_the_lock(
    path: Path,
) -> None:
    journal, lock = Journal(path, None, "l1", reads=True), MagicMock()
    relations = [(Relation(id="r1"), Relation(id="r2")), (), (Relation(id="r3"),)]
    for at, some in enumerate(relations):
        one = RecordRelations(index=at, record_id=f"c{at}", status="read", relations=some)
        journal.add(one)
    journal.close()
    journal = Journal(path, None, "l1", reads=True)
    journal.lock = lock
    assert [journal.relations(f"c{at}") for at in (2, 1, 0)] == relations[::-1]
    journal.complete()
    journal.close()
    assert lock.__enter__.call_count == 5


def test_each_line_is_in_the_file_at_once_and_on_the_disk_every_second_and_at_the_end(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced, quarters, lines = list[int](), iter(range(1000)), HEADER
    monkeypatch.setattr(os, "fsync", synced.append)
    monkeypatch.setattr("facade.bulk.journal.time.monotonic", lambda: next(quarters) / 4)
    journal = Journal(path, "a1", "l1")
    for status in ("created", "existing", "related") * 3:
        journal.add(evolve(CREATED, status=status))
        lines += GOOD.replace("created", status)
        assert path.read_text() == lines
    assert len(synced) == 2
    journal.add(evolve(CREATED, first_record_id="c", relation_id=None))
    assert path.read_text().endswith('"c", "second": "b", "status": "created", "relation": ""}\n')
    journal.close()
    assert len(synced) == 3
    again = Journal(path, "a1", "l1")
    assert [pair in again for pair in (("a", "b"), ("b", "a"))] == [True, False]
    assert (again.relation_id(("a", "b")), again.relation_id(("c", "b"))) == ("r", None)
    again.close()
