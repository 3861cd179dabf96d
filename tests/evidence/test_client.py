"""The probe's requests: their Version, their pace, and a reply for every status."""

from typing import Any

import httpx
import pytest

from facade import LocalPace
from facade._core.operations import VERSIONS
from facade.observe import Recorder
from facade.testing import Sandbox, faults
from facade.testing.messages import Response
from scripts.contract.errors import CannotRunError
from scripts.evidence import client as module
from scripts.evidence.client import ProbeClient, Reply, Target
from tests.evidence.conftest import target_of
from tests.evidence.faults import change_success

PAGE = {"locationId": "sandbox-location"}
GONE = {"statusCode": 404, "message": "gone", "error": "Not Found"}


def test_a_request_uses_its_version_or_the_first(client: ProbeClient, sandbox: Sandbox) -> None:
    client.call("list_associations", params=PAGE, version="v3")
    client.call("list_associations", params=PAGE)
    client.send("GET", "/associations/", params=PAGE, unlimited=True)
    client.call("create_association", json={"key": "a"})
    versions = [each.version for each in sandbox.requests]
    assert versions == ["v3", "2021-07-28", "2021-07-28", "2021-07-28"]
    assert [each.body for each in sandbox.requests][-1] == {"key": "a"}
    assert client.sent == 4


@pytest.mark.parametrize(
    ("fault", "status", "body"),
    [
        (change_success(lambda _: Response(200, b'{"id": 1}', {})), 200, {"id": 1}),
        (change_success(lambda _: Response(204, b"", {})), 204, None),
        (change_success(lambda _: Response(200, b"<html>", {})), 200, None),
        (faults.fail(404, message="gone"), 404, GONE),
        (faults.fail(404, body="text", message="gone"), 404, None),
        (faults.fail(500, body="empty"), 500, None),
    ],
)
def test_every_response_is_a_reply(
    client: ProbeClient, sandbox: Sandbox, fault: faults.Fault, status: int, body: Any
) -> None:
    sandbox.misbehave(fault)
    reply = client.call("list_associations", params=PAGE)
    assert (reply.status, reply.body) == (status, body)


def test_a_refusal_is_a_reply_with_its_headers_and_a_temporary_one_is_retried(
    client: ProbeClient, sandbox: Sandbox
) -> None:
    sandbox.misbehave(faults.rate_limit(retry_after=7), times=1)
    reply = client.send("GET", "/associations/", unlimited=True)
    assert (reply.status, reply.headers["retry-after"]) == (429, "7")
    assert len(sandbox.requests) == 1  # no retry without a pace
    sandbox.misbehave(faults.rate_limit(retry_after=0), times=2)
    reply = client.call("list_associations", params=PAGE)
    assert (reply.status, reply.headers["content-type"][:16]) == (200, "application/json")
    assert (len(sandbox.requests), client.sent) == (4, 2)


def test_a_reply_is_a_success_if_its_status_is_2xx_and_its_fields_are_those_of_an_object() -> None:
    found = [status for status in (199, 200, 299, 300, 404) if Reply(status, None).is_success]
    assert found == [200, 299]
    bodies: list[Any] = [{"id": "a"}, {}, ["id"], "id", None]
    assert [Reply(200, body).get("id") for body in bodies] == ["a", None, None, None, None]


def test_without_a_response_the_run_ends(client: ProbeClient, sandbox: Sandbox) -> None:
    sandbox.misbehave(faults.drop("before_work"))
    with pytest.raises(CannotRunError, match=r"^no response: \w+; run it again$"):
        client.send("POST", "/associations/", json=PAGE)  # a POST is not retried
    assert "pit-secret" not in repr(Target("pit-secret", "l", "https://api.example"))


def test_all_versions_share_pace_and_recorder_and_unlimited_requests_have_no_pace(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    paces: list[Any] = []

    class Counting(LocalPace):
        def __init__(self, calls: int) -> None:
            super().__init__(calls=calls)
            self.calls, self.taken = calls, 0
            paces.append(self)

        def take(self, location_id: str) -> Any:
            self.taken += 1
            return super().take(location_id)

    monkeypatch.setattr(module, "LocalPace", Counting)
    recorder = Recorder(1)
    with ProbeClient(target_of(sandbox), recorder, VERSIONS) as client:
        client.send("GET", "/associations/", unlimited=True)
        for version in VERSIONS:
            client.call("list_associations", version=version)
    assert [(pace.calls, pace.taken) for pace in paces] == [(80, 2)]
    assert {line["version"] for line in recorder.lines()} == {*VERSIONS}


def test_leaving_the_client_closes_every_connection() -> None:
    closed: list[str] = []

    class Transport(httpx.MockTransport):
        def close(self) -> None:
            closed.append("closed")

    target = Target("t", "l", "https://a.example", Transport(lambda _: httpx.Response(200)))
    with ProbeClient(target, Recorder(1), VERSIONS):
        assert closed == []
    assert len(closed) == 3  # a client for each Version, and one without a pace
