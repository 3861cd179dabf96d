"""What the facade calls and carries, read from its own source: nothing is run or kept by hand."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

_API, _MODELS = "generated_client.api", "generated_client.models"
_MARKUP = re.compile(r"\b(?:Page|Iterator|AsyncIterator)\[(\w+)\]")


@dataclass
class Method:
    """A method of a noun, such as `associations.update`; both twins are one."""

    name: str
    file: str
    operations: set[str] = field(default_factory=set)  # modules of generated code
    readers: set[str] = field(default_factory=set)  # functions of mapping.py
    arguments: set[str] = field(default_factory=set)  # what it hands to generated code
    returns: str = ""  # the model that it gives, alone or in a page
    many: bool = False  # a page or a walk of them
    calls: set[str] = field(default_factory=set)  # other methods of the same class


@dataclass
class Facade:
    """All methods of the facade, and which field of which model generated fields feed."""

    methods: dict[str, Method] = field(default_factory=dict)
    feeds: dict[str, dict[str, set[str]]] = field(default_factory=dict)
    """Reader in mapping.py -> generated field -> `Model.field`."""
    types: dict[str, str] = field(default_factory=dict)  # `Model.field` -> annotation

    @property
    def nouns(self) -> set[str]:
        """The resources: `associations`, `relations`."""
        return {name.partition(".")[0] for name in self.methods}


def read_facade(folder: Path) -> Facade:
    """Read a facade's source; an empty one if there is none."""
    facade = Facade()
    for path in sorted(folder.glob("*.py")):
        tree = ast.parse(path.read_text("utf-8"), str(path))
        if path.name == "mapping.py":
            facade.feeds = _feeds(tree)
        elif path.name == "models.py":
            facade.types = dict(_types(tree))
        else:
            _methods(tree, path, facade)
    for method in facade.methods.values():
        _take_in(method, facade)
    facade.methods = {n: each for n, each in facade.methods.items() if "._" not in n}
    return facade


def _imported(tree: ast.Module, prefix: str) -> set[str]:
    return {
        alias.name
        for node in tree.body
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(prefix)
        for alias in node.names
    }


def _methods(tree: ast.Module, path: Path, facade: Facade) -> None:
    operations = _imported(tree, _API)
    if not operations:
        return
    bodies = _imported(tree, _MODELS)
    for node in tree.body:
        for function in node.body if isinstance(node, ast.ClassDef) else ():
            if not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
                continue
            name = f"{path.stem}.{function.name}"
            method = facade.methods.setdefault(
                name, Method(name, f"{path.parent.name}/{path.name}")
            )
            _read_method(function, method, operations, bodies)


def _read_method(
    function: ast.FunctionDef | ast.AsyncFunctionDef,
    method: Method,
    operations: set[str],
    bodies: set[str],
) -> None:
    if function.returns is not None:
        returned = ast.unparse(function.returns).strip("'\"")
        many = _MARKUP.search(returned)
        method.returns, method.many = (many[1], True) if many else (returned, False)
    for node in ast.walk(function):
        if isinstance(node, ast.Name) and node.id in operations:
            method.operations.add(node.id)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            if node.value.id == "mapping":
                method.readers.add(node.attr)
            if node.value.id == "self":
                method.calls.add(node.attr)
        if isinstance(node, ast.Call):
            called = node.func
            hands_on = isinstance(called, ast.Attribute) and called.attr == "_call"
            if hands_on or (isinstance(called, ast.Name) and called.id in bodies):
                method.arguments |= {word.arg for word in node.keywords if word.arg}


def _take_in(method: Method, facade: Facade) -> None:
    """Add what the methods of its class do that it calls, and those that they call."""
    noun = method.name.partition(".")[0]
    pending, seen = sorted(method.calls), {method.name}
    while pending:
        other = facade.methods.get(f"{noun}.{pending.pop()}")
        if other is not None and other.name not in seen:
            seen.add(other.name)
            pending += sorted(other.calls)
            method.operations |= other.operations
            method.readers |= other.readers
            method.arguments |= other.arguments


def _feeds(tree: ast.Module) -> dict[str, dict[str, set[str]]]:
    """Follow each reader of mapping.py, and the readers that it calls itself."""
    models = _imported(tree, "facade.models")
    functions = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
    own: dict[str, dict[str, set[str]]] = {}
    calls: dict[str, set[str]] = {}
    for name, function in functions.items():
        own[name] = {}
        for generated, target in _fed(function, models):
            own[name].setdefault(generated, set()).add(target)
        used = {node.id for node in ast.walk(function) if isinstance(node, ast.Name)}
        calls[name] = (used & functions.keys()) - {name}
    for name, called in calls.items():
        for other in called:
            for generated, targets in own[other].items():
                own[name].setdefault(generated, set()).update(targets)
    return own


def _fed(function: ast.FunctionDef, models: set[str]) -> Iterator[tuple[str, str]]:
    for node in ast.walk(function):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            for word in node.keywords if node.func.id in models else ():
                for part in ast.walk(word.value):
                    if isinstance(part, ast.Attribute) and word.arg:
                        yield part.attr, f"{node.func.id}.{word.arg}"


def _types(tree: ast.Module) -> Iterator[tuple[str, str]]:
    for model in tree.body:
        if isinstance(model, ast.ClassDef):
            for line in model.body:
                if isinstance(line, ast.AnnAssign) and isinstance(line.target, ast.Name):
                    yield f"{model.name}.{line.target.id}", ast.unparse(line.annotation)
