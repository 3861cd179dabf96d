"""Tokens: their sources, and invalid tokens."""

from copy import copy
from typing import Any

import httpx
import pytest

import facade
from facade import AssociationsClient
from facade.observe import CallEvent
from tests.facade.conftest import everything_of
from tests.facade.driving import Clients
from tests.facade.responding import OK, in_turn


@pytest.mark.parametrize("token", ["", " ", "pit-secret\n", "pit secret", "pit-sécret"])
def test_a_token_that_is_no_header_text_is_refused_without_repeating_it(token: str) -> None:
    with pytest.raises(ValueError, match="the token ") as raised:
        AssociationsClient(token, "loc")
    assert "cret" not in everything_of(raised.value)


@pytest.mark.parametrize(
    ("token", "error", "says"),
    [
        (None, TypeError, "not NoneType: is a variable unset"),
        (5, TypeError, "a token must be text, a callable or a TokenSource, not int"),
    ],
)
def test_what_cannot_be_a_token_is_refused(token: Any, error: type[Exception], says: str) -> None:
    with pytest.raises(error, match=says):
        AssociationsClient(token, "loc")


@pytest.mark.parametrize("given", [None, b"pit-x", "", "pit x"])
def test_a_callable_that_returns_no_token_is_refused_before_anything_is_sent(
    clients: Clients, given: Any
) -> None:
    transport, requests = in_turn(OK)
    client = clients(lambda: given, "loc", transport=transport)
    with pytest.raises(ValueError, match="the token"):
        client.associations.get("a1")
    assert requests == []


def test_a_callable_is_asked_for_each_request(clients: Clients) -> None:
    tokens = iter(["pit-1", "pit-2"])
    transport, requests = in_turn(httpx.Response(503), OK)
    clients(lambda: next(tokens), "loc", transport=transport).associations.get("a1")
    assert [request.headers["authorization"] for request in requests] == [
        "Bearer pit-1",
        "Bearer pit-2",
    ]


class Source:
    """A token source that has another token once its first one was refused."""

    def __init__(self, *, has_another: bool) -> None:
        self.current = "pit-old"
        self.refusals: list[str] = []
        self._has_another = has_another

    def token(self, location_id: str) -> str:
        assert location_id == "loc"
        return self.current

    def renew(self, location_id: str, token: str) -> bool:
        assert location_id == "loc"
        self.refusals.append(token)
        self.current = "pit-new"
        return self._has_another


def test_a_refused_token_is_replaced_by_another_one_of_the_source(clients: Clients) -> None:
    refused = httpx.Response(401, json={"message": "Invalid JWT"})
    created = httpx.Response(201, json={"id": "r", "firstRecordId": "b"})
    transport, requests = in_turn(refused, created)
    source = Source(has_another=True)
    client = clients(source, "loc", transport=transport)
    client.relations.create("a", first_record_id="b", second_record_id="c")
    assert source.refusals == ["pit-old"]
    assert [request.headers["authorization"][7:] for request in requests] == ["pit-old", "pit-new"]


@pytest.mark.parametrize(
    ("has_another", "message", "refusals", "sent"),
    [
        (True, "Invalid JWT", ["pit-old"], 2),
        (False, "Invalid JWT", ["pit-old"], 2),  # once more: refusals pass under load
        (True, "The token is not authorized for this scope.", [], 1),
        (True, "version header is invalid", [], 1),
        (True, "Token's user type mismatch!", [], 1),
        (True, "This authClass type is not allowed to access this scope.", [], 1),
    ],
)
def test_a_source_hears_of_a_refusal_once_and_only_if_it_is_about_the_token(
    clients: Clients, has_another: bool, message: str, refusals: list[str], sent: int
) -> None:
    transport, requests = in_turn(httpx.Response(401, json={"message": message}))
    source = Source(has_another=has_another)
    with pytest.raises(facade.AuthenticationError):
        clients(source, "loc", transport=transport).associations.get("a1")
    assert (source.refusals, len(requests)) == (refusals, sent)


def test_a_refusal_that_passes_is_no_reason_to_fail(clients: Clients, waits: list[float]) -> None:
    refused = httpx.Response(401, json={"message": "Invalid JWT"})
    transport, requests = in_turn(refused, httpx.Response(201, json={"id": "r1"}))
    made = clients("pit-t", "loc", transport=transport).relations.create(
        "a", first_record_id="b", second_record_id="c"
    )
    assert (made.id, len(requests)) == ("r1", 2)
    assert all(0 <= wait <= 0.5 for wait in waits)


class FreshSource(Source):
    """A source that says whether it has a token that it need not wait for."""

    def has_fresh_token(self, location_id: str) -> bool:
        return True


@pytest.mark.parametrize(
    ("token", "sent"),
    [
        ("pit-t", 1),
        (Source(has_another=False), 1),
        (FreshSource(has_another=False), 1),
        (FreshSource(has_another=True), 2),  # nothing was done with the first token
    ],
)
def test_without_retries_a_refusal_is_final_unless_there_is_another_token(
    clients: Clients, token: Any, sent: int
) -> None:
    transport, requests = in_turn(httpx.Response(401, json={"message": "Invalid JWT"}))
    with pytest.raises(facade.AuthenticationError):
        clients(copy(token), "loc", transport=transport).associations.get("a1", retries=0)
    assert len(requests) == sent


class TimedOutSource(FreshSource):
    """A source whose own connection times out."""

    def has_fresh_token(self, location_id: str) -> bool:
        return False

    def token(self, location_id: str) -> str:
        raise TimeoutError("of the token endpoint")


def test_a_timeout_of_the_source_is_raised_as_it_is(clients: Clients) -> None:
    transport, requests = in_turn(OK)
    client = clients(TimedOutSource(has_another=False), "loc", transport=transport)
    with pytest.raises(TimeoutError, match="of the token endpoint"):
        client.associations.get("a1")
    assert requests == []


def test_a_token_that_is_fresh_is_not_waited_for(clients: Clients, events: list[CallEvent]) -> None:
    transport, _ = in_turn(OK)
    source = FreshSource(has_another=False)
    client = clients(source, "loc", transport=transport, on_event=events.append)
    client.associations.get("a1")
    kinds = [type(event).__name__ for event in events]
    assert kinds == ["AttemptStarted", "AttemptEnded", "CallEnded"]
