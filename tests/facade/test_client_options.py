"""The options of a client: invalid ones are rejected before anything is sent."""

from typing import Any

import httpx
import pytest

from facade import AssociationsClient, LocalPace
from facade._core.client_options import with_environment
from facade.testing import Sandbox
from tests.facade.driving import Clients
from tests.facade.responding import TOKEN


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"location_id": ""}, "location_id must be the id of a sub-account"),
        ({"location_id": None}, "location_id must be the id of a sub-account"),
        ({"location_id": "pit-1"}, "location_id is a token: pass the token first"),
        ({"location_id": "eyJ.1"}, "location_id is a token: pass the token first"),
        ({"base_url": "services.example"}, "base_url (is not an http|must be an address only)"),
        (
            {"version": ""},
            "version must be a date like 2021-07-28, or v and a number like v3, not ''",
        ),
        ({"version": "v 3"}, "version must be a date .*, not 'v 3'"),
        ({"version": "3"}, "version must be a date"),
        ({"version": "2021-28-07"}, "version must be a date"),
        ({"version": "v3\n"}, "version must be a date"),
        ({"version": None}, "version must be a date"),
        ({"retries": -1}, "retries must be 0 or more, not -1"),
        ({"retries": "3"}, "retries must be a whole number, not '3'"),
        ({"retries": True}, "retries must be a whole number, not True"),
        ({"deadline": 0}, "deadline must be 0.001 or more, not 0"),
        ({"deadline": "5"}, "deadline must be a number, not '5'"),
        ({"timeout": "5"}, "timeout must be a number, not '5'"),
        ({"timeout": 0}, "timeout must be 0.001 or more, not 0"),
        ({"timeout": -3}, "timeout must be 0.001 or more, not -3"),
        ({"timeout": float("nan")}, "timeout must be 0.001 or more, not nan"),
        ({"timeout": 2e6}, "timeout must be 0.001 to 1,000,000, not 2000000.0"),
        (
            {"deadline": float("inf")},
            "deadline must be 0.001 to 1,000,000, not inf",
        ),
        ({"max_backoff": -1}, "max_backoff must be 0 or more, not -1"),
        ({"max_backoff": None}, "max_backoff must be a number, not None"),
        ({"max_response_bytes": 0}, "max_response_bytes must be 1 or more, not 0"),
        ({"pace": 5}, r"pace must be an object such as LocalPace\(calls=25\), .*, not 5"),
        ({"pace": LocalPace}, "pace must be an object .*, not <class 'facade.pace.LocalPace'>"),
    ],
)
def test_a_wrong_option_of_a_client_is_refused(options: dict[str, Any], says: str) -> None:
    with pytest.raises((ValueError, TypeError), match=says):
        AssociationsClient(**{"token": TOKEN, "location_id": "loc", **options})


@pytest.mark.parametrize("version", ["2021-04-15", "2023-02-21", "2030-12-31", "v4", "v10"])
def test_a_version_that_nobody_has_listed_is_sent_as_it_is(version: str) -> None:
    sandbox = Sandbox(versions=[version])
    transport = sandbox.transport()
    with AssociationsClient(
        sandbox.token, sandbox.location_id, version=version, transport=transport
    ) as client:
        client.associations.list()
    assert [each.version for each in sandbox.requests] == [version]


@pytest.mark.parametrize("timeout", [None, httpx.Timeout(5, read=None)])
def test_there_is_always_a_timeout(timeout: Any) -> None:
    with pytest.raises(TypeError, match="timeout must be a number, not None"):
        AssociationsClient(TOKEN, "loc", timeout=timeout)


@pytest.mark.parametrize(
    "base_url",
    [
        "http://x?y=1",
        "http://x#f",
        "http://user:pw@x",
        "ftp://x",
        "http://",
        "http://x:0",
        " http://x",
        "http://x\ty",
        "http://x..y",
        "http://xn--.test",
        f"http://{'x' * 64}.test",
        "http://\udcff",
    ],
)
def test_what_cannot_be_a_server_is_refused(base_url: str) -> None:
    with pytest.raises(
        ValueError, match=r"base_url (is not an http|must be an address only)"
    ) as raised:
        AssociationsClient(TOKEN, "loc", base_url=base_url)
    assert "pw" not in str(raised.value)


def test_http_to_another_machine_warns_once_for_each_host(clients: Clients) -> None:
    host = f"{clients.mode}.test"
    with pytest.warns(UserWarning, match=rf"sent to {host} unencrypted"):
        clients(TOKEN, "loc", base_url=f"http://{host}")
    for base_url in (f"http://{host}/x", "http://127.0.0.1:1", "http://localhost", "https://a.b"):
        clients(TOKEN, "loc", base_url=base_url)


@pytest.mark.parametrize("name", ["token", "location_id", "base_url"])
def test_what_is_given_wins_over_the_environment(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    found = {"token": "pit-1", "location_id": "loc", "base_url": "https://a.test"}
    for option, variable in (
        ("token", "HIGHLEVEL_TOKEN"),
        ("location_id", "HIGHLEVEL_LOCATION_ID"),
        ("base_url", "HIGHLEVEL_BASE_URL"),
    ):
        monkeypatch.setenv(variable, found[option])
    assert with_environment({}) == found
    assert with_environment({name: "given"}) == {**found, name: "given"}
