"""Virtual environments made for one purpose, with nothing in them but what it installs."""

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from scripts.contract.errors import CannotRunError

ROOT = Path(__file__).parents[1]


def make(folder: Path, *install: str | Path) -> Path:
    """Make an environment, install into it, and give its Python."""
    run([sys.executable, "-m", "venv", "--clear", folder])
    python = folder / "bin" / "python"
    run([python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *install])
    return python


def kept(folder: Path, stamp: str, *install: str | Path) -> Path:
    """Give the Python of an environment that is made again only when its stamp changes."""
    made = folder / "stamp"
    if not made.exists() or made.read_text() != stamp:
        make(folder, *install)
        made.write_text(stamp)
    return folder / "bin" / "python"


def wheel(folder: Path) -> Path:
    """Build our wheel into a folder that holds no other."""
    run([sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder])
    (built,) = folder.glob("*.whl")
    return built


def run(command: Sequence[str | Path], cwd: Path = ROOT, **env: str) -> str:
    """Run a command to its end; what it printed, or an error that shows it."""
    done = subprocess.run(
        list(map(str, command)),
        cwd=cwd,
        capture_output=True,
        text=True,
        check=False,
        env=_environment() | env,
    )
    if done.returncode != 0:
        said = f"{done.stdout}\n{done.stderr}".strip()
        raise CannotRunError(f"{' '.join(map(str, command))} ended with {done.returncode}\n{said}")
    return done.stdout


def _environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
