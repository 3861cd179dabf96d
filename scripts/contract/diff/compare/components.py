"""Compare the models that no operation reaches: generated code has them all the same."""

from collections.abc import Iterator
from typing import Any

from scripts.contract.diff.changes import Change, Difference, Pair, Scope
from scripts.contract.diff.compare.side import Side, Sides
from scripts.contract.diff.names import class_name
from scripts.contract.diff.rules import Direction, Position
from scripts.contract.openapi.nodes import Node
from scripts.contract.openapi.pointers import escape, unescape

_POSITION = Position(Direction.UNUSED)


def matched_models(sides: Sides) -> Iterator[Pair]:
    """Give the component schemas that are one model in generated code."""
    names = {class_name(name): name for name in _component_schemas(sides.new)}
    for name in _component_schemas(sides.old):
        other = names.get(class_name(name))
        if other is not None:
            scope = Scope("", _POSITION, name)
            yield Pair("schema", _reference(name), _reference(other), scope)


def compare_unused_models(sides: Sides) -> Iterator[Difference]:
    """Report models that are gone or new and that no operation uses."""
    holders = [side.root.child("components", None) for side in sides]
    for name, node in _unused_models(*sides):
        change = Change("model-removed", node, holders[1], name)
        yield Difference(change, Scope("", _POSITION, name))
    for name, node in _unused_models(sides.new, sides.old):
        change = Change("model-added", holders[0], node, None, name)
        yield Difference(change, Scope("", _POSITION, name))


def _unused_models(side: Side, other: Side) -> Iterator[tuple[str, Node]]:
    known = {class_name(name) for name in _component_schemas(other)}
    schemas = _component_schemas(side)
    missing = [name for name in schemas if class_name(name) not in known]
    used = _reachable(side.root.value) if missing else set()
    for name in missing:
        # What uses it is reported, or nothing is generated for it.
        if name not in used and side.shape(_reference(name)).is_model:
            yield name, schemas[name]


def _component_schemas(side: Side) -> dict[str, Node]:
    components = side.root.get("components")
    schemas = components.get("schemas") if components else None
    return dict(schemas.members()) if schemas else {}


def _reference(name: str) -> Node:
    pointer = f"/components/schemas/{escape(name)}"
    return Node({"$ref": f"#{pointer}"}, pointer)


def _reachable(document: dict[str, Any]) -> set[str]:
    """Name the component schemas that operations reach, through whatever refers to them."""
    components = document.get("components")
    sections = components if isinstance(components, dict) else {}
    pending: list[Any] = [value for key, value in document.items() if key != "components"]
    reached: set[tuple[str, str]] = set()
    while pending:
        item = pending.pop()
        if isinstance(item, dict):
            reference = item.get("$ref")
            if isinstance(reference, str) and reference.startswith("#/components/"):
                section, _, name = reference.removeprefix("#/components/").partition("/")
                name = unescape(name)
                if (section, name) not in reached:
                    reached.add((section, name))
                    members = sections.get(section)
                    pending.append(members.get(name) if isinstance(members, dict) else None)
            pending.extend(item.values())
        elif isinstance(item, list):
            pending.extend(item)
    return {name for section, name in reached if section == "schemas"}
