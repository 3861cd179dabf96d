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


def test_a_client_is_made_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HIGHLEVEL_TOKEN", TOKEN)
    monkeypatch.setenv("HIGHLEVEL_LOCATION_ID", "loc")
    monkeypatch.setenv("HIGHLEVEL_BASE_URL", "http://localhost:1")
    monkeypatch.setenv("HIGHLEVEL_VERSION", "v3")
    transport, requests = in_turn(OK)

    async def main() -> None:
        given: Any = {"transport": transport}
        async with AsyncAssociationsClient.from_env(**given) as client:
            assert client.location_id == "loc"
            await client.associations.get("a1")

    asyncio.run(main())
    (request,) = requests
    assert str(request.url) == "http://localhost:1/associations/a1"
    assert (request.headers["authorization"], request.headers["version"]) == (
        f"Bearer {TOKEN}",
        "v3",
    )


@pytest.mark.both
def test_a_closed_client_says_so_and_may_be_closed_again(client: Any) -> None:
    client.associations.list()
    client.close()
    client.close()
    with pytest.raises(RuntimeError, match="this client is closed"):
        client.associations.list()


@pytest.mark.both
def test_a_client_for_another_location_shares_the_connections(
    client: Any, sandbox: Sandbox
) -> None:
    sandbox.add_location("other")
    new_association(client)
    other = client.for_location("other")
    assert [len(one.associations.list()) for one in (client, other)] == [5, 4]
    other.close()  # which leaves the connections
    assert [len(one.associations.list()) for one in (client, other)] == [5, 4]
    assert (client.location_id, other.location_id) == ("sandbox-location", "other")


@pytest.mark.parametrize("location", ["L\n", "a b", "", None, "pit-x"])
def test_what_cannot_be_a_location_is_refused(client: Any, location: Any) -> None:
    with pytest.raises(ValueError, match=r"location_id (must be the id of a sub-acc|is a token)"):
        client.for_location(location)


def test_a_client_with_other_options_shares_the_connections_and_keeps_the_rest(
    clients: Clients, waits: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("random.uniform", lambda low, high: high)
    transport, requests = in_turn(OK)
    client = clients(TOKEN, "loc", transport=transport, timeout=7, deadline=None, retries=0)
    patient = client.with_options(retries=5, max_backoff=2.0)
    quick = patient.with_options(timeout=1)
    limited = quick.with_options(deadline=0.5)
    for one in (client, patient, quick, limited, quick.for_location("other")):
        one.associations.get("a1")
    timeouts = [one.extensions["timeout"]["read"] for one in requests]
    assert timeouts == [7, 7, 1, pytest.approx(0.5, abs=0.1), 1]
    quick.close()  # which leaves the connections

    failing, requests = in_turn(httpx.Response(503))
    client = clients(TOKEN, "loc", transport=failing, retries=0, max_backoff=1)
    for one, expected in (
        (client, []),
        (client.with_options(retries=2), [0.5, 1.0]),
        (client.with_options(retries=5, max_backoff=2), [0.5, 1.0, 2.0, 2.0, 2.0]),
    ):
        waits.clear()
        with pytest.raises(ServerError):
            one.associations.get("a1")
        assert waits == expected


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"retries": -1}, "retries must be 0 or more"),
        ({"deadline": 0}, "deadline must be 0.001 seconds or more"),
        ({"timeout": 0}, "timeout must be 0.001 seconds or more"),
        ({"max_backoff": -1}, "max_backoff must be 0 seconds or more, not -1"),
    ],
)
def test_other_options_of_a_client_are_checked_as_well(
    client: Any, options: dict[str, Any], says: str
) -> None:
    with pytest.raises(ValueError, match=says):
        client.with_options(**options)


def warnings_of(make: Any) -> list[str]:
    gc.collect()  # what other tests left
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        make()
        gc.collect()
    return [str(one.message) for one in caught]


@pytest.mark.parametrize("kind", [AssociationsClient, AsyncAssociationsClient])
def test_a_client_that_was_not_closed_warns_once(kind: Any) -> None:
    said = warnings_of(lambda: kind("pit-t", "loc").for_location("other") and None)
    assert said == ["a client was not closed: use `with`, or call close()"]


def test_a_client_that_could_not_be_made_does_not_warn() -> None:
    def make() -> None:
        with pytest.raises(ValueError, match="location_id"):
            AssociationsClient("pit-t", "")

    assert warnings_of(make) == []


def test_a_copy_is_a_client_through_the_same_connections(sandbox: Sandbox) -> None:
    with AssociationsClient(
        sandbox.token, sandbox.location_id, transport=sandbox.transport()
    ) as client:
        assert len(copy.copy(client).associations.list()) == 4
        assert repr(client) == "AssociationsClient('sandbox-location')"


@pytest.mark.versions
def test_a_version_goes_the_whole_way(client: Any, sandbox: Sandbox, version: str) -> None:
    association = new_association(client)
    made = client.relations.create(association.id, first_record_id="c1", second_record_id="p1")
    assert made.association_key == ("owner_pet" if version == "v3" else None)
    assert {received.version for received in sandbox.requests} == {version}


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
    clients: Clients, sandbox: Sandbox, waits: list[float]
) -> None:
    for _ in range(2):
        client = clients(sandbox.token, sandbox.location_id, transport=sandbox.transport())
        for _ in range(100):
            client.associations.get("OPPORTUNITIES_CONTACTS_ASSOCIATION")
    assert waits == []
