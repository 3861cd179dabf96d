"""doctor: the output of its checks as text and as JSON."""

import json

import pytest

from facade._core.client_options import VERSION
from tests.facade.cli.conftest import Command


def test_a_person_gets_lines_and_what_is_wrong_at_the_end(command: Command) -> None:
    status, out, _ = command("doctor", LOCATION_ID="other")
    lines = out.splitlines()
    assert (status, lines[-1]) == (1, "Wrong: location.")
    assert lines[2] == "-      version   not checked: fix location first"
    assert lines[3].startswith("wrong  location  the token has no access to other (HTTP 403: ")
    assert lines[4].startswith("                 Check the id of the location")


@pytest.mark.parametrize(
    ("location", "status", "end"),
    [("sandbox-location", 0, "All checks passed."), ("other", 1, "Wrong: location.")],
)
def test_a_terminal_of_80_columns_gets_one_screen_with_the_advice_beneath_what_is_wrong(
    command: Command, terminal: None, location: str, status: int, end: str
) -> None:
    found, out, _ = command("doctor", LOCATION_ID=location)
    lines = [line.rstrip() for line in out.splitlines()]
    assert (found, lines[-1]) == (status, end)
    assert (max(map(len, lines)) <= 80, len(lines) <= 24) == (True, True)
    if status:
        assert lines[2] == "-      version   not checked: fix location first"
        at = next(at for at, line in enumerate(lines) if line.startswith("wrong  location  "))
        assert any(line.startswith(" " * 17 + "Check the id") for line in lines[at:])


def test_a_variable_that_is_empty_is_left_out(command: Command) -> None:
    found = json.loads(command("doctor", "--json", TOKEN="", BASE_URL="")[1])
    assert found["base_url"] == "https://services.leadconnectorhq.com"


@pytest.mark.parametrize(
    ("variable", "value", "shown"),
    [
        ("BASE_URL", "https://u:5e-cret@host", "base_url"),
        ("LOCATION_ID", "pit-5e-cret", "location_id"),
        ("VERSION", "pit-5e-cret", "version"),
    ],
)
def test_json_has_null_for_a_setting_that_cannot_be(
    command: Command, variable: str, value: str, shown: str
) -> None:
    status, out, _ = command("doctor", "--json", **{variable: value})
    found = json.loads(out)
    assert (status, found["ok"], found[shown]) == (1, False, None)
    assert found["version"] == (None if shown == "version" else VERSION)
