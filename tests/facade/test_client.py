"""A client: creation, closing, copies, and its location."""

import copy
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from facade import AssociationsClient, ServerError
from facade.testing import Sandbox
from tests.facade.bulk.runs import make_client
from tests.facade.driving import Clients
from tests.facade.operations import new_association
from tests.facade.responding import OK, TOKEN, in_turn


def test_a_client_is_made_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in f"TOKEN={TOKEN} LOCATION_ID=loc BASE_URL=http://[::1] VERSION=v3".split():
        name, _, value = variable.partition("=")
        monkeypatch.setenv(f"HIGHLEVEL_{name}", value)
    transport, requests = in_turn(OK)
    with AssociationsClient.from_env(transport=transport) as client:
        client.associations.list_for_object("contact")
    (request,) = requests
    assert str(request.url) == "http://[::1]/associations/objectKey/contact?locationId=loc"
    sent = request.headers
    assert (sent["authorization"], sent["version"]) == (f"Bearer {TOKEN}", "v3")


@pytest.mark.both
def test_a_closed_client_says_so_and_may_be_closed_again(client: Any) -> None:
    client.associations.list()
    client.close()
    client.close()
    with pytest.raises(RuntimeError, match="this client is closed"):
        client.associations.list()


def test_clients_of_several_locations_share_connections(client: Any, sandbox: Sandbox) -> None:
    sandbox.add_location("other")
    new_association(client)
    other = client.for_location("other")
    for _ in range(2):
        assert [len(one.associations.list()) for one in (client, other)] == [5, 4]
        other.close()  # which leaves the connections
    assert (client.location_id, other.location_id) == ("sandbox-location", "other")
    for location in ("a b", None, "pit-x"):
        with pytest.raises(ValueError, match=r"location_id (is empty|must be|is a tok)"):
            client.for_location(location)


def test_a_client_with_other_options_shares_the_connections_and_keeps_the_rest(
    clients: Clients, waits: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("random.uniform", lambda low, high: high)
    client, requests = clients.answering(httpx.Response(503), timeout=7, deadline=None, retries=0)
    patient = client.with_options(retries=5, max_backoff=2)
    quick = patient.with_options(timeout=1, retries=1)
    limited = quick.with_options(deadline=0.5, retries=0)
    for one, timeout, expected in (
        (client, 7, []),
        (patient, 7, [0.5, 1.0, 2.0, 2.0, 2.0]),
        (quick, 1, [0.5]),
        (limited, 0.5, []),
        (quick.for_location("other"), 1, [0.5]),
    ):
        waits.clear()
        with pytest.raises(ServerError):
            one.associations.get("a1")
        assert requests[-1].extensions["timeout"]["read"] == pytest.approx(timeout, abs=0.1)
        assert waits == expected
        if one is not client:
            one.close()  # which leaves the connections
    with pytest.raises(ValueError, match=r"deadline must be 0\.001 sec"):
        client.with_options(deadline=0)


def test_threads_share_the_resources_and_copies_the_connections(sandbox: Sandbox) -> None:
    with make_client(sandbox) as client, ThreadPoolExecutor(8) as threads:
        found = {*threads.map(lambda _: client.relations, range(64))}
        assert found == {client.relations}
        assert len(copy.copy(client).associations.list()) == 4
        assert repr(client) == "AssociationsClient('sandbox-location')"
