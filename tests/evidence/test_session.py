"""The probe's requests: reading, creating, deleting; their order and their Versions."""

import json
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from facade._core.operations import VERSIONS
from facade.testing import Fault, Received, Sandbox, faults
from scripts.evidence.client import ProbeClient
from scripts.evidence.replies import LIMITS
from scripts.evidence.session import Session
from tests.evidence.conftest import Reopen
from tests.evidence.faults import refuse

Start = Callable[..., Session]
RECORDS = ("contact-1", "contact-2")


@pytest.fixture
def start(client: ProbeClient, reopen: Reopen) -> Start:
    return lambda records=None: Session(client, reopen(), records)


def sent(sandbox: Sandbox, operation: str) -> list[Received]:
    return [each for each in sandbox.requests if each.operation == operation]


# The steps under each Version, and how often: two system associations are read by id and by key.
READ = {
    "list_associations": 1,
    "get_association": 2,
    "get_association_by_key": 2,
    "list_associations_by_object_key": 1,
    "list_relations": 1,
    "missing-id": 1,
    "missing-key": 1,
}


def test_reading_asks_under_each_version_and_varies_once(start: Start, sandbox: Sandbox) -> None:
    session = start()
    session.read()
    replies = session.evidence.replies
    counts = Counter((step, version) for step, version, _ in replies)
    for version in VERSIONS:
        assert {step: counts[step, version] for step in READ} == READ
    assert [each.version for each in sandbox.requests] == [version for _, version, _ in replies]
    requests = {step: each for (step, *_), each in zip(replies, sandbox.requests, strict=True)}
    located = [each for each in sandbox.requests if each.operation != "get_association"]
    assert all(each.query["locationId"] == ["sandbox-location"] for each in located)
    assert requests["no-slash"].path == "/associations"
    assert requests["no-paging"].query == {"locationId": ["sandbox-location"]}
    for limit in LIMITS:
        assert requests[f"limit-{limit}"].query["limit"] == [str(limit)]
        assert counts[f"limit-{limit}", VERSIONS[0]] == 1


@pytest.mark.parametrize(("records", "record"), [(None, "0" * 24), (RECORDS, "contact-1")])
def test_relations_are_read_for_the_first_record_or_for_an_absent_one(
    start: Start, sandbox: Sandbox, records: Sequence[str] | None, record: str
) -> None:
    start(records).read()
    paths = {each.path for each in sent(sandbox, "list_relations")}
    assert paths == {f"/associations/relations/{record}"}


@pytest.mark.parametrize("envelope", ["associations", "items"])
def test_at_most_two_associations_are_read_under_any_name_of_their_list(
    start: Start, sandbox: Sandbox, envelope: str
) -> None:
    renamed = faults.alter(
        lambda body: {envelope: body["associations"]} if "associations" in body else body
    )
    sandbox.misbehave(renamed)
    start().read()
    read = sent(sandbox, "get_association_by_key")
    assert len(read) == 2 * (2 + 1)  # under two Versions, with a key that does not exist


def test_writing_calls_every_operation(start: Start, sandbox: Sandbox, tmp_path: Path) -> None:
    session = start()
    session.write()
    for operation in ("create_association", "create_relation", "delete_association"):
        versions = [each.version for each in sent(sandbox, operation)]
        assert versions == [*VERSIONS, VERSIONS[0]]
    names = [each.body["key"] for each in sent(sandbox, "create_association")]
    assert len({*names}) == 3
    assert all(name.startswith("probe_delete_me_") for name in names)
    assert [each.body for each in sent(sandbox, "update_association")] == [
        {"firstObjectLabel": f"New {name}", "secondObjectLabel": f"Newer {name}"} for name in names
    ]
    related = sent(sandbox, "create_relation")
    assert {(each.body["firstRecordId"], each.body["secondRecordId"]) for each in related} == {
        ("probe_delete_me_first", "probe_delete_me_second")
    }
    assert len(sent(sandbox, "delete_relation")) == 2  # the third is deleted with its association
    assert len(session.evidence.of("missing-id")) == len(session.evidence.of("missing-key")) == 3
    assert session.evidence.created_despite_error == [False] * 3
    assert (len(sandbox.associations()), sandbox.relations()) == (4, [])
    assert list(tmp_path.iterdir()) == []


def test_two_associations_are_filtered_in_three_ways(start: Start, sandbox: Sandbox) -> None:
    session = start()
    session.write()
    ids = [each.body["associationId"] for each in sent(sandbox, "create_relation")]
    assert session.evidence.filtered_by == {*ids[:2]}
    plain, again, repeated, commas, brackets = sent(sandbox, "list_relations")
    assert "associationIds" not in {*plain.query, *again.query}
    assert repeated.query["associationIds"] == brackets.query["associationIds[]"] == ids[:2]
    assert commas.query["associationIds"] == [",".join(ids[:2])]


def test_no_filter_is_tried_if_a_relation_is_missing(start: Start, sandbox: Sandbox) -> None:
    sandbox.misbehave(refuse(422, "no"), on="create_relation", times=1)
    session = start()
    session.write()
    assert session.evidence.filtered_by == set()
    assert not [step for step, _, _ in session.evidence.replies if step.startswith("filter-")]


def test_each_creation_is_recorded_first(start: Start, sandbox: Sandbox, tmp_path: Path) -> None:
    noted: list[bool] = []

    def look(received: Received) -> bool:
        if received.operation == "create_association":
            lines = (tmp_path / "journal.jsonl").read_text().splitlines()
            noted.append(received.body["key"] in [json.loads(line)["key"] for line in lines])
        return False

    sandbox.misbehave(Fault(), on=look)
    start().write()
    assert noted == [True, True, True]


@pytest.mark.parametrize(
    ("fault", "despite_error", "noted"),
    [
        (faults.false_422(), True, 0),  # created in spite of the error, and found by its key
        (faults.empty(), False, 0),  # created, but the response has no id
        (refuse(422, "no"), False, 3),  # not created: the clean-up looks again
    ],
)
def test_a_created_association_is_deleted_whatever_the_response(
    start: Start, sandbox: Sandbox, reopen: Reopen, fault: Fault, despite_error: bool, noted: int
) -> None:
    sandbox.misbehave(fault, on="create_association")
    session = start()
    session.write()
    assert session.evidence.created_despite_error == [despite_error] * 3
    assert len(sandbox.associations()) == 4
    assert len(reopen().remaining()) == noted


@pytest.mark.parametrize(("records", "count"), [(None, 2), (RECORDS, 0)])
def test_relations_of_others_are_not_deleted(
    start: Start, sandbox: Sandbox, records: Sequence[str] | None, count: int
) -> None:
    association = sandbox.seed_association(key="other")
    other = sandbox.seed_relation(association["id"], *RECORDS)
    sandbox.misbehave(faults.empty(), on="create_relation")  # no id is known
    start(records).write()
    assert [each["id"] for each in sandbox.relations()] == [other["id"]]
    deleted = [each.path for each in sent(sandbox, "delete_relation")]
    assert len(deleted) == count
    assert not [path for path in deleted if path.endswith(other["id"])]


@pytest.mark.parametrize(("refused", "count"), [([429], 8), ([], 150)])
def test_requests_are_sent_until_one_exceeds_the_limit(
    start: Start, sandbox: Sandbox, refused: list[int], count: int
) -> None:
    at = 7 if refused else 1000
    sandbox.misbehave(faults.rate_limit(), on=lambda _: len(sandbox.requests) >= at)
    session = start()
    session.exhaust()
    assert len(sandbox.requests) == count
    found = [(step, reply.status) for step, _, reply in session.evidence.replies]
    assert found == [("refused", status) for status in refused]
