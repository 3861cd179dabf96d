"""Build the contract from captured documents, and code from the contract.

Everything is built first and then put in place. Corrections of HighLevel's document and our names
are in overlay.yaml and names.yaml, not here.
"""

import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path

from scripts.contract.blocking import ASYNC, BLOCKING, write_blocking
from scripts.contract.corrections import Corrections, read_corrections
from scripts.contract.generator import (
    import_models_late,
    publish_builders,
    run_generator,
    run_hooks,
)
from scripts.contract.impact.facade import read_facade
from scripts.contract.tables import operations_module, schemas_module, with_methods
from scripts.errors import CannotRunError
from scripts.files import write_all
from scripts.openapi.documents import Document, dump, parse, parse_openapi
from scripts.openapi.places import FilePlace

DEFAULT_VERSION = "2021-07-28"
PACKAGE = "generated_client"
BOTH_MODES = ("facade", "facade/bulk")  # packages with async sources and generated blocking code
FOLDERS = (PACKAGE, *(f"{package}/{BLOCKING}" for package in BOTH_MODES))  # all of it is generated
TABLES = ("facade/_core/operations.py", "facade/observe/schemas.py")

Files = dict[str, bytes]
"""Files by their path from the root of the project."""


class Layout:
    """The paths of sources and generated files in a project."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.openapi = root / "openapi"
        self.overlay = self.openapi / "overlay.yaml"  # our corrections of the captured documents
        self.names = self.openapi / "names.yaml"  # the names and texts of the contract
        self.settings = self.openapi / "generator.yaml"
        self.contract = self.openapi / "associations.json"  # what code is generated from
        self.package = root / PACKAGE
        self.facade = root / "facade"
        self.operations, self.schemas = (root / name for name in TABLES)
        self.readme = root / "README.md"  # with a table of the facade's methods

    def captured(self, name: str) -> Path:
        return self.openapi / "captured" / f"{name}.json"

    @property
    def versions(self) -> list[str]:
        """The captured Versions; code is generated from the first."""
        captured = (self.openapi / "captured").glob("*.json")
        others = {path.stem for path in captured} - {"lock", DEFAULT_VERSION}
        return [DEFAULT_VERSION, *sorted(others)]

    def name(self, path: Path) -> str:
        return path.relative_to(self.root).as_posix()


def read_captured(layout: Layout, name: str) -> Document:
    path = layout.captured(name)
    return parse_openapi(_read(path), str(path))


def build_contract(
    layout: Layout, name: str = DEFAULT_VERSION, corrections: Corrections | None = None
) -> bytes:
    """Rename, correct and describe a captured document, and check that the contract is valid."""
    corrections = corrections or read_corrections(layout.openapi)
    corrected = corrections.of(read_captured(layout, name))
    lines = [f"{layout.name(layout.names)}: {each}" for each in corrected.unfilled_roles]
    if not lines and corrected.problems:
        lines = [f"{name}, corrected, is not a valid contract:", *corrected.problems]
    if lines:
        raise CannotRunError("\n  ".join(lines))
    return dump(corrected.contract)


def build(layout: Layout) -> Files:
    """Build every generated file in a temporary folder; the project is only read."""
    data = build_contract(layout)
    contract, facade = parse(data, layout.contract.name), read_facade(layout.facade)
    readme = with_methods(_read(layout.readme).decode(), contract, facade).encode()
    others = {layout.name(layout.contract): data, layout.name(layout.readme): readme}
    return {**generated_code(layout, contract), **others}


def generated_code(layout: Layout, contract: Document) -> Files:
    hooks = parse(_read(layout.settings), str(layout.settings)).get("post_hooks", [])
    with tempfile.TemporaryDirectory() as folder:
        made = Layout(Path(folder))
        run_generator(dump(contract), layout.settings.resolve(), made.package)
        publish_builders(made.package)
        import_models_late(made.package)
        (made.package / "py.typed").touch()  # --meta none omits it
        for package in BOTH_MODES:
            sources = (layout.root / package / ASYNC).glob("*.py")
            texts = {path.name: path.read_text("utf-8") for path in sources}
            write_blocking(texts, made.root, package)
        tables = {
            made.operations: operations_module(contract),
            made.schemas: schemas_module(contract),
        }
        write_all({path: module.encode() for path, module in tables.items()})
        # In the root folder, where ruff treats facade and generated_client as first-party packages.
        run_hooks(hooks, made.root, made.facade.name)
        return files_of(made.root, *FOLDERS, *TABLES)


def files_of(root: Path, *names: str) -> Files:
    """Read files, and all files of folders but caches."""
    found = {}
    for top in (root / name for name in names):
        for path in top.rglob("*") if top.is_dir() else [top]:
            name = path.relative_to(root)
            hidden = any(part == "__pycache__" or part.endswith("_cache") for part in name.parts)
            if path.is_file() and not hidden:
                found[name.as_posix()] = path.read_bytes()
    return found


def different(some: Files, others: Files) -> list[str]:
    """Return the names of the files that differ, or are in one of two projects only."""
    return sorted(name for name in some | others if some.get(name) != others.get(name))


def stale(layout: Layout, built: Files) -> list[str]:
    written = files_of(layout.root, *FOLDERS, *built)
    return different(built, written)


def put_in_place(layout: Layout, built: Files) -> None:
    """Write everything that was built, and delete what was generated before."""
    gone = files_of(layout.root, *FOLDERS).keys() - built.keys()
    replace_files(layout.root, built, gone)


def replace_files(root: Path, files: Mapping[str, bytes], gone: Iterable[str]) -> None:
    """Write and delete files of a project: all of them, or none after an error."""
    written = {root / name: data for name, data in files.items()}
    write_all(written, [root / name for name in gone])


def _read(path: Path) -> bytes:
    return FilePlace(path).read()
