"""From captured and overlay to contract, and from contract to code: built whole, then put in place.

Nothing here knows what is wrong with HighLevel's document; that is the overlay's business.
"""

import hashlib
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from scripts.contract import overlay
from scripts.contract.errors import CannotRunError
from scripts.contract.files import replace_folder, write_all
from scripts.contract.openapi.documents import dump, parse, parse_openapi
from scripts.contract.openapi.lint import problems

DEFAULT_VERSION = "2021-07-28"
PACKAGE = "generated_client"
GENERATOR = "openapi-python-client"


@dataclass(frozen=True)
class Layout:
    """Where the parts of the contract stand, from the top of the project."""

    root: Path

    def captured(self, name: str) -> Path:
        """Name the captured document of a Version."""
        return self.root / "openapi" / "captured" / f"{name}.json"

    @property
    def overlay(self) -> Path:
        """Name our corrections."""
        return self.root / "openapi" / "overlay.yaml"

    @property
    def contract(self) -> Path:
        """Name the one document that code is generated from."""
        return self.root / "openapi" / "associations.json"

    @property
    def settings(self) -> Path:
        """Name the generator's settings."""
        return self.root / "openapi" / "generator.yaml"

    @property
    def manifest(self) -> Path:
        """Name the list of generated files and what they were made with."""
        return self.root / "openapi" / "manifest.json"

    @property
    def package(self) -> Path:
        """Name the folder of generated code."""
        return self.root / PACKAGE


@dataclass(frozen=True)
class Built:
    """Everything that is made from captured document and overlay, in memory."""

    contract: bytes
    code: dict[str, bytes]  # by path inside the package
    manifest: bytes


def build_contract(layout: Layout, name: str = DEFAULT_VERSION) -> bytes:
    """Correct a captured document and make sure that what comes out is sound."""
    captured = parse_openapi(_read(layout.captured(name)), str(layout.captured(name)))
    actions = overlay.read_actions(parse(_read(layout.overlay), str(layout.overlay)))
    overlay.require_reasons(actions)
    contract = overlay.apply(captured, actions)
    found = problems(contract)
    if found:
        told = "".join(f"\n  {line}" for line in found)
        raise CannotRunError(f"{name} with the overlay is no sound contract:{told}")
    return dump(contract)


def build(layout: Layout) -> Built:
    """Build contract, code and manifest in a folder apart; the project is only read."""
    settings, contract = _read(layout.settings), build_contract(layout)
    with tempfile.TemporaryDirectory() as folder:
        document, package = Path(folder) / "associations.json", Path(folder) / PACKAGE
        document.write_bytes(contract)
        _run_generator(document, layout.settings.resolve(), package)
        (package / "py.typed").touch()  # --meta none leaves it out
        code = {name: (package / name).read_bytes() for name in _files(package)}
    made_with = {
        "generator": f"{GENERATOR} {version(GENERATOR)}",
        "settings": _digest(settings),
        "contract": _digest(contract),
    }
    files = {name: _digest(data) for name, data in code.items()}
    return Built(contract, code, dump({"made_with": made_with, "files": files}))


def stale(layout: Layout, built: Built) -> list[str]:
    """Name each file, from the top, that is not what its sources would produce now."""
    expected = {
        layout.contract: built.contract,
        layout.manifest: built.manifest,
        **{layout.package / name: data for name, data in built.code.items()},
    }
    standing = {layout.package / name for name in _files(layout.package)}
    wrong = {path for path, data in expected.items() if not _is(path, data)}
    return sorted(
        path.relative_to(layout.root).as_posix() for path in wrong | (standing - expected.keys())
    )


def edited(layout: Layout) -> list[str]:
    """Name generated files that are not what the manifest says, without running the generator."""
    manifest = parse(_read(layout.manifest), str(layout.manifest))
    try:
        files, contract = dict(manifest["files"]), manifest["made_with"]["contract"]
    except (KeyError, TypeError, ValueError) as error:
        raise CannotRunError(f"{layout.manifest} is no manifest; run: make generate") from error
    wrong = {name for name in _files(layout.package) if name not in files}
    for name, digest in files.items():
        path = layout.package / name
        if not path.is_file() or _digest(path.read_bytes()) != digest:
            wrong.add(name)
    paths = [f"{PACKAGE}/{name}" for name in sorted(wrong)]
    if _digest(_read(layout.contract)) != contract:
        paths.append(layout.contract.relative_to(layout.root).as_posix())
    return paths


def put_in_place(layout: Layout, built: Built) -> None:
    """Write contract, code and manifest; the package is replaced as a whole."""
    with tempfile.TemporaryDirectory(dir=layout.root, prefix=".generated.") as folder:
        package = Path(folder) / PACKAGE
        for name, data in built.code.items():
            (package / name).parent.mkdir(parents=True, exist_ok=True)
            (package / name).write_bytes(data)
        replace_folder(layout.package, package)
    write_all({layout.contract: built.contract, layout.manifest: built.manifest})


def _run_generator(document: Path, settings: Path, package: Path) -> None:
    command = [sys.executable, "-m", "openapi_python_client", "generate", "--path", str(document)]
    command += ["--config", str(settings), "--output-path", str(package)]
    command += ["--meta", "none", "--fail-on-warning"]
    # The hooks find the locked ruff first, the one beside this Python.
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    done = subprocess.run(
        command,
        cwd=document.parent,
        env={**os.environ, "PATH": path, "NO_COLOR": "1", "TERM": "dumb", "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        said = "\n  ".join((done.stdout + done.stderr).strip().splitlines()[-20:])
        raise CannotRunError(f"{GENERATOR} ended with {done.returncode}:\n  {said}")


def _files(package: Path) -> Iterator[str]:
    for path in sorted(package.rglob("*")):
        name = path.relative_to(package)
        hidden = "__pycache__" in name.parts or any(part.endswith("_cache") for part in name.parts)
        if path.is_file() and not hidden:
            yield name.as_posix()


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise CannotRunError(f"cannot read {path}: {error.strerror or error}") from error


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _is(path: Path, data: bytes) -> bool:
    return path.is_file() and path.read_bytes() == data
