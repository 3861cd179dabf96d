"""What is sent, and how an answer is judged before it is parsed."""

import asyncio
import copy
import pickle
from collections.abc import Callable
from typing import Any

import httpx
import pytest

import facade
from facade import APIStatusError, AssociationsClient, AssociationsError, AsyncAssociationsClient
from facade.testing import Sandbox
from tests.facade.conftest import everything_of

Answering = Callable[..., Any]
TOKEN = "pit-5f1d-secret"
HTML = "<html><title>520: Web server is returning an unknown error</title></html>"


def error_of(client: Any) -> AssociationsError:
    with pytest.raises(AssociationsError) as raised:
        client.associations.get("a1")
    return raised.value


@pytest.mark.parametrize(
    ("status", "message", "name"),
    [
        (400, "duplicate pair of labels", "BadRequestError"),
        (400, "Can not create duplicate relation of object Ids", "DuplicateRelationError"),
        (400, "Max relation limit[1] reached for record[r] for a[b]", "RelationLimitError"),
        (400, "Association not found", "NotFoundError"),
        (400, "LocationId is not specified", "BadRequestError"),
        (401, "Invalid JWT", "AuthenticationError"),
        (401, "The token is not authorized for this scope.", "MissingScopeError"),
        (401, "version header was not found.", "VersionHeaderError"),
        (401, "Version header is invalid", "VersionHeaderError"),
        (403, "The token does not have access to this location.", "LocationAccessError"),
        (403, "no", "PermissionDeniedError"),
        (404, "Cannot GET /associations/a1", "NotFoundError"),
        (409, "conflict", "APIStatusError"),
        (422, ["property locationId should not exist"], "UnprocessableEntityError"),
        (422, "Both object labels can not be same", "EqualLabelsError"),
        (422, "Both object labels cannot be the same", "EqualLabelsError"),
        (422, "Invalid record id : 'r' for association : a", "InvalidRecordError"),
        (429, "too many", "RateLimitError"),
        (500, "boom", "ServerError"),
        (502, "boom", "ServerError"),
        (599, "boom", "ServerError"),
        (302, "moved", "APIStatusError"),
    ],
)
def test_each_status_is_an_error_of_its_class(
    answering: Answering, status: int, message: str | list[str], name: str
) -> None:
    body = {"statusCode": status, "message": message, "traceId": "t-1"}
    error = error_of(answering(httpx.Response(status, json=body, headers={"X-A": "1"})))
    assert type(error).__name__ == name
    assert isinstance(error, APIStatusError)
    assert error.status_code == status
    assert error.messages == ((message,) if isinstance(message, str) else tuple(message))
    assert (error.method, error.path, error.trace_id) == ("GET", "/associations/a1", "t-1")
    assert error.headers["x-a"] == "1"
    assert error.body == body


@pytest.mark.parametrize("status", [502, 504, 520, 527, 599])
def test_an_outage_with_html_is_a_server_error_that_keeps_the_page(
    answering: Answering, status: int
) -> None:
    error = error_of(answering(httpx.Response(status, html=HTML)))
    assert isinstance(error, facade.ServerError)
    assert (error.body, error.messages, error.trace_id) == (HTML, (), None)


@pytest.mark.parametrize(
    ("raised", "name"),
    [
        (httpx.ConnectError("refused"), "ConnectFailedError"),
        (httpx.ConnectTimeout(""), "ConnectFailedError"),
        (httpx.ReadTimeout(""), "APITimeoutError"),
        (httpx.WriteTimeout(""), "APITimeoutError"),
        (httpx.ReadError(""), "ConnectionLostError"),
        (httpx.RemoteProtocolError("closed"), "ConnectionLostError"),
    ],
)
def test_each_way_of_not_being_answered_is_told_apart(
    answering: Answering, raised: Exception, name: str
) -> None:
    error = error_of(answering(raised))
    assert type(error).__name__ == name
    assert isinstance(error, facade.APIConnectionError)
    assert error.__cause__ is raised
    assert (error.method, error.path) == ("GET", "/associations/a1")


@pytest.mark.parametrize(
    ("content", "kept"),
    [
        (b"", ""),
        (b"<html>", "<html>"),
        (b'{"id": "a1"', '{"id": "a1"'),
        (b"[]", []),
        (b"null", None),
        (b'"a1"', "a1"),
        (b"{}", {}),
        (b'{"id": 5}', {"id": 5}),
        (b'{"id": ""}', {"id": ""}),
        (b'{"id": "a1", "key": ["k"]}', {"id": "a1", "key": ["k"]}),
        (b'{"association": null}', {"association": None}),
    ],
)
def test_a_success_that_is_not_understood_is_a_contract_error_that_keeps_the_body(
    answering: Answering, content: bytes, kept: object
) -> None:
    error = error_of(answering(httpx.Response(200, content=content)))
    assert isinstance(error, facade.ContractError)
    assert (error.status_code, error.method, error.body) == (200, "GET", kept)


@pytest.mark.parametrize(
    "call",
    [
        lambda client: client.relations.list("r1"),
        lambda client: list(client.relations.iterate("r1")),
        lambda client: client.associations.list(),
        lambda client: client.associations.list_for_object("contact"),
        lambda client: client.associations.delete("a1"),
        lambda client: client.relations.delete("r1"),
        lambda client: client.relations.create("a", first_record_id="b", second_record_id="c"),
    ],
)
@pytest.mark.parametrize("content", [b"{}", b'{"relations": {}}', b'{"deleted": false}'])
def test_no_answer_that_is_not_understood_becomes_an_empty_result(
    answering: Answering, call: Callable[[Any], Any], content: bytes
) -> None:
    with pytest.raises(facade.ContractError):
        call(answering(httpx.Response(200, content=content)))


def test_unknown_fields_and_values_are_kept(answering: Answering) -> None:
    body = {"id": "a1", "associationType": "MADE_ELSEWHERE", "brandNew": {"x": 1}}
    found = answering(httpx.Response(200, json=body)).associations.get("a1")
    assert found.association_type == "MADE_ELSEWHERE"
    assert found.extra == {"brandNew": {"x": 1}}
    assert found.key is None
    assert pickle.loads(pickle.dumps(found)) == found
    assert hash(found) == hash(copy.copy(found))


def test_every_error_survives_pickle_and_copy(answering: Answering) -> None:
    for answer in (
        httpx.Response(404, json={"message": "gone"}),
        httpx.Response(200, content=b"<html>"),
        httpx.ReadTimeout(""),
    ):
        error = error_of(answering(answer))
        for twin in (pickle.loads(pickle.dumps(error)), copy.copy(error)):
            assert type(twin) is type(error)
            assert (str(twin), vars(twin)) == (str(error), vars(error))


@pytest.mark.parametrize("bad", ["", ".", ".."])
@pytest.mark.parametrize(
    "call",
    [
        lambda client, bad: client.associations.get(bad),
        lambda client, bad: client.associations.get_by_key(bad),
        lambda client, bad: client.associations.list_for_object(bad),
        lambda client, bad: client.associations.delete(bad),
        lambda client, bad: client.relations.list(bad),
        lambda client, bad: client.relations.delete(bad),
        lambda client, bad: client.associations.update(
            bad, first_object_label="a", second_object_label="b"
        ),
    ],
)
def test_an_id_that_would_leave_its_segment_is_refused_before_anything_is_sent(
    client: Any, sandbox: Sandbox, call: Callable[[Any, str], Any], bad: str
) -> None:
    with pytest.raises(ValueError, match="an id or key cannot be"):
        call(client, bad)
    assert sandbox.requests == []


def test_an_id_that_is_no_text_is_refused(client: Any) -> None:
    with pytest.raises(TypeError, match="an id or key is text, not NoneType"):
        client.associations.get(None)


@pytest.mark.parametrize("odd", ["../../contacts/x", "a/b", "a?b=c", "a#b", "%2e%2e", "ü", "a b"])
def test_an_odd_id_stays_inside_its_segment(client: Any, sandbox: Sandbox, odd: str) -> None:
    with pytest.raises(facade.NotFoundError):
        client.associations.get(odd)
    assert sandbox.requests[-1].operation == "get_association"


def test_a_request_carries_token_version_and_who_we_are(answering: Answering) -> None:
    seen: list[httpx.Request] = []

    def handle(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200, json={"id": "a1"})

    with AssociationsClient(
        TOKEN, "loc", transport=httpx.MockTransport(handle), base_url="https://example.test/base/"
    ) as client:
        client.associations.update("a1", first_object_label="ä", second_object_label="b")
    (request,) = seen
    assert str(request.url) == "https://example.test/base/associations/a1"
    assert request.headers["authorization"] == f"Bearer {TOKEN}"
    assert request.headers["version"] == "2021-07-28"
    assert request.headers["accept"] == "application/json"
    assert request.headers["content-type"] == "application/json"
    assert request.headers["user-agent"].startswith("highlevel-associations")
    assert request.extensions["timeout"] == {
        "connect": 10.0,
        "read": 30.0,
        "write": 30.0,
        "pool": 30.0,
    }


@pytest.mark.parametrize("kind", [AssociationsClient, AsyncAssociationsClient])
def test_no_repr_shows_the_token(kind: Any) -> None:
    client = kind(TOKEN, "loc")
    parts = [client, client.api, client.associations, client._transport, client._transport._options]
    for part in parts:
        assert "secret" not in repr(part)
    closed = client.close()
    if closed is not None:
        asyncio.run(closed)


@pytest.mark.parametrize("token", ["", " ", "pit-secret\n", "pit secret", "pit-sécret"])
def test_a_token_that_is_no_header_text_is_refused_without_repeating_it(token: str) -> None:
    with pytest.raises(ValueError, match="the token ") as raised:
        AssociationsClient(token, "loc")
    assert "cret" not in everything_of(raised.value)


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"location_id": ""}, "location_id is the id of a sub-account"),
        ({"location_id": None}, "location_id is the id of a sub-account"),
        ({"base_url": "services.example"}, "base_url is no plain http"),
        ({"version": ""}, "version is text like 2021-07-28"),
        ({"version": "v 3"}, "version is text like 2021-07-28, not 'v 3'"),
        ({"retries": -1}, "retries is a number from 0, not -1"),
    ],
)
def test_a_client_that_could_not_work_is_refused(options: dict[str, Any], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        AssociationsClient(**{"token": TOKEN, "location_id": "loc", **options})


def test_a_client_is_made_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HIGHLEVEL_TOKEN", TOKEN)
    monkeypatch.delenv("HIGHLEVEL_LOCATION_ID", raising=False)
    with pytest.raises(ValueError, match="HIGHLEVEL_LOCATION_ID is not set"):
        AssociationsClient.from_env()
    monkeypatch.setenv("HIGHLEVEL_LOCATION_ID", "loc")
    monkeypatch.setenv("HIGHLEVEL_BASE_URL", "http://localhost:1")
    with AssociationsClient.from_env(version="v3") as client:
        assert client.location_id == "loc"
        assert client._transport._options.base_url == "http://localhost:1"
        assert client._transport._options.version == "v3"


def test_a_wrong_token_is_an_authentication_error(clients: Any, sandbox: Sandbox) -> None:
    client = clients("pit-wrong", sandbox.location_id, transport=sandbox.transport())
    with pytest.raises(facade.AuthenticationError) as raised:
        client.associations.list()
    assert raised.value.status_code == 401
    assert "pit-wrong" not in str(vars(raised.value))
