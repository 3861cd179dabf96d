"""Dependencies between the parts, and unique names, checked in the source."""

import ast
import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parents[1]
TOP_PACKAGES = {"examples", "facade", "generated_client", "scripts", "tests"}
HTTP_LIBRARIES = {"httpx", "httpx2", "httpcore", "httpcore2"}
# The layers of the facade: a part imports only its own and lower ones. Above them are packages that
# none of them imports, so that apps load only those that they use.
LAYERS = [
    {f"facade.{name}" for name in "errors models rate_limits version pace _core".split()},
    {"facade._async", "facade._sync"},
    {"facade"},
]
PACKAGES = {
    f"facade.{name}" for name in "bulk cli link oauth observe redis testing web webhooks".split()
}

SHARED = tuple(f"scripts.{name}." for name in "console errors files programs visible".split())
FLOORS = ["openapi", "diff", "contract", "evidence"]  # of the scripts, the lowest first


class Import(NamedTuple):
    """One module or name that a module imports."""

    module: str
    imported: str
    at_run_time: bool

    @property
    def top(self) -> str:
        return self.imported.partition(".")[0]


@cache
def trees(folder: str) -> dict[Path, ast.Module]:
    top = folder.partition("/")[0]
    if top != folder:
        return {path: tree for path, tree in trees(top).items() if path.is_relative_to(folder)}
    paths = sorted((ROOT / folder).rglob("*.py"))
    return {path.relative_to(ROOT): ast.parse(path.read_text("utf-8")) for path in paths}


def nodes(folder: str) -> Iterator[tuple[Path, ast.AST]]:
    for path, tree in trees(folder).items():
        yield from ((path, node) for node in ast.walk(tree))


def name_of(path: Path) -> str:
    """Return the name of a module; that of an `__init__` is its package's."""
    return ".".join(part for part in path.with_suffix("").parts if part != "__init__")


@cache
def imports(folder: str) -> list[Import]:
    return [
        Import(name_of(path), *found)
        for path, tree in trees(folder).items()
        for found in _imports(tree, True)
    ]


def _imports(node: ast.AST, at_run_time: bool) -> Iterator[tuple[str, bool]]:
    if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
        at_run_time = False
    if isinstance(node, ast.Import):
        yield from ((alias.name, at_run_time) for alias in node.names)
    if isinstance(node, ast.ImportFrom) and not node.level:  # generated code imports relatively
        yield from ((f"{node.module}.{alias.name}", at_run_time) for alias in node.names)
    for child in ast.iter_child_nodes(node):
        yield from _imports(child, at_run_time)


def graph(
    folder: str, kept: Callable[[Import], bool], part: Callable[[str], str]
) -> dict[str, set[str]]:
    """Return the parts that each part of a folder imports; a name is imported from its module."""
    modules = {name_of(path) for path in trees(folder)}
    found: dict[str, set[str]] = {part(module): set() for module in modules}
    for one in filter(kept, imports(folder)):
        imported = one.imported if one.imported in modules else one.imported.rpartition(".")[0]
        if imported in modules and part(imported) != part(one.module):
            found[part(one.module)].add(part(imported))
    return found


def facade_parts() -> dict[str, set[str]]:
    """Return what each package of the facade, or module beside the packages, imports to run."""
    return graph("facade", lambda one: one.at_run_time, lambda name: ".".join(name.split(".")[:2]))


@pytest.mark.parametrize(
    ("folder", "allowed"),
    [
        ("generated_client", {"generated_client"}),
        ("facade", {"facade", "generated_client"}),
        ("examples", {"examples", "facade"}),
        ("scripts", {"scripts", "facade"}),
    ],
)
def test_a_folder_imports_only_what_it_may(folder: str, allowed: set[str]) -> None:
    assert {one for one in imports(folder) if one.top in TOP_PACKAGES - allowed} == set()


@pytest.mark.parametrize("floor", FLOORS)
def test_a_floor_of_the_scripts_imports_only_its_own_and_lower_ones(floor: str) -> None:
    ours = (one for one in imports(f"scripts/{floor}") if one.top in TOP_PACKAGES)
    lower = [f"scripts.{name}." for name in FLOORS[: FLOORS.index(floor) + 1]]
    allowed = (*SHARED, *lower, *(["facade."] if floor == "evidence" else []))
    assert [one for one in ours if not f"{one.imported}.".startswith(allowed)] == []


@pytest.mark.parametrize(
    "folder",
    [f"scripts/{name}" for name in "benchmarks contract evidence mutation openapi".split()],
)
def test_a_library_does_not_print_parse_arguments_or_exit(folder: str) -> None:
    called = {ast.unparse(node.func) for _, node in nodes(folder) if isinstance(node, ast.Call)}
    assert called & {"print", "sys.exit", "exit"} == set()
    assert [one for one in imports(folder) if one.top == "argparse"] == []


def test_a_part_of_the_facade_imports_only_its_own_and_lower_layers() -> None:
    below = facade_parts()
    assert below.keys() == set().union(*LAYERS) | PACKAGES
    allowed = set[str]()
    for layer in LAYERS:
        allowed |= layer
        assert {part: below[part] - allowed for part in layer if below[part] - allowed} == {}


def test_packages_above_the_layers_import_each_other_in_one_direction_only() -> None:
    below = facade_parts()
    TopologicalSorter({one: below[one] & PACKAGES for one in PACKAGES}).prepare()


@pytest.mark.parametrize("folder", ["facade", "scripts"])
def test_no_modules_import_each_other_in_a_circle_even_for_type_checking(folder: str) -> None:
    below = graph(folder, lambda one: True, str)
    # A module that imports from its package imports a neighbour, unless the name is its package's.
    TopologicalSorter(below).prepare()


def test_only_one_module_imports_the_http_library_even_for_its_types_and_knows_its_name() -> None:
    users = {(one.module, one.top) for one in imports("facade") if one.top in HTTP_LIBRARIES}
    assert users == {("facade._core.http", "httpx")}
    constants = ((path, each) for path, each in nodes("facade") if isinstance(each, ast.Constant))
    knowing = {name_of(path) for path, each in constants if each.value in HTTP_LIBRARIES}
    assert knowing == {"facade._core.http"}


def test_only_the_resources_use_generated_models_and_operations_and_their_public_names() -> None:
    used = [one for one in imports("facade") if one.top == "generated_client"]
    nouns = ("_X.associations", "_X.relations", "bulk._X.one_by_one")
    resources = {
        f"facade.{noun}".replace("X", mode) for mode in ("async", "sync") for noun in nouns
    }
    for package in ("generated_client.models.", "generated_client.api."):
        assert {one.module for one in used if one.imported.startswith(package)} == resources
    assert [one for one in used if "._" in one.imported] == []
    attributes = {node.attr for _, node in nodes("facade") if isinstance(node, ast.Attribute)}
    assert attributes & {"_get_kwargs", "_parse_response"} == set()


def repeated(names: Iterator[tuple[str, Path]]) -> dict[str, list[str]]:
    places: dict[str, list[str]] = defaultdict(list)
    for name, path in names:
        places[name].append(path.as_posix())
    return {name: where for name, where in places.items() if len(where) > 1}


@pytest.mark.parametrize("folder", ["facade", "scripts"])
def test_no_two_classes_have_one_name(folder: str) -> None:
    classes = ((node.name, path) for path, node in nodes(folder) if isinstance(node, ast.ClassDef))
    assert repeated(classes) == {}


def test_no_two_modules_of_the_facade_have_one_name() -> None:
    # A generated module has the name of its source; those with underscores are Python's.
    written = (path for path in trees("facade") if "_sync" not in path.parts)
    assert repeated((path.name, path) for path in written if path.name[:2] != "__") == {}


@pytest.mark.parametrize("folder", ["examples", "facade", "scripts", "tests"])
def test_every_file_has_a_docstring(folder: str) -> None:
    files = {path: path.read_text("utf-8") for path in (ROOT / folder).rglob("*.py")}
    assert [path for path, text in files.items() if not re.match(r'(#.*\n)*("""|$)', text)] == []


@pytest.mark.parametrize("page", ["CONTRIBUTING.md", "README.md", "scripts/diff/README.md"])
def test_a_file_that_is_named_for_contributors_exists(page: str) -> None:
    folders = ("facade", "scripts", "tests", "openapi", "docs", "examples")
    known = [f"/{path.relative_to(ROOT)}" for top in folders for path in (ROOT / top).rglob("*.*")]
    named = re.findall(r"`([\w/.-]+\.(?:py|yaml))`", (ROOT / page).read_text("utf-8"))
    assert [one for one in named if not any(path.endswith(f"/{one}") for path in known)] == []
