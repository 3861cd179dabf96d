"""The floors: who imports whom, and who may name what. Read from the source, nothing is run."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

# Lower floors never import upper ones, and files of one floor do not import each other.
CORE: list[set[str]] = [
    {"models", "errors", "tokens", "version"},
    {"pace", "pool", "retry"},
    {"wire"},
    {"transport"},
    {"mapping"},
    {"resource"},
    {"associations", "relations"},
    {"client"},
    {"__init__"},
]
ROOMS = {"bulk", "link", "oauth", "observe", "redis", "testing", "webhooks"}
CORE_LINES = 1480  # of code; an async twin is the same code and is counted once


@dataclass(frozen=True)
class Import:
    """One import: the module, and whether only a type checker sees it."""

    file: str
    module: str
    only_types: bool


def imports(folder: str) -> list[Import]:
    found: list[Import] = []
    for path in sorted((ROOT / folder).rglob("*.py")):
        name = path.relative_to(ROOT).as_posix()
        tree = ast.parse(path.read_text())
        found += [Import(name, module, only) for module, only in _imports(tree, False)]
    return found


def _imports(node: ast.AST, only_types: bool) -> Iterator[tuple[str, bool]]:
    if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
        only_types = True
    if isinstance(node, ast.Import):
        for alias in node.names:
            yield alias.name, only_types
    if isinstance(node, ast.ImportFrom):
        if node.level:
            return  # relative: inside generated code
        assert node.module is not None
        yield node.module, only_types
        for alias in node.names:
            yield f"{node.module}.{alias.name}", only_types
    for child in ast.iter_child_nodes(node):
        yield from _imports(child, only_types)


def top(module: str) -> str:
    return module.partition(".")[0]


def room(path: str) -> str:
    """Name the part of facade that a file belongs to: its module, or its folder."""
    return Path(path).relative_to("facade").with_suffix("").parts[0]


OURS = {"facade", "generated_client", "scripts", "tests"}


@pytest.mark.parametrize(
    ("folder", "allowed"),
    [
        ("generated_client", {"generated_client"}),
        ("facade", {"facade", "generated_client"}),
        ("scripts/contract", {"scripts"}),
        ("scripts", {"scripts", "facade"}),
        # Generated code alone is one of the things that the facade is measured against.
        ("scripts/benchmarks", {"scripts", "facade", "generated_client"}),
    ],
)
def test_a_folder_imports_only_what_stands_below_it(folder: str, allowed: set[str]) -> None:
    wrong = [
        one
        for one in imports(folder)
        if top(one.module) in OURS - allowed
        and (folder == "scripts/benchmarks" or not one.file.startswith("scripts/benchmarks/"))
    ]
    assert wrong == []


def test_the_contract_library_imports_no_command() -> None:
    wrong = [
        one
        for one in imports("scripts/contract")
        if top(one.module) == "scripts"
        and one.module != "scripts"
        and not one.module.startswith("scripts.contract")
    ]
    assert wrong == []


@pytest.mark.parametrize("folder", ["scripts/contract", "scripts/benchmarks"])
def test_what_is_behind_commands_neither_prints_nor_parses_arguments_nor_exits(
    folder: str,
) -> None:
    for path in (ROOT / folder).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            called = ast.unparse(node.func) if isinstance(node, ast.Call) else ""
            assert called not in {"print", "sys.exit", "exit"}, path
    assert [one for one in imports(folder) if top(one.module) == "argparse"] == []


def test_inside_facade_lower_floors_never_import_upper_ones() -> None:
    floor = {name: number for number, names in enumerate(CORE) for name in names}
    wrong = []
    for one in imports("facade"):
        if room(one.file) not in floor or not one.module.startswith("facade."):
            continue
        imported = one.module.split(".")[1]
        if imported in floor and floor[imported] >= floor[room(one.file)]:
            wrong.append(one)
    assert wrong == []


def test_the_core_never_imports_a_room_above_it() -> None:
    core = {name for names in CORE for name in names}
    rooms = [
        one
        for one in imports("facade")
        if room(one.file) in core
        and one.module.startswith("facade.")
        and one.module.split(".")[1] in ROOMS
    ]
    assert rooms == []


def test_every_file_of_facade_has_a_floor() -> None:
    core = {name for names in CORE for name in names}
    found = {room(path.relative_to(ROOT).as_posix()) for path in (ROOT / "facade").rglob("*.py")}
    assert found == core | ROOMS


def test_only_what_sends_and_the_sandbox_import_httpx_at_run_time() -> None:
    users = {
        room(one.file)
        for one in imports("facade")
        if top(one.module) == "httpx" and not one.only_types
    }
    assert users == {"pool", "wire", "transport", "testing"}


def test_only_mapping_and_the_resources_name_generated_models() -> None:
    users = {
        room(one.file)
        for one in imports("facade")
        if one.module.startswith("generated_client.models")
    }
    assert users == {"mapping", "associations", "relations"}


def test_only_the_resources_name_generated_operations() -> None:
    users = {
        room(one.file) for one in imports("facade") if one.module.startswith("generated_client.api")
    }
    assert users == {"associations", "relations"}


def test_the_facade_uses_only_public_names_of_generated_code() -> None:
    private = [
        one
        for one in imports("facade")
        if top(one.module) == "generated_client"
        and any(part.startswith("_") for part in one.module.split("."))
    ]
    assert private == []
    for path in (ROOT / "facade").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Attribute) and node.attr in {"_get_kwargs", "_parse_response"}:
                pytest.fail(f"{path.name} reaches into generated code: {node.attr}")


def code_lines(path: Path) -> int:
    """Count lines that hold code: no blanks, comments or docstrings, and a twin only once."""
    source = path.read_text()
    left_out: set[int] = set()
    for node in ast.walk(ast.parse(source)):
        if (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)) or (
            isinstance(node, ast.ClassDef) and node.name.startswith("Async")
        ):
            left_out |= set(range(node.lineno, (node.end_lineno or node.lineno) + 1))
    lines = enumerate(source.splitlines(), start=1)
    return sum(
        1
        for number, line in lines
        if number not in left_out and line.strip() and not line.strip().startswith("#")
    )


def test_the_core_is_read_in_one_sitting() -> None:
    core = [ROOT / "facade" / f"{name}.py" for names in CORE for name in names]
    assert sum(code_lines(path) for path in core) <= CORE_LINES


@pytest.mark.parametrize("folder", ["facade", "scripts"])
def test_no_file_is_two_rooms(folder: str) -> None:
    long = {
        path.relative_to(ROOT).as_posix(): count
        for path in (ROOT / folder).rglob("*.py")
        if (count := code_lines(path)) > 250
    }
    assert long == {}


@pytest.mark.parametrize("folder", ["facade", "scripts", "tests"])
def test_every_file_says_what_it_is_for(folder: str) -> None:
    silent = [
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / folder).rglob("*.py")
        if path.read_text().strip() and not ast.get_docstring(ast.parse(path.read_text()))
    ]
    assert silent == []
