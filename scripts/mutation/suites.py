"""The tests that should fail for a bug: the mirror of its module, then those that import it."""

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path, PurePath

_FLAT = {"_async", "_core", "commands"}  # folders whose tests are in the folder above


class Suites:
    """The test files of a project, and what they import."""

    def __init__(self, root: Path) -> None:
        tops = ("facade", "scripts", "tests")
        paths = [path for top in tops for path in (root / top).rglob("*.py")]
        self._texts = {path.relative_to(root).as_posix(): path.read_text("utf-8") for path in paths}

    def mirror(self, file: str) -> str | None:
        """Return the test file that mirrors a module, if there is one."""
        path = PurePath(file)
        folders = [part for part in path.parent.parts if part not in _FLAT]
        if folders[:1] == ["scripts"]:
            folders = folders[1:] or ["contract", "commands"]
        mirror = "/".join(["tests", *folders, f"test_{path.stem.strip('_')}.py"])
        return mirror if mirror in self._texts else None

    def others(self, file: str, function: str, limit: int) -> list[str]:
        """Return some test files that import a module, in few steps and often naming a function."""
        reached = {file, file.replace("/_async/", "/_sync/")}
        steps = dict.fromkeys(reached, 0)
        while reached:
            reached = {user for each in reached for user in self._users[each]} - steps.keys()
            steps |= dict.fromkeys(reached, len(steps))  # more than those before
        name = re.compile(rf"\b{re.escape(function.rpartition('.')[2])}\b")
        found = [
            (number, -len(name.findall(self._texts[test])), test)
            for test, number in steps.items()
            if _is_test(test) and not test.startswith("tests/proof/") and test != self.mirror(file)
        ]
        return [test for *_, test in sorted(found)[:limit]]

    @cached_property
    def _users(self) -> defaultdict[str, set[str]]:
        """The files that import a file; a test uses the fixtures of its folders."""
        files = {_module(name): name for name in self._texts}
        users = defaultdict[str, set[str]](set)
        for file, text in self._texts.items():
            for name in self._imports(file, text):
                if name in files:
                    users[files[name]].add(file)
        return users

    def _imports(self, file: str, text: str) -> Iterator[str]:
        for node in ast.walk(ast.parse(text)):
            match node:
                case ast.Import():
                    yield from (alias.name for alias in node.names)
                case ast.ImportFrom(module=str() as module):
                    yield from (f"{module}.{alias.name}" for alias in node.names)
                    yield module
                case ast.Constant(value=str() as name):  # of a module that is imported on use
                    yield name
        if _is_test(file):
            yield from (_module(f"{folder}/conftest.py") for folder in PurePath(file).parents)


def _is_test(file: str) -> bool:
    return PurePath(file).name.startswith("test_")


def _module(file: str) -> str:
    return ".".join(part for part in PurePath(file).with_suffix("").parts if part != "__init__")
