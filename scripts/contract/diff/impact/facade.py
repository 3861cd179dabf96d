"""What the facade sends and returns, parsed from its source without running it."""

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from scripts.contract.errors import CannotRunError

_FROM_CLIENT = frozenset({"location_id"})  # every method gets it from the client
_FROM_TRANSPORT = frozenset({"accept", "authorization", "content_type", "user_agent", "version"})
_Function = ast.FunctionDef | ast.AsyncFunctionDef
_LISTS = frozenset({"Page", "AsyncIterator", "Iterator"})
_HOLDERS = _LISTS | {"Ensured", "None"}  # of a model in an annotation


@dataclass(frozen=True, slots=True)
class FacadeMethod:
    """A method of a resource, such as `associations.update`; the same for blocking and async.

    An internal method has the name by which its class calls it; its parameters are not read.
    """

    name: str
    operations: frozenset[str]  # ids of the contract, in snake_case
    returns: str  # the model that it returns, alone or in a page; empty if none
    many: bool  # a page or an iterator of that model
    parameters: frozenset[str]
    required: frozenset[str]  # the parameters without a default
    source: str  # its hand-written file, as `facade/...`


@dataclass(frozen=True, slots=True)
class Facade:
    """All methods of resources, internal methods that send other operations, and all models."""

    methods: dict[str, FacadeMethod] = field(default_factory=dict)
    internal: tuple[FacadeMethod, ...] = ()
    annotations: dict[str, str] = field(default_factory=dict)  # of `Association.key`: `str | None`

    @property
    def resources(self) -> set[str]:
        """The attributes of a client: `associations`, `relations`."""
        return {name.partition(".")[0] for name in self.methods}

    def sent_in(self, operation: str) -> set[str]:
        """Return what the facade can send: the parameters of its methods and of the client."""
        found = set(_FROM_CLIENT)
        for method in self.methods.values():
            if operation in method.operations:
                found |= method.parameters
        return found

    @staticmethod
    def sets(header: str) -> bool:
        """Return whether every request has a header."""
        return header in _FROM_TRANSPORT


def read_facade(folder: Path) -> Facade:
    """Read the facade in a folder; empty if there is none."""
    declared = folder / "_core" / "methods.py"
    if not declared.exists():
        return Facade()
    methods = {
        name: _method(folder, name, sent) for name, sent in _literal(declared, "METHODS").items()
    }
    return Facade(
        methods, tuple(_internal(folder, methods)), dict(_annotations(folder / "models.py"))
    )


def _method(folder: Path, name: str, operations: Iterable[str]) -> FacadeMethod:
    resource, _, function = name.partition(".")
    source = min(folder.rglob(f"{resource}.py"), default=None)  # `_async` comes before `_sync`
    found = _function(source, function) if source else None
    return FacadeMethod(
        name,
        frozenset(operations),
        *(_returned(found) if found else ("", False)),
        *(_parameters(found) if found else (frozenset(), frozenset())),
        _named(folder, source) if source else "",
    )


def _function(path: Path, name: str) -> _Function | None:
    """Return a method of any class of a file; None if there is none."""
    found = (each for each in ast.walk(_parse(path)) if isinstance(each, _Function))
    return next((each for each in found if each.name == name), None)


def _returned(function: _Function) -> tuple[str, bool]:
    """Return the model that a method returns, empty if none, and whether in a page or iterator.

    The model is the last name of the annotation, as in `Ensured[Association]` and `Page[Relation]`.
    """
    names = re.findall(r"\w+", ast.unparse(function.returns) if function.returns else "")
    models = [name for name in names if name not in _HOLDERS]
    return "".join(models), bool(_LISTS & {*names})


def _named(folder: Path, source: Path) -> str:
    return (Path(folder.name) / source.relative_to(folder)).as_posix()


def _internal(folder: Path, methods: Mapping[str, FacadeMethod]) -> Iterator[FacadeMethod]:
    """Yield the internal methods that send operations no method of a resource sends."""
    declared = frozenset[str]().union(*(each.operations for each in methods.values()))
    for path in sorted(folder.rglob("_async/*.py")):
        tree = _parse(path)
        for operation in sorted({each for each, _ in _operations_in(tree)} - declared):
            name, source = _sender(tree, operation), _named(folder, path)
            sent = frozenset({operation})
            yield FacadeMethod(name, sent, "", False, frozenset(), frozenset(), source)


def _operations_in(*nodes: ast.AST) -> Iterator[tuple[str, str]]:
    """Yield the operations of generated code that are imported, and their local names."""
    for each in (inner for node in nodes for inner in ast.walk(node)):
        if isinstance(each, ast.ImportFrom) and _is_of_operations(each.module):
            yield from ((alias.name, alias.asname or alias.name) for alias in each.names)


def _is_of_operations(module: str | None) -> bool:
    return module is not None and module.startswith("generated_client.api.")


def _sender(tree: ast.Module, operation: str) -> str:
    """Return the first method that sends an operation; the operation itself if there is none.

    A method sends an operation if it builds its request, with `get_kwargs`. It may import it.
    """
    above = [each for each in tree.body if isinstance(each, ast.ImportFrom)]
    for holder in (each for each in tree.body if isinstance(each, ast.ClassDef)):
        for method in holder.body:
            if isinstance(method, _Function):
                names = {
                    local for name, local in _operations_in(*above, method) if name == operation
                }
                if names & _built_in(method):
                    return f"{holder.name}.{method.name}"
    return operation


def _built_in(method: ast.AST) -> set[str]:
    """Return the names of the operations whose requests a method builds."""
    return {
        each.value.id
        for each in ast.walk(method)
        if isinstance(each, ast.Attribute) and each.attr == "get_kwargs"
        if isinstance(each.value, ast.Name)
    }


def _literal(path: Path, name: str) -> dict[str, Any]:
    for node in _parse(path).body:
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        if any(isinstance(target, ast.Name) and target.id == name for target in targets):
            try:
                found: dict[str, Any] = ast.literal_eval(node.value)  # type: ignore[attr-defined]
            except ValueError as error:
                raise CannotRunError(f"{path}: {name} must be a literal: {error}") from error
            return found
    raise CannotRunError(f"{path} does not assign {name}")


def _parameters(function: _Function) -> tuple[frozenset[str], frozenset[str]]:
    """Return all parameters of a method, and those without a default."""
    each = function.args
    by_place = [*each.posonlyargs, *each.args]
    optional = by_place[len(by_place) - len(each.defaults) :]
    named = zip(each.kwonlyargs, each.kw_defaults, strict=True)
    optional += [one for one, default in named if default is not None]
    every = frozenset(one.arg for one in (*by_place, *each.kwonlyargs)) - {"self"}
    return every, every - {one.arg for one in optional}


def _annotations(path: Path) -> list[tuple[str, str]]:
    return [
        (f"{model.name}.{line.target.id}", ast.unparse(line.annotation))
        for model in _parse(path).body
        if isinstance(model, ast.ClassDef)
        for line in model.body
        if isinstance(line, ast.AnnAssign) and isinstance(line.target, ast.Name)
    ]


def _parse(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"), str(path))
