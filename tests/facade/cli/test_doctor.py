"""doctor: the output of its checks as text and as JSON."""

import json

import pytest

from facade._core.client_options import VERSION
from tests.facade.cli.conftest import Command


def test_a_person_gets_lines_and_what_is_wrong_at_the_end(
    command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HIGHLEVEL_LOCATION_ID", "other")
    status, out, _ = command("doctor")
    lines = out.splitlines()
    assert (status, lines[-1]) == (1, "Wrong: location.")
    assert lines[2] == "-      version   not checked: fix location first"
    assert lines[3].startswith("wrong  location  the token has no access to other (HTTP 403: ")
    assert lines[4].startswith("                 Check the id of the location")


def test_a_terminal_of_80_columns_gets_one_screen(command: Command, terminal: None) -> None:
    status, out, _ = command("doctor")
    assert (status, out.splitlines()[-1]) == (0, "All checks passed.")
    assert max(map(len, out.splitlines())) <= 80
    assert len(out.splitlines()) <= 24


def test_a_terminal_gets_the_advice_beneath_what_is_wrong(
    command: Command, terminal: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HIGHLEVEL_LOCATION_ID", "")
    status, out, _ = command("doctor")
    lines = [line.rstrip() for line in out.splitlines()]
    assert (status, lines[-1]) == (1, "Wrong: location.")
    assert lines[0] == "-      network   not checked: fix location first"
    assert lines[3].startswith("wrong  location  there is none: set HIGHLEVEL_LOCATION_ID")


def test_a_variable_that_is_empty_is_left_out(
    command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HIGHLEVEL_BASE_URL", "HIGHLEVEL_TOKEN"):  # so that nothing is sent
        monkeypatch.setenv(name, "")
    found = json.loads(command("doctor", "--json")[1])
    assert found["base_url"] == "https://services.leadconnectorhq.com"


@pytest.mark.parametrize(
    ("variable", "value", "shown"),
    [
        ("HIGHLEVEL_BASE_URL", "https://u:5e-cret@host", "base_url"),
        ("HIGHLEVEL_LOCATION_ID", "pit-5e-cret", "location_id"),
        ("HIGHLEVEL_VERSION", "pit-5e-cret", "version"),
    ],
)
def test_json_has_null_for_a_setting_that_cannot_be(
    command: Command, monkeypatch: pytest.MonkeyPatch, variable: str, value: str, shown: str
) -> None:
    monkeypatch.setenv(variable, value)
    status, out, _ = command("doctor", "--json")
    found = json.loads(out)
    assert (status, found["ok"], found[shown]) == (1, False, None)
    assert found["version"] == (None if shown == "version" else VERSION)
