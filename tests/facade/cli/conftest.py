"""Fixtures for the tests of the command: the environment of a served sandbox, and the command."""

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from facade.cli.__main__ import main
from facade.testing import Sandbox
from tests.facade.bulk.runs import environment, seed_owner_pet

Command = Callable[..., tuple[int, str, str]]
Checks = dict[str, dict[str, str]]
Doctor = Callable[..., Checks]
NAMES = ["package", "network", "token", "version", "location", "scopes", "limits"]
KEY = ["--association", "owner_pet"]
HEADER = "contact,custom_objects.pet\n"


@pytest.fixture
def folder(tmp_path: Path, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Change to an empty folder, with an environment for a served sandbox."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")  # of the help
    with sandbox.serve() as server:
        for name, value in environment(sandbox, server.url).items():
            monkeypatch.setenv(name, value)
        yield tmp_path


@pytest.fixture
def command(folder: Path, capsys: pytest.CaptureFixture[str]) -> Command:
    """Run the command with variables `HIGHLEVEL_*`; return exit status, output and error."""

    def run(*arguments: str, **variables: str) -> tuple[int, str, str]:
        capsys.readouterr()
        with pytest.MonkeyPatch.context() as patch:
            for name, value in variables.items():
                patch.setenv(f"HIGHLEVEL_{name}", value)
            try:
                status = main(arguments)
            except SystemExit as left:  # argparse leaves
                status = int(left.code or 0)
        return status, *capsys.readouterr()

    return run


@pytest.fixture
def on_csv(command: Command, sandbox: Sandbox, folder: Path) -> Command:
    """Run a command on the text of a CSV of pairs; return exit status, output and error."""
    seed_owner_pet(sandbox)

    def run(name: str, content: str, *options: str, key: str = "owner_pet") -> tuple[int, str, str]:
        (folder / "pets.csv").write_bytes(content.encode())
        return command(name, "pets.csv", "--association", key, *options)

    return run


@pytest.fixture
def terminal(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Make standard output a terminal."""
    # The class, because capsys makes another one for the test itself.
    monkeypatch.setattr(type(sys.stdout), "isatty", lambda stream: True)


@pytest.fixture
def doctor(command: Command) -> Doctor:
    """Run doctor; return its checks by name, after a look at what all of them have."""

    def run(*arguments: str, **variables: str) -> Checks:
        status, out, err = command("doctor", "--json", *arguments, **variables)
        found = json.loads(out)
        assert [one["name"] for one in found["checks"]] == NAMES
        assert (status, err) == (0 if found["ok"] else 1, "")
        for one in found["checks"]:
            assert (one["status"] == "wrong") >= bool(one["advice"])
        return {one["name"]: one for one in found["checks"]}

    return run


def statuses(checks: Checks) -> str:
    """Return a letter for each check but the first: ok, wrong, or not checked."""
    letters = {"ok": "o", "wrong": "W", "not_checked": "-"}
    return "".join(letters[checks[one]["status"]] for one in NAMES[1:])


def csv_of(rows: int) -> str:
    return HEADER + "".join(f"contact-{number},pet-{number}\n" for number in range(rows))
