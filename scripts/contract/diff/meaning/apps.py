"""Which findings meet a call or a field that an app uses: its source is read, never run."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scripts.contract.diff.meaning.facade import Facade
from scripts.contract.errors import CannotRunError

_CLIENTS = {"AssociationsClient", "AsyncAssociationsClient"}
_FOREIGN = {"site-packages", "node_modules"}
_SAME_CLIENT = {"for_location", "from_env"}


@dataclass(frozen=True, slots=True)
class Use:
    """A place in an app that uses the facade."""

    file: str
    line: int
    uses: str  # `associations.update`, `Association.key`
    sure: str  # certain: the client or value is known; likely: by its names; possible: a field

    def __str__(self) -> str:
        return f"app: {self.file}:{self.line} uses {self.uses} ({self.sure})"

    def as_data(self) -> dict[str, Any]:
        """Give it as plain data."""
        return {"file": self.file, "line": self.line, "uses": self.uses, "sure": self.sure}


def read_apps(paths: list[Path], facade: Facade) -> list[Use]:
    """Read files and folders of Python code; those that do not import the facade use nothing."""
    uses: list[Use] = []
    for path in paths:
        if not path.exists():
            raise CannotRunError(f"there is no app at {path}")
        for file in _files(path):
            uses += _read(file, facade)
    return uses


def _files(path: Path) -> list[Path]:
    """Give the code of an app; what stands in hidden folders or was installed is not its own."""
    if not path.is_dir():
        return [path]
    return [
        file
        for file in sorted(path.rglob("*.py"))
        if not any(
            part.startswith(".") or part in _FOREIGN for part in file.relative_to(path).parts
        )
    ]


def _read(file: Path, facade: Facade) -> list[Use]:
    try:
        tree = ast.parse(file.read_bytes(), str(file))
    except (OSError, SyntaxError, ValueError, RecursionError) as error:
        raise CannotRunError(f"cannot read the app {file}: {error}") from error
    if not any(_is_facade(node) for node in ast.walk(tree)):
        return []
    tree = _Spelt().visit(tree)
    reader = _Reader(facade)
    for _ in range(2):  # once for the names, once more for names that stand on others
        reader.learn(tree)
    found = (Use(str(file), *each) for each in reader.uses(tree))
    return sorted(dict.fromkeys(found), key=lambda use: (use.line, use.uses))


def _is_facade(node: ast.AST) -> bool:
    if isinstance(node, ast.ImportFrom):
        return (node.module or "").partition(".")[0] == "facade"
    return isinstance(node, ast.Import) and any(
        alias.name.partition(".")[0] == "facade" for alias in node.names
    )


class _Spelt(ast.NodeTransformer):
    """Give `getattr(it, "name")` as `it.name`, which is the same."""

    def visit_Call(self, node: ast.Call) -> ast.AST:
        """Take the place of a call of getattr that names what it gets."""
        self.generic_visit(node)
        match node:
            case ast.Call(ast.Name("getattr"), [it, ast.Constant(str(name)), *_]):
                return ast.copy_location(ast.Attribute(it, name, ast.Load()), node)
        return node


class _Reader:
    """What the names of one file stand for: `client`, a noun, a model, or many of a model."""

    def __init__(self, facade: Facade) -> None:
        self.facade = facade
        self.names: dict[str, str] = {}
        self.clients = set(_CLIENTS)  # the classes, as this file calls them
        self.fields: dict[str, list[str]] = {}
        for name in facade.types:
            self.fields.setdefault(name.partition(".")[2], []).append(name)

    def learn(self, tree: ast.AST) -> None:
        """Note what names are given to clients and to what they return."""
        for node in ast.walk(tree):
            if isinstance(node, ast.Assign):
                for target in node.targets:
                    self._name(target, self.kind(node.value))
            elif isinstance(node, ast.AnnAssign | ast.NamedExpr) and node.value is not None:
                self._name(node.target, self.kind(node.value))
            elif isinstance(node, ast.withitem) and node.optional_vars is not None:
                self._name(node.optional_vars, self.kind(node.context_expr))
            elif isinstance(node, ast.For | ast.AsyncFor | ast.comprehension):
                many = self.kind(node.iter)
                if many.startswith("many "):
                    self._name(node.target, many.removeprefix("many "))
            elif isinstance(node, ast.arg) and node.annotation is not None:
                self._name(ast.Name(node.arg), self._annotated(node.annotation))
            elif isinstance(node, ast.ImportFrom):
                renamed = [each for each in node.names if each.name in _CLIENTS]
                self.clients |= {each.asname for each in renamed if each.asname}

    def _name(self, target: ast.expr, kind: str) -> None:
        if kind:
            self.names[ast.unparse(target)] = kind

    def _annotated(self, annotation: ast.expr) -> str:
        text = ast.unparse(annotation).strip("'\"").rpartition(".")[2]
        models = {name.partition(".")[0] for name in self.facade.types}
        return "client" if text in self.clients else text if text in models else ""

    def kind(self, node: ast.expr) -> str:
        """Tell what an expression stands for; empty if that is not known."""
        if isinstance(node, ast.Await):
            return self.kind(node.value)
        known = self.names.get(ast.unparse(node), "")
        if known:
            return known
        if isinstance(node, ast.Attribute):
            held = self.kind(node.value)
            if held == "client" and node.attr in self.facade.nouns:
                return node.attr
            return held if held.startswith("many ") and node.attr == "items" else ""
        return self._called(node.func) if isinstance(node, ast.Call) else ""

    def _called(self, function: ast.expr) -> str:
        last = ast.unparse(function).rpartition(".")[2]
        if last in self.clients:
            return "client"
        if not isinstance(function, ast.Attribute):
            return ""
        if last in _SAME_CLIENT:
            holder = ast.unparse(function.value).rpartition(".")[2]
            return (
                "client" if holder in self.clients or self.kind(function.value) == "client" else ""
            )
        method = self.facade.methods.get(f"{self.kind(function.value)}.{last}")
        if method is None:
            return ""
        return f"many {method.returns}" if method.many else method.returns

    def uses(self, tree: ast.AST) -> Iterator[tuple[int, str, str]]:
        """Give line, what is used, and how sure that is."""
        for node in ast.walk(tree):
            if not isinstance(node, ast.Attribute):
                continue
            held = self.kind(node.value)
            name = f"{held}.{node.attr}"
            line = node.end_lineno or node.lineno
            if name in self.facade.methods or name in self.facade.types:
                yield line, name, "certain"
            elif not held:
                yield from self._by_name(node, line)

    def _by_name(self, node: ast.Attribute, line: int) -> Iterator[tuple[int, str, str]]:
        noun = ast.unparse(node.value).rpartition(".")[2]
        if f"{noun}.{node.attr}" in self.facade.methods:
            yield line, f"{noun}.{node.attr}", "likely"
            return
        for name in self.fields.get(node.attr, ()):
            yield line, name, "possible"
