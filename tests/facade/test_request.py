"""The content of requests."""

import httpx

import facade
from facade import AssociationsClient
from tests.facade.driving import Clients
from tests.facade.responding import OK, TOKEN, in_turn


def test_a_request_carries_address_headers_and_timeouts(clients: Clients) -> None:
    transport, requests = in_turn(OK)
    client = clients(TOKEN, "loc", transport=transport, base_url="https://example.test/base/")
    client.associations.update("a1", first_object_label="ä", second_object_label="b")
    (request,) = requests
    assert str(request.url) == "https://example.test/base/associations/a1"
    assert request.headers["authorization"] == f"Bearer {TOKEN}"
    assert request.headers["version"] == "2021-07-28"
    assert request.headers["accept"] == "application/json"
    assert request.headers["content-type"] == "application/json"
    assert request.headers["user-agent"] == (
        f"highlevel-associations/{facade.__version__} httpx/{httpx.__version__}"
    )
    assert request.extensions["timeout"] == {
        "connect": 10.0,
        "read": 30.0,
        "write": 30.0,
        "pool": 30.0,
    }


def test_the_token_and_the_version_of_the_client_win_over_those_of_generated_code() -> None:
    headers = {"Authorization": "Bearer other", "version": "v9", "X-A": "1"}
    transport, requests = in_turn(OK)
    with AssociationsClient(TOKEN, "loc", transport=transport) as client:
        client.api.get_httpx_client().request("GET", "/associations/a1", headers=headers)
    (sent,) = requests
    assert sent.headers.get_list("authorization") == [f"Bearer {TOKEN}"]
    assert sent.headers.get_list("version") == ["2021-07-28"]
    assert sent.headers["x-a"] == "1"


def test_the_token_is_that_of_the_location_of_the_call(clients: Clients) -> None:
    class Source:
        def token(self, location_id: str) -> str:
            return f"pit-{location_id}"

        def renew(self, location_id: str, token: str) -> bool:
            return False

    transport, requests = in_turn(OK)
    client = clients(Source(), "loc", transport=transport)
    client.associations.get("a1")
    client.for_location("other").associations.get("a1")
    sent = [one.headers["authorization"] for one in requests]
    assert sent == ["Bearer pit-loc", "Bearer pit-other"]


def test_a_timeout_of_one_call_reaches_its_request_only(clients: Clients) -> None:
    transport, requests = in_turn(OK)
    client = clients(TOKEN, "loc", transport=transport)
    client.associations.get("a1", timeout=2)
    client.associations.get("a1")
    assert [request.extensions["timeout"]["read"] for request in requests] == [2, 30.0]


def test_a_deadline_shortens_the_timeouts(clients: Clients) -> None:
    transport, requests = in_turn(OK)
    clients(TOKEN, "loc", transport=transport).associations.get("a1", deadline=20)
    assert 10 < requests[0].extensions["timeout"]["read"] <= 20
