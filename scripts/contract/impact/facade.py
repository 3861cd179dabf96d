"""What the facade sends, reads and returns, parsed from its source without running it."""

import ast
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from scripts.errors import CannotRunError

_FROM_TRANSPORT = frozenset({"accept", "authorization", "content_type", "user_agent", "version"})
_SERVER = Path("_core/client_options.py")
_Function = ast.FunctionDef | ast.AsyncFunctionDef
_LISTS = frozenset({"Page", "AsyncIterator", "Iterator"})
_HOLDERS = _LISTS | {"Ensured", "None"}  # of a model in an annotation


@dataclass(frozen=True, slots=True)
class Need:
    """What the facade needs of an operation; names are in snake_case, those of classes are not."""

    sends: frozenset[str] = frozenset()  # always: query parameters and fields of a body
    may_send: frozenset[str] = frozenset()
    classes: frozenset[str] = frozenset()  # of generated code
    reads: frozenset[str] = frozenset()  # fields without which a response is of no use


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
    source: str  # its hand-written file, as `facade/...`
    defaults: dict[str, Any] = field(default_factory=dict)  # of parameters, if they are literals


@dataclass(frozen=True, slots=True)
class Facade:
    """All methods of resources, internal methods that send other operations, and all models."""

    methods: dict[str, FacadeMethod] = field(default_factory=dict)
    internal: tuple[FacadeMethod, ...] = ()
    annotations: dict[str, str] = field(default_factory=dict)  # of `Association.key`: `str | None`
    needs: dict[str, Need] = field(default_factory=dict)  # by operation
    server: str = ""  # where requests are sent, unless the app names another one
    server_source: str = ""
    places: dict[str, str] = field(default_factory=dict, compare=False)  # file:line of each name

    @property
    def resources(self) -> set[str]:
        """The attributes of a client: `associations`, `relations`."""
        return {name.partition(".")[0] for name in self.methods}

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
    internal = [
        FacadeMethod(name, frozenset(sent), "", False, frozenset(), _named(folder, folder / file))
        for name, (file, *sent) in _literal(declared, "INTERNAL").items()
    ]
    server, fields = folder / _SERVER, dict(_annotations(folder / "models.py"))
    places = {name: f"{folder.name}/models.py:{line.lineno}" for name, line in fields.items()}
    places |= {each.name: _place(folder, each) for each in (*methods.values(), *internal)}
    url = ""
    if server.exists():
        url = _literal(server, "BASE_URL")
        places["BASE_URL"] = f"{_named(folder, server)}:{_assigned(server, 'BASE_URL').lineno}"
    return Facade(
        methods,
        tuple(internal),
        {name: ast.unparse(line.annotation) for name, line in fields.items()},
        {
            name: Need(**{part: frozenset(names.split()) for part, names in entry.items()})
            for name, entry in _literal(declared, "NEEDS").items()
        },
        url,
        _named(folder, server) if url else "",
        places,
    )


def _place(folder: Path, method: FacadeMethod) -> str:
    """Return file and line of a method; the file alone if it is not in it."""
    source = folder.parent / method.source
    found = _function(source, method.name.rpartition(".")[2]) if source.is_file() else None
    return f"{method.source}:{found.lineno}" if found else method.source


def _method(folder: Path, name: str, operations: Iterable[str]) -> FacadeMethod:
    resource, _, function = name.partition(".")
    source = min(folder.rglob(f"{resource}.py"), default=None)  # `_async` comes before `_sync`
    found = _function(source, function) if source else None
    return FacadeMethod(
        name,
        frozenset(operations),
        *(_returned(found) if found else ("", False)),
        _parameters(found) if found else frozenset(),
        _named(folder, source) if source else "",
        _defaults(found) if found else {},
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


def _literal(path: Path, name: str) -> Any:
    try:
        return ast.literal_eval(_assigned(path, name).value)  # type: ignore[arg-type]
    except ValueError as error:
        raise CannotRunError(f"{path}: {name} must be a literal: {error}") from error


def _assigned(path: Path, name: str) -> ast.Assign | ast.AnnAssign:
    for node in _parse(path).body:
        if isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            if any(isinstance(target, ast.Name) and target.id == name for target in targets):
                return node
    raise CannotRunError(f"{path} does not assign {name}")


def _parameters(function: _Function) -> frozenset[str]:
    each = function.args
    return frozenset(one.arg for one in (*each.posonlyargs, *each.args, *each.kwonlyargs)) - {
        "self"
    }


def _defaults(function: _Function) -> dict[str, Any]:
    pairs = zip(function.args.kwonlyargs, function.args.kw_defaults, strict=True)
    return {each.arg: value.value for each, value in pairs if isinstance(value, ast.Constant)}


def _annotations(path: Path) -> list[tuple[str, ast.AnnAssign]]:
    return [
        (f"{model.name}.{line.target.id}", line)
        for model in _parse(path).body
        if isinstance(model, ast.ClassDef)
        for line in model.body
        if isinstance(line, ast.AnnAssign) and isinstance(line.target, ast.Name)
    ]


def _parse(path: Path) -> ast.Module:
    return _tree(path.read_text("utf-8"), str(path))


@cache  # every method of a file is looked for in it
def _tree(text: str, name: str) -> ast.Module:
    return ast.parse(text, name)
