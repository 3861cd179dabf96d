"""Fixtures of the tests of the command: an environment for a served sandbox, and the command."""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from facade.cli.__main__ import main
from facade.testing import Sandbox
from tests.facade.bulk.runs import environment

Command = Callable[..., tuple[int, str, str]]


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
    """Run the command; return exit status, standard output and error."""

    def run(*arguments: str) -> tuple[int, str, str]:
        capsys.readouterr()
        try:
            status = main(arguments)
        except SystemExit as left:  # argparse leaves
            status = int(left.code or 0)
        return status, *capsys.readouterr()

    return run


@pytest.fixture
def terminal(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Make standard output a terminal of 80 columns that has no styles."""
    # The class, because capsys makes another one for the test itself.
    monkeypatch.setattr(type(sys.stdout), "isatty", lambda stream: True)
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("TERM", "dumb")
