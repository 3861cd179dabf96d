"""python -m facade.link: settings from the environment, and exit codes."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[3]


def test_a_reader_that_has_ended_gets_no_traceback() -> None:
    reader, writer = os.pipe()
    os.close(reader)
    command = [sys.executable, "-m", "facade.link", "--help"]
    given: dict[str, Any] = {"env": os.environ | {"PYTHONPATH": str(ROOT)}, "timeout": 60}
    done = subprocess.run(command, stdout=writer, stderr=subprocess.PIPE, check=False, **given)
    os.close(writer)
    assert (done.returncode, done.stderr) == (141, b"")
