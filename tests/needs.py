"""Programs that tests need: without one a test is skipped, and the end of the run says so."""

import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


def program(package: str, *names: str) -> str:
    """Return one of several programs; without one, skip the test, or fail it on CI.

    `package` is the Debian package to install.
    """
    for name in names:
        if found := shutil.which(name):
            return found
    if os.environ.get("CI") == "true":
        pytest.fail(f"{names[0]} is missing: .ci/run installs it")
    pytest.skip(f"{names[0]} is not installed (apt-get install {package})")


def run(
    *command: str | Path, cwd: Path = ROOT, env: Mapping[str, str] | None = None
) -> "subprocess.CompletedProcess[str]":
    """Run a program; return its output and exit code, whatever that is. `env` is all it gets."""
    return subprocess.run(command, cwd=cwd, env=env, capture_output=True, text=True, check=False)
