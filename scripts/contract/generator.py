"""Run openapi-python-client, and the hooks that format generated code."""

import os
import shlex
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from scripts.contract.errors import CannotRunError

GENERATOR = "openapi-python-client"


def run_generator(contract: bytes, settings: Path, package: Path) -> None:
    """Generate a package from a contract; a warning is an error."""
    document = package.parent / "associations.json"
    document.write_bytes(contract)
    command = [sys.executable, "-m", "openapi_python_client", "generate", "--path", str(document)]
    command += ["--config", str(settings), "--output-path", str(package)]
    command += ["--meta", "none", "--fail-on-warning"]
    _run(GENERATOR, command, document.parent)


def publish_builders(package: Path) -> None:
    """Rename the function that builds a request, in each operation: the facade calls it.

    The generator treats it as private, and has no setting for it.
    """
    for path in sorted((package / "api").glob("*/[!_]*.py")):
        text = path.read_text("utf-8")
        if "def _get_kwargs(" not in text:
            raise CannotRunError(f"{path.name} has no _get_kwargs: {GENERATOR} has changed")
        path.write_text(text.replace("_get_kwargs", "get_kwargs"), "utf-8")


def run_hooks(hooks: Sequence[str], folder: Path, inside: str) -> None:
    """Run the generator's post-hooks in a folder, on other generated code inside it."""
    for hook in hooks:
        command = [inside if word == "." else word for word in shlex.split(hook)]
        _run(hook, command, folder)


def _run(name: str, command: Sequence[str], folder: Path) -> None:
    # The folder of this Python comes first in PATH, so that hooks find the locked ruff.
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    done = subprocess.run(
        command,
        cwd=folder,
        env={**os.environ, "PATH": path, "NO_COLOR": "1", "TERM": "dumb", "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        output = "\n  ".join((done.stdout + done.stderr).strip().splitlines()[-20:])
        raise CannotRunError(f"{name} ended with {done.returncode}:\n  {output}")
