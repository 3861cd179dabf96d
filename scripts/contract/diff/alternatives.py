"""Match the alternatives of two schemas (oneOf, anyOf), their allOf parts, their discriminators."""

from collections.abc import Callable, Hashable

from scripts.contract.diff import keywords
from scripts.contract.diff.names import class_name
from scripts.contract.diff.pair import ALTERNATIVE, Below, Pair
from scripts.contract.diff.shape import Shape, Shapes, constants
from scripts.contract.diff.structure import structure
from scripts.contract.openapi.nodes import Node, canonical, matched, text, value
from scripts.contract.openapi.references import Source

_LIKELY = 0.5  # how alike two alternatives must be to be one that changed
_MOST = 2500  # comparisons of likeness, so that long lists stay cheap

Couple = tuple[Node, Node]


def compare(pair: Pair, old: Shapes, new: Shapes) -> list[Below]:
    """Report what differs; give the pairs of schemas below."""
    below = compare_parts(pair, old, new)
    ours, theirs = pair.old.alternatives, pair.new.alternatives
    if not ours and not theirs:
        return below + _discriminator(pair)
    _kind(pair)
    if not ours or not theirs:
        bare = (pair.new if theirs else pair.old).is_bare_union
        if not bare:
            rule = "alternatives-added" if theirs else "alternatives-removed"
            pair.report(rule, None, None, _shown(ours), _shown(theirs))
            return below + _discriminator(pair)
        ours, theirs = ours or _as_union(pair.old), theirs or _as_union(pair.new)
        if len(ours) > 1 and len(theirs) > 1:
            keywords.compare_null(pair)
    couples, gone, added = match(ours, theirs, old, new)
    for mine, other in couples:
        below.append(
            (mine, other, pair.position, f"{pair.subject}{ALTERNATIVE}{theirs.index(other)}")
        )
    if gone:
        labels = [_label(node, old) for node in gone]
        pair.report("alternative-removed", gone[0], None, labels)
    if added:
        labels = [_label(node, new) for node in added]
        pair.report("alternative-added", None, added[0], None, labels)
    return below + _discriminator(pair)


def _as_union(shape: Shape) -> list[Node]:
    """Give a plain schema as a union of one; a mere list of types as one of each."""
    stated = shape.keywords.get("type")
    if stated is None or len(shape.keywords) > 1 or shape.properties or shape.required:
        return [shape.node]
    names = [each for each in stated.items() if each.value != "null"]
    return [each._replace(value={"type": each.value}) for each in names] or [shape.node]


def _kind(pair: Pair) -> None:
    kinds = [{"oneOf", "anyOf"} & shape.keywords.keys() for shape in (pair.old, pair.new)]
    if all(kinds) and kinds[0] != kinds[1]:
        before, after = ("+".join(sorted(each)) for each in kinds)
        pair.report("alternatives-kind-changed", None, None, before, after)


def _shown(nodes: list[Node]) -> list[object] | None:
    return [node.value for node in nodes] or None


def _label(node: Node, shapes: Shapes) -> object:
    return shapes.of(node).name or node.value


def match(
    ours: list[Node], theirs: list[Node], old: Shapes, new: Shapes
) -> tuple[list[Couple], list[Node], list[Node]]:
    """Match by component, then by structure, then by what tells them apart, then by likeness."""
    couples: list[Couple] = []
    for key in (_name, _structure, _mark):
        found = _by(key, ours, theirs, old, new)
        couples += found
        taken = {id(node) for couple in found for node in couple}
        ours = [node for node in ours if id(node) not in taken]
        theirs = [node for node in theirs if id(node) not in taken]
    for mine, other in _alike(ours, theirs, old, new):
        couples.append((mine, other))
        ours = [node for node in ours if node is not mine]
        theirs = [node for node in theirs if node is not other]
    return couples, ours, theirs


def _by(
    key: Callable[[Shape], Hashable | None],
    ours: list[Node],
    theirs: list[Node],
    old: Shapes,
    new: Shapes,
) -> list[Couple]:
    waiting: dict[Hashable, list[Node]] = {}
    for node in ours:
        waiting.setdefault(key(old.of(node)), []).append(node)
    waiting.pop(None, None)
    couples = []
    for other in theirs:
        same = waiting.get(key(new.of(other)))
        if same:
            couples.append((same.pop(0), other))
    return couples


def _name(shape: Shape) -> str | None:
    return class_name(shape.name) if shape.name else None


def _structure(shape: Shape) -> str:
    return canonical(structure(shape.node.value))


def _mark(shape: Shape) -> str | None:
    """Give the property that has one value only, as a discriminating one has."""
    for name, node in sorted(shape.properties.items()):
        schema = node.value if isinstance(node.value, dict) else {}
        values = [schema["const"]] if "const" in schema else schema.get("enum")
        if isinstance(values, list) and len(values) == 1:
            return f"{name}={canonical(values[0])}"
    return None


def _alike(ours: list[Node], theirs: list[Node], old: Shapes, new: Shapes) -> list[Couple]:
    if len(ours) * len(theirs) > _MOST:
        return list(zip(ours, theirs, strict=False))
    ranked = sorted(
        (-_likeness(old.of(mine), new.of(other)), i + j, abs(i - j), i, j)
        for i, mine in enumerate(ours)
        for j, other in enumerate(theirs)
    )
    left, right, couples = set(range(len(ours))), set(range(len(theirs))), []
    for score, *_, i, j in ranked:
        if -score >= _LIKELY and i in left and j in right:
            left.discard(i)
            right.discard(j)
            couples.append((ours[i], theirs[j]))
    return couples


def _likeness(old: Shape, new: Shape) -> float:
    if not old.types & new.types:
        return 0.0
    names = old.properties.keys() | new.properties.keys()
    if names:
        common = old.properties.keys() & new.properties.keys()
        pairs = [(old.properties[name].value, new.properties[name].value) for name in common]
        equal = sum(1 for mine, other in pairs if structure(mine) == structure(other))
        return (len(common) + equal) / 2 / len(names)
    if constants(old) is not None and constants(new) is not None:
        ours, theirs = ({canonical(each) for each in constants(s) or ()} for s in (old, new))
        return 0.5 + len(ours & theirs) / len(ours | theirs) / 2 if ours & theirs else 0.0
    return 1.0 if old.types == new.types else 0.6


def compare_parts(pair: Pair, old: Shapes, new: Shapes) -> list[Below]:
    """Report parts of allOf that differ; a schema without allOf is all of one."""
    ours, theirs = pair.old.parts, pair.new.parts
    if not ours and not theirs:
        return []
    if not ours and pair.new.is_bare_conjunction:
        ours = [pair.old.node]
    elif not theirs and pair.old.is_bare_conjunction:
        theirs = [pair.new.node]
    couples, gone, added = match(ours, theirs, old, new)
    for node in gone:
        pair.report("all-of-removed", node, None, _label(node, old))
    for node in added:
        pair.report("all-of-added", None, node, None, _label(node, new))
    return [(mine, other, pair.position, f"{pair.subject}&") for mine, other in couples]


def _discriminator(pair: Pair) -> list[Below]:
    old, new = pair.old.keywords.get("discriminator"), pair.new.keywords.get("discriminator")
    if old is None or new is None:
        if old is not new:
            rule = "discriminator-added" if old is None else "discriminator-removed"
            pair.report(rule, old, new, value(old), value(new))
        return []
    subject = f"{pair.subject}: discriminator"
    pair.walk.unknown_fields("discriminator", old, new, pair.position, subject, pair.key)
    ours, theirs = value(old.get("propertyName")), value(new.get("propertyName"))
    if canonical(ours) != canonical(theirs):
        pair.report("discriminator-changed", old, new, ours, theirs)
    below = list[Below]()
    for name, mine, other in matched(old.get("mapping"), new.get("mapping")):
        label = f"{subject} {name}"
        if (mine is None or other is None) and _is_implied(name, mine or other):
            continue  # a component is known by its own name, said or not
        if mine is None:
            pair.report("discriminator-value-added", old, other, None, name, subject=subject)
        elif other is None:
            pair.report("discriminator-value-removed", mine, new, name, subject=subject)
        else:
            found = _target(pair.walk.old, mine), _target(pair.walk.new, other)
            if found[0] is not None and found[1] is not None:
                below.append((found[0], found[1], pair.position.outside_code(), label))
            elif canonical(mine.value) != canonical(other.value):
                pair.report(
                    "discriminator-value-changed",
                    mine,
                    other,
                    mine.value,
                    other.value,
                    subject=label,
                )
    return below


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
