"""Compare properties, items, and the other keywords that contain schemas."""

from collections.abc import Iterator
from math import inf

from scripts.diff.changes import Change, Difference, Item, Pair, Scope, member_change
from scripts.diff.compare.canonical import ComparedDocument
from scripts.diff.compare.fields import CONDITIONS, NAMED_SCHEMAS
from scripts.diff.compare.proofs import Documents
from scripts.diff.compare.scalars import is_number
from scripts.diff.compare.shapes import SchemaShape
from scripts.diff.rules import Direction, Position
from scripts.openapi.nodes import Node, matched, value

_ACCESS = {
    "readOnly": ("property-became-read-only", "property-became-writable", Direction.REQUEST),
    "writeOnly": ("property-became-write-only", "property-became-readable", Direction.RESPONSE),
}
"""The rules of a property that only one side sends, and the direction without it."""


def compare_objects(
    old: SchemaShape, new: SchemaShape, scope: Scope, documents: Documents
) -> Iterator[Item]:
    """Compare all keywords that contain schemas, except alternatives."""
    yield from _properties(old, new, scope, documents)
    before, after = old.keywords, new.keywords
    if not before and not after:
        return
    yield from _additional(old, new, scope, documents)
    yield from _items(old, new, scope, documents)
    for label, keyword, one, other in _further_schemas(old.keywords, new.keywords):
        inner = scope.part(f": {label}")
        if one is None or other is None:
            if keyword == "patternProperties":
                yield from _governed(one, other, (old, new), inner, documents)
            rule = "condition-added" if one is None else "condition-removed"
            yield Difference(member_change(rule, old.node, new.node, one, other), inner)
        elif keyword != "if":
            # `not` contains what must not be sent.
            position = scope.position.opposite() if keyword == "not" else scope.position
            yield Pair("schema", one, other, inner.at(position.outside_code()))
        elif not documents.are_equal(one, other):
            yield Difference(Change("condition-changed", one, other, one.value, other.value), inner)
    yield from _dependent(old, new, scope)


def _properties(
    old: SchemaShape, new: SchemaShape, scope: Scope, documents: Documents
) -> Iterator[Item]:
    changed = old.required.keys() ^ new.required.keys()
    for name in {**old.properties, **new.properties}:
        before, after = old.properties.get(name), new.properties.get(name)
        if name not in changed and documents.are_unchanged(before, after):
            continue
        keywords = _keywords(documents.old, before), _keywords(documents.new, after)
        inner = scope.part(f".{name}")
        if before is not None and after is not None:
            yield from inner.add_to(_access(*keywords, (old.node, new.node)))
            yield from inner.add_to(_required_effect(name, old, new, keywords, scope.position))
        inner = inner.at(_position(scope.position, *keywords))
        if before is not None and after is not None:
            yield from inner.add_to(_requirement(name, old, new))
            # Requests follow the old contract, responses the new one.
            sender = old if scope.position.direction is Direction.REQUEST else new
            is_always_sent = name in sender.required
            yield Pair(
                "schema",
                before,
                after,
                inner.at(inner.position._replace(is_always_sent=is_always_sent)),
            )
            continue
        yield from _governed(before, after, (old, new), inner, documents, name)
        if name in (old if before is None else new).required:  # without a schema of its own
            yield from inner.add_to(_requirement(name, old, new))
        if before is not None:
            yield Difference(Change("property-removed", before, new.node, name), inner)
        elif after is not None:
            is_required = name in new.required and name not in old.required
            rule = "property-added-required" if is_required else "property-added-optional"
            yield Difference(Change(rule, old.node, after, None, name), inner)
    for name in {**old.required, **new.required}:
        if name not in old.properties and name not in new.properties:
            yield from scope.part(f".{name}").add_to(_requirement(name, old, new))


def _governed(
    before: Node | None,
    after: Node | None,
    shapes: tuple[SchemaShape, SchemaShape],
    scope: Scope,
    documents: Documents,
    name: str = "",
) -> Iterator[Pair]:
    """Compare the schema of some properties, which one side has, with that of all others there.

    Those may be anything unless they are typed; then only one that must be sent is compared.
    """
    side = 0 if before is None else 1
    others = shapes[side].unlisted(name)
    kind = _kind(others, [*documents][side])
    is_sent = kind == "typed" or (kind == "open" and name in shapes[side].required)
    if others is not None and is_sent:
        outside = scope.at(scope.position.outside_code())
        yield Pair("schema", before or others, after or others, outside)


def _keywords(document: ComparedDocument, node: Node | None) -> dict[str, Node]:
    return document.shape(node).keywords if node is not None else {}


def _requirement(
    name: str, old: SchemaShape, new: SchemaShape, needed: tuple[bool, bool] | None = None
) -> Iterator[Change]:
    """Compare whether a property is required, or `needed` of this side."""
    before, after = needed or (name in old.required, name in new.required)
    if before != after:
        rule = "property-became-required" if after else "property-became-optional"
        yield Change(rule, _nearest(name, old), _nearest(name, new), before, after)


def _required_effect(
    name: str,
    old: SchemaShape,
    new: SchemaShape,
    keywords: tuple[dict[str, Node], dict[str, Node]],
    position: Position,
) -> Iterator[Change]:
    """Yield that this side must send a property, or need not, from now on."""
    closed, closed_now = (_is_closed(position, each) for each in keywords)
    needed = not closed and name in old.required, not closed_now and name in new.required
    for change in _requirement(name, old, new, needed):
        yield change._replace(in_code=False)


def _nearest(name: str, shape: SchemaShape) -> Node:
    return shape.required.get(name) or shape.properties.get(name) or shape.node


def _access(
    old: dict[str, Node], new: dict[str, Node], holders: tuple[Node, Node]
) -> Iterator[Change]:
    """Compare whether a property belongs to one direction only."""
    for keyword, (closed, opened, _) in _ACCESS.items():
        before, after = value(old.get(keyword)) is True, value(new.get(keyword)) is True
        if before != after:
            places = old.get(keyword) or holders[0], new.get(keyword) or holders[1]
            yield Change(closed if after else opened, *places, before, after)


def _position(position: Position, old: dict[str, Node], new: dict[str, Node]) -> Position:
    """Return the position of a property; one that an app cannot send is not in a request."""
    if _is_closed(position, old) or _is_closed(position, new):
        return position._replace(direction=Direction.UNUSED)
    return position


def _is_closed(position: Position, keywords: dict[str, Node]) -> bool:
    return any(
        position.direction is closed and value(keywords.get(keyword)) is True
        for keyword, (*_, closed) in _ACCESS.items()
    )


def _additional(
    old: SchemaShape, new: SchemaShape, scope: Scope, documents: Documents
) -> Iterator[Item]:
    before, after = (shape.keywords.get("additionalProperties") for shape in (old, new))
    kinds = _kind(before, documents.old), _kind(after, documents.new)
    if kinds[0] == kinds[1]:
        if kinds[0] == "typed" and before is not None and after is not None:
            yield Pair("schema", before, after, scope.part(".*"))
        return
    if kinds[1] == "closed":
        rule = "additional-properties-closed"
    elif kinds[0] == "closed":
        rule = "additional-properties-opened"
    elif kinds[1] == "typed":
        rule = "additional-properties-typed"
    else:
        rule = "additional-properties-untyped"
    yield member_change(rule, old.node, new.node, before, after)


def _kind(node: Node | None, document: ComparedDocument) -> str:
    if node is None or document.shape(node).accepts_all:
        return "open"
    return "closed" if node.value is False else "typed"


def _items(
    old: SchemaShape, new: SchemaShape, scope: Scope, documents: Documents
) -> Iterator[Item]:
    """Compare the items: first those with a schema each, then all others."""
    limits = [value(shape.keywords.get("maxItems")) for shape in (old, new)]
    most = min((each for each in limits if is_number(each)), default=inf)
    last = max(len(old.prefix), len(new.prefix))
    for index in range(last + 1):
        before, after = old.item(index), new.item(index)
        inner = scope.part("[]" if index == last else f"[{index}]")
        if index >= most:  # a change of maxItems tells that there is such an item
            inner = inner.at(inner.position._replace(direction=Direction.UNUSED))
        if before is not None and after is not None:
            yield Pair("schema", before, after, inner)
        elif _kind(before, documents.old) != _kind(after, documents.new):
            rules = ("items-typed", "items-untyped")
            if index < last:
                rules = ("prefix-item-added", "prefix-item-removed")
            change = member_change(rules[after is None], old.node, new.node, before, after)
            yield Difference(change, scope if index == last and index < most else inner)


def _further_schemas(
    old: dict[str, Node], new: dict[str, Node]
) -> Iterator[tuple[str, str, Node | None, Node | None]]:
    """Yield the schemas of the remaining keywords: a label, the keyword, and both schemas."""
    for keyword in CONDITIONS:
        if keyword in old or keyword in new:
            yield keyword, keyword, old.get(keyword), new.get(keyword)
    for keyword in NAMED_SCHEMAS[1:]:
        for name, before, after in matched(old.get(keyword), new.get(keyword)):
            yield f"{keyword} {name}", keyword, before, after


def _dependent(old: SchemaShape, new: SchemaShape, scope: Scope) -> Iterator[Difference]:
    stated = [shape.keywords.get("dependentRequired") for shape in (old, new)]
    for name, one, other in matched(stated[0], stated[1]):
        before, after = (
            {str(item.value) for item in node.items()} if node is not None else set[str]()
            for node in (one, other)
        )
        places = one or old.node, other or new.node
        added, gone = sorted(after - before), sorted(before - after)
        inner = scope.part(f".{name}")
        if added:
            yield Difference(Change("dependent-required-added", *places, None, added), inner)
        if gone:
            yield Difference(Change("dependent-required-removed", *places, gone), inner)
