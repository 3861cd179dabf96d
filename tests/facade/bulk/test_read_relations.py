"""relations_of: the relations of many records, each once, with an outcome for each record."""

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from facade import AsyncAssociationsClient, LocationAccessError
from facade.bulk import ReadProgress, RecordRelations, arelations_of, relations_of
from facade.testing import Sandbox, faults
from tests.facade.bulk.runs import in_loop, make_client, seed_owner_pet
from tests.facade.driving import Mode

IDS = ["c1", "p1", "c2", "c1", "c3"]
Rows = list[tuple[str, str, list[str]]]


@pytest.fixture(autouse=True)
def related(sandbox: Sandbox) -> str:
    """Relate contacts to pets, and one of them under another association; return its id."""
    first = seed_owner_pet(sandbox)
    for contact, pet in [("c1", "p1"), ("c1", "p2"), ("c2", "p1")]:
        sandbox.seed_relation(first.id, contact, pet)
    other = sandbox.seed_association(key="likes", second_object_key="custom_objects.pet")
    sandbox.seed_relation(other["id"], "c2", "p9")
    return str(other["id"])


def read(mode: Mode, sandbox: Sandbox, ids: Any, **options: Any) -> list[RecordRelations]:
    async def collect(client: AsyncAssociationsClient) -> list[RecordRelations]:
        return [one async for one in arelations_of(client, ids, **options)]

    if mode == "async":
        return in_loop(sandbox, collect)
    with make_client(sandbox) as client:
        return list(relations_of(client, ids, **options))


def rows(outcomes: list[RecordRelations]) -> Rows:
    """Return the record, the status and the records on the other side of each outcome."""
    return [
        (one.record_id, one.status, [each.other(one.record_id) for each in one.relations])
        for one in outcomes
    ]


READ: Rows = [
    ("c1", "read", ["p1", "p2"]),
    ("p1", "read", ["c2"]),  # its relation to c1 came with c1
    ("c2", "read", ["p9"]),
    ("c3", "read", []),
]


@pytest.mark.both
def test_each_record_is_read_once_and_each_relation_comes_once(
    sandbox: Sandbox, mode: Mode, related: str
) -> None:
    told: list[ReadProgress] = []
    outcomes = read(mode, sandbox, IDS, on_progress=told.append)
    assert rows(outcomes) == READ
    assert [one.index for one in outcomes] == [0, 1, 2, 3]
    assert len(sandbox.requests) == 4
    counts = [(one.done, one.relations, one.total) for one in told]
    assert counts == [(1, 2, 4), (2, 3, 4), (3, 4, 4), (4, 4, 4)]
    assert str(told[-1]) == "4 of 4 records in 0 s: 4 relations"
    assert rows(read(mode, sandbox, iter(IDS), association="likes"))[2:] == READ[2:]
    (found,) = read(mode, sandbox, ["c2"], association="likes")
    assert found.relations[0].association_id == related


@pytest.mark.both
@pytest.mark.parametrize("sandbox", [{"listed_relation_id": False}], indirect=True)
def test_relations_without_ids_come_once_too(sandbox: Sandbox, mode: Mode) -> None:
    assert rows(read(mode, sandbox, IDS)) == READ


@pytest.mark.both
def test_a_record_that_cannot_be_read_is_an_outcome_and_its_relations_come_with_others(
    sandbox: Sandbox, mode: Mode
) -> None:
    sandbox.misbehave(faults.fail(400, message="odd"), on=lambda one: one.path.endswith("/c1"))
    told: list[ReadProgress] = []
    nan: Any = float("nan")  # an empty cell in pandas
    outcomes = read(mode, sandbox, ["c1", nan, "..", "p1"], on_progress=told.append)
    assert rows(outcomes)[3] == ("p1", "read", ["c1", "c2"])
    assert [str(one.error) for one in outcomes[:3]] == [
        "GET /associations/relations/c1 returned 400: odd",
        "a record id must be text, not nan",
        "not a valid id or key: '..'",
    ]
    assert [getattr(one.error, "__traceback__", None) for one in outcomes] == [None] * 4
    assert str(told[-1]) == "4 of 4 records in 0 s: 2 relations, 3 failed"


@pytest.mark.both
def test_a_fatal_error_ends_the_run_and_its_journal_resumes_it(
    sandbox: Sandbox, mode: Mode, tmp_path: Path
) -> None:
    given: dict[str, Any] = {"journal": tmp_path / "journal", "concurrency": 1}
    refusal = faults.fail(403, message="The token does not have access to this location.")
    with (
        sandbox.misbehave(refusal, on=lambda one: one.path.endswith("/c2")),
        pytest.raises(LocationAccessError),
    ):
        read(mode, sandbox, IDS, **given)
    sent = len(sandbox.requests)
    sandbox.seed_relation(sandbox.associations()[-2]["id"], "c1", "c3")  # c1 was read before
    again = read(mode, sandbox, ["p1", "c1", "c2", "c3"], **given)  # in another order
    assert rows(again) == [
        ("p1", "done_before", ["c1", "c2"]),
        ("c1", "done_before", ["p2"]),
        ("c2", "read", ["p9"]),
        ("c3", "read", ["c1"]),
    ]
    assert len(sandbox.requests) == sent + 2
    assert given["journal"].read_text().count('"record"') == 3 + 2
    for retry_failed, status in (False, "read"), (True, "done_before"):  # it is complete
        whole = read(mode, sandbox, IDS, **given, retry_failed=retry_failed)
        assert [one.status for one in whole] == [status] * 4


def test_a_pipe_is_read_on_when_its_records_are_read(sandbox: Sandbox) -> None:
    told: list[ReadProgress] = []

    def pipe() -> Iterator[str]:
        yield "c1"
        assert not told  # so many are read ahead
        yield "c2"
        assert told  # or else the reader of the outcomes would wait for this line
        yield "c3"

    outcomes = read("async", sandbox, pipe(), concurrency=2, on_progress=told.append)
    assert [one.record_id for one in outcomes] == ["c1", "c2", "c3"]


@pytest.mark.parametrize(
    ("ids", "options", "why"),
    [
        ("c1", {}, "pass a single id as"),
        (b"c1", {}, "pass a single id as"),
        (SimpleNamespace(columns=["id"]), {}, r"such as frame\['Contact Id'"),
        (["c1"], {"association": 5}, "association must be an Association"),
    ],
)
def test_options_that_cannot_be_are_refused_before_anything_is_sent(
    sandbox: Sandbox, ids: Any, options: Any, why: str
) -> None:
    with make_client(sandbox) as client, pytest.raises(TypeError, match=why):
        relations_of(client, ids, **options)
    assert sandbox.requests == []
