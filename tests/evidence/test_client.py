"""The probe's requests: their Version, their pace, and a reply for every status."""

from dataclasses import replace
from typing import Any

import pytest

from facade import LocalPace
from facade._core.operations import VERSIONS
from facade.observe import Recorder
from facade.testing import Fault, Response, Sandbox, faults
from scripts.errors import CannotRunError
from scripts.evidence.client import CALLS, NO_ID, ProbeClient, ProbeRequest, Reply, Target
from tests.evidence.conftest import Connect, target_of

LIST = ProbeRequest("list_associations", query={"locationId": "sandbox-location"})


def test_a_request_is_an_operation_or_a_path_with_the_values_of_the_run(
    connect: Connect, sandbox: Sandbox
) -> None:
    client = connect(records=("c", "d"))
    names = ("list_associations", "list_relations", "update_association", "create_relation")
    for name in names:
        client.send(CALLS[name], values={"association": "a/b", "key": "k"})
    client.send(ProbeRequest("GET /associations", query={"page": NO_ID}))
    location = "sandbox-location"
    labels = {"firstObjectLabel": "New k", "secondObjectLabel": "Newer k"}
    related = {"associationId": "a/b", "firstRecordId": "c", "secondRecordId": "d"}
    page = {"locationId": [location], "skip": ["0"], "limit": ["100"]}
    assert [(each.method, each.path, each.query, each.body) for each in sandbox.requests] == [
        ("GET", "/associations/", page, None),
        ("GET", "/associations/relations/c", page, None),
        ("PUT", "/associations/a%2Fb", {}, labels),
        ("POST", "/associations/relations", {}, {"locationId": location, **related}),
        ("GET", "/associations", {"page": ["000000000000000000000000"]}, None),
    ]


def answer(status: int, body: bytes) -> Fault:
    return Fault(instead=lambda: Response(status, body, {}))


@pytest.mark.parametrize(
    ("fault", "reply"),
    [
        (answer(200, b'{"id": 1}'), (200, {"id": 1}, "", "")),
        (answer(204, b""), (204, "", "", "")),
        (faults.fail(404, body="text", message="gone"), (404, "gone", "gone", "NotFoundError")),
        (answer(400, b'{"code": "A"}'), (400, {"code": "A"}, "A", "BadRequestError")),
        (answer(400, b'{"message": [1]}'), (400, {"message": [1]}, "", "BadRequestError")),
        (
            answer(400, b'{"message": ["one", "two"]}'),
            (400, {"message": ["one", "two"]}, "one; two", "BadRequestError"),
        ),
    ],
)
def test_every_response_is_a_reply_with_its_text_and_the_class_of_a_refusal(
    client: ProbeClient, sandbox: Sandbox, fault: Fault, reply: tuple[Any, ...]
) -> None:
    sandbox.misbehave(fault)
    found = client.send(LIST)
    assert (found.status, found.body, found.text, found.refusal) == reply


def test_a_temporary_refusal_is_repeated_unless_the_limit_is_what_is_asked_for(
    client: ProbeClient, sandbox: Sandbox
) -> None:
    sandbox.misbehave(faults.rate_limit(retry_after=7), times=1)
    reply = client.send(LIST, unlimited=True)
    assert (reply.status, reply.headers["retry-after"], len(sandbox.requests)) == (429, "7", 1)
    sandbox.misbehave(faults.rate_limit(retry_after=0), times=3)
    assert [client.send(LIST).status for _ in range(2)] == [429, 200]
    assert (len(sandbox.requests), client.sent) == (1 + 3 + 1, 3)


ASSOCIATION = {"id": "a", "key": "k", "firstObjectKey": "contact"}


@pytest.mark.parametrize(
    ("status", "body", "found"),
    [
        (299, {"association": ASSOCIATION, "traceId": "t"}, 1),
        (200, {"data": {"items": [[ASSOCIATION], ASSOCIATION]}}, 2),
        (200, [{"key": "k"}, "key id", None, {"id": 1, "key": "k"}, {"id": "a", "key": "l"}], 0),
        (300, ASSOCIATION, 0),
    ],
)
def test_objects_are_found_by_their_fields_anywhere_in_a_success(
    status: int, body: Any, found: int
) -> None:
    reply = Reply(status, body)
    for fields in (("firstObjectKey", "id"), ASSOCIATION):
        assert list(reply.objects(*fields)) == [ASSOCIATION] * found
    assert reply.ids(key="k") == reply.ids(**ASSOCIATION) == ["a"] * found


def test_without_a_response_the_run_ends_and_the_token_is_in_no_text(
    client: ProbeClient, sandbox: Sandbox
) -> None:
    sandbox.misbehave(faults.drop("before_work"))
    with pytest.raises(CannotRunError, match=r"^no response: \w+; run it again$"):
        client.send(ProbeRequest("POST /associations/", body={}))  # a POST is not retried
    target = Target("pit-secret", "l", "https://api.example")
    assert "pit-secret" not in repr(target)
    assert (target.write, target.exhaust) == (False, False)


def test_a_malformed_setting_is_an_error() -> None:
    target = target_of(Sandbox())
    for wrong, why in (
        (replace(target, base_url="127.0.0.1:8977"), "base_url is not an http"),
        (replace(target, token="pit-\nsandbox"), "the token must be visible ASCII text"),
        (replace(target, versions=["latest"]), ".*latest"),
    ):
        with pytest.raises(CannotRunError, match=f"^{why}"), ProbeClient(wrong, None) as client:
            client.send(LIST)


def test_all_versions_share_a_pace_and_only_evidence_is_recorded(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()  # what makes other tests quick
    recorder, paces, take = Recorder(1), list[LocalPace](), LocalPace.take

    def noted(pace: LocalPace, location_id: str) -> Any:
        paces.append(pace)
        return take(pace, location_id)

    monkeypatch.setattr(LocalPace, "take", noted)
    with ProbeClient(target_of(sandbox), recorder) as client:
        client.send(LIST, unlimited=True)
        client.send(LIST)
        client.send(ProbeRequest("list_associations", version="v8"), "v9")
        client.send(LIST, "v7", is_evidence=False)
    assert paces == [paces[0]] * 3
    assert paces[0]._capacity == 80
    assert [each.version for each in sandbox.requests] == [*VERSIONS[:1] * 2, "v8", "v7"]
    assert {line["version"] for line in recorder.lines()} == {VERSIONS[0], "v8"}
