"""The content of requests, and ids that cannot leave their path segment."""

from collections.abc import Callable, Iterator
from importlib import import_module
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import facade
from facade import Association, AssociationsClient, NotFoundError
from facade.testing import Sandbox
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


SIDES = {"first_record_id": "c1", "second_record_id": "p1"}
OWNER_PET = Association(id="a", first_object_key="contact", second_object_key="pet")


@pytest.mark.parametrize("bad", ["", ".", "..", "a" * 1001, "a\ud800"])
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
        lambda client, bad: client.relations.create(bad, **SIDES),
        lambda client, bad: client.relations.create("a", **{**SIDES, "first_record_id": bad}),
        lambda client, bad: client.relations.create("a", **{**SIDES, "second_record_id": bad}),
        lambda client, bad: client.relations.ensure("a", **{**SIDES, "second_record_id": bad}),
        lambda client, bad: client.relations.link(OWNER_PET, {"contact": "c1", "pet": bad}),
        lambda client, bad: list(client.relations.iterate(bad)),
        lambda client, bad: client.relations.list("c1", association_ids=["a", bad]),
        lambda client, bad: list(client.relations.iterate("c1", association_ids=["a", bad])),
    ],
)
def test_an_id_that_would_leave_its_segment_is_refused_before_anything_is_sent(
    client: Any, sandbox: Sandbox, call: Callable[[Any, str], Any], bad: str
) -> None:
    with pytest.raises(ValueError, match=r"not (a valid id or key|valid Unicode)"):
        call(client, bad)
    assert sandbox.requests == []


def test_an_id_has_a_thousand_characters_at_most(client: Any, sandbox: Sandbox) -> None:
    with pytest.raises(NotFoundError):
        client.associations.get("a" * 1000)
    with pytest.raises(ValueError, match="not a valid id or key: 'aaa"):
        client.associations.get("a" * 1001)
    assert len(sandbox.requests) == 1


def test_an_id_that_is_no_text_is_refused(client: Any) -> None:
    with pytest.raises(TypeError, match="an id or key must be text, not NoneType"):
        client.associations.get(None)


@pytest.mark.parametrize("odd", ["../../contacts/x", "a/b", "a?b=c", "a#b", "%2e%2e", "ü", "a b"])
def test_an_odd_id_stays_inside_its_segment(client: Any, sandbox: Sandbox, odd: str) -> None:
    with pytest.raises(NotFoundError):
        client.associations.get(odd)
    assert sandbox.requests[-1].operation == "get_association"


ODD_IDS = [".", "..", "a/../b", "%2e%2e", "a?b", "a#b", "\n", "\ud800", "a" * 5000]
SANDBOX = Sandbox()


@pytest.fixture(scope="module")
def sandbox_client() -> Iterator[AssociationsClient]:
    with AssociationsClient(
        SANDBOX.token, SANDBOX.location_id, transport=SANDBOX.transport(), pace=None
    ) as client:
        yield client


@settings(max_examples=300)
@given(text=st.text() | st.sampled_from(ODD_IDS))
def test_any_text_as_an_id_stays_in_its_segment_or_is_refused(
    sandbox_client: AssociationsClient, text: str
) -> None:
    before = len(SANDBOX.requests)
    try:
        sandbox_client.associations.get(text)
    except NotFoundError:
        assert SANDBOX.requests[-1].operation == "get_association"
    except ValueError:
        assert len(SANDBOX.requests) == before


@pytest.mark.parametrize("call", ["get_association", "delete_association"])
def test_the_generated_client_cannot_be_led_out_of_the_path_either(
    sandbox: Sandbox, call: str
) -> None:
    operation = import_module(f"generated_client.api.associations.{call}")
    with AssociationsClient(
        sandbox.token, sandbox.location_id, transport=sandbox.transport()
    ) as client:
        for id_ in (".", ".."):
            with pytest.raises(ValueError, match="must not contain a path"):
                operation.sync_detailed(id_, client=client.api)
    assert sandbox.requests == []


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

        def refused(self, location_id: str, token: str) -> bool:
            return False

    transport, requests = in_turn(OK)
    client = clients(Source(), "loc", transport=transport)
    client.associations.get("a1")
    client.for_location("other").associations.get("a1")
    sent = [one.headers["authorization"] for one in requests]
    assert sent == ["Bearer pit-loc", "Bearer pit-other"]


@pytest.mark.parametrize("ids", ["6a44", 5])
def test_one_association_id_where_a_list_is_expected_is_refused(client: Any, ids: Any) -> None:
    with pytest.raises(TypeError, match="association_ids must be a list of ids"):
        client.relations.list("r1", association_ids=ids)


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
