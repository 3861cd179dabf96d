"""The options of a client: invalid ones are rejected before anything is sent."""

from typing import Any

import httpx
import pytest

from facade import AssociationsClient, LocalPace
from facade._core.client_options import (
    PUBLISHED_VERSIONS,
    VERSION,
    newer_versions,
    with_environment,
)
from facade._core.operations import VERSIONS
from facade.testing import Sandbox
from tests.facade.driving import Clients
from tests.facade.responding import TOKEN


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"location_id": ""}, "location_id must be the id of a sub-account, not a text of 0 cha"),
        ({"location_id": "a b"}, "location_id must be the id of a sub-account, not a text of 3 ch"),
        ({"location_id": None}, "location_id must be the id of a sub-account, not NoneType"),
        ({"location_id": "pit-1"}, "location_id is a token: pass the token first"),
        ({"location_id": "eyJ.1"}, "location_id is a token: pass the token first"),
        ({"token": None}, "a token must be text, .* not NoneType: is a variable unset"),
        ({"version": ""}, "version must be a date like 2021-07-28, v and a number like v3, or leg"),
        ({"version": "v 3"}, "version must be a date .*, not 'v 3'"),
        ({"version": "3"}, "version must be a date"),
        ({"version": "2021-28-07"}, "version must be a date"),
        ({"version": "v3\n"}, "version must be a date"),
        ({"version": None}, "version must be a date"),
        ({"version": "pit-1"}, "version must be a date .*, not a token$"),
        ({"retries": True}, "retries must be a whole number, not True"),
        ({"deadline": 0}, "deadline must be 0.001 seconds or more, not 0"),
        ({"deadline": "5"}, "deadline must be a number of seconds, not '5'"),
        ({"timeout": None}, "timeout must be a number of seconds, not None"),
        ({"timeout": httpx.Timeout(5, read=None)}, "timeout must be a number of seconds, not None"),
        ({"timeout": "5"}, "timeout must be a number of seconds, not '5'"),
        ({"timeout": True}, "timeout must be a number of seconds, not True"),
        ({"timeout": 0}, "timeout must be 0.001 seconds or more, not 0"),
        ({"timeout": float("nan")}, "timeout must be 0.001 seconds or more, not nan"),
        ({"timeout": 2e6}, "timeout must be 0.001 to 1,000,000 seconds, not 2000000.0"),
        ({"max_backoff": -1}, "max_backoff must be 0 seconds or more, not -1"),
        ({"max_response_bytes": 0}, "max_response_bytes must be 1 or more, not 0"),
        ({"pace": 5}, r"pace must be an object such as LocalPace\(calls=25\), .*, not 5"),
        ({"pace": LocalPace}, "pace must be an object .*, not <class 'facade.pace.LocalPace'>"),
    ],
)
def test_a_wrong_option_of_a_client_is_refused(options: dict[str, Any], says: str) -> None:
    with pytest.raises((ValueError, TypeError), match=says):
        AssociationsClient(**{"token": TOKEN, "location_id": "loc", **options})


@pytest.mark.parametrize("sent", [*PUBLISHED_VERSIONS, "2030-12-31", "v10"])
def test_any_version_is_sent_as_it_is(clients: Clients, sent: str) -> None:
    sandbox = Sandbox(versions=[sent])
    transport = sandbox.transport()
    client = clients(sandbox.token, sandbox.location_id, version=sent, transport=transport)
    client.associations.list()
    assert [each.version for each in sandbox.requests] == [sent]


def test_captured_versions_are_published_and_the_default_is_captured() -> None:
    assert set(VERSIONS) <= set(PUBLISHED_VERSIONS)
    assert VERSION in VERSIONS


@pytest.mark.parametrize(
    ("version", "newer"),
    [
        ("legacy", ("2021-04-15", "2021-07-28", "2023-02-21", "v3")),
        ("2019-01-01", ("2021-04-15", "2021-07-28", "2023-02-21", "v3")),
        ("2021-07-28", ("2023-02-21", "v3")),
        ("2030-01-01", ("v3",)),
        ("v2", ("v3",)),
        ("v3", ()),
        ("v10", ()),
    ],
)
def test_a_number_is_newer_than_a_date_and_a_date_than_legacy(
    version: str, newer: tuple[str, ...]
) -> None:
    assert newer_versions(version) == newer


def test_a_timeout_may_be_of_the_http_library_a_number_or_its_parts(clients: Clients) -> None:
    parts = {"connect": 1.0, "read": 2.0, "write": 3.0, "pool": 4.0}
    for timeout in (httpx.Timeout(**parts), (1.0, 2.0, 3.0, 4.0)):
        client = clients(TOKEN, "loc", timeout=timeout)
        assert client._settings.timeouts == parts
    assert clients(TOKEN, "loc", timeout=5)._settings.timeouts == dict.fromkeys(parts, 5)


@pytest.mark.parametrize(
    "base_url",
    [
        "services.example",
        "http://x?y=1",
        "http://x#f",
        "http://user:pw@x",
        "ftp://x",
        "http://",
        "http://x:0",
        " http://x",
        "http://x..y",
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


class Awaited:
    async def __call__(self, event: object) -> None: ...


@pytest.mark.parametrize(
    ("on_event", "says"),
    [
        (5, "on_event must be a function of one event, not 5"),
        ([print, 5], "on_event must be a function of one event, not 5"),
        ([], r"on_event must be a function of one event, not \[\]"),
        (Awaited(), "on_event must not be async: pass a function that returns at once"),
        (Awaited().__call__, "on_event must not be async"),
    ],
)
def test_what_cannot_listen_is_refused(on_event: Any, says: str) -> None:
    with pytest.raises(TypeError, match=says):
        AssociationsClient(TOKEN, "loc", on_event=on_event)


def test_what_is_given_wins_over_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    found = {"token": "pit-1", "location_id": "loc", "base_url": "https://a.test"}
    for option, value in found.items():
        variable = f"HIGHLEVEL_{option.upper()}"
        monkeypatch.setenv(variable, value)
    assert with_environment({}) == found
    for name in found:
        assert with_environment({name: "given"}) == {**found, name: "given"}
    for name in ("token", "location_id"):
        with monkeypatch.context() as unset:
            unset.setenv(f"HIGHLEVEL_{name.upper()}", "")
            with pytest.raises(ValueError, match=f"variable HIGHLEVEL_{name.upper()} is not set"):
                with_environment({})
            assert with_environment({name: "given"})[name] == "given"
    monkeypatch.setenv("HIGHLEVEL_BASE_URL", "")
    assert "base_url" not in with_environment({})


def test_the_repr_of_the_options_shows_no_token(clients: Clients) -> None:
    assert TOKEN not in repr(clients(TOKEN, "loc")._pipeline._options)
