"""Programs that benchmarks and tests start."""

import sys
from pathlib import Path

import pytest

from scripts import programs
from scripts.errors import CannotRunError
from scripts.programs import ROOT, RedisServer, make_once, run


def test_a_program_runs_without_our_python_variables_and_its_failure_is_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PYTHONPATH", "x")
    code = "import os, sys; print('PYTHONPATH' in os.environ, os.environ['A'], os.getcwd())"
    assert run([sys.executable, "-c", code], A="1") == f"False 1 {ROOT}\n"
    with pytest.raises(CannotRunError, match=r" ended with 3\nFalse 2 \S+\n+no$"):
        run([sys.executable, "-c", f"{code}; sys.stderr.write('no'); sys.exit(3)"], A="2")


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
