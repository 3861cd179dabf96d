"""The settings of a command: no token as an argument; options override variables."""

import argparse
import errno
import io
import os
import re
import sys
from pathlib import Path
from unittest.mock import MagicMock

import pytest

from facade.cli.settings import add_settings, read_settings
from facade.testing import Sandbox
from tests.facade.cli.conftest import Command


def test_standard_input_that_cannot_be_read_is_named(
    command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    failing = MagicMock(spec=io.TextIOWrapper)
    failing.readline.side_effect = failing.__iter__.side_effect = OSError(errno.EIO, "I/O error")
    monkeypatch.setattr(sys, "stdin", failing)
    link = "link - --association BUSINESSES_CONTACTS_ASSOCIATION"
    for given in ("list --token-file -", "export --records -", link):
        status, _, err = command(*given.split())
        assert (status, err) == (2, "error: standard input: I/O error\n")


def test_an_option_wins_over_its_variable_and_a_token_may_be_in_a_file_or_in_standard_input(
    command: Command, sandbox: Sandbox, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "token").write_bytes(b"\xef\xbb\xbf" + f"{sandbox.token}\r\nnotes\n".encode())
    given = ["--location=second", "--api-version=v3"]
    given += ["--base-url", os.environ["HIGHLEVEL_BASE_URL"]]
    wrong = dict.fromkeys(("TOKEN", "LOCATION_ID", "BASE_URL"), "http://wrong.invalid")
    status, out, _ = command("list", "--json", *given, "--token-file", "token", **wrong)
    assert (status, "of_second" in out) == (0, True)
    assert {one.version for one in sandbox.requests} == {"v3"}
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"{sandbox.token}\r\nmore\n"))
    assert command("list", "--token-file", "-", TOKEN="wrong")[0] == 0


@pytest.fixture(autouse=True)
def second(sandbox: Sandbox) -> None:
    """Add a location with an association that only it has."""
    sandbox.add_location("second")
    sandbox.seed_association(key="of_second", location_id="second")


ODD = {"PROFILES": "odd.toml"}
OF_ODD = '[berlin]\ntoken-file = "~/berlin.token"\n[odd]\nloaction = "x"\n[fast]\npace = false\n'


def test_a_setting_that_cannot_be_is_an_error_without_the_token(
    command: Command, sandbox: Sandbox, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", "home")
    (folder / "utf-16").write_bytes("pit-5e-cret".encode("utf-16"))
    (folder / "odd.toml").write_text(OF_ODD)
    (folder / "no.toml").write_text("no")
    for given, variables, said in (
        (["--token", "pit-5e-cret"], {}, "a token is no argument"),
        (["--pace", "slow"], {}, "invalid choice: 'slow'"),
        ([], {"TOKEN": ""}, "token: there is none: set HIGHLEVEL_TOKEN, or give --token-f"),
        (["--location", ""], {}, "location: there is none: set HIGHLEVEL_LOCATION_ID, or"),
        (["--token-file", ""], {}, ".: Is a directory"),
        (["--token-file", "utf-16"], {}, "token: the token must be visible ASCII text"),
        (["--share", "x"], {}, "share must be a number, not 'x'"),
        (["--share", "7"], {}, "share must be 0 to 1, not 7.0"),
        (["--profile", "rome"], ODD, "odd.toml has no profile 'rome'; there are: berlin, odd,"),
        (["--profile", "rome"], {"PROFILES": "no.toml"}, "no.toml is not valid TOML: "),
        (["--profile", "x"], {}, "home/.highlevel-associations.toml: No such file or directory"),
        ([], {**ODD, "PROFILE": "odd"}, "odd.toml, [odd]: loaction is not one of token-fi"),
        ([], {**ODD, "PROFILE": "fast"}, "pace must be off or on, not 'False'"),
        ([], {**ODD, "PROFILE": "berlin"}, "home/berlin.token: No such file or directory"),
    ):
        status, out, err = command("list", *given, **variables)
        assert (said, status, out) == (said, 2, "")
        assert re.search(f"error: (argument --pace: )?{re.escape(said)}", err.splitlines()[-1])
        assert "cret" not in err
    assert sandbox.requests == []


PROFILES = '[berlin]\ntoken-file = "berlin.token"\nlocation = "second"\npace = "off"\n'


def test_a_profile_has_the_settings_of_a_location_and_an_option_wins_over_it(
    command: Command, sandbox: Sandbox, folder: Path
) -> None:
    app = folder / "app"
    app.mkdir()
    (app / "profiles.toml").write_text(PROFILES, "utf-8-sig")
    (app / "berlin.token").write_text(sandbox.token)
    given = {"PROFILES": "app/profiles.toml", "TOKEN": "wrong"}
    assert "of_second" in command("list", "--profile", "berlin", **given)[1]
    assert "of_second" in command("list", **given, PROFILE="berlin")[1]
    location = ["--location", sandbox.location_id]
    status, out, _ = command("list", "--profile", "berlin", *location, **given)
    assert (status, "of_second" in out) == (0, False)


def test_requests_are_paced_at_the_share_unless_the_pace_is_off(folder: Path) -> None:
    parser = argparse.ArgumentParser()
    add_settings(parser)
    shares = {"--pace=on": 1.0, "--share=0.5": 0.5, "--pace=off": None}
    for given, share in shares.items():
        settings = read_settings(parser.parse_args([given]))
        with settings.client() as client:
            assert (client._pipeline._options.pace is None) == (share is None)
        assert settings.share == share
        assert settings.token not in repr(settings)
    shown = parser.format_help()
    assert "[HIGHLEVEL_LOCATION_ID]" in shown
    assert "[]" not in shown
