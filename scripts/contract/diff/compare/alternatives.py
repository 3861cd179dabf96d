"""Match the alternatives of two schemas (oneOf, anyOf), their allOf parts, their discriminators."""

from collections.abc import Callable, Hashable, Iterator

from scripts.contract.diff.changes import Change, Difference, Item, Pair, Scope, member_change
from scripts.contract.diff.compare.compared import ComparedDocument, Documents
from scripts.contract.diff.compare.fields import structure
from scripts.contract.diff.compare.shapes import SchemaShape
from scripts.contract.diff.compare.values import compare_null
from scripts.contract.diff.names import class_name
from scripts.contract.openapi.nodes import Node, canonical, matched, text, value
from scripts.contract.openapi.references import Source

ALTERNATIVE = "|"
"""Stands in a subject before the number of an alternative."""

_LIKELY = 0.5  # how alike two alternatives must be to be one that changed
_MOST = 2500  # comparisons of likeness, so that long lists stay cheap

Couple = tuple[Node, Node]


def compare_alternatives(
    old: SchemaShape, new: SchemaShape, scope: Scope, documents: Documents
) -> Iterator[Item]:
    """Compare the alternatives; a schema without any is a union of one."""
    before, after = old.alternatives, new.alternatives
    if not before and not after:
        return
    kinds = [{"oneOf", "anyOf"} & shape.keywords.keys() for shape in (old, new)]
    if all(kinds) and kinds[0] != kinds[1]:
        names = ["+".join(sorted(each)) for each in kinds]
        yield Change("alternatives-kind-changed", old.node, new.node, names[0], names[1])
    if not before or not after:
        if not (new if after else old).is_bare_union:
            rule = "alternatives-added" if after else "alternatives-removed"
            shown = [[node.value for node in nodes] or None for nodes in (before, after)]
            yield Change(rule, old.node, new.node, shown[0], shown[1])
            return
        before, after = before or _as_union(old), after or _as_union(new)
        if len(before) > 1 and len(after) > 1:
            yield from compare_null(old, new)
    couples, gone, added = match(before, after, documents)
    for couple in couples:
        yield Pair("schema", *couple, scope.part(f"{ALTERNATIVE}{after.index(couple[1])}"))
    if gone:
        labels = [_label(node, documents.old) for node in gone]
        yield Change("alternative-removed", gone[0], new.node, labels)
    if added:
        labels = [_label(node, documents.new) for node in added]
        yield Change("alternative-added", old.node, added[0], None, labels)


def _as_union(shape: SchemaShape) -> list[Node]:
    """Return a plain schema as a union of one; a mere list of types as one of each."""
    stated = shape.keywords.get("type")
    if stated is None or len(shape.keywords) > 1 or shape.properties or shape.required:
        return [shape.node]
    names = [each for each in stated.items() if each.value != "null"]
    return [each._replace(value={"type": each.value}) for each in names] or [shape.node]


def _label(node: Node, document: ComparedDocument) -> object:
    return document.shape(node).name or node.value


def compare_parts(
    old: SchemaShape, new: SchemaShape, scope: Scope, documents: Documents
) -> Iterator[Item]:
    """Compare the parts of allOf; a schema without allOf is all of one."""
    before, after = old.parts, new.parts
    if not before and not after:
        return
    if not before and new.is_bare_conjunction:
        before = [old.node]
    elif not after and old.is_bare_conjunction:
        after = [new.node]
    couples, gone, added = match(before, after, documents)
    for node in gone:
        yield Change("all-of-removed", node, new.node, _label(node, documents.old))
    for node in added:
        yield Change("all-of-added", old.node, node, None, _label(node, documents.new))
    for couple in couples:
        yield Pair("schema", *couple, scope.part("&"))


def match(
    old: list[Node], new: list[Node], documents: Documents
) -> tuple[list[Couple], list[Node], list[Node]]:
    """Match by component, then by structure, then by what tells them apart, then by likeness.

    Return the couples, and what is left of the old and of the new.
    """
    couples: list[Couple] = []
    for key in (_component, _structure, _mark):
        found = _matched_by(key, old, new, documents)
        couples += found
        old, new = _rest(old, new, found)
    found = _alike(old, new, documents)
    return [*couples, *found], *_rest(old, new, found)


def _rest(old: list[Node], new: list[Node], found: list[Couple]) -> tuple[list[Node], list[Node]]:
    taken = {id(node) for couple in found for node in couple}
    return (
        [node for node in old if id(node) not in taken],
        [node for node in new if id(node) not in taken],
    )


def _matched_by(
    key: Callable[[SchemaShape], Hashable | None],
    old: list[Node],
    new: list[Node],
    documents: Documents,
) -> list[Couple]:
    waiting: dict[Hashable, list[Node]] = {}
    for node in old:
        waiting.setdefault(key(documents.old.shape(node)), []).append(node)
    waiting.pop(None, None)
    return [
        (same.pop(0), other)
        for other in new
        if (same := waiting.get(key(documents.new.shape(other))))
    ]


def _component(shape: SchemaShape) -> str | None:
    return class_name(shape.name) if shape.name else None


def _structure(shape: SchemaShape) -> str:
    return canonical(structure(shape.node.value))


def _mark(shape: SchemaShape) -> str | None:
    """Return the property that has one value only, as a discriminating one has."""
    for name, node in sorted(shape.properties.items()):
        schema = node.value if isinstance(node.value, dict) else {}
        values = [schema["const"]] if "const" in schema else schema.get("enum")
        if isinstance(values, list) and len(values) == 1:
            return f"{name}={canonical(values[0])}"
    return None


def _alike(old: list[Node], new: list[Node], documents: Documents) -> list[Couple]:
    if len(old) * len(new) > _MOST:
        return list(zip(old, new, strict=False))
    ranked = sorted(
        (-_likeness(documents.old.shape(one), documents.new.shape(other)), i + j, abs(i - j), i, j)
        for i, one in enumerate(old)
        for j, other in enumerate(new)
    )
    left, right, couples = set(range(len(old))), set(range(len(new))), []
    for score, *_, i, j in ranked:
        if -score >= _LIKELY and i in left and j in right:
            left.discard(i)
            right.discard(j)
            couples.append((old[i], new[j]))
    return couples


def _likeness(old: SchemaShape, new: SchemaShape) -> float:
    if not old.types & new.types:
        return 0.0
    names = old.properties.keys() | new.properties.keys()
    if names:
        common = old.properties.keys() & new.properties.keys()
        pairs = [(old.properties[name].value, new.properties[name].value) for name in common]
        equal = sum(1 for one, other in pairs if structure(one) == structure(other))
        return (len(common) + equal) / 2 / len(names)
    if old.constants is not None and new.constants is not None:
        before, after = ({canonical(each) for each in s.constants or ()} for s in (old, new))
        return 0.5 + len(before & after) / len(before | after) / 2 if before & after else 0.0
    return 1.0 if old.types == new.types else 0.6


def compare_discriminators(old: SchemaShape, new: SchemaShape, scope: Scope) -> Iterator[Item]:
    """Compare what says which alternative a value is."""
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
    yield Pair("discriminator", before, after, scope.part(": discriminator"))


def compare_discriminator(
    old: Node, new: Node, scope: Scope, documents: Documents
) -> Iterator[Item]:
    """Compare which value stands for which schema."""
    for name, before, after in matched(old.get("mapping"), new.get("mapping")):
        if (before is None or after is None) and _is_implied(name, before or after):
            continue  # a component is known by its own name, said or not
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


def _is_implied(name: str, node: Node | None) -> bool:
    return text(node).rpartition("/")[2] == name


def _target(source: Source, node: Node) -> Node | None:
    """Find the schema that a mapping names, by reference or by component name."""
    if not isinstance(node.value, str):
        return None
    named = f"#/components/schemas/{node.value}"
    for reference in (node.value, named):
        if "/" in reference and source.has(reference, node.file):
            return Node({"$ref": reference}, node.pointer, node.file)
    return None
