"""A token that is a callable: it is called for each request, where the request is made."""

import asyncio
import threading
from collections.abc import Callable
from typing import Any

import httpx
import pytest

import facade
from facade import LocalPace
from tests.facade.conftest import everything_of
from tests.facade.driving import Clients
from tests.facade.operations import new_relation
from tests.facade.responding import OK, in_turn

REFUSED = httpx.Response(401, json={"message": "Invalid JWT"})


class Rotating:
    """Returns pit-1, pit-2 and so on, and notes where it is called."""

    def __init__(self) -> None:
        self.calls = 0
        self.callers: list[tuple[int, Any]] = []

    def __call__(self) -> str:
        self.calls += 1
        try:
            task: Any = asyncio.current_task()
        except RuntimeError:
            task = None
        self.callers.append((threading.get_ident(), task))
        return f"pit-{self.calls}"


def tokens_of(requests: list[httpx.Request]) -> list[str]:
    return [request.headers["authorization"] for request in requests]


def test_each_request_has_the_value_that_the_callable_returns_then(clients: Clients) -> None:
    transport, requests = in_turn(OK)
    current = {"token": "pit-before"}
    client = clients(lambda: current["token"], "loc", transport=transport)
    client.associations.get("a1")
    client.associations.get("a1")
    current["token"] = "pit-after"
    client.associations.get("a1")
    client.for_location("other").associations.get("a1")
    assert tokens_of(requests) == ["Bearer pit-before"] * 2 + ["Bearer pit-after"] * 2


def test_the_retries_and_look_ups_of_a_call_ask_for_a_token_each(clients: Clients) -> None:
    lists_nothing = httpx.Response(200, json={"relations": []})
    transport, requests = in_turn(
        httpx.Response(429), httpx.Response(503), lists_nothing, httpx.Response(201, json=OK.json())
    )
    function = Rotating()
    new_relation(clients(function, "loc", transport=transport))
    assert tokens_of(requests) == [f"Bearer pit-{number}" for number in (1, 2, 3, 4)]
    assert function.calls == 4


def test_the_callable_is_not_called_before_the_first_request(clients: Clients) -> None:
    function = Rotating()
    client = clients(function, "loc", transport=in_turn(OK)[0])
    client.for_location("other")
    assert function.calls == 0


@pytest.mark.both
def test_the_callable_is_called_in_the_thread_and_the_task_of_its_caller(clients: Clients) -> None:
    function = Rotating()
    client = clients(function, "loc", transport=in_turn(REFUSED, OK)[0])
    client.associations.get("a1")
    assert [thread for thread, _ in function.callers] == [threading.get_ident()] * 2
    assert [task is not None for _, task in function.callers] == [clients.mode == "async"] * 2


@pytest.mark.parametrize("call", [lambda client: client.associations.get("a1"), new_relation])
def test_a_refusal_is_repeated_once_with_the_next_value(
    clients: Clients, call: Callable[[Any], Any]
) -> None:
    transport, requests = in_turn(REFUSED)
    with pytest.raises(facade.AuthenticationError):
        call(clients(Rotating(), "loc", transport=transport))
    assert tokens_of(requests) == ["Bearer pit-1", "Bearer pit-2"]


def test_a_refusal_that_the_next_value_solves_is_no_failure(
    clients: Clients, waits: list[float]
) -> None:
    transport, requests = in_turn(REFUSED, OK)
    assert clients(Rotating(), "loc", transport=transport).associations.get("a1").id == "a1"
    assert tokens_of(requests) == ["Bearer pit-1", "Bearer pit-2"]
    (wait,) = waits  # a callable does not say that it has another token
    assert 0 <= wait <= 0.5


def test_a_refusal_is_final_without_retries(clients: Clients) -> None:
    transport, requests = in_turn(REFUSED)
    with pytest.raises(facade.AuthenticationError):
        clients(Rotating(), "loc", transport=transport).associations.get("a1", retries=0)
    assert tokens_of(requests) == ["Bearer pit-1"]


class UnsetError(Exception):
    """An error of an app's own."""


@pytest.mark.parametrize(
    "error", [UnsetError("no token"), KeyError("token"), TimeoutError("vault"), OSError("disk")]
)
@pytest.mark.parametrize("earlier", [0, 1])
def test_an_error_of_the_callable_reaches_the_caller_as_it_is(
    clients: Clients, error: Exception, earlier: int
) -> None:
    left = ["pit-1"] * earlier

    def function() -> str:
        if left:
            return left.pop()
        raise error

    transport, requests = in_turn(httpx.Response(503), OK)
    client = clients(function, "loc", transport=transport)
    with pytest.raises(type(error)) as raised:
        client.associations.get("a1")
    assert raised.value is error
    assert len(requests) == earlier


def test_a_call_without_a_token_takes_no_turn_of_the_pace(clients: Clients) -> None:
    pace = LocalPace(calls=1)
    client = clients(lambda: "", "loc", transport=in_turn(OK)[0], pace=pace)
    with pytest.raises(ValueError, match="the token is empty"):
        client.associations.get("a1")
    turn = pace.take("loc")
    assert (turn.granted, turn.wait) == (True, 0.0)


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ("", "the token is empty"),
        (None, "the token is empty"),
        (" ", "the token must be visible ASCII text without spaces or line ends"),
        ("pit-sécret", "must be visible ASCII"),
        ("pit-secret\n", "must be visible ASCII"),
        ("pit secret", "must be visible ASCII"),
        ("pit-secret\x7f", "must be visible ASCII"),
        (b"pit-secret", "must be visible ASCII"),
        (["pit-secret"], "must be visible ASCII"),
    ],
)
@pytest.mark.parametrize("earlier", [0, 1])
def test_a_value_that_is_no_token_is_refused_without_showing_it(
    clients: Clients, given: Any, says: str, earlier: int, caplog: pytest.LogCaptureFixture
) -> None:
    values = iter([*["pit-1"] * earlier, given])
    transport, requests = in_turn(httpx.Response(503), OK)
    client = clients(lambda: next(values), "loc", transport=transport)
    with pytest.raises(ValueError, match=says) as raised:
        client.associations.get("a1")
    assert "cret" not in everything_of(raised.value) + caplog.text
    assert len(requests) == earlier
