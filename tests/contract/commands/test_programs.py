"""Programs are run, and an error of theirs is told."""

import sys
from pathlib import Path

import pytest

from scripts import programs
from scripts.errors import CannotRunError
from scripts.programs import ROOT, RedisServer, make_once, run, run_tool


def test_a_program_gets_its_text_in_its_folder_or_runs_without_our_python_variables(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run_tool("sh", "-c", "cat; pwd", text="a\n", cwd=tmp_path) == f"a\n{tmp_path}\n"
    monkeypatch.setenv("PYTHONPATH", "x")
    code = "import os; print('PYTHONPATH' in os.environ, os.environ['A'], os.getcwd())"
    assert run([sys.executable, "-c", code], A="1") == f"False 1 {ROOT}\n"


@pytest.mark.parametrize(
    ("command", "why"),
    [
        (
            ("sh", "-c", "echo a; echo ' 403' >&2; exit 1", "a"),
            "^sh -c echo .*: a\n+ 403$",
        ),
        (("sh", "-c", "exit 3"), "^sh -c exit 3: it ended with 3$"),
        (("./missing",), r"^cannot run \./missing: .*No such file"),
    ],
)
def test_an_error_of_a_program_is_told_with_what_was_run(
    command: tuple[str, ...], why: str
) -> None:
    with pytest.raises(CannotRunError, match=why) as told:
        run_tool(*command)
    assert isinstance(told.value.__cause__, OSError) == ("missing" in command[0])


def test_an_environment_is_rebuilt_only_for_another_stamp(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    commands: list[list[str | Path]] = []
    monkeypatch.setattr(programs, "run", commands.append)
    python = tmp_path / "bin" / "python"
    for stamp in ("1", "1", "2"):
        assert make_once(tmp_path, stamp, "httpx") == python
    made, installed = commands[:2]
    assert made == [sys.executable, "-m", "venv", "--clear", tmp_path]
    assert (installed[:4], installed[-1]) == ([python, "-m", "pip", "install"], "httpx")
    assert commands == [made, installed] * 2


@pytest.mark.posix
def test_a_server_that_does_not_start_is_told_with_what_it_said(tmp_path: Path) -> None:
    program = tmp_path / "server"
    program.write_text("#!/bin/sh\necho no memory\n")
    program.chmod(0o755)
    with pytest.raises(RuntimeError, match="server did not start:\nno memory\n"):
        RedisServer(program=str(program))
