"""The command: its help, what it refuses in one line, and its notes."""

import logging
import os
import re
from pathlib import Path

import pytest

from facade import __version__
from facade.cli.__main__ import COMMANDS, _Waits
from facade.testing import Sandbox, faults
from tests.facade.bulk.runs import seed_owner_pet
from tests.facade.cli.conftest import HEADER, KEY, Command

ROME, ODD = ["list", "--profile", "rome"], {"PROFILES": "app.toml"}
PROFILES = '[berlin]\ntoken-file = "berlin.token"\n[odd]\nloaction = "x"\n'
LINK, EXPORT = ["link", "pets.csv", *KEY], ["export", "c1"]


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
    assert "HIGHLEVEL_TOKEN" in out or name == "docs"  # which sends nothing
    assert max(map(len, (out + command()[1]).splitlines())) <= 80
    assert command("help", name)[1] == out


def test_what_cannot_be_done_is_an_error_in_one_line_without_the_token(
    command: Command, sandbox: Sandbox, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", "home")
    seed_owner_pet(sandbox)
    (folder / "pets.csv").write_text(HEADER)
    (folder / "utf-16").write_bytes("pit-5e-cret".encode("utf-16"))
    (folder / "empty").write_text("\n\n")
    (folder / "app.toml").write_text(PROFILES)
    for given, variables, said in (
        (["doctro"], {}, "there is no command 'doctro': did you mean doctor?"),
        (["what"], {}, "there is no command 'what': there are doctor, list, relations, "),
        (["--location"], {}, "unrecognized arguments: --location"),
        (["pit-5e-cret"], {}, "there is no command '***': there are doctor, "),
        (["list", "5e-cret"], {"TOKEN": "5e-cret"}, "unrecognized arguments: ***"),
        (["list", "--token", "pit-5e-cret"], {}, "a token is no argument"),
        ([*LINK, "--batch", "0"], {}, "0 is not a number of pairs: 1 or more"),
        ([*LINK, "--batch", "1001"], {}, "batch must be 1 to 1,000"),
        ([*LINK, "--column", "Kunde"], {}, "Kunde is not NAME=COLUMN, such as contact=Customer"),
        ([*LINK, "--column", "contact= "], {}, "contact=  is not NAME=COLUMN"),
        ([*LINK, "--encoding", "cp125"], {}, "cp125 is not an encoding, such as cp1252"),
        (["list", "--pace", "slow"], {}, "invalid choice: 'slow'"),
        (["list"], {"TOKEN": ""}, "token: there is none: set HIGHLEVEL_TOKEN, or give --token-f"),
        (["list", "--location", ""], {}, "location: there is none: set HIGHLEVEL_LOCATION_ID, or"),
        (["list", "--token-file", ""], {}, ".: Is a directory"),
        (["list", "--token-file", "utf-16"], {}, "token: the token must be visible ASCII text"),
        (["list", "--token-file", "empty"], {}, "token: there is none"),
        (["list", "--share", "x"], {}, "share must be a number, not 'x'"),
        (["list", "--share", "7"], {}, "share must be 0 to 1, not 7.0"),
        (ROME, ODD, "app.toml has no profile 'rome'; there are: berlin, odd"),
        (ROME, {"PROFILES": "pets.csv"}, "pets.csv is not valid TOML: "),
        (ROME, {"PROFILES": ""}, "home/.highlevel-associations.toml: No such file or directory"),
        (["list"], {**ODD, "PROFILE": "odd"}, "app.toml, [odd]: loaction is not one of token-fi"),
        (["list"], {**ODD, "PROFILE": "berlin"}, "berlin.token: No such file or directory"),
        (["relations", "c1", "--association", "pets"], {}, "there is no association 'pets' in s"),
        (["export"], {}, "there is no record: pass ids, or --records PATH"),
        ([*EXPORT, "--column", "id"], {}, "--column needs a CSV: pass --records, too"),
        (["export", "--records", "-", "--token-file", "-"], {}, "standard input can have the reco"),
        (["export", "--records", os.devnull, "--column", "id"], {}, f"{os.devnull} is empty"),
        ([*EXPORT, "--output", "/dev/full"], {}, "/dev/full: No space left on device"),
        ([*LINK, "--column", "pet=Tier"], {}, "--column pet=: a pair has contact and custom_obje"),
        ([*LINK, "--failures", "."], {}, ".: Is a directory"),
        ([*LINK, "--failures", "./pets.csv"], {}, "the CSV, the journal and the failures must be"),
        ([*LINK, "--journal", "no/j"], {}, "no/j: No such file or directory"),
        (["unlink", "-", *KEY, "--token-file", "-"], {}, "standard input can have the CSV or the"),
    ):
        status, out, err = command(*given, **variables)
        *usage, error = err.splitlines()  # usage, if a word means nothing
        assert (said, status, out, "".join(usage)[:7]) == (said, 2, "", "usage: " * bool(usage))
        assert re.search(f"error: (argument --[a-z]*: )?{re.escape(said)}", error)
        assert "cret" not in err
        assert len(list(folder.iterdir())) == 4


def test_a_long_wait_is_told_and_a_short_one_is_not(command: Command, sandbox: Sandbox) -> None:
    sandbox.misbehave(faults.rate_limit(retry_after=30), times=1)
    err = command("list")[2]
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
    err = command("list", "--base-url", "http://0.0.0.0:9")[2]  # no loopback by its name
    assert err.startswith("warning: the token is sent to 0.0.0.0 unencrypted: base_url is http,")
