"""Compare the parameters of an operation, including those of its path."""

from collections.abc import Iterator
from typing import NamedTuple

from scripts.diff.changes import Change, Difference, Item, Pair, Scope
from scripts.diff.compare.canonical import ComparedDocument
from scripts.diff.compare.members import one_sided
from scripts.diff.compare.messages import compare_content
from scripts.diff.compare.proofs import Documents
from scripts.diff.names import python_name
from scripts.diff.rules import Direction
from scripts.openapi.nodes import Node, text, value
from scripts.openapi.paths import Operation, arguments, template
from scripts.openapi.references import Source

_IGNORED = {"accept", "content-type", "authorization"}  # OpenAPI ignores such definitions
_SERIALISED = frozenset({"array", "object"})
_MARKED = frozenset({"label", "matrix"})  # styles that begin any value with a mark


class Parameter(NamedTuple):
    """One parameter, with references followed."""

    place: str  # path, query, header or cookie
    name: str
    node: Node

    @classmethod
    def read(cls, node: Node) -> "Parameter":
        """Read a parameter; place and name are empty if missing."""
        return cls(text(node.get("in")), text(node.get("name")), node)

    @property
    def key(self) -> tuple[str, str]:
        """Its identity within the operation; header names are case-insensitive."""
        return self.place, self.name.lower() if self.place == "header" else self.name

    @property
    def subject(self) -> str:
        """The parameter in words."""
        return f"{self.place} parameter {self.name}"

    @property
    def required(self) -> bool:
        """Whether it must be sent; a path parameter always must."""
        return self.place == "path" or value(self.node.get("required")) is True

    @property
    def style(self) -> str:
        """How arrays and objects are serialised."""
        default = "form" if self.place in ("query", "cookie") else "simple"
        return text(self.node.get("style"), default)

    @property
    def explode(self) -> bool:
        """Whether each item is serialised separately."""
        stated = value(self.node.get("explode"))
        return stated if isinstance(stated, bool) else self.style == "form"

    def is_elsewhere(self, other: "Parameter") -> bool:
        """Return whether this is the other parameter in another place."""
        return self.place != other.place and self.name.lower() == other.name.lower()

    def scope(self, operation: Scope) -> Scope:
        """Return the scope of this parameter of an operation."""
        scope = operation.shared(self.subject)
        if self.place == "header" and self.name.lower() in _IGNORED:
            return scope.at(scope.position._replace(direction=Direction.UNUSED))
        return scope


Parameters = dict[tuple[str, str], Parameter]


def compare_parameters(
    old: Operation, new: Operation, scope: Scope, documents: Documents
) -> Iterator[Item]:
    """Compare all parameters of two operations."""
    before, after = _parameters(documents.old, old), _parameters(documents.new, new)
    renamed = {
        ("path", was): ("path", now)
        for was, now in _renamed_arguments(old.path, new.path)
        if ("path", was) in before and ("path", now) in after
    }
    for (_, was), (_, now) in renamed.items():
        one, other = before["path", was], after["path", now]
        in_code = python_name(was) != python_name(now)
        change = Change("path-parameter-renamed", one.node, other.node, was, now, in_code)
        yield Difference(change, other.scope(scope))
    before = {renamed.get(key, key): each for key, each in before.items()}
    for key, one in before.items():
        if key in after:
            yield Pair("parameter", one.node, after[key].node, after[key].scope(scope))
    gone = [each for key, each in before.items() if key not in after]
    holders = old.node, new.node
    for other in [each for key, each in after.items() if key not in before]:
        moved = next((each for each in gone if each.is_elsewhere(other)), None)
        if moved is not None:
            gone.remove(moved)
            places = moved.node, other.node
            # Arguments are ordered by name, whatever their place, but path arguments come first.
            in_code = "path" in (moved.place, other.place) or _is_serialised(other, documents.new)
            names = moved.place, other.place
            change = Change("parameter-location-changed", *places, *names, in_code)
            yield Difference(change, other.scope(scope))
            yield Pair("parameter", *places, other.scope(scope))
        else:
            change = one_sided(_kind(other, old, new), None, other.node, holders, other.name)
            yield Difference(change, other.scope(scope))
    for one in gone:
        cause = f"{one.subject}, required {one.required}"
        change = one_sided(_kind(one, new, old), one.node, None, holders, one.name)
        yield Difference(change, one.scope(scope)._replace(cause=cause))


def _kind(parameter: Parameter, absent_in: Operation, present_in: Operation) -> str:
    """Return the kind of a parameter that is declared for one of two operations only.

    What a path has in braces is sent with or without a declaration, and nothing else is.
    """
    if parameter.place == "path" and parameter.name not in arguments(present_in.path):
        return "unused path-parameter"
    if parameter.place == "path" and _is_same_path(absent_in.path, present_in.path):
        return "path-parameter"
    return "required parameter" if parameter.required else "parameter"


def _is_serialised(parameter: Parameter, document: ComparedDocument) -> bool:
    schema = parameter.node.get("schema")
    return schema is not None and bool(document.all_types(schema) & _SERIALISED)


def _parameters(source: Source, operation: Operation) -> Parameters:
    found: Parameters = {}
    for holder in (operation.item, operation.node):
        listed = holder.get("parameters")
        for entry in listed.items() if listed is not None else ():
            parameter = Parameter.read(source.resolve(entry)[0])
            if not parameter.place or not parameter.name:
                source.problem(entry, "a parameter must have a name and a place (in)")
                continue
            if parameter.place == "path" and value(parameter.node.get("required")) is not True:
                why = f"the path parameter {parameter.name!r} must be required"
                source.problem(parameter.node, why)
            found[parameter.key] = parameter
    return found


def _renamed_arguments(old: str, new: str) -> list[tuple[str, str]]:
    """Return the renamed arguments of one path template: old name, new name."""
    if not _is_same_path(old, new):
        return []
    pairs = zip(reversed(arguments(old)), reversed(arguments(new)), strict=False)
    return [(before, after) for before, after in pairs if before != after]


def _is_same_path(old: str, new: str) -> bool:
    """Return whether two paths are the same but for the names of arguments and the base path."""
    paths = template(old), template(new)
    return paths[0].endswith(paths[1]) or paths[1].endswith(paths[0])


def compare_parameter(old: Node, new: Node, scope: Scope, documents: Documents) -> Iterator[Item]:
    """Compare a matched pair of parameters."""
    yield from _requirement(Parameter.read(old), Parameter.read(new))
    schema, other = old.get("schema"), new.get("schema")
    if schema is not None and other is not None:
        types = documents.old.all_types(schema) & documents.new.all_types(other)
        yield from _serialisation(Parameter.read(old), Parameter.read(new), types)
        parameter = Parameter.read(old if scope.position.direction is Direction.REQUEST else new)
        written = "exploded" if parameter.explode and parameter.style == "form" else "once"
        position = scope.position._replace(text=written, is_always_sent=parameter.required)
        yield Pair("schema", schema, other, scope.at(position))
    elif old.get("content") is not None and new.get("content") is not None:
        content = scope.about(scope.subject)
        yield from compare_content(old.get("content"), new.get("content"), content)
    elif _form(old) != _form(new):
        yield Change("parameter-content-changed", old, new, _form(old), _form(new))


def _form(parameter: Node) -> str | None:
    """Return the keyword that describes a parameter's value."""
    return next((field for field in ("schema", "content") if parameter.get(field)), None)


def _requirement(old: Parameter, new: Parameter) -> Iterator[Change]:
    before, after = (value(each.node.get("required")) is True for each in (old, new))
    if old.required != new.required:
        rule = "parameter-became-required" if new.required else "parameter-became-optional"
        yield Change(rule, old.node, new.node, before, after)
    elif before != after:
        rule = "path-parameter-marked-required" if after else "path-parameter-marked-optional"
        yield Change(rule, old.node, new.node, before, after)


def _serialisation(old: Parameter, new: Parameter, types: frozenset[str]) -> Iterator[Change]:
    """Compare how values of these types are serialised; a plain one has a form of few styles."""
    is_split, styles = bool(types & _SERIALISED), {old.style, new.style}
    if old.place != new.place or not (is_split or styles & _MARKED):
        return
    if len(styles) > 1:
        yield Change("parameter-style-changed", old.node, new.node, old.style, new.style)
    elif is_split and old.explode != new.explode:
        yield Change("parameter-explode-changed", old.node, new.node, old.explode, new.explode)
