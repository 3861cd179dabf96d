"""python -m facade.link: settings from the environment, and exit codes."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.facade.link.conftest import csv_of

ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize(
    ("token", "message"),
    [
        ("", "the environment variable HIGHLEVEL_TOKEN is not set"),
        ("pit-5e-cret", "GET /associations/ returned 401: Invalid Private"),
    ],
)
def test_a_wrong_environment_is_an_error_in_one_line_without_the_token(
    link: Any, monkeypatch: pytest.MonkeyPatch, token: str, message: str
) -> None:
    monkeypatch.setenv("HIGHLEVEL_TOKEN", token)
    status, out, err = link(csv_of(1))
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert err.startswith(f"error: {message}")
    assert "cret" not in err


def test_a_reader_that_has_ended_gets_no_traceback() -> None:
    reader, writer = os.pipe()
    os.close(reader)
    command = [sys.executable, "-m", "facade.link", "--help"]
    given: dict[str, Any] = {"env": os.environ | {"PYTHONPATH": str(ROOT)}, "timeout": 60}
    done = subprocess.run(command, stdout=writer, stderr=subprocess.PIPE, check=False, **given)
    os.close(writer)
    assert (done.returncode, done.stderr) == (141, b"")
