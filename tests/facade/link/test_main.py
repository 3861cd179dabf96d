"""python -m facade.link: settings from the environment, and exit codes."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.facade.link.conftest import KEY, csv_of

ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("HIGHLEVEL_TOKEN", "", "the environment variable HIGHLEVEL_TOKEN is not set"),
        ("HIGHLEVEL_TOKEN", "pit-5e-cret", "GET /associations/ returned 401: Invalid Private"),
        ("HIGHLEVEL_BASE_URL", "localhost", "base_url is no"),
    ],
)
def test_a_wrong_environment_is_an_error_in_one_line_without_the_token(
    link: Any, monkeypatch: pytest.MonkeyPatch, name: str, value: str, message: str
) -> None:
    monkeypatch.setenv(name, value)
    status, out, err = link(csv_of(1))
    assert (status, out) == (2, "")
    assert err.startswith(f"error: {message}")
    assert err.count("\n") == 1
    assert "cret" not in err


@pytest.mark.parametrize("command", ["facade.link", "facade.link --help"])
def test_a_reader_that_has_ended_gets_no_traceback(folder: Path, command: str) -> None:
    (folder / "pets.csv").write_text(csv_of(1))
    module, *arguments = command.split()
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(
        [sys.executable, "-m", module, *arguments, "pets.csv", *KEY],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=writer,
        stderr=subprocess.PIPE,
        check=False,
        timeout=60,
    )
    os.close(writer)
    assert (done.returncode, done.stderr) == (141, b"")
