"""Compare the parameters of an operation, those of its path included."""

from typing import NamedTuple

from scripts.contract.diff import bodies
from scripts.contract.diff.context import Context
from scripts.contract.diff.names import python_name
from scripts.contract.diff.rules import Direction, Position
from scripts.contract.openapi.nodes import Node, text, value
from scripts.contract.openapi.paths import Operation, arguments, template
from scripts.contract.openapi.references import Source

_IGNORED = {"accept", "content-type", "authorization"}  # OpenAPI: such definitions do not count
_SERIALISED = frozenset({"array", "object"})


class Parameter(NamedTuple):
    """One parameter, after references."""

    place: str
    name: str
    node: Node

    @property
    def required(self) -> bool:
        """Whether it must be sent; a path has no optional part."""
        return self.place == "path" or value(self.node.get("required")) is True

    @property
    def style(self) -> str:
        """How values of several parts are written."""
        default = "form" if self.place in ("query", "cookie") else "simple"
        return text(self.node.get("style"), default)

    @property
    def explode(self) -> bool:
        """Whether each part is written for itself."""
        stated = value(self.node.get("explode"))
        return stated if isinstance(stated, bool) else self.style == "form"


Key = tuple[str, str]


def compare(context: Context, old: Operation, new: Operation) -> None:
    """Compare all parameters of two operations."""
    ours = _parameters(context.walk.old, old)
    theirs = _parameters(context.walk.new, new)
    ours = _renamed(context, old, new, ours, theirs)
    gone = {key: each for key, each in ours.items() if key not in theirs}
    added = {key: each for key, each in theirs.items() if key not in ours}
    for key, parameter in ours.items():
        if key in theirs:
            _compare(context, parameter, theirs[key])
    for key, other in list(added.items()):
        before = _elsewhere(other, gone)
        if before is not None:
            del gone[_key(before)], added[key]
            places = before.place, other.place
            _report(context, "parameter-location-changed", before, other, *places)
            _compare(context, before, other)
    for parameter in gone.values():
        subject = _subject(parameter)
        context.report(
            "parameter-removed",
            subject,
            parameter.node,
            new.node,
            parameter.name,
            position=_position(context, parameter),
            cause=f"{subject}, required {parameter.required}",
        )
    for other in added.values():
        subject = _subject(other)
        how = "required" if other.required else "optional"
        context.report(
            f"parameter-added-{how}",
            subject,
            old.node,
            other.node,
            None,
            other.name,
            position=_position(context, other),
            cause=subject,
        )


def _parameters(source: Source, operation: Operation) -> dict[Key, Parameter]:
    found: dict[Key, Parameter] = {}
    for holder in (operation.item, operation.node):
        listed = holder.get("parameters")
        for entry in listed.items() if listed is not None else ():
            node, _ = source.resolve(entry)
            place, name = text(node.get("in")), text(node.get("name"))
            if not place or not name:
                source.problem(entry, "a parameter must have a name and a place (in)")
                continue
            parameter = Parameter(place, name, node)
            if place == "path" and value(node.get("required")) is not True:
                source.problem(node, f"the path parameter {name!r} must be required")
            found[_key(parameter)] = parameter
    return found


def _key(parameter: Parameter) -> Key:
    name = parameter.name.lower() if parameter.place == "header" else parameter.name
    return parameter.place, name


def _renamed(
    context: Context,
    old: Operation,
    new: Operation,
    ours: dict[Key, Parameter],
    theirs: dict[Key, Parameter],
) -> dict[Key, Parameter]:
    """Report arguments of the path that are called otherwise; file them under the new name."""
    if old.path == new.path or template(old.path) != template(new.path):
        return ours
    names = {
        before: after
        for before, after in zip(arguments(old.path), arguments(new.path), strict=True)
        if before != after
    }
    result: dict[Key, Parameter] = {}
    for key, parameter in ours.items():
        after = names.get(parameter.name) if parameter.place == "path" else None
        other = theirs.get(("path", after)) if after is not None else None
        if other is None:
            result[key] = parameter
            continue
        _report(context, "path-parameter-renamed", parameter, other, parameter.name, other.name)
        result["path", other.name] = parameter
    return result


def _elsewhere(other: Parameter, gone: dict[Key, Parameter]) -> Parameter | None:
    for parameter in gone.values():
        if parameter.place != other.place and parameter.name.lower() == other.name.lower():
            return parameter
    return None


def _subject(parameter: Parameter) -> str:
    return f"{parameter.place} parameter {parameter.name}"


def _position(context: Context, parameter: Parameter) -> Position:
    if parameter.place == "header" and parameter.name.lower() in _IGNORED:
        return Position(Direction.UNUSED, context.in_code)
    return context.sent


def _report(
    context: Context, rule: str, old: Parameter, new: Parameter, before: object, after: object
) -> None:
    subject = _subject(new)
    position = _position(context, new)
    if rule == "path-parameter-renamed" and python_name(old.name) == python_name(new.name):
        position = position.outside_code()
    context.report(
        rule, subject, old.node, new.node, before, after, position=position, cause=subject
    )


def _compare(context: Context, old: Parameter, new: Parameter) -> None:
    subject, position = _subject(new), _position(context, new)
    _requirement(context, old, new)
    for field, when_true, when_false in (
        ("deprecated", "parameter-deprecated", "parameter-undeprecated"),
        ("allowEmptyValue", "parameter-empty-value-allowed", "parameter-empty-value-refused"),
        ("allowReserved", "parameter-reserved-changed", "parameter-reserved-changed"),
    ):
        before, after = (value(each.node.get(field)) is True for each in (old, new))
        if before != after:
            _report(context, when_true if after else when_false, old, new, before, after)
    context.walk.unknown_fields(
        "parameter", old.node, new.node, position, subject, context.operation, subject
    )
    ours, theirs = old.node.get("schema"), new.node.get("schema")
    if ours is not None and theirs is not None:
        _serialisation(context, old, new, ours, theirs)
        context.schemas.visit(ours, theirs, position, subject, context.operation, shared=True)
        return
    content = old.node.get("content"), new.node.get("content")
    if content[0] is not None and content[1] is not None:
        bodies.compare_content(context, subject, *content, position)
    elif (ours is None) != (theirs is None) or (content[0] is None) != (content[1] is None):
        kinds = [
            "schema" if s else "content" if c else None
            for s, c in ((ours, content[0]), (theirs, content[1]))
        ]
        _report(context, "parameter-content-changed", old, new, *kinds)


def _requirement(context: Context, old: Parameter, new: Parameter) -> None:
    before, after = (value(each.node.get("required")) is True for each in (old, new))
    if old.required != new.required:
        rule = "parameter-became-required" if new.required else "parameter-became-optional"
        _report(context, rule, old, new, before, after)
    elif before != after:
        marked = "required" if after else "optional"
        _report(context, f"path-parameter-marked-{marked}", old, new, before, after)


def _serialisation(
    context: Context, old: Parameter, new: Parameter, ours: Node, theirs: Node
) -> None:
    """Compare how several parts are written; a value of one part is written in one way only."""
    types = context.schemas.old.all_types(ours) & context.schemas.new.all_types(theirs)
    if not types & _SERIALISED or old.place != new.place:
        return
    if old.style != new.style:
        _report(context, "parameter-style-changed", old, new, old.style, new.style)
    elif old.explode != new.explode:
        _report(context, "parameter-explode-changed", old, new, old.explode, new.explode)
