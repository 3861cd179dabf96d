"""A client: creation, closing, copies, and its location."""

import asyncio
import copy
import gc
import warnings
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from unittest.mock import create_autospec

import httpx
import pytest

from facade import Association, AssociationsClient, AsyncAssociationsClient, Page, ServerError
from facade.testing import Sandbox
from tests.facade.driving import Clients
from tests.facade.operations import new_association
from tests.facade.responding import OK, TOKEN, in_turn

pytestmark = pytest.mark.both


def test_a_client_is_made_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HIGHLEVEL_TOKEN", TOKEN)
    monkeypatch.delenv("HIGHLEVEL_LOCATION_ID", raising=False)
    with pytest.raises(ValueError, match="HIGHLEVEL_LOCATION_ID is not set"):
        AssociationsClient.from_env()
    monkeypatch.setenv("HIGHLEVEL_LOCATION_ID", "loc")
    monkeypatch.setenv("HIGHLEVEL_BASE_URL", "http://localhost:1")
    transport, requests = in_turn(OK)
    with AssociationsClient.from_env(version="v3", transport=transport) as client:
        assert client.location_id == "loc"
        client.associations.get("a1")
    assert str(requests[0].url) == "http://localhost:1/associations/a1"
    assert requests[0].headers["authorization"] == f"Bearer {TOKEN}"
    assert requests[0].headers["version"] == "v3"


def test_a_client_that_could_not_be_made_does_not_warn() -> None:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        with pytest.raises(ValueError, match="location_id"):
            AssociationsClient("pit-t", "")
        gc.collect()
    assert caught == []


def test_closing_twice_is_fine_and_a_closed_client_says_so(client: Any, sandbox: Sandbox) -> None:
    client.associations.list()
    client.close()
    client.close()
    with pytest.raises(RuntimeError, match="this client is closed"):
        client.associations.list()


def test_a_client_for_another_location_shares_the_connections(
    client: Any, sandbox: Sandbox
) -> None:
    sandbox.add_location("other-location")
    new_association(client)
    other = client.for_location("other-location")
    assert [one.id for one in other.associations.iterate()] == [
        "OPPORTUNITIES_CONTACTS_ASSOCIATION",
        "BUSINESSES_CONTACTS_ASSOCIATION",
    ]
    assert other._pipeline is client._pipeline
    assert len(client.associations.list()) == 3


def test_the_generated_client_of_another_location_sends_with_its_token(
    clients: Clients, sandbox: Sandbox
) -> None:
    class Source:
        def token(self, location_id: str) -> str:
            return f"pit-{location_id}"

        def renew(self, location_id: str, token: str) -> bool:
            return False

    transport, requests = in_turn(OK)
    client = clients(Source(), "loc", transport=transport)
    for one in (client, client.for_location("other")):
        is_blocking = clients.mode == "blocking"
        http = one.api.get_httpx_client() if is_blocking else one.api.get_async_httpx_client()
        (http.request if is_blocking else one._drive(http.request))("GET", "/associations/a1")
    sent = [one.headers["authorization"] for one in requests]
    assert sent == ["Bearer pit-loc", "Bearer pit-other"]


def test_a_client_with_other_options_shares_the_connections_and_keeps_the_rest(
    clients: Clients,
) -> None:
    transport, requests = in_turn(OK)
    client = clients(TOKEN, "loc", transport=transport, timeout=7, deadline=None)
    patient = client.with_options(retries=0, max_backoff=20.0)
    quick = patient.with_options(timeout=1)
    for one in (client, patient, quick, quick.for_location("other")):
        one.associations.get("a1")
    assert [one.extensions["timeout"]["read"] for one in requests] == [7, 7, 1, 1]
    assert [one.location_id for one in (client, patient, quick)] == ["loc"] * 3
    quick.close()
    client.associations.get("a1")


def test_a_client_with_other_options_has_their_number_of_retries(
    clients: Clients, waits: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("random.uniform", lambda low, high: high)
    transport, requests = in_turn(httpx.Response(503))
    client = clients(TOKEN, "loc", transport=transport, retries=0)
    with pytest.raises(ServerError):
        client.with_options(retries=5, max_backoff=2).associations.get("a1")
    assert waits == [0.5, 1.0, 2.0, 2.0, 2.0]
    with pytest.raises(ServerError):
        client.associations.get("a1")
    assert len(requests) == 7


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"retries": -1}, "retries must be 0 or more"),
        ({"deadline": 0}, "deadline must be 0.001 or more"),
        ({"timeout": 0}, "timeout must be 0.001 or more"),
        ({"max_backoff": -1}, "max_backoff must be 0 or more, not -1"),
    ],
)
def test_other_options_of_a_client_are_checked_as_well(
    client: Any, options: dict[str, Any], says: str
) -> None:
    with pytest.raises(ValueError, match=says):
        client.with_options(**options)


def test_closing_a_client_for_another_location_leaves_the_connections(
    client: Any, sandbox: Sandbox
) -> None:
    sandbox.add_location("other")
    other = client.for_location("other")
    other.close()
    assert len(client.associations.list()) == 2
    assert len(other.associations.list()) == 2


@pytest.mark.parametrize("location", ["L\n", "a b", "", None])
def test_what_cannot_be_a_location_is_refused(client: Any, location: Any) -> None:
    with pytest.raises(ValueError, match="location_id must be the id of a sub-account"):
        client.for_location(location)


def leave_one_open() -> None:
    AssociationsClient("pit-t", "loc").for_location("other")


def test_a_client_that_was_not_closed_warns_once() -> None:
    gc.collect()  # what other tests left
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        leave_one_open()
        gc.collect()
    assert [str(one.message) for one in caught] == [
        "a client was not closed: use `with`, or call close()"
    ]


def test_a_copy_is_a_client_through_the_same_connections(sandbox: Sandbox) -> None:
    with AssociationsClient(
        sandbox.token, sandbox.location_id, transport=sandbox.transport()
    ) as client:
        assert len(copy.copy(client).associations.list()) == 2


@pytest.mark.parametrize("kind", [AssociationsClient, AsyncAssociationsClient])
def test_no_repr_shows_the_token(kind: Any) -> None:
    client = kind(TOKEN, "loc")
    parts = [client, client.api, client.associations, *vars(client).values()]
    for part in [*parts, *vars(client._pipeline).values()]:
        assert TOKEN not in repr(part)
    closed = client.close()
    if closed is not None:
        asyncio.run(closed)


def test_the_generated_client_is_at_hand_for_the_rest(sandbox: Sandbox) -> None:
    from generated_client.api.associations import list_associations
    from generated_client.models import AssociationListPayload

    with AssociationsClient(
        sandbox.token, sandbox.location_id, transport=sandbox.transport()
    ) as client:
        page = list_associations.sync(
            client=client.api, location_id=client.location_id, skip=0, limit=10
        )
    assert isinstance(page, AssociationListPayload)
    assert len(page.associations) == 2


def test_version_v3_goes_the_whole_way(clients: Any, sandbox: Sandbox) -> None:
    client = clients(
        sandbox.token, sandbox.location_id, transport=sandbox.transport(), version="v3"
    )
    association = new_association(client)
    made = client.relations.create(association.id, first_record_id="c1", second_record_id="p1")
    assert made.association_key == "owner_pet"
    assert {received.version for received in sandbox.requests} == {"v3"}


@pytest.mark.parametrize("of", ["class", "made by the class", "client"])
def test_an_autospec_of_a_client_knows_its_resources_and_their_methods(of: str) -> None:
    with AssociationsClient("token", "loc") as client:
        autospec: Any = {
            "class": lambda: create_autospec(AssociationsClient, instance=True),
            "made by the class": lambda: create_autospec(AssociationsClient)("token", "loc"),
            "client": lambda: create_autospec(client),
        }[of]()
    autospec.relations.list.return_value = Page(())
    assert autospec.relations.list("contact-1", limit=5) == Page(())
    autospec.relations.list.assert_called_once_with("contact-1", limit=5)
    with pytest.raises(TypeError, match="missing a required argument"):
        autospec.associations.get()
    with pytest.raises(AttributeError, match="lost"):
        autospec.associations.lost("a1")


def test_an_autospec_of_an_async_client_is_awaited() -> None:
    autospec = create_autospec(AsyncAssociationsClient, instance=True)
    autospec.associations.get.return_value = Association(id="a1")
    assert asyncio.run(autospec.associations.get("a1")) == Association(id="a1")


def test_threads_share_the_resources_of_a_client() -> None:
    with AssociationsClient("token", "loc") as client, ThreadPoolExecutor(8) as threads:
        found = {*threads.map(lambda _: client.relations, range(64))}
        assert found == {client.relations}


def test_a_client_with_a_transport_of_its_own_has_a_pace_of_its_own(
    clients: Any, sandbox: Sandbox, waits: list[float]
) -> None:
    for _ in range(2):
        client = clients(sandbox.token, sandbox.location_id, transport=sandbox.transport())
        for _ in range(100):
            client.associations.get("OPPORTUNITIES_CONTACTS_ASSOCIATION")
    assert waits == []
