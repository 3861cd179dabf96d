"""Virtual environments for benchmarks and proofs, with only the given packages."""

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from scripts.contract.errors import CannotRunError

ROOT = Path(__file__).parents[2]


def make(folder: Path, *install: str | Path) -> Path:
    """Create an environment, install the packages, and return its Python."""
    run([sys.executable, "-m", "venv", "--clear", folder])
    python = folder / "bin" / "python"
    run([python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *install])
    return python


def make_once(folder: Path, stamp: str, *install: str | Path) -> Path:
    """Return the Python of an environment that is rebuilt only if `stamp` changes."""
    stamped = folder / "stamp"
    if not stamped.exists() or stamped.read_text() != stamp:
        make(folder, *install)
        stamped.write_text(stamp)
    return folder / "bin" / "python"


def build_wheel(folder: Path) -> Path:
    """Build our wheel into a folder without wheels."""
    run([sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder])
    (built,) = folder.glob("*.whl")
    return built


def run(command: Sequence[str | Path], cwd: Path = ROOT, **env: str) -> str:
    """Run a command and return its output; CannotRunError, with the output, if it fails."""
    done = subprocess.run(
        list(map(str, command)),
        cwd=cwd,
        capture_output=True,
        text=True,
        check=False,
        env=_environment() | env,
    )
    if done.returncode != 0:
        output = f"{done.stdout}\n{done.stderr}".strip()
        raise CannotRunError(
            f"{' '.join(map(str, command))} ended with {done.returncode}\n{output}"
        )
    return done.stdout


def _environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
