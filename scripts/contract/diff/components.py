"""Compare the models that no operation reaches: generated code has them all the same."""

from typing import Any

from scripts.contract.diff.names import class_name
from scripts.contract.diff.rules import Direction, Position
from scripts.contract.diff.schemas import Schemas
from scripts.contract.diff.walk import Walk
from scripts.contract.openapi.nodes import Node
from scripts.contract.openapi.pointers import escape, unescape


def compare(walk: Walk, schemas: Schemas) -> None:
    """Compare all component schemas that were not met on the way from an operation."""
    ours, theirs = _components(walk.old.root), _components(walk.new.root)
    position = Position(Direction.UNUSED)
    names = {class_name(name): name for name in theirs}
    for name in ours:
        other = names.get(class_name(name))
        if other is None:
            continue
        old, new = _reference(name), _reference(other)
        old_met = schemas.old.of(old).key in schemas.met_old
        if not (old_met and schemas.new.of(new).key in schemas.met_new):
            schemas.visit(old, new, position, name, "")
    schemas.run()
    _unused_models("model-removed", walk, schemas, ours, theirs)
    _unused_models("model-added", walk, schemas, theirs, ours)


def _unused_models(
    rule: str, walk: Walk, schemas: Schemas, ours: dict[str, Node], theirs: dict[str, Node]
) -> None:
    gone = rule == "model-removed"
    source, shapes = (walk.old, schemas.old) if gone else (walk.new, schemas.new)
    known = {class_name(name) for name in theirs}
    missing = [name for name in ours if class_name(name) not in known]
    used = _reachable(source.root.value) if missing else set()
    for name in missing:
        if name in used or not shapes.of(_reference(name)).is_model:
            continue  # what uses it is reported, or nothing is generated for it
        other = (walk.new if gone else walk.old).root.child("components", None)
        old, new = (ours[name], other) if gone else (other, ours[name])
        before, after = (name, None) if gone else (None, name)
        walk.report(rule, Position(Direction.UNUSED), name, old, new, before, after, owner="")


def _components(root: Node) -> dict[str, Node]:
    components = root.get("components")
    schemas = components.get("schemas") if components else None
    return dict(schemas.members()) if schemas else {}


def _reference(name: str) -> Node:
    step = escape(name)
    return Node({"$ref": f"#/components/schemas/{step}"}, f"/components/schemas/{step}")


def _reachable(document: dict[str, Any]) -> set[str]:
    """Name the component schemas that operations reach, through whatever refers to them."""
    components = document.get("components")
    sections = components if isinstance(components, dict) else {}
    pending: list[Any] = [value for key, value in document.items() if key != "components"]
    seen: set[tuple[str, str]] = set()
    while pending:
        item = pending.pop()
        if isinstance(item, dict):
            reference = item.get("$ref")
            if isinstance(reference, str) and reference.startswith("#/components/"):
                section, _, name = reference.removeprefix("#/components/").partition("/")
                name = unescape(name)
                if (section, name) not in seen:
                    seen.add((section, name))
                    members = sections.get(section)
                    pending.append(members.get(name) if isinstance(members, dict) else None)
            pending.extend(item.values())
        elif isinstance(item, list):
            pending.extend(item)
    return {name for section, name in seen if section == "schemas"}
