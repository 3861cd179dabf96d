"""The tests that should fail for a bug: the mirror of its module, then those that import it."""

import ast
import re
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path, PurePath

_TESTS = "tests"
_FLAT = {"_async", "_core", "commands"}  # folders whose tests are in the folder above
_SLOW = "tests/proof/"
_LAZY = re.compile("import_module|_core.lazy")  # in a package that imports its modules on use


class Suites:
    """The test files of a project, and what they import."""

    def __init__(self, root: Path) -> None:
        self._root = root
        tops = ("facade", "scripts", _TESTS)
        paths = [path for top in tops for path in sorted((root / top).rglob("*.py"))]
        self._files = [path.relative_to(root).as_posix() for path in paths]
        self._tests = [name for name in self._files if PurePath(name).name.startswith("test_")]

    def mirror(self, file: str) -> str | None:
        """Return the test file that mirrors a module, if there is one."""
        path = PurePath(file)
        folders = [part for part in path.parent.parts if part not in _FLAT]
        if folders[0] == "scripts":
            folders = folders[1:] or ["contract", "commands"]
        mirror = "/".join([_TESTS, *folders, f"test_{path.stem.strip('_')}.py"])
        return mirror if mirror in self._tests else None

    def others(self, file: str, function: str, limit: int) -> list[str]:
        """Return some test files that import a module, in few steps and often naming a function."""
        steps = self._steps({file, file.replace("/_async/", "/_sync/")})
        name = re.compile(rf"\b{re.escape(function.rpartition('.')[2])}\b")
        found = [test for test in self._tests if test in steps and not test.startswith(_SLOW)]
        found = [test for test in found if test != self.mirror(file)]
        found.sort(key=lambda test: (steps[test], -len(name.findall(self._text(test))), test))
        return found[:limit]

    def _text(self, file: str) -> str:
        return (self._root / file).read_text("utf-8")

    def _steps(self, start: set[str]) -> dict[str, int]:
        """Return in how many steps each file imports one of these."""
        steps, reached = dict.fromkeys(start, 0), start
        for number in range(1, len(self._files)):
            reached = {user for file in reached for user in self._users.get(file, ())} - set(steps)
            steps |= dict.fromkeys(reached, number)
        return steps

    @cached_property
    def _users(self) -> dict[str, set[str]]:
        """The files that import a file; a test uses the fixtures of its folders."""
        modules = {_module(name): name for name in self._files}
        users: dict[str, set[str]] = {}
        for file in self._files:
            for name in self._imports(file):
                if name in modules:
                    users.setdefault(modules[name], set()).add(file)
        return users

    def _imports(self, file: str) -> Iterator[str]:
        for node in ast.walk(ast.parse(self._text(file))):
            if isinstance(node, ast.Import):
                yield from (alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module:
                yield node.module
                yield from (f"{node.module}.{alias.name}" for alias in node.names)
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield node.value  # of a module that is imported on use
        path = PurePath(file)
        if path.name == "__init__.py" and _LAZY.search(self._text(file)):
            yield from (
                _module(each) for each in self._files if PurePath(each).parent == path.parent
            )
        if file in self._tests:
            yield from (_module(f"{folder}/conftest.py") for folder in path.parents)


def _module(file: str) -> str:
    return ".".join(part for part in PurePath(file).with_suffix("").parts if part != "__init__")
