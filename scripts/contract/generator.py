"""Run openapi-python-client, and the hooks that format generated code."""

import os
import re
import shlex
import sys
from collections.abc import Sequence
from pathlib import Path

from scripts.errors import CannotRunError
from scripts.programs import run_tool

GENERATOR = "openapi-python-client"

_LATE_MODELS = """{start}
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
{imports}
_MODULES = {{
{modules}}}

if not TYPE_CHECKING:  # a type checker would accept any name

    def __getattr__(name):
        if name not in _MODULES:
            raise AttributeError(f"module {{__name__!r}} has no attribute {{name!r}}")
        found = globals()[name] = getattr(import_module(_MODULES[name], __name__), name)
        return found


__all__{names}"""


def run_generator(contract: bytes, settings: Path, package: Path) -> None:
    """Generate a package from a contract; a warning is an error."""
    document = package.parent / "associations.json"
    document.write_bytes(contract)
    command = [sys.executable, "-m", "openapi_python_client", "generate", "--path", str(document)]
    command += ["--config", str(settings), "--output-path", str(package)]
    command += ["--meta", "none", "--fail-on-warning"]
    _run(command, document.parent)


def publish_builders(package: Path) -> None:
    """Rename the function that builds a request, in each operation: the facade calls it.

    The generator treats it as private, and has no setting for it.
    """
    for path in sorted((package / "api").glob("*/[!_]*.py")):
        text = path.read_text("utf-8")
        if "def _get_kwargs(" not in text:
            raise CannotRunError(f"{path.name} has no _get_kwargs: {GENERATOR} has changed")
        path.write_text(text.replace("_get_kwargs", "get_kwargs"), "utf-8")


def import_models_late(package: Path) -> None:
    """Import a model when it is first used, and not all of them with the package.

    A model takes half a millisecond to define, and the first call of a process needs few of them.
    """
    path = package / "models" / "__init__.py"
    text = path.read_text("utf-8")
    found = re.findall(r"^from (\.\w+) import (\w+)$", text, re.MULTILINE)
    start, names = text.partition("\nfrom ")[0], text.partition("\n__all__")[2]
    if not found or not names:
        raise CannotRunError(f"models/{path.name} has another form: {GENERATOR} has changed")
    imports = "".join(f"    from {module} import {name}\n" for module, name in found)
    modules = "".join(f'    "{name}": "{module}",\n' for module, name in found)
    late = _LATE_MODELS.format(start=start, imports=imports, modules=modules, names=names)
    path.write_text(late, "utf-8")


def run_hooks(hooks: Sequence[str], folder: Path, inside: str) -> None:
    """Run the generator's post-hooks in a folder, on other generated code inside it."""
    for hook in hooks:
        _run([inside if word == "." else word for word in shlex.split(hook)], folder)


def _run(command: Sequence[str], folder: Path) -> None:
    # The folder of this Python comes first in PATH, so that hooks find the locked ruff.
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    plain = {"PATH": path, "NO_COLOR": "1", "TERM": "dumb", "COLUMNS": "200"}
    run_tool(*command, cwd=folder, env={**os.environ, **plain})
