"""The command: its help, what it refuses in one line, and its notes."""

import argparse
import logging
import re
import warnings
from pathlib import Path
from types import SimpleNamespace

import pytest

from facade import __version__
from facade.cli import __main__ as module
from facade.cli.__main__ import COMMANDS, _Waits, command_of
from facade.testing import Sandbox, faults
from tests.facade.bulk.runs import seed_owner_pet
from tests.facade.cli.conftest import HEADER, KEY, Command

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
    for one in command_of(name)[1]._actions:
        is_plain = one.nargs == 0 or one.choices or one.help == argparse.SUPPRESS
        assert one.help
        assert one.metavar or is_plain or name == "sandbox"


def test_what_cannot_be_done_is_an_error_in_one_line_without_the_token(
    command: Command, sandbox: Sandbox, folder: Path
) -> None:
    seed_owner_pet(sandbox)
    (folder / "pets.csv").write_text(HEADER)
    for given, variables, said in (
        (["doctro"], {"TOKEN": ""}, "there is no command 'doctro': did you mean doctor?"),
        (["--location"], {}, "unrecognized arguments: --location"),
        (["list", "--loc", "x"], {}, "unrecognized arguments: --loc x"),
        (["pit-5e-cret"], {}, "there is no command '***': there are doctor, "),
        (["list", "5e-cret"], {"TOKEN": "5e-cret"}, "unrecognized arguments: ***"),
        (["export", "--concurrency", "0"], {}, "0 is not a number of records: 1 or more"),
        ([*LINK, "--batch", "0"], {}, "0 is not a number of pairs: 1 or more"),
        ([*LINK, "--column", "Kunde"], {}, "Kunde is not NAME=COLUMN, such as contact=Customer"),
        ([*LINK, "--encoding", "cp125"], {}, "pets.csv is not cp125: save it as CSV UTF-8,"),
        (["relations", "c1", "--association", "pets"], {}, "there is no association 'pets' in s"),
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
        assert [one.name for one in folder.iterdir()] == ["pets.csv"]


def test_a_long_wait_is_told_and_a_short_one_is_not(command: Command, sandbox: Sandbox) -> None:
    sandbox.misbehave(faults.rate_limit(retry_after=30), times=1)
    err = command("list")[2]
    assert err.startswith("GET /associations/ waits 30.")
    assert err.endswith(" s before attempt 2: rate limited, Retry-After 30 s\n")
    sandbox.misbehave(faults.rate_limit(retry_after=0), times=1)
    assert command("list")[::2] == (0, "")


def test_of_those_that_wait_at_once_one_is_told_and_the_pace_is_not(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    seconds = iter([0.0, 0.0, 599.9, 600.0, 600.0])
    monkeypatch.setattr(module, "time", SimpleNamespace(monotonic=seconds.__next__))
    waits = _Waits()
    for attempt, wait, text in (
        (1, 600.0, "for the pace"),
        (2, 0.9, "short"),
        (2, 600.0, "again"),
        (3, 600.0, "meanwhile"),
        (2, 1.0, "later"),
    ):
        record = {"msg": text, "wait_seconds": wait, "attempt": attempt}
        waits.emit(logging.makeLogRecord(record))
    assert capsys.readouterr().err == "again\nlater\n"


def test_a_warning_is_told_without_the_line_of_code(command: Command) -> None:
    before = warnings.showwarning, logging.getLogger("facade").level
    err = command("list", "--base-url", "http://0.0.0.0:9")[2]  # no loopback by its name
    assert err.startswith("warning: the token is sent to 0.0.0.0 unencrypted: base_url is http,")
    assert (warnings.showwarning, logging.getLogger("facade").level) == before
