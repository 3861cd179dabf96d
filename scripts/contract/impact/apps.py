"""Find the places where an app uses the facade, by reading its source without running it."""

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from scripts.contract.impact.breaks import Subject
from scripts.contract.impact.facade import Facade, FacadeMethod
from scripts.errors import CannotRunError

_CLIENTS = {"AssociationsClient", "AsyncAssociationsClient"}
_RETURN_A_CLIENT = {"for_location", "from_env"}
_INSTALLED = {"site-packages", "node_modules"}
_EXTRA = {"extra_body", "extra_query"}  # arguments that send fields unknown to the facade
_MANY_PREFIX = "many "  # prefix of a model: a page or an iterator of it


@dataclass(frozen=True, slots=True)
class AppUse:
    """A place in an app that uses the facade."""

    file: str
    line: int
    name: str  # `associations.update`, `Association.key`
    confidence: str  # certain: the value's type is known; likely: by its names; possible: a field
    passed: frozenset[str] | None = None  # the names of a call's arguments; None: unknown

    def breaks(self, subject: Subject, method: FacadeMethod | None) -> "AppUse | None":
        """Return the use if a finding affects it, less certain if its arguments are unknown.

        `method` is the called method, None for a field.
        """
        if method is None or not subject.name:
            return self
        if subject.is_received_only:
            return None  # calling the method does not imply reading the field
        if subject.name not in method.parameters:
            return self  # the facade sends it, or cannot send it
        if self.passed is None:
            return replace(self, confidence="possible")
        is_passed = subject.name in self.passed
        return self if is_passed != subject.must_be_sent else None

    def __str__(self) -> str:
        return f"app: {self.file}:{self.line} uses {self.name} ({self.confidence})"


def read_apps(paths: Sequence[Path], facade: Facade) -> list[AppUse]:
    """Read files and folders of Python code; a file that does not import the facade has no use."""
    uses: list[AppUse] = []
    for path in paths:
        if not path.exists():
            raise CannotRunError(f"there is no app at {path}: name a Python file or a folder")
        for file in sorted(path.rglob("*.py")) if path.is_dir() else [path]:
            parts = file.relative_to(path).parts
            if not any(part.startswith(".") or part in _INSTALLED for part in parts):
                uses += _read(file, facade)
    return uses


def _read(file: Path, facade: Facade) -> list[AppUse]:
    try:
        tree = ast.parse(file.read_bytes(), str(file))
    except (OSError, SyntaxError, ValueError, RecursionError) as error:
        raise CannotRunError(f"cannot read the app {file}: {error}") from error
    imported = [
        name
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in (getattr(node, "module", None), *(alias.name for alias in node.names))
    ]
    if "facade" not in {str(name).partition(".")[0] for name in imported}:
        return []
    types = _Types(facade)
    for _ in range(2):  # the second pass resolves names that depend on later ones
        types.learn(tree)
    found = (AppUse(str(file), *each) for each in types.uses(tree))
    return sorted(dict.fromkeys(found), key=lambda use: (use.line, use.name))


class _Types:
    """The types of the expressions in a file: `client`, a resource, a model, or many of one."""

    def __init__(self, facade: Facade) -> None:
        self._facade = facade
        self._names: dict[str, str] = {}  # type by expression
        self._clients = set(_CLIENTS)  # the names of the classes in this file
        self._models = {name.partition(".")[0] for name in facade.annotations}
        self._fields: dict[str, list[str]] = {}
        for name in facade.annotations:
            self._fields.setdefault(name.partition(".")[2], []).append(name)

    def learn(self, tree: ast.AST) -> None:
        for node in ast.walk(tree):
            if isinstance(node, ast.Assign):
                for target in node.targets:
                    self._note(target, self._of(node.value))
            elif isinstance(node, ast.AnnAssign | ast.NamedExpr) and node.value is not None:
                self._note(node.target, self._of(node.value))
            elif isinstance(node, ast.withitem) and node.optional_vars is not None:
                self._note(node.optional_vars, self._of(node.context_expr))
            elif isinstance(node, ast.For | ast.AsyncFor | ast.comprehension):
                many = self._of(node.iter)
                if many.startswith(_MANY_PREFIX):
                    self._note(node.target, many.removeprefix(_MANY_PREFIX))
            elif isinstance(node, ast.arg) and node.annotation is not None:
                self._note(ast.Name(node.arg), self._annotated(node.annotation))
            elif isinstance(node, ast.ImportFrom):
                renamed = [each for each in node.names if each.name in _CLIENTS]
                self._clients |= {each.asname for each in renamed if each.asname}

    def uses(self, tree: ast.AST) -> Iterator[tuple[int, str, str, frozenset[str] | None]]:
        calls = {id(node.func): node for node in ast.walk(tree) if isinstance(node, ast.Call)}
        for node in ast.walk(tree):
            if not isinstance(node, ast.Attribute):
                continue
            holder = self._of(node.value)
            name = f"{holder}.{node.attr}"
            line = node.end_lineno or node.lineno
            passed = _passed(calls.get(id(node)))
            if name in self._facade.methods or name in self._facade.annotations:
                yield line, name, "certain", passed
            elif not holder:
                for found, confidence in self._by_name(node):
                    yield line, found, confidence, passed

    def _by_name(self, node: ast.Attribute) -> Iterator[tuple[str, str]]:
        resource = ast.unparse(node.value).rpartition(".")[2]
        if f"{resource}.{node.attr}" in self._facade.methods:
            yield f"{resource}.{node.attr}", "likely"
            return
        for name in self._fields.get(node.attr, ()):
            yield name, "possible"

    def _note(self, target: ast.expr, type_: str) -> None:
        if type_:
            self._names[ast.unparse(target)] = type_

    def _annotated(self, annotation: ast.expr) -> str:
        text = ast.unparse(annotation).strip("'\"").rpartition(".")[2]
        return "client" if text in self._clients else text if text in self._models else ""

    def _of(self, node: ast.expr) -> str:
        if isinstance(node, ast.Await):
            return self._of(node.value)
        known = self._names.get(ast.unparse(node), "")
        if known:
            return known
        if isinstance(node, ast.Attribute):
            holder = self._of(node.value)
            if holder == "client" and node.attr in self._facade.resources:
                return node.attr
            return holder if holder.startswith(_MANY_PREFIX) and node.attr == "items" else ""
        return self._returned(node.func) if isinstance(node, ast.Call) else ""

    def _returned(self, function: ast.expr) -> str:
        last = ast.unparse(function).rpartition(".")[2]
        if last in self._clients:
            return "client"
        if not isinstance(function, ast.Attribute):
            return ""
        if last in _RETURN_A_CLIENT:
            holder = ast.unparse(function.value).rpartition(".")[2]
            is_client = holder in self._clients or self._of(function.value) == "client"
            return "client" if is_client else ""
        method = self._facade.methods.get(f"{self._of(function.value)}.{last}")
        if method is None:
            return ""
        return f"{_MANY_PREFIX}{method.model}" if method.many else method.model


def _passed(call: ast.Call | None) -> frozenset[str] | None:
    """Return the names of a call's arguments; None if there is no call or `**` hides them."""
    if call is None or any(each.arg is None or each.arg in _EXTRA for each in call.keywords):
        return None
    return frozenset(str(each.arg) for each in call.keywords)
