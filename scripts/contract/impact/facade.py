"""What the facade sends, reads and returns, parsed from its source without running it."""

import ast
import re
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from scripts.errors import CannotRunError

# Every request has these headers.
SET_HEADERS = frozenset({"accept", "authorization", "content_type", "user_agent", "version"})
_SERVER = Path("_core/client_options.py")
_DECLARED = Path("_core/methods.py")
_Function = ast.FunctionDef | ast.AsyncFunctionDef
_LISTS = frozenset({"Page", "Iterator"})
_HOLDERS = _LISTS | {"Ensured", "None"}  # of a model in an annotation


@dataclass(frozen=True, slots=True)
class Need:
    """What the facade needs of an operation; names are in snake_case, those of classes are not."""

    sends: frozenset[str] = frozenset()  # always: query parameters and fields of a body
    may_send: frozenset[str] = frozenset()
    classes: frozenset[str] = frozenset()  # of generated code
    reads: frozenset[str] = frozenset()  # fields without which a response is of no use


@dataclass(frozen=True)
class FacadeMethod:
    """A method of a resource, such as `associations.update`; the same for blocking and async.

    An internal method has the name by which its class calls it.
    """

    name: str
    operations: tuple[str, ...]  # ids of the contract, in snake_case
    source: str  # its hand-written file, as `facade/...`; empty if it is nowhere
    returns: str = ""  # the annotation of the blocking method
    positional: tuple[str, ...] = ()
    keywords: dict[str, Any] = field(default_factory=dict)  # with defaults that are literals

    @property
    def parameters(self) -> set[str]:
        return {*self.positional, *self.keywords}

    @cached_property
    def model(self) -> str:
        """The model that it returns, alone or in a page or iterator; empty if none."""
        return "".join(each for each in re.findall(r"\w+", self.returns) if each not in _HOLDERS)

    @property
    def many(self) -> bool:
        return bool(_LISTS & {*re.findall(r"\w+", self.returns)})


@dataclass(frozen=True)
class Facade:
    """All methods of resources, internal methods that send other operations, and all models."""

    methods: dict[str, FacadeMethod] = field(default_factory=dict)
    internal: tuple[FacadeMethod, ...] = ()
    annotations: dict[str, str] = field(default_factory=dict)  # of `Association.key`: `str | None`
    needs: dict[str, Need] = field(default_factory=dict)  # by operation
    server: str = ""  # where requests are sent, unless the app names another one
    server_source: str = ""
    places: dict[str, str] = field(default_factory=dict)  # file:line of each name

    @property
    def senders(self) -> list[FacadeMethod]:
        return [*self.methods.values(), *self.internal]

    @property
    def resources(self) -> set[str]:
        """The attributes of a client: `associations`, `relations`."""
        return {name.partition(".")[0] for name in self.methods}


def read_facade(folder: Path) -> Facade:
    """Read the facade in a folder; empty if there is none."""
    if not (folder / _DECLARED).exists():
        return Facade()
    sent, internal, needs = (
        _literal(folder / _DECLARED, name)[0] for name in ("METHODS", "INTERNAL", "NEEDS")
    )
    places: dict[str, str] = {}
    methods = {}
    for name, ids in sent.items():  # `_async` comes before `_sync`
        source = min(folder.rglob(f"{name.partition('.')[0]}.py"), default=None)
        methods[name] = _method(folder, name, ids, source, places)
    others = [
        _method(folder, name, tuple(ids), folder / file, places)
        for name, (file, *ids) in internal.items()
    ]
    annotations = {}
    for name, line in _fields(folder / "models.py"):
        annotations[name] = ast.unparse(line.annotation)
        places[name] = _place(folder, folder / "models.py", line)
    server, options = "", folder / _SERVER
    if options.exists():
        server, assigned = _literal(options, "BASE_URL")
        places["BASE_URL"] = _place(folder, options, assigned)
    return Facade(
        methods,
        tuple(others),
        annotations,
        {
            name: Need(**{part: frozenset(names.split()) for part, names in entry.items()})
            for name, entry in needs.items()
        },
        server,
        _place(folder, options) if server else "",
        places,
    )


def _method(
    folder: Path, name: str, ids: tuple[str, ...], source: Path | None, places: dict[str, str]
) -> FacadeMethod:
    where, found = _place(folder, source) if source else "", None
    if source is not None and source.is_file():
        found = _functions(_parse(source)).get(name.rpartition(".")[2])
        places[name] = _place(folder, source, found)
    if found is None:
        return FacadeMethod(name, ids, where)
    keywords = zip(found.args.kwonlyargs, found.args.kw_defaults, strict=True)
    return FacadeMethod(
        name,
        ids,
        where,
        ast.unparse(found.returns).replace("Async", "").strip("'") if found.returns else "",
        tuple(each.arg for each in found.args.args if each.arg != "self"),
        {
            each.arg: value.value if isinstance(value, ast.Constant) else None
            for each, value in keywords
        },
    )


def _place(folder: Path, source: Path, node: ast.stmt | None = None) -> str:
    name = (Path(folder.name) / source.relative_to(folder)).as_posix()
    return f"{name}:{node.lineno}" if node else name


def _literal(path: Path, name: str) -> tuple[Any, ast.stmt]:
    """Return the literal that a module assigns to a name, and the assignment."""
    for node in _parse(path).body:
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
            target = node.targets[0] if isinstance(node, ast.Assign) else node.target
            if ast.unparse(target) == name:
                return ast.literal_eval(node.value), node
    raise CannotRunError(f"{path} does not assign {name}")


@cache  # every method of a file is looked for in it
def _functions(tree: ast.Module) -> dict[str, _Function]:
    """Return the methods of all classes of a file by their names, the first of each."""
    found = [each for each in ast.walk(tree) if isinstance(each, _Function)]
    return {each.name: each for each in reversed(found)}


def _fields(path: Path) -> list[tuple[str, ast.AnnAssign]]:
    return [
        (f"{model.name}.{ast.unparse(line.target)}", line)
        for model in _parse(path).body
        if isinstance(model, ast.ClassDef)
        for line in model.body
        if isinstance(line, ast.AnnAssign)
    ]


def _parse(path: Path) -> ast.Module:
    return _tree(path.read_text("utf-8"), str(path))


@cache
def _tree(text: str, name: str) -> ast.Module:
    return ast.parse(text, name)
