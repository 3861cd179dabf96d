"""Compare the classes that are generated for schemas: removed, added or renamed ones."""

import re
from collections.abc import Iterator

from scripts.diff.changes import Change, Difference, Pair, Scope
from scripts.diff.compare.canonical import ComparedDocument
from scripts.diff.compare.generated import conjunction_kind, has_model, inline_class, makes_class
from scripts.diff.compare.matching import match_by
from scripts.diff.compare.members import one_sided
from scripts.diff.compare.proofs import Documents
from scripts.diff.compare.shapes import SchemaShape
from scripts.diff.names import class_name
from scripts.diff.rules import Direction, Position
from scripts.openapi.nodes import Node
from scripts.openapi.pointers import escape, last_name, parent
from scripts.openapi.references import reached_schemas

_ALTERNATIVE = re.compile(r"(?P<union>.*)\.(?:one|any)Of\[[0-9]+\]")
_UNREACHED = Position(Direction.UNUSED)


def compare_model_names(old: SchemaShape, new: SchemaShape, scope: Scope) -> Iterator[Difference]:
    """Report that the generated class of a schema is renamed.

    Renamed alternatives of one union are one cause.
    """
    if old.name == new.name or not (old.is_model and new.is_model):
        return
    if old.name and new.name:
        if class_name(old.name) == class_name(new.name):
            return
        rule = "model-renamed"
    else:
        rule = "model-inlined" if old.name else "model-named"
    union = _ALTERNATIVE.fullmatch(scope.subject)
    cause = f"models of {union['union']}" if union else f"model {old.name} {new.name}"
    change = Change(rule, old.node, new.node, old.name, new.name)
    yield Difference(change, scope._replace(subject=old.name or new.name or "", cause=cause))


def compare_merged_models(
    old: SchemaShape, new: SchemaShape, scope: Scope, documents: Documents
) -> Iterator[Difference]:
    """Report components, which are classes, that allOf merges in one document only."""
    unreached = scope.at(scope.position._replace(direction=Direction.UNUSED))
    sides = (old, documents.old, documents.new), (new, documents.new, documents.old)
    for shape, document, other in sides:
        for name, node in shape.merged.items():
            if not has_model(other, name) and document.shape(node).is_model:
                gone = node if shape is old else None
                change = one_sided("model", gone, node, (old.node, new.node), name)
                yield Difference(change, unreached.shared(name))
    for name in old.merged.keys() ^ new.merged.keys():
        yield from unreached.add_to(_classes_within(name, old, new, documents))


def _classes_within(
    name: str, old: SchemaShape, new: SchemaShape, documents: Documents
) -> Iterator[Change]:
    """Report the classes named after a component while allOf merges it by reference."""
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


def compare_conjunctions(pair: Pair, scope: Scope, documents: Documents) -> Iterator[Difference]:
    """Report a change in the generated code of an allOf whose parts are not objects."""
    kinds = conjunction_kind(documents.old, pair.old), conjunction_kind(documents.new, pair.new)
    if kinds[0] == kinds[1]:
        return
    if "nothing" in kinds:
        rule = "model-dropped" if kinds[1] == "nothing" else "model-taken"
    else:
        rule = "model-emptied" if kinds[1] else "model-filled"
    yield Difference(Change(rule, pair.old, pair.new), scope)


def compare_alternative_models(
    old: SchemaShape,
    new: SchemaShape,
    pairs: list[tuple[Node, Node]],
    scope: Scope,
    documents: Documents,
) -> Iterator[Difference]:
    """Report the renamed classes of alternatives: inline ones are named by their number."""
    if not (old.alternatives and new.alternatives):
        yield from scope.add_to(_wrapped_model(old, new, pairs, documents))
    for one, other in pairs:
        is_moved = last_name(one.pointer) != last_name(other.pointer)
        if is_moved and _is_numbered(one, documents.old) and _is_numbered(other, documents.new):
            together = scope._replace(cause=f"models of {scope.subject}")
            classes = _class(one, documents.old), _class(other, documents.new)
            yield Difference(Change("model-renamed", one, other, classes=classes), together)


def _wrapped_model(
    old: SchemaShape, new: SchemaShape, pairs: list[tuple[Node, Node]], documents: Documents
) -> Iterator[Change]:
    """Report that a class is renamed because its schema becomes one of several alternatives."""
    plain, document = (new, documents.new) if old.alternatives else (old, documents.old)
    is_alternative = parent(plain.node.pointer).endswith(("/oneOf", "/anyOf"))
    if plain.name is None and not is_alternative and makes_class(document, plain.node):
        for one, other in pairs:
            classes = _class(one, documents.old), _class(other, documents.new)
            if None in classes or classes[0] != classes[1]:  # a title keeps the name
                yield Change("model-renamed", old.node, new.node, classes=classes)


def _class(node: Node, document: ComparedDocument) -> str | None:
    """Return the class name of a schema, or of the component that it refers to."""
    name = document.shape(node).name
    return class_name(name) if name else inline_class(document.root, node)


def _is_numbered(node: Node, document: ComparedDocument) -> bool:
    is_alternative = parent(node.pointer).endswith(("/oneOf", "/anyOf"))
    return is_alternative and not node.get("title") and makes_class(document, node)


def matched_models(documents: Documents) -> Iterator[Pair]:
    """Yield the component schemas that are the same model in generated code."""
    schemas = [document.components("schemas") for document in documents]
    ways = ((str, str), (class_name, class_name))
    pairs, *_ = match_by(ways, list(schemas[0]), list(schemas[1]))
    for name, other in pairs:
        yield Pair("schema", _reference(name), _reference(other), Scope("", _UNREACHED, name))


def compare_unused_models(documents: Documents) -> Iterator[Difference]:
    """Report added and removed models that no operation uses."""
    old, new = documents
    holders = old.root.child("components", None), new.root.child("components", None)
    for document, other in ((old, new), (new, old)):
        known = {class_name(name) for name in other.components("schemas")}
        schemas = document.components("schemas")
        missing = [name for name in schemas if class_name(name) not in known]
        used = reached_schemas(document.root.value) if missing else set()
        for name in missing:
            # Its user is reported already, or nothing is generated for it.
            if name not in used and document.shape(_reference(name)).is_model:
                gone = schemas[name] if document is old else None
                change = one_sided("model", gone, schemas[name], holders, name)
                yield Difference(change, Scope("", _UNREACHED, name))


def _reference(name: str) -> Node:
    pointer = f"/components/schemas/{escape(name)}"
    return Node({"$ref": f"#{pointer}"}, pointer)
