"""Compare schemas by all their keywords, and the models that generated code makes of them."""

from collections.abc import Iterator

from scripts.contract.diff.changes import Change, Difference, Item, Pair, Scope
from scripts.contract.diff.compare.alternatives import (
    ALTERNATIVE,
    compare_alternatives,
    compare_discriminators,
    compare_parts,
)
from scripts.contract.diff.compare.compared import ComparedDocument, Documents
from scripts.contract.diff.compare.fields import unknown_fields
from scripts.contract.diff.compare.generated import makes_class
from scripts.contract.diff.compare.keywords import compare_keywords
from scripts.contract.diff.compare.matching import match_by
from scripts.contract.diff.compare.objects import compare_objects
from scripts.contract.diff.compare.shapes import SchemaShape
from scripts.contract.diff.compare.values import are_comparable, compare_types, compare_values
from scripts.contract.diff.names import class_name
from scripts.contract.diff.rules import Direction, Position, rules
from scripts.contract.openapi.nodes import Node
from scripts.contract.openapi.pointers import escape
from scripts.contract.openapi.references import reached_schemas

_UNREACHED = Position(Direction.UNUSED)


def compare_schemas(
    pair: Pair, old: SchemaShape, new: SchemaShape, documents: Documents
) -> Iterator[Item]:
    """Compare the shapes of a pair of schemas; a component goes by its name wherever it is met."""
    name = new.name or old.name
    scope = pair.scope.about(name) if name else pair.scope
    targets = [_unresolved(old.node), _unresolved(new.node)]
    if targets != [None, None]:
        # What one side cannot show is left out; it is a problem.
        if None not in targets and targets[0] != targets[1]:
            places = pair.old, pair.new
            change = Change("unclassified", *places, pair.old.value, pair.new.value)
            yield Difference(change, scope)
        return
    yield from _model_names(old, new, pair.scope)
    yield from _merged_models(old, new, scope, documents)
    position = scope.position
    if old.alternatives or new.alternatives or old.parts or new.parts:
        position = _proved(position, old, new, documents)
    # What is inside of a value that is always sent need not be always sent.
    inner = scope.at(position._replace(is_given=False))
    for item in _keywords(old, new, inner, documents):
        if isinstance(item, Change):
            item = Difference(item, scope.at(position))  # noqa: PLW2901
        if isinstance(item, Difference) and _is_harmful(item):
            proved = _proved(item.scope.position, old, new, documents)
            item = Difference(item.change, item.scope.at(proved))  # noqa: PLW2901
        yield item


def _is_harmful(difference: Difference) -> bool:
    return rules()[difference.change.rule].severities(difference.position)[0] != "safe"


def _proved(
    position: Position, old: SchemaShape, new: SchemaShape, documents: Documents
) -> Position:
    """Return the position, marked where all that is sent there is accepted for certain."""
    is_proved = position.is_proved or documents.is_proved(old, new, position)
    return position._replace(is_proved=is_proved)


def _unresolved(node: Node) -> str | None:
    """Return the end of a reference that leads nowhere."""
    reference = node.value.get("$ref") if isinstance(node.value, dict) else None
    return reference.rpartition("/")[2] if isinstance(reference, str) else None


def _keywords(
    old: SchemaShape, new: SchemaShape, scope: Scope, documents: Documents
) -> Iterator[Item]:
    """Compare two schemas as far as they can be compared."""
    with_parts, with_alternatives = new if new.parts else old, new if new.alternatives else old
    if bool(old.parts) != bool(new.parts) and with_parts.is_bare_conjunction:
        yield from compare_parts(old, new, scope, documents)
        return
    one_is_union = bool(old.alternatives) != bool(new.alternatives)
    is_wrapped = one_is_union and with_alternatives.is_bare_union
    if not is_wrapped:
        yield from compare_types(old, new)
        if not are_comparable(old, new):
            return
        yield from compare_keywords(old, new)
        yield from compare_values(old, new)
    yield from compare_parts(old, new, scope, documents)
    yield from compare_alternatives(old, new, scope, documents)
    yield from compare_discriminators(old, new, scope)
    if not is_wrapped:
        yield from compare_objects(old, new, scope, documents)
        yield from unknown_fields("schema", old.node, new.node, scope)


def _model_names(old: SchemaShape, new: SchemaShape, scope: Scope) -> Iterator[Difference]:
    """Report that the class which is generated for a schema is renamed.

    Alternatives of one union that are renamed are renamed together.
    """
    if old.name == new.name or not (old.is_model and new.is_model):
        return
    if old.name and new.name:
        if class_name(old.name) == class_name(new.name):
            return
        rule = "model-renamed"
    else:
        rule = "model-inlined" if old.name else "model-named"
    union, mark, _ = scope.subject.rpartition(ALTERNATIVE)
    cause = f"models of {union}" if mark else f"model {old.name} {new.name}"
    change = Change(rule, old.node, new.node, old.name, new.name)
    yield Difference(change, scope._replace(subject=old.name or new.name or "", cause=cause))


def _merged_models(
    old: SchemaShape, new: SchemaShape, scope: Scope, documents: Documents
) -> Iterator[Difference]:
    """Report the components that allOf merged before or merges now, and that are classes there."""
    unreached = scope.at(scope.position._replace(direction=Direction.UNUSED))
    for name, node in old.merged.items():
        if _is_missing(name, documents.new) and documents.old.shape(node).is_model:
            change = Change("model-removed", node, new.node, name)
            yield Difference(change, unreached.shared(name))
    for name, node in new.merged.items():
        if _is_missing(name, documents.old) and documents.new.shape(node).is_model:
            change = Change("model-added", old.node, node, None, name)
            yield Difference(change, unreached.shared(name))

    for name in old.merged.keys() ^ new.merged.keys():
        yield from unreached.add_to(_classes_within(name, old, new, documents))


def _classes_within(
    name: str, old: SchemaShape, new: SchemaShape, documents: Documents
) -> Iterator[Change]:
    """Report the classes that are called after a component while it is merged by reference."""
    is_old = name in old.merged
    document, shape = (documents.old, old) if is_old else (documents.new, new)
    merged = document.shape(shape.merged[name])
    names = [class_name(name), class_name((new if is_old else old).name or "")]
    for key, node in merged.properties.items():
        places = old.properties.get(key), new.properties.get(key)
        if places[0] is not None and places[1] is not None and makes_class(document, node):
            before, after = (f"{each}{class_name(key)}" for each in names[:: 1 if is_old else -1])
            if before != after:
                yield Change("model-renamed", places[0], places[1], before, after)


def _is_missing(name: str, document: ComparedDocument) -> bool:
    known = document.components("schemas")
    return name not in known and class_name(name) not in map(class_name, known)


def matched_models(documents: Documents) -> Iterator[Pair]:
    """Yield the component schemas that are one model in generated code."""
    schemas = [document.components("schemas") for document in documents]
    ways = ((str, str), (class_name, class_name))
    couples, *_ = match_by(ways, list(schemas[0]), list(schemas[1]))
    for name, other in couples:
        scope = Scope("", _UNREACHED, name)
        yield Pair("schema", _reference(name), _reference(other), scope)


def compare_unused_models(documents: Documents) -> Iterator[Difference]:
    """Report models that are gone or new and that no operation uses."""
    holders = [document.root.child("components", None) for document in documents]
    for name, node in _unused_models(*documents):
        change = Change("model-removed", node, holders[1], name)
        yield Difference(change, Scope("", _UNREACHED, name))
    for name, node in _unused_models(documents.new, documents.old):
        change = Change("model-added", holders[0], node, None, name)
        yield Difference(change, Scope("", _UNREACHED, name))


def _unused_models(
    document: ComparedDocument, other: ComparedDocument
) -> Iterator[tuple[str, Node]]:
    known = {class_name(name) for name in other.components("schemas")}
    schemas = document.components("schemas")
    missing = [name for name in schemas if class_name(name) not in known]
    used = reached_schemas(document.root.value) if missing else set()
    for name in missing:
        # What uses it is reported, or nothing is generated for it.
        if name not in used and document.shape(_reference(name)).is_model:
            yield name, schemas[name]


def _reference(name: str) -> Node:
    pointer = f"/components/schemas/{escape(name)}"
    return Node({"$ref": f"#{pointer}"}, pointer)
