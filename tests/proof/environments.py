"""Virtual environments made for one proof, with nothing in them but what it installs."""

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).parents[2]


def make(folder: Path, *install: str | Path) -> Path:
    """Make an environment, install into it, and give its Python."""
    run([sys.executable, "-m", "venv", folder])
    python = folder / "bin" / "python"
    run([python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *install])
    return python


def run(command: Sequence[str | Path], cwd: Path = ROOT, **env: str) -> str:
    """Run a command to its end; what it printed, or a failure that shows it."""
    done = subprocess.run(
        list(map(str, command)),
        cwd=cwd,
        capture_output=True,
        text=True,
        check=False,
        env=_environment() | env,
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def _environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
