"""The service that relates records on POST; test_webhooks has its webhooks."""

import asyncio
from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from examples import link_service_fastapi as service
from facade._core import concurrency
from facade.testing import Sandbox, Server, faults

PAIR = {"contact": "ann", "pet": "rex"}


@pytest.fixture
def http(highlevel_env: Server) -> Iterator[TestClient]:
    with TestClient(service.app) as http:
        yield http


def test_a_pair_is_related_once(http: TestClient, highlevel_sandbox: Sandbox) -> None:
    first, again = (http.post("/links", json=PAIR) for _ in range(2))
    (relation,) = highlevel_sandbox.relations()
    assert (relation["firstRecordId"], relation["secondRecordId"]) == ("ann", "rex")
    assert first.status_code == 200
    assert first.json() == {"relation_id": relation["id"], "created": True}
    assert again.json() == {"relation_id": relation["id"], "created": False}


def test_a_wrong_pair_is_the_caller_s_mistake(http: TestClient, highlevel_sandbox: Sandbox) -> None:
    highlevel_sandbox.declare_record("rex", "contact")
    refused = http.post("/links", json=PAIR)
    assert refused.status_code == 422
    assert "Invalid record id : 'rex'" in refused.text
    for body in ({"contact": "ann"}, {"contact": "ann", "pet": 1}, {"contact": "ann", "pet": ""}):
        assert http.post("/links", json=body).status_code == 422
    assert highlevel_sandbox.relations() == []


def test_an_error_of_highlevel_s_is_no_mistake_of_the_caller(
    http: TestClient, highlevel_sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(concurrency, "async_sleep", lambda seconds: asyncio.sleep(0))
    for status, answered in ((500, 503), (403, 500), (401, 500)):
        with highlevel_sandbox.misbehave(faults.fail(status), on="POST"):
            assert http.post("/links", json=PAIR).status_code == answered
