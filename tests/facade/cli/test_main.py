"""The command: its help, misspelled commands, and exit codes."""

import logging

import pytest

from facade import __version__
from facade.cli.__main__ import COMMANDS, _Waits
from facade.testing import Sandbox, faults
from tests.facade.cli.conftest import Command


def test_the_help_lists_every_command_with_an_example(command: Command) -> None:
    status, out, err = command()
    assert (status, err) == (0, "")
    assert [name for name in COMMANDS if f"\n  {name} " not in out] == []
    assert "examples:\n  highlevel-associations doctor\n" in out
    assert command("--help") == command("help") == (status, out, err)
    assert command("--version") == (0, f"highlevel-associations {__version__}\n", "")


@pytest.mark.parametrize("name", COMMANDS)
def test_the_help_of_a_command_has_examples_and_says_where_the_token_comes_from(
    command: Command, name: str
) -> None:
    status, out, _ = command(name, "--help")
    assert status == 0
    assert f"examples:\n  highlevel-associations {name}" in out
    assert "HIGHLEVEL_TOKEN" in out
    assert max(map(len, (out + command()[1]).splitlines())) <= 80
    assert command("help", name)[1] == out


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("doctro", "there is no command 'doctro': did you mean doctor?"),
        ("LINK", "there is no command 'LINK': did you mean link?"),
        ("what", "there is no command 'what': there are doctor, list, relations, "),
        ("--location", "unrecognized arguments: --location"),
        ("pit-5e-cret", "there is no command '***': there are doctor, "),
    ],
)
def test_a_typo_is_told_what_was_meant(command: Command, typed: str, said: str) -> None:
    status, out, err = command(typed)
    assert (status, out) == (2, "")
    assert f"highlevel-associations: error: {said}" in err
    assert "cret" not in err


def test_the_token_of_the_environment_is_not_repeated_whatever_its_form(command: Command) -> None:
    assert "unrecognized arguments: ***" in command("list", "5e-cret", TOKEN="5e-cret")[2]


def test_a_long_wait_is_told_and_a_short_one_is_not(command: Command, sandbox: Sandbox) -> None:
    sandbox.misbehave(faults.rate_limit(retry_after=30), times=1)
    status, _, err = command("list")
    assert status == 0
    assert err.startswith("GET /associations/ waits 30.")
    assert err.endswith(" s before attempt 2: rate limited, Retry-After 30 s\n")
    sandbox.misbehave(faults.rate_limit(retry_after=0), times=1)
    assert command("list")[::2] == (0, "")


def test_of_those_that_wait_at_once_one_is_told_and_the_pace_is_not(
    capsys: pytest.CaptureFixture[str],
) -> None:
    waits = _Waits()
    for attempt, text in ((1, "for the pace"), (2, "again"), (3, "meanwhile")):
        record = {"msg": text, "wait_seconds": 600.0, "attempt": attempt}
        waits.emit(logging.makeLogRecord(record))
    assert capsys.readouterr().err == "again\n"


def test_a_warning_is_told_without_the_line_of_code(command: Command) -> None:
    status, _, err = command("list", "--base-url", "http://0.0.0.0:9")  # no loopback by its name
    assert status == 2
    assert err.startswith(
        "warning: the token is sent to 0.0.0.0 unencrypted: base_url is http, not"
    )
