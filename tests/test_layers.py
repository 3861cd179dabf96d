"""Dependencies between the parts, and unique names, checked in the source."""

import ast
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

# The core of the facade: a module imports neither modules of a higher layer nor of its own.
CORE: list[set[str]] = [
    {
        "_core.bounds",
        "_core.calls",
        "_core.forking",
        "_core.interrupts",
        "_core.lazy",
        "_core.numbers",
        "_core.operations",
        "_core.reading",
        "_core.tokens",
        "errors",
        "models",
        "version",
    },
    {
        "_core.concurrency",
        "_core.events",
        "_core.files",
        "_core.mapping",
        "_core.paging",
    },
    {"_core.call_options", "_core.network", "_core.retry", "pace"},
    {"_core.http", "_core.matching"},
    {"_core.client_options", "_core.pool", "_core.request"},
    {"_core.response"},
    {"_async.waiting", "_core.dispatch", "_sync.waiting"},
    {"_async.pipeline", "_sync.pipeline"},
    {
        "_async.api",
        "_async.associations",
        "_async.relations",
        "_sync.api",
        "_sync.associations",
        "_sync.relations",
    },
    {"_async.batch", "_sync.batch"},
    {"_async.client", "_sync.client"},
    {""},  # facade itself
]
MODES = ("async", "sync")
LAYER = {name: number for number, names in enumerate(CORE) for name in names}
# Above the core: it imports none of them, so that apps load only those that they use.
PACKAGES = {"bulk", "cli", "link", "oauth", "observe", "redis", "testing", "webhooks"}
TOP_PACKAGES = {"examples", "facade", "generated_client", "scripts", "tests"}


@dataclass(frozen=True)
class Import:
    """One import: the module, and whether it happens at run time."""

    file: str
    module: str
    at_run_time: bool

    @property
    def top(self) -> str:
        return self.module.partition(".")[0]


def imports(folder: str) -> list[Import]:
    found: list[Import] = []
    for path in sorted((ROOT / folder).rglob("*.py")):
        name = path.relative_to(ROOT).as_posix()
        found += [
            Import(name, module, at_run_time)
            for module, at_run_time in _imports(ast.parse(path.read_text()), True)
        ]
    return found


def _imports(node: ast.AST, at_run_time: bool) -> Iterator[tuple[str, bool]]:
    if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
        at_run_time = False
    if isinstance(node, ast.Import):
        for alias in node.names:
            yield alias.name, at_run_time
    if isinstance(node, ast.ImportFrom):
        if node.level:
            return  # relative: inside generated code
        assert node.module is not None
        yield node.module, at_run_time
        for alias in node.names:
            yield f"{node.module}.{alias.name}", at_run_time
    for child in ast.iter_child_nodes(node):
        yield from _imports(child, at_run_time)


def module_of(file: str) -> str:
    """Return the name of a module of the facade, without `facade.`; empty for the facade itself."""
    parts = Path(file).relative_to("facade").with_suffix("").parts
    return ".".join(part for part in parts if part != "__init__")


def part_of(module: str) -> str:
    """Return the part of the facade with a module: the module itself, or its package."""
    return module if module in LAYER else module.partition(".")[0]


def inside_facade() -> list[tuple[str, str]]:
    """Return (importing module, imported module) for all imports within the facade."""
    modules = {module_of(path.as_posix()) for path in files("facade")}
    return [
        (module_of(one.file), imported)
        for one in imports("facade")
        if one.top == "facade" and one.at_run_time
        if (imported := one.module.removeprefix("facade").lstrip(".")) in modules
    ]


def graph(folder: str) -> dict[str, set[str]]:
    """Return the modules that each module of a folder imports, for type checking, too.

    A name that is no module is imported from its package. A module that imports another one of its
    package names the package as well, which is no import of its `__init__`.
    """
    modules = {name_of(path): set[str]() for path in files(folder)}
    for one in imports(folder):
        importing, package = name_of(Path(one.file)), one.module.rpartition(".")[0]
        if one.module not in modules and package in modules:
            modules[importing].add(package)
        elif one.module in modules and not f"{importing}.".startswith(f"{one.module}."):
            modules[importing].add(one.module)
    return modules


def name_of(path: Path) -> str:
    """Return the name of a module; that of an `__init__` is its package's."""
    return ".".join(part for part in path.with_suffix("").parts if part != "__init__")


def files(folder: str) -> list[Path]:
    return sorted(path.relative_to(ROOT) for path in (ROOT / folder).rglob("*.py"))


@pytest.mark.parametrize(
    ("folder", "allowed"),
    [
        ("generated_client", {"generated_client"}),
        ("facade", {"facade", "generated_client"}),
        ("examples", {"examples", "facade"}),
        ("scripts/contract", {"scripts"}),
        ("scripts", {"scripts", "facade"}),
        # Benchmarks compare the facade with generated code alone.
        ("scripts/benchmarks", {"scripts", "facade", "generated_client"}),
    ],
)
def test_a_folder_imports_only_what_it_may(folder: str, allowed: set[str]) -> None:
    wrong = [
        one
        for one in imports(folder)
        if one.top in TOP_PACKAGES - allowed
        and (folder == "scripts/benchmarks" or not one.file.startswith("scripts/benchmarks/"))
    ]
    assert wrong == []


def test_the_contract_library_imports_no_command() -> None:
    wrong = [
        one
        for one in imports("scripts/contract")
        if one.top == "scripts"
        and one.module != "scripts"
        and not one.module.startswith("scripts.contract")
    ]
    assert wrong == []


@pytest.mark.parametrize("folder", ["scripts/contract", "scripts/benchmarks", "scripts/mutation"])
def test_a_library_does_not_print_parse_arguments_or_exit(folder: str) -> None:
    for path in files(folder):
        for node in ast.walk(ast.parse((ROOT / path).read_text())):
            called = ast.unparse(node.func) if isinstance(node, ast.Call) else ""
            assert called not in {"print", "sys.exit", "exit"}, path
    assert [one for one in imports(folder) if one.top == "argparse"] == []


def test_every_module_of_the_facade_is_in_the_core_or_in_a_package_above_it() -> None:
    parts = {part_of(module_of(path.as_posix())) for path in files("facade")}
    assert parts == LAYER.keys() | PACKAGES | {"_core", "_async", "_sync"}


def test_a_module_of_the_core_imports_only_modules_below_it() -> None:
    wrong = [
        (importing, imported)
        for importing, imported in inside_facade()
        if importing in LAYER
        and imported not in ("", "_core")  # importing a module names its package as well
        and LAYER.get(imported, len(CORE)) >= LAYER[importing]
    ]
    assert wrong == []


def test_packages_above_the_core_import_each_other_in_one_direction_only() -> None:
    below: dict[str, set[str]] = defaultdict(set)
    for importing, imported in inside_facade():
        if {part_of(importing), part_of(imported)} <= PACKAGES:
            below[part_of(importing)].add(part_of(imported))
    for package in PACKAGES:
        pending, reached = sorted(below[package] - {package}), set[str]()
        while pending:
            each = pending.pop()
            reached.add(each)
            pending += sorted(below[each] - reached)
        assert package not in reached


@pytest.mark.parametrize("folder", ["facade", "scripts"])
def test_no_modules_import_each_other_in_a_circle_even_for_type_checking(folder: str) -> None:
    left = graph(folder)
    # What imports only what is gone is in no circle.
    while free := [module for module, below in left.items() if below.isdisjoint(left)]:
        for module in free:
            del left[module]
    assert left == {}


HTTP_LIBRARIES = {"httpx", "httpx2", "httpcore", "httpcore2"}


def test_only_one_module_imports_the_http_library_even_for_its_types() -> None:
    users = {
        (part_of(module_of(one.file)), one.top)
        for one in imports("facade")
        if one.top in HTTP_LIBRARIES
    }
    assert users == {("_core.http", "httpx")}


def test_only_one_module_knows_the_http_libraries_by_name() -> None:
    knowing = {
        path.as_posix()
        for path in files("facade")
        for node in ast.walk(ast.parse((ROOT / path).read_text()))
        if isinstance(node, ast.Constant) and node.value in HTTP_LIBRARIES
    }
    assert knowing == {"facade/_core/http.py"}


NOUNS = {f"_{mode}.{name}" for mode in MODES for name in ("associations", "batch", "relations")}


@pytest.mark.parametrize("generated", ["generated_client.models", "generated_client.api"])
def test_only_the_resources_use_generated_models_and_operations(generated: str) -> None:
    users = {
        part_of(module_of(one.file))
        for one in imports("facade")
        if one.module.startswith(generated)
    }
    assert users == NOUNS


def test_the_facade_uses_only_public_names_of_generated_code() -> None:
    private = [
        one
        for one in imports("facade")
        if one.top == "generated_client"
        and any(part.startswith("_") for part in one.module.split("."))
    ]
    assert private == []
    for path in files("facade"):
        for node in ast.walk(ast.parse((ROOT / path).read_text())):
            if isinstance(node, ast.Attribute):
                assert node.attr not in {"_get_kwargs", "_parse_response"}, path


@pytest.mark.parametrize("folder", ["facade", "scripts"])
def test_no_two_classes_have_one_name(folder: str) -> None:
    places: dict[str, list[str]] = defaultdict(list)
    for path in files(folder):
        for node in ast.walk(ast.parse((ROOT / path).read_text())):
            if isinstance(node, ast.ClassDef):
                places[node.name].append(path.as_posix())
    assert {name: where for name, where in places.items() if len(where) > 1} == {}


def test_no_two_modules_of_the_facade_have_one_name() -> None:
    places: dict[str, list[str]] = defaultdict(list)
    for path in files("facade"):
        # A generated module has the name of its source; those with underscores are Python's.
        if "_sync" not in path.parts and not path.name.startswith("__"):
            places[path.name].append(path.as_posix())
    assert {name: where for name, where in places.items() if len(where) > 1} == {}


@pytest.mark.parametrize("folder", ["examples", "facade", "scripts", "tests"])
def test_every_file_has_a_docstring(folder: str) -> None:
    silent = [
        path.as_posix()
        for path in files(folder)
        if (text := (ROOT / path).read_text()).strip() and not ast.get_docstring(ast.parse(text))
    ]
    assert silent == []
