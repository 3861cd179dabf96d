"""Build the contract from captured documents, and code from the contract.

Everything is built first and then put in place. Corrections of HighLevel's document and our names
are in overlay.yaml and names.yaml, not here.
"""

import hashlib
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from scripts.contract import overlay
from scripts.contract.blocking import ASYNC, BLOCKING, write_blocking
from scripts.contract.corrections import Corrections, read_corrections
from scripts.contract.generator import (
    GENERATOR,
    import_models_late,
    publish_builders,
    run_generator,
    run_hooks,
)
from scripts.contract.tables import operations_module, schemas_module, with_methods
from scripts.errors import CannotRunError
from scripts.files import replace_folder, restored_on_failure, write_all
from scripts.openapi.documents import Document, dump, parse, parse_openapi
from scripts.openapi.places import FilePlace

DEFAULT_VERSION = "2021-07-28"
PACKAGE = "generated_client"
BOTH_MODES = ("facade", "facade/bulk")  # packages with async sources and generated blocking code
# The top-level paths that contain generated files; all files in FOLDERS are generated.
HOLDERS = ("openapi", PACKAGE, "facade", "README.md")
FOLDERS = (PACKAGE, *(f"{package}/{BLOCKING}" for package in BOTH_MODES))
TABLES = ("facade/_core/operations.py", "facade/observe/schemas.py")
UNASYNC = "unasync"


@dataclass(frozen=True)
class Layout:
    """The paths of sources and generated files in a project."""

    root: Path

    @property
    def openapi(self) -> Path:
        """The folder of the captured documents, their corrections and the contract."""
        return self.root / "openapi"

    def captured(self, name: str) -> Path:
        """The captured document of a Version."""
        return self.openapi / "captured" / f"{name}.json"

    @property
    def versions(self) -> list[str]:
        """The captured Versions; code is generated from the first."""
        captured = (self.openapi / "captured").glob("*.json")
        others = {path.stem for path in captured} - {"lock", DEFAULT_VERSION}
        return [DEFAULT_VERSION, *sorted(others)]

    @property
    def overlay(self) -> Path:
        """Our corrections of the captured document."""
        return self.openapi / "overlay.yaml"

    @property
    def names(self) -> Path:
        """The names and texts of the contract."""
        return self.openapi / "names.yaml"

    @property
    def contract(self) -> Path:
        """The contract: the only document that code is generated from."""
        return self.openapi / "associations.json"

    @property
    def settings(self) -> Path:
        """The settings of the generator."""
        return self.openapi / "generator.yaml"

    @property
    def manifest(self) -> Path:
        """The digests of generated files, and of what they were generated with."""
        return self.openapi / "manifest.json"

    @property
    def package(self) -> Path:
        """The folder of the generated client."""
        return self.root / PACKAGE

    @property
    def facade(self) -> Path:
        """The folder of the facade."""
        return self.root / "facade"

    @property
    def operations(self) -> Path:
        """The module of the facade with the contract's operations."""
        return self.root / TABLES[0]

    @property
    def schemas(self) -> Path:
        """The module of the facade with the contract's fields and values."""
        return self.root / TABLES[1]

    def name(self, path: Path) -> str:
        """Return a path relative to the root, with slashes."""
        return path.relative_to(self.root).as_posix()

    @property
    def readme(self) -> Path:
        """The readme, which has a table of the facade's methods."""
        return self.root / "README.md"


@dataclass(frozen=True)
class Built:
    """Every file that `make generate` writes, in memory, by its path from the root."""

    files: dict[str, bytes]

    def inside(self, folder: str) -> dict[str, bytes]:
        """Return the files of a folder, by their path inside it."""
        start = f"{folder}/"
        return {
            name.removeprefix(start): data
            for name, data in self.files.items()
            if name.startswith(start)
        }


def read_captured(layout: Layout, name: str) -> Document:
    """Read the captured document of a Version."""
    path = layout.captured(name)
    return parse_openapi(_read(path), str(path))


def build_contract(
    layout: Layout, name: str = DEFAULT_VERSION, corrections: Corrections | None = None
) -> bytes:
    """Rename, correct and describe a captured document, and check that the contract is valid."""
    corrections = corrections or read_corrections(layout.openapi)
    overlay.require_reasons(corrections.actions)
    corrected = corrections.of(read_captured(layout, name))
    if corrected.unfilled_roles:
        lines = [f"{layout.name(layout.names)}: {each}" for each in corrected.unfilled_roles]
        raise CannotRunError("\n  ".join(lines))
    if corrected.problems:
        lines = [f"{name}, corrected, is not a valid contract:", *corrected.problems]
        raise CannotRunError("\n  ".join(lines))
    return dump(corrected.contract)


def build(layout: Layout) -> Built:
    """Build everything in a temporary folder; the project is only read."""
    contract = build_contract(layout)
    code = _code(layout, contract)
    made_with = {
        "generator": f"{GENERATOR} {version(GENERATOR)}",
        "unasync": f"{UNASYNC} {version(UNASYNC)}",
        "settings": _digest(_read(layout.settings)),
        "contract": _digest(contract),
    }
    digests = {name: _digest(data) for name, data in code.items()}
    manifest = dump({"made_with": made_with, "files": digests})
    readme = with_methods(
        _read(layout.readme).decode(),
        parse(contract, str(layout.contract)),
        _read(layout.facade / "_core" / "methods.py").decode(),
        {name: data.decode() for name, data in Built(code).inside(f"facade/{BLOCKING}").items()},
    )
    others = {layout.contract: contract, layout.manifest: manifest, layout.readme: readme.encode()}
    return Built({**code, **{layout.name(path): data for path, data in others.items()}})


def _code(layout: Layout, contract: bytes) -> dict[str, bytes]:
    """Generate all code, by its path from the root."""
    hooks = parse(_read(layout.settings), str(layout.settings)).get("post_hooks", [])
    with tempfile.TemporaryDirectory() as folder:
        made = Layout(Path(folder))
        run_generator(contract, layout.settings.resolve(), made.package)
        publish_builders(made.package)
        import_models_late(made.package)
        (made.package / "py.typed").touch()  # --meta none omits it
        for package in BOTH_MODES:
            write_blocking(_texts(layout.root / package / ASYNC), made.root, package)
        read = parse(contract, str(layout.contract))
        tables = {made.operations: operations_module(read), made.schemas: schemas_module(read)}
        for path, module in tables.items():
            path.parent.mkdir()
            path.write_text(module, "utf-8")
        # In the root folder, where ruff treats facade and generated_client as first-party packages.
        run_hooks(hooks, made.root, made.facade.name)
        names = sorted([*_existing(made), *TABLES])
        return {name: (made.root / name).read_bytes() for name in names}


def stale(layout: Layout, built: Built) -> list[str]:
    """Return the stale files, by their path from the root."""
    wrong = {name for name, data in built.files.items() if not _is(layout.root / name, data)}
    return sorted(wrong | (_existing(layout) - built.files.keys()))


def edited(layout: Layout) -> list[str]:
    """Return generated files that differ from the manifest, without running the generator."""
    manifest = parse(_read(layout.manifest), str(layout.manifest))
    try:
        files, contract = dict(manifest["files"]), manifest["made_with"]["contract"]
    except (KeyError, TypeError, ValueError) as error:
        raise CannotRunError(f"{layout.manifest} is not a manifest; run: make generate") from error
    wrong = _existing(layout) - files.keys()
    for name, digest in files.items():
        path = layout.root / name
        if not path.is_file() or _digest(path.read_bytes()) != digest:
            wrong.add(name)
    if _digest(_read(layout.contract)) != contract:
        wrong.add(layout.name(layout.contract))
    return sorted(wrong)


def put_in_place(layout: Layout, built: Built) -> None:
    """Write everything, or nothing after an error; folders are replaced as a whole."""
    with (
        restored_on_failure([layout.root / name for name in HOLDERS]),
        tempfile.TemporaryDirectory(dir=layout.root, prefix=".generated.") as folder,
    ):
        for name in FOLDERS:
            for path, data in built.inside(name).items():
                target = Path(folder) / name / path
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(data)
        for name in FOLDERS:
            replace_folder(layout.root / name, Path(folder) / name)
        write_all(
            {
                layout.root / name: data
                for name, data in built.files.items()
                if not name.startswith(tuple(f"{each}/" for each in FOLDERS))
            }
        )


def _existing(layout: Layout) -> set[str]:
    """Return the files in the folders of generated code, by their path from the root."""
    return {f"{name}/{path}" for name in FOLDERS for path in _files(layout.root / name)}


def _texts(folder: Path) -> dict[str, str]:
    return {path.name: _read(path).decode() for path in sorted(folder.glob("*.py"))}


def _files(package: Path) -> Iterator[str]:
    for path in sorted(package.rglob("*")):
        name = path.relative_to(package)
        hidden = "__pycache__" in name.parts or any(part.endswith("_cache") for part in name.parts)
        if path.is_file() and not hidden:
            yield name.as_posix()


def _read(path: Path) -> bytes:
    return FilePlace(path).read()


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _is(path: Path, data: bytes) -> bool:
    return path.is_file() and path.read_bytes() == data
