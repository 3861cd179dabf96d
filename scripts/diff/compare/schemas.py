"""Compare two schemas by all their keywords."""

from collections.abc import Iterator

from scripts.diff.changes import Change, Difference, Item, Pair, Scope
from scripts.diff.compare.alternatives import (
    compare_alternatives,
    compare_discriminators,
    compare_parts,
)
from scripts.diff.compare.fields import unknown_fields
from scripts.diff.compare.keywords import are_comparable, compare_keywords, compare_types
from scripts.diff.compare.models import (
    compare_conjunctions,
    compare_merged_models,
    compare_model_names,
)
from scripts.diff.compare.objects import compare_objects
from scripts.diff.compare.proofs import Documents
from scripts.diff.compare.scalars import STRUCTURED
from scripts.diff.compare.shapes import SchemaShape
from scripts.diff.rules import Direction, Position, rules
from scripts.openapi.nodes import Node, text, value
from scripts.openapi.references import is_unresolved


def compare_schemas(
    pair: Pair, old: SchemaShape, new: SchemaShape, documents: Documents
) -> Iterator[Item]:
    """Compare the shapes of a pair of schemas; a component keeps its name in every place."""
    name = new.name or old.name
    scope = pair.scope.about(name) if name else pair.scope
    if is_unresolved(old.node, new.node):
        yield from compare_broken(pair._replace(scope=scope), old.node, new.node)
        return
    yield from compare_model_names(old, new, pair.scope)
    yield from compare_merged_models(old, new, scope, documents)
    yield from compare_conjunctions(pair, scope, documents)
    position = scope.position
    if old.alternatives or new.alternatives:
        position = _proved(position, old, new, documents)
    # A value that is always sent may still contain optional values.
    inner = scope.at(position._replace(is_always_sent=False))
    for item in _keywords(old, new, inner, documents):
        if isinstance(item, Pair):
            if item.kind == "schema" and position.is_proved and not scope.position.is_proved:
                item = _proved_apart(item, documents)  # noqa: PLW2901
        elif isinstance(item, Change):
            item = Difference(item, scope.at(position))  # noqa: PLW2901
        if isinstance(item, Difference):
            wire, _ = rules()[item.change.rule].severities(item.position)
            if wire != "safe":
                proved = _proved(item.scope.position, old, new, documents)
                item = Difference(item.change, item.scope.at(proved))  # noqa: PLW2901
        yield item


def _proved(
    position: Position, old: SchemaShape, new: SchemaShape, documents: Documents
) -> Position:
    """Return the position, marked if every value sent there is provably accepted."""
    is_proved = position.is_proved or documents.is_proved(old, new, position)
    return position._replace(is_proved=is_proved)


def _proved_apart(pair: Pair, documents: Documents) -> Pair:
    """Limit the proof of a union that is received: an app reads one alternative, not the union.

    An open object accepts what another alternative means, but no app finds that in it. Of scalars,
    whether they are accepted is all that matters.
    """
    position = pair.scope.position
    shapes = documents.old.shape(pair.old), documents.new.shape(pair.new)
    if position.direction is not Direction.RESPONSE or not all(
        shape.types & STRUCTURED for shape in shapes
    ):
        return pair
    return pair._replace(scope=pair.scope.at(position._replace(is_proved=False, is_absorbed=True)))


def compare_broken(pair: Pair, old: Node, new: Node) -> Iterator[Difference]:
    """Report that a pair cannot be compared, unless the same reference of both leads nowhere."""
    targets = [text(node.get("$ref")).rpartition("/")[2] for node in (old, new)]
    if targets[0] != targets[1]:
        rule = "unclassified" if all(targets) else "reference-mended"
        rule = rule if targets[0] else "reference-broken"
        shown = (value(node.get("$ref")) for node in (old, new))
        yield Difference(Change(rule, pair.old, pair.new, *shown), pair.scope)


def _keywords(
    old: SchemaShape, new: SchemaShape, scope: Scope, documents: Documents
) -> Iterator[Item]:
    """Compare all keywords of two schemas, if they have a type in common."""
    one_is_union = bool(old.alternatives) != bool(new.alternatives)
    is_wrapped = one_is_union and (new if new.alternatives else old).is_bare_union
    if not is_wrapped:
        yield from compare_types(old, new)
        if not are_comparable(old, new):
            return
        yield from compare_keywords(old, new)
    yield from compare_parts(old, new, scope, documents)
    yield from compare_alternatives(old, new, scope, documents)
    yield from compare_discriminators(old, new, scope)
    if not is_wrapped:
        yield from compare_objects(old, new, scope, documents)
        yield from unknown_fields("schema", old.node, new.node, scope)
