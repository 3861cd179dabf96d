"""The probe's requests: reading, creating, knowing what it created, and deleting nothing else."""

from collections import Counter
from collections.abc import Sequence

import pytest

from facade._core.operations import VERSIONS
from facade.observe import Recorder
from facade.testing import Fault, Received, Response, Sandbox, faults
from facade.testing.messages import json_response
from scripts.errors import CannotRunError
from scripts.evidence.client import ProbeClient
from scripts.evidence.session import Session, clean_up, find, left_behind
from tests.evidence.conftest import Connect

RECORDS = ("contact-1", "contact-2")


def sent(sandbox: Sandbox, operation: str) -> list[Received]:
    return [each for each in sandbox.requests if each.operation == operation]


def keys(sandbox: Sandbox) -> list[str]:
    return [each["key"] for each in sandbox.associations() if each["key"].startswith("probe")]


def seed(sandbox: Sandbox, key: str, association_id: str | None = None) -> str:
    return str(sandbox.seed_association(key=key, association_id=association_id)["id"])


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
    assert session.evidence.private == (sandbox.location_id, *(records or ()))
    steps = [(step, version) for step, version, _ in session.evidence.replies]
    counts = Counter(steps)
    for version in VERSIONS:
        assert {step: counts[step, version] for step in READ} == READ
    assert {each.method for each in sandbox.requests} == {"GET"}
    requests = dict(zip(steps, sandbox.requests, strict=True))
    used = {step: request.version for step, request in requests.items()}
    assert used.pop(("unknown-version", VERSIONS[0])) == "2000-01-01"
    assert [(step, version) for step, version in used.items() if version != step[1]] == []
    assert [step for step, _ in steps].count("largest-limit") == 4
    path = f"/associations/relations/{record}"
    assert [requests["list_relations", version].path for version in VERSIONS] == [path] * 2


def test_writing_calls_every_operation_and_causes_each_refusal(
    client: ProbeClient, sandbox: Sandbox
) -> None:
    session = wrote(client)
    created = [each for each in sent(sandbox, "create_association") if each.status == 201]
    assert [each.version for each in created] == [*VERSIONS, *VERSIONS[:1] * 3]
    assert created[3].body["firstObjectToSecondObjectMaxLimit"] == 1
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
    refused = {step for step, _, reply in session.evidence.replies if reply.refusal}
    assert refused == set(
        "missing-id missing-key equal-labels duplicate-key duplicate-relation relation-limit "
        "invalid-record".split()
    )
    assert (len(sandbox.associations()), sandbox.relations(), session.created) == (4, [], {})


def test_a_creation_whose_response_is_lost_is_known(client: ProbeClient, sandbox: Sandbox) -> None:
    sandbox.misbehave(faults.drop("after_work"), on="create_association")
    session = Session(client)
    with pytest.raises(CannotRunError):
        session.write()
    assert keys(sandbox) == [*session.created]


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
    assert (keys(sandbox), len(session.created)) == ([], noted)


@pytest.mark.parametrize("has_id", [True, False])
def test_an_association_that_should_have_been_refused_is_deleted_too(
    client: ProbeClient, sandbox: Sandbox, has_id: bool
) -> None:
    names: list[str] = []

    def second(received: Received) -> bool:
        names.append((received.body or {}).get("key", ""))
        return "Third" in str(received.body)

    def create() -> Response:
        created = {**sandbox.seed_association(key=names[-1]), "of": {"id": "other"}}
        return json_response(201, created if has_id else {"traceId": "t"})

    sandbox.misbehave(Fault(instead=create), on=second)
    lagging = ("get_association_by_key", "list_associations") if has_id else ()
    with sandbox.misbehave(faults.fail(404), on=lambda received: received.operation in lagging):
        session = wrote(client)
        assert len(keys(sandbox)) == 1
        assert clean_up(client, session.created) == []
    assert keys(sandbox) == []
    assert [each.path for each in sandbox.requests if each.path.endswith("/other")] == []


@pytest.mark.parametrize(("records", "count"), [(None, 2), (RECORDS, 0)])
def test_relations_of_others_are_not_deleted(
    connect: Connect, sandbox: Sandbox, records: Sequence[str] | None, count: int
) -> None:
    other = sandbox.seed_relation(seed(sandbox, "other"), *RECORDS)
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


@pytest.mark.parametrize("fault", [Fault(), faults.alter(lambda body: {"items": body})])
def test_what_an_earlier_run_left_is_found_by_its_name_on_any_page(
    sandbox: Sandbox, client: ProbeClient, fault: Fault
) -> None:
    sandbox.misbehave(fault)
    for number in range(110):
        seed(sandbox, f"other_{number}")
    left = {f"probe_delete_me_{each}": [seed(sandbox, f"probe_delete_me_{each}")] for each in "ab"}
    assert left_behind(client) == left
    assert clean_up(client, left) == []
    assert left_behind(client) == {}


def test_a_server_that_ignores_the_page_is_asked_twice(
    sandbox: Sandbox, client: ProbeClient
) -> None:
    only = {"id": "a", "key": "probe_delete_me_a"}
    sandbox.misbehave(faults.alter(lambda _: {"associations": [only]}))
    assert left_behind(client) == {only["key"]: [only["id"]]}
    assert [each.query["skip"] for each in sandbox.requests] == [["0"], ["100"]]


@pytest.mark.parametrize("on", ["get_association_by_key", "list_associations"])
def test_it_is_found_by_its_key_or_in_the_list(
    sandbox: Sandbox, client: ProbeClient, on: str
) -> None:
    association_id = seed(sandbox, "probe_one")
    with sandbox.misbehave(faults.fail(404), on=on):
        assert find(client, "probe_one")[0] == [association_id]
        assert find(client, "probe_two")[0] == []
    other = json_response(200, {"id": "a", "key": "other"})
    sandbox.misbehave(Fault(instead=lambda: other), on=on)
    assert "a" not in find(client, "probe_two")[0]


def test_a_list_that_lags_behind_is_not_believed_after_a_deletion(
    sandbox: Sandbox, client: ProbeClient
) -> None:
    listed = {"associations": [{"id": seed(sandbox, "probe_one"), "key": "probe_one"}]}
    sandbox.misbehave(faults.alter(lambda _: listed), on="list_associations")
    assert clean_up(client, {"probe_one": []}) == []


@pytest.mark.parametrize("known", [1, 2])
def test_a_clean_up_deletes_by_id_or_by_key_and_nothing_else(
    sandbox: Sandbox, client: ProbeClient, recorder: Recorder, known: int
) -> None:
    ids = [seed(sandbox, "probe_known", each) for each in ("one", "two")]  # of the same key
    seed(sandbox, "probe_other")
    seed(sandbox, "probe_unknown")
    created = {"probe_known": ids[:known], "probe_unknown": [], "probe_never_created": []}
    assert clean_up(client, {**created, "probe_gone": ["0" * 24]}) == []
    assert keys(sandbox) == ["probe_other"]
    assert [each.method for each in sandbox.requests].count("DELETE") == 4
    assert recorder.lines() == []  # none of it is evidence


@pytest.mark.parametrize(
    ("fault", "on", "remaining"),
    [
        (faults.fail(500), "delete_association", ["probe_one"]),
        (faults.drop(), "delete_association", ["probe_one"]),
        (faults.fail(500), "get_association_by_key", ["probe_two"]),  # so it may exist
    ],
)
def test_an_association_that_cannot_be_deleted_remains_and_is_told(
    sandbox: Sandbox,
    client: ProbeClient,
    capsys: pytest.CaptureFixture[str],
    fault: Fault,
    on: str,
    remaining: list[str],
) -> None:
    created = {"probe_one": [seed(sandbox, "probe_one")], "probe_two": []}
    with sandbox.misbehave(fault, on=on):
        assert clean_up(client, created) == remaining
    assert capsys.readouterr().out == f"could not delete {remaining[0]}: delete it by hand\n"
    assert clean_up(client, created) == []


def test_a_server_that_always_names_another_one_is_not_asked_for_ever(
    sandbox: Sandbox, client: ProbeClient
) -> None:
    def answer() -> Response:
        return json_response(200, {"id": str(len(sandbox.requests)), "key": "probe_one"})

    sandbox.misbehave(Fault(instead=answer), on="get_association_by_key")
    assert clean_up(client, {"probe_one": []}) == ["probe_one"]
