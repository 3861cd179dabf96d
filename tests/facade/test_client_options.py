"""The options of a client: invalid ones are rejected before anything is sent."""

from typing import Any

import pytest

from facade import AssociationsClient, LocalPace
from facade._core.client_options import PUBLISHED_VERSIONS, VERSION, with_environment
from facade._core.operations import VERSIONS
from facade.testing import Sandbox
from tests.facade.driving import Clients
from tests.facade.responding import OK, TOKEN

NO_LISTENER = "on_event must be a function of one event, not "


class Awaited:
    async def __call__(self, event: object) -> None: ...


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"location_id": ""}, "location_id is empty: is a variable unset"),
        ({"location_id": 5}, "location_id must be"),
        ({"location_id": "a b"}, "location_id must be visible ASCII text without spaces"),
        ({"location_id": "pit-1"}, "location_id is a token: pass the token first"),
        ({"location_id": "eyJ.1"}, "location_id is a token: pass the token first"),
        ({"token": None}, "a token must be text, .* not NoneType: is a variable unset"),
        ({"version": ""}, "version must be a date like 2021-07-28, v and a number like v3, or leg"),
        ({"version": "2021-28-07"}, "version must be a date .*, not '2021-28-07'"),
        ({"version": "v3\n"}, "version must be a date"),
        ({"version": None}, "version must be a date .*, not None"),
        ({"version": "pit-1"}, "version must be a date .*, not a token$"),
        ({"deadline": 0}, r"deadline must be 0\.001 seconds or more, not 0"),
        ({"max_response_bytes": 0}, "max_response_bytes must be 1 or more, not 0"),
        ({"pace": 5}, r"pace must be an object such as LocalPace\(calls=25\), .*, not 5"),
        ({"pace": LocalPace}, "pace must be an object .*, not <class 'facade.pace.LocalPace'>"),
        ({"on_event": 5}, f"{NO_LISTENER}5"),
        ({"on_event": [print, 5]}, f"{NO_LISTENER}5"),
        ({"on_event": []}, rf"{NO_LISTENER}\[\]"),
        ({"on_event": Awaited()}, "on_event must not be async: pass a function that returns at"),
        ({"on_event": Awaited().__call__}, "on_event must not be async"),
    ],
)
def test_a_wrong_option_of_a_client_is_refused(options: dict[str, Any], says: str) -> None:
    with pytest.raises((ValueError, TypeError), match=says):
        AssociationsClient(**{"token": TOKEN, "location_id": "loc", **options})


@pytest.mark.parametrize(
    "base_url",
    [*"a http://x?y=1 http://x#f http://u:pw@x ftp://x http:// http://x:0 http://x..y".split()],
)
def test_what_cannot_be_a_server_is_refused(base_url: str) -> None:
    with pytest.raises(ValueError, match=r"base_url (is not an http|must be an add)") as raised:
        AssociationsClient(TOKEN, "loc", base_url=base_url)
    assert "pw" not in str(raised.value)


def test_http_to_another_machine_warns(clients: Clients) -> None:
    with pytest.warns(UserWarning, match=r"sent to a\.test unencrypted"):
        clients(TOKEN, "loc", base_url="http://a.test")
    for base_url in ("http://127.0.0.1:1", "http://localhost", "https://a.test"):
        clients(TOKEN, "loc", base_url=base_url)


@pytest.mark.parametrize("sent", ["legacy", "2030-12-31", "v10"])
def test_any_version_is_sent_as_it_is_with_the_default_timeouts(
    clients: Clients, sent: str
) -> None:
    client, requests = clients.answering(OK, version=sent)
    client.associations.list()
    assert requests[0].headers["version"] == sent
    timeouts = {"connect": 10.0, "read": 30.0, "write": 30.0, "pool": 30.0}
    assert requests[0].extensions["timeout"] == timeouts
    assert TOKEN not in repr(client._pipeline._options)


def test_captured_versions_are_published_and_the_default_is_captured() -> None:
    assert {VERSION} <= set(VERSIONS) <= set(PUBLISHED_VERSIONS)


def test_a_client_for_many_locations_needs_none_of_its_own(sandbox: Sandbox) -> None:
    with AssociationsClient(sandbox.token, transport=sandbox.transport()) as client:
        send = client.api.get_httpx_client().request
        for call in (client.associations.list, lambda: send("GET", "/associations/")):
            with pytest.raises(ValueError, match=r"no location: use client\.for_location"):
                call()
        assert len(client.for_location(sandbox.location_id).associations.list()) == 4


@pytest.mark.parametrize("name", ["token", "location_id", "base_url", "version"])
def test_given_options_win_over_the_environment(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    found = {"token": "pit-1", "location_id": "loc", "base_url": "https://a.test", "version": "v3"}
    for each, value in found.items():
        monkeypatch.setenv(f"HIGHLEVEL_{each.upper()}", value)
    assert with_environment({}) == found
    variable = f"HIGHLEVEL_{name.upper()}"
    for value in (found[name], ""):
        monkeypatch.setenv(variable, value)
        assert with_environment({name: "given"}) == {**found, name: "given"}
    if name in ("base_url", "version"):
        assert name not in with_environment({})
        return
    for value, says in (("", "is not set: set it, or pass"), ("a b", r": .* visible ASCII text")):
        monkeypatch.setenv(variable, value)
        with pytest.raises(ValueError, match=f"the environment variable {variable}.*{says}"):
            with_environment({})
