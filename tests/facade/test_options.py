"""What a client and a call take, refuse and keep: options, tokens, ids, answers that are odd."""

import gzip
import logging
from collections.abc import Callable
from typing import Any

import httpx
import pytest

import facade
from facade import AssociationsClient
from facade.testing import Sandbox, faults
from tests.facade.driving import Clients

TOKEN = "pit-5f1d-secret"


def handler(*answers: httpx.Response) -> tuple[httpx.MockTransport, list[httpx.Request]]:
    """Answer one after another, the last one for ever; note what was asked."""
    left, seen = list(answers), []

    def handle(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return left.pop(0) if len(left) > 1 else left[0]

    return httpx.MockTransport(handle), seen


OK = httpx.Response(200, json={"id": "a1"})


@pytest.mark.parametrize(
    ("options", "error", "says"),
    [
        ({"timout": 5}, TypeError, "'timout' is no option of a call: timeout, retries, deadline"),
        ({"retries": "x"}, TypeError, "retries is a number, not 'x'"),
        ({"retries": None}, TypeError, "retries is a number, not None"),
        ({"retries": 1.5}, TypeError, "retries is a number, not 1.5"),
        ({"retries": -3}, ValueError, "retries cannot be -3"),
        ({"timeout": None}, TypeError, "timeout is a number, not None"),
        ({"timeout": 0}, ValueError, "timeout cannot be 0"),
        ({"deadline": True}, TypeError, "deadline is a number, not True"),
    ],
)
def test_a_slip_in_what_a_call_overrides_is_refused_before_anything_is_sent(
    client: Any, sandbox: Sandbox, options: dict[str, Any], error: type[Exception], says: str
) -> None:
    with pytest.raises(error, match=says):
        client.associations.list(**options)
    assert sandbox.requests == []


@pytest.mark.parametrize("deadline", [0, -5])
def test_nothing_is_sent_after_the_deadline(client: Any, sandbox: Sandbox, deadline: float) -> None:
    with pytest.raises(facade.DeadlineError) as raised:
        client.relations.create("a", first_record_id="b", second_record_id="c", deadline=deadline)
    assert sandbox.requests == []
    assert not raised.value.outcome_unknown
    assert (raised.value.method, raised.value.path) == ("POST", "/associations/relations")


def test_a_timeout_of_one_call_reaches_its_request_only(clients: Clients) -> None:
    transport, seen = handler(OK)
    client = clients(TOKEN, "loc", transport=transport)
    client.associations.get("a1", timeout=2)
    client.associations.get("a1")
    assert [request.extensions["timeout"]["read"] for request in seen] == [2, 30.0]


def test_a_deadline_shortens_the_timeouts(clients: Clients) -> None:
    transport, seen = handler(OK)
    clients(TOKEN, "loc", transport=transport).associations.get("a1", deadline=5)
    assert 4 < seen[0].extensions["timeout"]["read"] <= 5


@pytest.mark.parametrize("timeout", [None, httpx.Timeout(5, read=None)])
def test_there_is_always_a_timeout(timeout: Any) -> None:
    with pytest.raises(ValueError, match="there is always a timeout"):
        AssociationsClient(TOKEN, "loc", timeout=timeout)


@pytest.mark.parametrize(
    ("token", "error", "says"),
    [
        (None, TypeError, "not NoneType: is a variable unset"),
        (5, TypeError, "a token is text, a callable or a TokenSource, not int"),
    ],
)
def test_what_cannot_be_a_token_is_refused(token: Any, error: type[Exception], says: str) -> None:
    with pytest.raises(error, match=says):
        AssociationsClient(token, "loc")


@pytest.mark.parametrize("given", [None, b"pit-x", "", "pit x"])
def test_a_callable_that_gives_no_token_is_found_out_before_anything_is_sent(
    clients: Clients, given: Any
) -> None:
    transport, seen = handler(OK)
    client = clients(lambda: given, "loc", transport=transport)
    with pytest.raises(ValueError, match="the token"):
        client.associations.get("a1")
    assert seen == []


def test_a_callable_is_asked_for_each_request(clients: Clients) -> None:
    tokens = iter(["pit-1", "pit-2"])
    transport, seen = handler(httpx.Response(503), OK)
    clients(lambda: next(tokens), "loc", transport=transport).associations.get("a1")
    assert [request.headers["authorization"] for request in seen] == [
        "Bearer pit-1",
        "Bearer pit-2",
    ]


class Source:
    """A token source that has another token once its first one was refused."""

    def __init__(self, helps: bool) -> None:
        self.now, self.told, self._helps = "pit-old", list[str](), helps

    def token(self, location_id: str) -> str:
        assert location_id == "loc"
        return self.now

    def refused(self, location_id: str, token: str) -> bool:
        assert location_id == "loc"
        self.told.append(token)
        self.now = "pit-new"
        return self._helps


def test_a_source_is_told_of_a_refused_token_and_may_give_another(clients: Clients) -> None:
    refused = httpx.Response(401, json={"message": "Invalid JWT"})
    transport, seen = handler(refused, httpx.Response(201, json={"id": "r", "firstRecordId": "b"}))
    source = Source(helps=True)
    client = clients(source, "loc", transport=transport)
    client.relations.create("a", first_record_id="b", second_record_id="c")
    assert source.told == ["pit-old"]
    assert [request.headers["authorization"][7:] for request in seen] == ["pit-old", "pit-new"]


@pytest.mark.parametrize(
    ("helps", "message", "told", "sent"),
    [
        (True, "Invalid JWT", ["pit-old"], 2),
        (False, "Invalid JWT", ["pit-old"], 1),
        (True, "The token is not authorized for this scope.", [], 1),
        (True, "version header is invalid", [], 1),
    ],
)
def test_a_source_is_told_once_and_only_of_what_is_about_the_token(
    clients: Clients, helps: bool, message: str, told: list[str], sent: int
) -> None:
    transport, seen = handler(httpx.Response(401, json={"message": message}))
    source = Source(helps)
    with pytest.raises(facade.AuthenticationError):
        clients(source, "loc", transport=transport).associations.get("a1")
    assert (source.told, len(seen)) == (told, sent)


@pytest.mark.parametrize("ids", ["6a44", 5])
def test_one_association_id_where_several_are_asked_for_is_a_slip(client: Any, ids: Any) -> None:
    with pytest.raises(TypeError, match="association_ids is a list of ids"):
        client.relations.list("r1", association_ids=ids)


def test_association_ids_may_come_from_a_generator(clients: Clients) -> None:
    transport, _ = handler(
        httpx.Response(
            200,
            json={
                "relations": [
                    {"id": "1", "associationId": "a"},
                    {"id": "2", "associationId": "b"},
                    {"id": "3"},  # says nothing, so it may be one of them
                ],
                "total": 3,
            },
        )
    )
    client = clients(TOKEN, "loc", transport=transport)
    page = client.relations.list("r1", association_ids=(one for one in ["a"]))
    assert [one.id for one in page.items] == ["1", "3"]


def test_a_body_that_does_not_decode_is_a_lost_connection(clients: Clients) -> None:
    broken = httpx.Response(200, headers={"Content-Encoding": "gzip"}, stream=Stream(b"nope"))
    transport, _ = handler(broken)
    with pytest.raises(facade.ConnectionLostError):
        clients(TOKEN, "loc", transport=transport).associations.get("a1", retries=0)


class Stream(httpx.SyncByteStream, httpx.AsyncByteStream):
    """A body that is decoded when it is read, as from a network."""

    def __init__(self, content: bytes) -> None:
        self._content = content

    def __iter__(self) -> Any:
        yield self._content

    async def __aiter__(self) -> Any:
        yield self._content


def test_a_body_that_is_packed_is_read(clients: Clients) -> None:
    packed = gzip.compress(b'{"id": "a1"}')
    answer = httpx.Response(200, headers={"Content-Encoding": "gzip"}, stream=Stream(packed))
    transport, _ = handler(answer)
    assert clients(TOKEN, "loc", transport=transport).associations.get("a1").id == "a1"


def test_a_status_that_the_contract_does_not_know_is_named_as_the_reason(clients: Clients) -> None:
    transport, _ = handler(httpx.Response(204))
    with pytest.raises(facade.ContractError, match=r"answered 204, .* no such status"):
        clients(TOKEN, "loc", transport=transport).associations.delete("a1")


def test_a_look_that_fails_leaves_the_doubt_to_the_caller(clients: Clients) -> None:
    refused = httpx.Response(401, json={"message": "The token is not authorized for this scope."})
    transport, _ = handler(httpx.Response(502), refused)
    with pytest.raises(facade.ServerError) as raised:
        clients(TOKEN, "loc", transport=transport).relations.create(
            "a", first_record_id="b", second_record_id="c"
        )
    assert raised.value.outcome_unknown
    assert isinstance(raised.value.__cause__, facade.MissingScopeError)


@pytest.mark.parametrize("status", [200, 400, 502])
def test_a_server_that_repeats_the_token_does_not_get_it_into_an_error(
    clients: Clients, status: int
) -> None:
    body = {"message": f"bad token {TOKEN}"}
    transport, _ = handler(httpx.Response(status, json=body, headers={"X-Echo": TOKEN}))
    with pytest.raises(facade.AssociationsError) as raised:
        clients(TOKEN, "loc", transport=transport).associations.get("a1", retries=0)
    assert TOKEN not in str(raised.value) + repr(vars(raised.value))
    assert raised.value.body == {"message": "bad token ***"}  # type: ignore[attr-defined]


def test_a_line_end_in_an_id_does_not_forge_a_line_of_the_log(
    client: Any, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, logger="facade")
    with pytest.raises(facade.NotFoundError) as raised:
        client.associations.get("a\nb?c")
    assert raised.value.path == "/associations/a%0Ab%3Fc"
    (line,) = [record.getMessage() for record in caplog.records if record.name == "facade"]
    assert line.startswith("GET /associations/a%0Ab%3Fc: 404 in ")


def test_each_request_is_one_line_of_the_log(
    client: Any, sandbox: Sandbox, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, logger="facade")
    sandbox.misbehave(faults.drop("before_work"), times=1)
    client.associations.list()
    lines = [record.getMessage() for record in caplog.records if record.name == "facade"]
    assert len(lines) == 2
    assert lines[0].startswith("GET /associations/: no answer in ")
    assert lines[1].startswith("GET /associations/: 200 in ")


@pytest.mark.parametrize("call", ["get_association", "delete_association"])
def test_the_generated_client_cannot_be_led_out_of_the_path_either(
    sandbox: Sandbox, call: str
) -> None:
    from importlib import import_module

    operation = import_module(f"generated_client.api.associations.{call}")
    with (
        AssociationsClient(
            sandbox.token, sandbox.location_id, transport=sandbox.transport()
        ) as client,
        pytest.raises(ValueError, match="out of its part of the path"),
    ):
        operation.sync_detailed("..", client=client.api)
    assert sandbox.requests == []


@pytest.mark.parametrize("location", ["L\n", "a b", "", None])
def test_what_cannot_be_a_location_is_refused(client: Any, location: Any) -> None:
    with pytest.raises(ValueError, match="location_id is the id of a sub-account"):
        client.for_location(location)


@pytest.mark.parametrize(
    "base_url", ["http://x?y=1", "http://x#f", "http://user:pw@x", "ftp://x", "http://"]
)
def test_what_cannot_be_a_server_is_refused(base_url: str) -> None:
    with pytest.raises(ValueError, match="base_url is no plain http") as raised:
        AssociationsClient(TOKEN, "loc", base_url=base_url)
    assert "pw" not in str(raised.value)


def through(client: httpx.Client) -> Callable[[], Any]:
    """Call through an httpx client that the caller brings."""

    def call() -> Any:
        with AssociationsClient(TOKEN, "loc", http_client=client) as ours:
            return ours.associations.get("a1")

    return call


def test_an_httpx_client_that_is_brought_is_used_left_open_and_not_obeyed() -> None:
    transport, seen = handler(OK)
    with httpx.Client(transport=transport, auth=("u", "p"), follow_redirects=True) as theirs:
        assert through(theirs)().id == "a1"
        assert not theirs.is_closed
    assert seen[0].headers["authorization"] == f"Bearer {TOKEN}"


def test_we_say_who_we_are(clients: Clients) -> None:
    transport, seen = handler(OK)
    clients(TOKEN, "loc", transport=transport).associations.get("a1")
    name, version = seen[0].headers["user-agent"].split()[0].split("/")
    assert (name, version) == ("highlevel-associations", facade.__version__)
