"""Compare alternatives (oneOf, anyOf), the parts of allOf, and discriminators."""

from collections.abc import Iterator

from scripts.diff.changes import Change, Difference, Item, Pair, Scope, member_change
from scripts.diff.compare.canonical import ComparedDocument
from scripts.diff.compare.generated import is_own_class
from scripts.diff.compare.keywords import compare_null
from scripts.diff.compare.matching import match_schemas
from scripts.diff.compare.models import compare_alternative_models
from scripts.diff.compare.overlap import compare_overlaps
from scripts.diff.compare.proofs import Documents
from scripts.diff.compare.shapes import SchemaShape
from scripts.diff.rules import Direction
from scripts.openapi.nodes import Node, canonical, text, value
from scripts.openapi.references import Source

_ANY_OTHER = "any other value"


def compare_alternatives(
    old: SchemaShape, new: SchemaShape, scope: Scope, documents: Documents
) -> Iterator[Item]:
    """Compare the alternatives; a schema without any counts as a union of one."""
    before, after = old.alternatives, new.alternatives
    if not before and not after:
        return
    if not before or not after:
        if not (new if after else old).is_bare_union:
            rule = "alternatives-added" if after else "alternatives-removed"
            shown = [[node.value for node in nodes] or None for nodes in (before, after)]
            yield Change(rule, old.node, new.node, shown[0], shown[1])
            return
        before, after = before or _as_union(old), after or _as_union(new)
        if len(before) > 1 and len(after) > 1:
            yield from compare_null(old, new)
    pairs, gone, added = match_schemas(before, after, documents)
    pairs.sort(key=lambda each: documents.are_unchanged(*each))
    yield from compare_overlaps((old, new), pairs, (gone, added), documents)
    for pair in pairs:
        place = f".{new.union or old.union}[{after.index(pair[1])}]"
        yield Pair("schema", *pair, scope.part(place))
    is_received = scope.position.direction is Direction.RESPONSE
    for rule, nodes in _by_class(gone, documents, is_received=is_received).items():
        labels = [_label(node, documents.old) for node in nodes]
        yield Change(rule, nodes[0], new.node, labels)
    if added:
        labels = [_label(node, documents.new) for node in added]
        yield Change("alternative-added", old.node, added[0], None, labels)
    yield from compare_alternative_models(old, new, pairs, scope, documents)


def _by_class(
    gone: list[Node], documents: Documents, *, is_received: bool
) -> dict[str, list[Node]]:
    """Split removed alternatives by whether their generated class is removed as well."""
    found: dict[str, list[Node]] = {}
    for node in gone:
        is_class = is_received and is_own_class(documents.old, documents.new, node)
        rule = "alternative-class-removed" if is_class else "alternative-removed"
        found.setdefault(rule, []).append(node)
    return found


def _as_union(shape: SchemaShape) -> list[Node]:
    """Return a plain schema as a union of one; a list of types as a union of one per type."""
    stated = shape.keywords.get("type")
    if stated is None or len(shape.keywords) > 1 or shape.properties or shape.required:
        return [shape.node]
    names = [each for each in stated.items() if each.value != "null"]
    if len(names) < 2:
        return [shape.node]  # with null, if it has it
    return [each._replace(value={"type": each.value}) for each in names]


def _label(node: Node, document: ComparedDocument) -> object:
    return document.shape(node).name or node.value


def compare_parts(
    old: SchemaShape, new: SchemaShape, scope: Scope, documents: Documents
) -> Iterator[Item]:
    """Compare the unions that a schema has beside its alternatives."""
    if not old.parts and not new.parts:
        return
    pairs, gone, added = match_schemas(old.parts, new.parts, documents)
    for node in gone:
        yield Change("all-of-removed", node, new.node, _label(node, documents.old))
    for node in added:
        yield Change("all-of-added", old.node, node, None, _label(node, documents.new))
    for pair in pairs:
        yield Pair("schema", *pair, scope.part(".allOf"))


def compare_discriminators(old: SchemaShape, new: SchemaShape, scope: Scope) -> Iterator[Item]:
    """Compare how the alternative of a value is identified."""
    before, after = old.keywords.get("discriminator"), new.keywords.get("discriminator")
    if before is None and after is None:
        return
    if before is None or after is None:
        rule = "discriminator-added" if before is None else "discriminator-removed"
        yield member_change(rule, old.node, new.node, before, after)
        return
    names = [value(node.get("propertyName")) for node in (before, after)]
    if canonical(names[0]) != canonical(names[1]):
        yield Change("discriminator-changed", before, after, names[0], names[1])
    # The discriminator's name must match even if the alternatives accept the same values.
    inner = scope.part(": discriminator").at(scope.position._replace(is_proved=False))
    yield Pair("discriminator", before, after, inner)


def compare_discriminator(
    old: Node, new: Node, scope: Scope, documents: Documents
) -> Iterator[Item]:
    """Compare which schema each discriminator value selects."""
    entries = _entries(old), _entries(new)
    for name in {**entries[0], **entries[1]}:
        before, after = entries[0].get(name), entries[1].get(name)
        is_implied = text(before or after).rpartition("/")[2] == name
        if (before is None or after is None) and is_implied:
            continue  # the name of a component selects it with or without a mapping
        if before is None:
            yield Change("discriminator-value-added", old, after or new, None, name)
        elif after is None:
            yield Change("discriminator-value-removed", before, new, name)
        else:
            inner = scope.part(f" {name}")
            one, other = _target(documents.old, before), _target(documents.new, after)
            if one is not None and other is not None:
                yield Pair("schema", one, other, inner.at(scope.position.outside_code()))
            elif canonical(before.value) != canonical(after.value):
                change = Change(
                    "discriminator-value-changed", before, after, before.value, after.value
                )
                yield Difference(change, inner)


def _entries(discriminator: Node) -> dict[str, Node]:
    """Return the schema of each discriminator value, and that of any other value."""
    mapping, other = discriminator.get("mapping"), discriminator.get("defaultMapping")
    entries = dict(mapping.members()) if mapping is not None else {}
    return {**entries, _ANY_OTHER: other} if other is not None else entries


def _target(source: Source, node: Node) -> Node | None:
    """Return the schema that a mapping names, by reference or by component name."""
    if not isinstance(node.value, str):
        return None
    named = f"#/components/schemas/{node.value}"
    for reference in (node.value, named):
        if "/" in reference and source.has(reference, node.file):
            return Node({"$ref": reference}, node.pointer, node.file)
    return None
