"""The probe's requests: their Version, their pace, and a reply for every status."""

from typing import Any

import httpx
import pytest

from facade import LocalPace
from facade._core.operations import VERSIONS
from facade.observe import Recorder
from facade.testing import Fault, Response, Sandbox, faults
from scripts.errors import CannotRunError
from scripts.evidence.client import ProbeClient, ProbeRequest, Reply, Target
from tests.evidence.conftest import target_of
from tests.facade.responding import in_turn

LIST = ProbeRequest("list_associations", query={"locationId": "sandbox-location"})


def test_a_request_is_an_operation_or_a_path(client: ProbeClient, sandbox: Sandbox) -> None:
    client.send(ProbeRequest("get_association_by_key", "a/b", {"locationId": "l"}))
    client.send(ProbeRequest("GET /associations"))
    paths = [(each.method, each.path) for each in sandbox.requests]
    assert paths == [("GET", "/associations/key/a%2Fb"), ("GET", "/associations")]


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
    sandbox.misbehave(faults.rate_limit(retry_after=0), times=2)
    assert client.send(LIST).status == 200
    assert (len(sandbox.requests), client.sent) == (4, 2)


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
    assert list(reply.objects("firstObjectKey", "id")) == [ASSOCIATION] * found
    assert reply.ids(key="k") == ["a"] * found


def test_without_a_response_the_run_ends_and_the_token_is_in_no_text(
    client: ProbeClient, sandbox: Sandbox
) -> None:
    sandbox.misbehave(faults.drop("before_work"))
    with pytest.raises(CannotRunError, match=r"^no response: \w+; run it again$"):
        client.send(ProbeRequest("POST /associations/", body={}))  # a POST is not retried
    assert "pit-secret" not in repr(Target("pit-secret", "l", "https://api.example"))


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


def test_leaving_the_client_closes_every_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    transport, requests = in_turn(httpx.Response(200))
    closed = list[str]()
    monkeypatch.setattr(transport, "close", lambda: closed.append("closed"))
    with ProbeClient(Target("t", "l", "https://a.example", transport=transport), None) as client:
        client.send(LIST)
        client.send(LIST, unlimited=True)
        assert closed == []
    assert (len(closed), {each.url.host for each in requests}) == (2, {"a.example"})
