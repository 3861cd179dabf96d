"""The probe's requests: reading, creating, and knowing what it created."""

from collections import Counter
from collections.abc import Sequence

import pytest

from facade._core.operations import VERSIONS
from facade.testing import Fault, Received, Response, Sandbox, faults
from facade.testing.messages import json_response
from scripts.errors import CannotRunError
from scripts.evidence.cleanup import clean_up
from scripts.evidence.client import ProbeClient
from scripts.evidence.session import Session
from tests.evidence.conftest import Connect

RECORDS = ("contact-1", "contact-2")


def sent(sandbox: Sandbox, operation: str) -> list[Received]:
    return [each for each in sandbox.requests if each.operation == operation]


def wrote(client: ProbeClient) -> Session:
    session = Session(client)
    session.write()
    return session


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


@pytest.mark.parametrize(("records", "record"), [(None, "0" * 24), (RECORDS, "contact-1")])
def test_reading_asks_under_each_version_and_each_question_once(
    connect: Connect, sandbox: Sandbox, records: Sequence[str] | None, record: str
) -> None:
    session = Session(connect(records=records))
    session.read()
    steps = [(step, version) for step, version, _ in session.evidence.replies]
    counts = Counter(steps)
    for version in VERSIONS:
        assert {step: counts[step, version] for step in READ} == READ
    assert {each.method for each in sandbox.requests} == {"GET"}
    requests = dict(zip((step for step, _ in steps), sandbox.requests, strict=True))
    assert requests["list_relations"].path == f"/associations/relations/{record}"
    assert requests["unknown-version"].version == "2000-01-01"


def test_at_most_two_associations_are_read_under_any_name_of_their_list(
    client: ProbeClient, sandbox: Sandbox
) -> None:
    renamed = {"associations": "items"}
    rename = faults.alter(lambda body: {renamed.get(name, name): body[name] for name in body})
    sandbox.misbehave(rename)
    Session(client).read()
    assert len(sent(sandbox, "get_association_by_key")) == 2 * (2 + 1)  # and one that is absent


def test_writing_calls_every_operation_and_causes_each_refusal(
    client: ProbeClient, sandbox: Sandbox
) -> None:
    session = wrote(client)
    created = [each for each in sent(sandbox, "create_association") if each.status == 201]
    assert [each.version for each in created] == [*VERSIONS, *VERSIONS[:1] * 3]
    names = [each.body["key"] for each in created]
    assert len({*names}) == 5
    assert all(name.startswith("probe_delete_me_") for name in names)
    updated = [each.body for each in sent(sandbox, "update_association") if each.status == 200]
    assert updated == [
        {"firstObjectLabel": f"New {name}", "secondObjectLabel": f"Newer {name}"}
        for name in names[:3]
    ]
    related = sent(sandbox, "create_relation")
    records = {(each.body["firstRecordId"], each.body["secondRecordId"]) for each in related}
    assert records == {("probe_delete_me_first", "probe_delete_me_second")}
    assert len(sent(sandbox, "delete_relation")) == 2  # others are deleted with associations
    refused = {step: reply.refusal for step, _, reply in session.evidence.replies if reply.refusal}
    assert refused == {
        "missing-id": "NotFoundError",
        "missing-key": "NotFoundError",
        "equal-labels": "EqualLabelsError",
        "duplicate-key": "DuplicateAssociationError",
        "duplicate-relation": "DuplicateRelationError",
        "relation-limit": "RelationLimitError",
        "invalid-record": "InvalidRecordError",
    }
    assert (len(sandbox.associations()), sandbox.relations(), session.created) == (4, [], {})


def test_two_associations_are_filtered_in_three_ways_if_all_have_relations(
    client: ProbeClient, sandbox: Sandbox
) -> None:
    session = wrote(client)
    ids = [each.body["associationId"] for each in sent(sandbox, "create_relation")][:2]
    assert session.evidence.filtered_by == {*ids}
    *_, repeated, commas, brackets = sent(sandbox, "list_relations")
    assert repeated.query["associationIds"] == brackets.query["associationIds[]"] == ids
    assert commas.query["associationIds"] == [",".join(ids)]
    sandbox.misbehave(faults.fail(422), on="create_relation", times=1)
    session = wrote(client)
    assert session.evidence.filtered_by == set()
    assert session.evidence.of("association-ids", "duplicate-relation") == []


def test_a_creation_whose_response_is_lost_is_known(client: ProbeClient, sandbox: Sandbox) -> None:
    sandbox.misbehave(faults.drop("after_work"), on="create_association")
    session = Session(client)
    with pytest.raises(CannotRunError):
        session.write()
    assert [each["key"] for each in sandbox.associations()][4:] == [*session.created]


@pytest.mark.parametrize(
    ("fault", "despite_error", "noted"),
    [
        (Fault(), False, 0),
        (faults.false_422(), True, 0),  # created in spite of the error, and found by its key
        (faults.empty(), False, 0),  # created, but the response has no id
        (faults.fail(422), False, 5),  # not created: the clean-up looks again
    ],
)
def test_a_created_association_is_deleted_whatever_the_response(
    client: ProbeClient, sandbox: Sandbox, fault: Fault, despite_error: bool, noted: int
) -> None:
    sandbox.misbehave(fault, on="create_association")
    session = wrote(client)
    assert session.evidence.created_despite_error == [despite_error] * 3
    assert (len(sandbox.associations()), len(session.created)) == (4, noted)


@pytest.mark.parametrize("has_id", [True, False])
def test_an_association_that_should_have_been_refused_is_deleted_too(
    client: ProbeClient, sandbox: Sandbox, has_id: bool
) -> None:
    keys: list[str] = []

    def second(received: Received) -> bool:
        keys.append((received.body or {}).get("key", ""))
        return "Third" in str(received.body)

    def create() -> Response:
        created = sandbox.seed_association(key=keys[-1])
        return json_response(201, created if has_id else {"traceId": "t"})

    sandbox.misbehave(Fault(instead=create), on=second)
    session = wrote(client)
    assert len(sandbox.associations()) == 4 + 1
    assert clean_up(client, session.created) == []
    assert len(sandbox.associations()) == 4


@pytest.mark.parametrize(("records", "count"), [(None, 2), (RECORDS, 0)])
def test_relations_of_others_are_not_deleted(
    connect: Connect, sandbox: Sandbox, records: Sequence[str] | None, count: int
) -> None:
    association = sandbox.seed_association(key="other")
    other = sandbox.seed_relation(association["id"], *RECORDS)
    sandbox.misbehave(faults.empty(), on="create_relation")  # no id is known
    wrote(connect(records=records))
    assert [each["id"] for each in sandbox.relations()] == [other["id"]]
    deleted = [each.path for each in sent(sandbox, "delete_relation")]
    assert len(deleted) == count
    assert not [path for path in deleted if path.endswith(other["id"])]


@pytest.mark.parametrize(("at", "count", "refused"), [(7, 8, [429]), (1000, 150, [])])
def test_requests_are_sent_until_one_exceeds_the_limit(
    client: ProbeClient, sandbox: Sandbox, at: int, count: int, refused: list[int]
) -> None:
    sandbox.misbehave(faults.rate_limit(), on=lambda _: len(sandbox.requests) >= at)
    session = Session(client)
    session.exhaust()
    assert len(sandbox.requests) == count
    found = [(step, reply.status) for step, _, reply in session.evidence.replies]
    assert found == [("refused-429", status) for status in refused]
