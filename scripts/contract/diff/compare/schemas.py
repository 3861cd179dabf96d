"""Compare schemas: each kind of keyword by its own comparer, and the names of their models."""

from collections.abc import Iterator

from scripts.contract.diff.changes import Change, Difference, Item, Pair, Scope
from scripts.contract.diff.compare.alternatives import (
    ALTERNATIVE,
    compare_alternatives,
    compare_discriminators,
    compare_parts,
)
from scripts.contract.diff.compare.fields import unknown_fields
from scripts.contract.diff.compare.keywords import are_comparable, compare_keywords, compare_types
from scripts.contract.diff.compare.objects import compare_objects
from scripts.contract.diff.compare.shapes import SchemaShape
from scripts.contract.diff.compare.side import Sides
from scripts.contract.diff.names import class_name
from scripts.contract.openapi.nodes import Node


def compare_schemas(pair: Pair, old: SchemaShape, new: SchemaShape, sides: Sides) -> Iterator[Item]:
    """Compare the shapes of a pair of schemas; a component goes by its name wherever it is met."""
    name = new.name or old.name
    scope = pair.scope.about(name) if name else pair.scope
    targets = _unresolved(old.node), _unresolved(new.node)
    if any(targets):
        # What one side cannot show is left out; it is a problem.
        if all(targets) and targets[0] != targets[1]:
            places = pair.old, pair.new
            change = Change("unclassified", *places, pair.old.value, pair.new.value)
            yield Difference(change, scope)
        return
    yield from _model_names(old, new, pair.scope)
    for item in _keywords(old, new, scope, sides):
        yield Difference(item, scope) if isinstance(item, Change) else item


def _unresolved(node: Node) -> str | None:
    """Give the end of a reference that leads nowhere."""
    reference = node.value.get("$ref") if isinstance(node.value, dict) else None
    return reference.rpartition("/")[2] if isinstance(reference, str) else None


def _keywords(old: SchemaShape, new: SchemaShape, scope: Scope, sides: Sides) -> Iterator[Item]:
    """Compare two schemas as far as they can be compared."""
    with_parts, with_alternatives = new if new.parts else old, new if new.alternatives else old
    if bool(old.parts) != bool(new.parts) and with_parts.is_bare_conjunction:
        yield from compare_parts(old, new, scope, sides)
        return
    one_is_union = bool(old.alternatives) != bool(new.alternatives)
    is_wrapped = one_is_union and with_alternatives.is_bare_union
    if not is_wrapped:
        yield from compare_types(old, new)
        if not are_comparable(old, new):
            return
        yield from compare_keywords(old, new)
    yield from compare_parts(old, new, scope, sides)
    yield from compare_alternatives(old, new, scope, sides)
    yield from compare_discriminators(old, new, scope)
    if not is_wrapped:
        yield from compare_objects(old, new, scope, sides)
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
