"""A server that always fails keeps a call waiting for 20 seconds at most."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from facade import APITimeoutError, AssociationsError, ServerError

MOST = 20.0  # seconds

CALLS: dict[str, Callable[[Any], Any]] = {
    "list": lambda client: client.relations.list("r"),
    "get": lambda client: client.associations.get("a"),
    "create": lambda client: client.relations.create(
        "a", first_record_id="c", second_record_id="p"
    ),
    "ensure": lambda client: client.relations.ensure(
        "a", first_record_id="c", second_record_id="p"
    ),
    "delete": lambda client: client.relations.delete("r"),
    "create an association": lambda client: client.associations.create(
        key="k",
        first_object_key="contact",
        first_object_label="c",
        second_object_key="custom_objects.pet",
        second_object_label="p",
    ),
}


@pytest.mark.parametrize("call", CALLS)
def test_a_server_that_answers_503_for_ever_costs_twenty_seconds_of_waits(
    call: str, answering: Callable[..., Any], waits: list[float]
) -> None:
    client = answering(httpx.Response(503, content=b"unavailable"), pace=None)
    with pytest.raises(ServerError):
        CALLS[call](client)
    assert sum(waits) <= MOST


@pytest.mark.parametrize("call", CALLS)
def test_a_silent_server_costs_twenty_seconds_of_attempts_and_waits(
    call: str, clients: Callable[..., Any], waits: list[float]
) -> None:
    attempts: list[httpx.Request] = []

    def silent(request: httpx.Request) -> httpx.Response:
        attempts.append(request)
        raise httpx.ReadTimeout("no response", request=request)

    client = clients(
        "pit-test", "loc", transport=httpx.MockTransport(silent), pace=None, timeout=0.3
    )
    with pytest.raises(AssociationsError) as caught:
        CALLS[call](client)
    assert isinstance(caught.value, APITimeoutError)
    assert sum(waits) + 0.3 * len(attempts) <= MOST


@pytest.mark.parametrize("seconds", [0, 1, 30, 600])
def test_a_503_with_a_retry_after_costs_no_more(
    seconds: int, answering: Callable[..., Any], waits: list[float]
) -> None:
    headers = {"Retry-After": str(seconds)}
    client = answering(httpx.Response(503, headers=headers, content=b"unavailable"), pace=None)
    with pytest.raises(ServerError):
        client.relations.list("r")
    assert sum(waits) <= MOST
