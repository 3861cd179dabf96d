"""Merge the parts of `allOf` into one schema that accepts what every part accepts."""

from collections.abc import Callable
from math import lcm
from typing import Any

from scripts.diff.compare.scalars import SMALLER_FORMATS, is_number, plain, texts
from scripts.diff.compare.shapes import SchemaShape, joined_node
from scripts.openapi.nodes import Node

Join = Callable[[Node, Node], Node]
"""Return one schema that accepts what both accept."""
Combine = Callable[[Node, Node], Node]


def merge(shape: SchemaShape, parts: list[SchemaShape], join: Join) -> None:
    """Merge the parts into a shape; those that keywords cannot express stay among its parts.

    Annotations come from the shape itself, or from the first part that has them.
    """
    for part in parts:
        shape.types &= part.types
        shape.nullable = shape.nullable and part.nullable
        for name, node in part.keywords.items():
            known = shape.keywords.get(name)
            shape.keywords[name] = node if known is None else _combined(name, known, node, join)
        for name, node in part.properties.items():
            known = shape.properties.get(name)
            shape.properties[name] = node if known is None else join(known, node)
        shape.required |= part.required
        shape.parts += [each for each in part.parts if each not in shape.parts]
        shape.merged |= part.merged
        if part.name is not None:
            shape.merged[part.name] = part.node
        if part.alternatives and part.alternatives != shape.alternatives:
            if shape.alternatives:
                shape.parts.append(_alternatives_alone(part))
            else:
                shape.alternatives, shape.union = part.alternatives, part.union


def _alternatives_alone(part: SchemaShape) -> Node:
    value = {part.union: [node.value for node in part.alternatives]}
    return _joined_value(value, part.alternatives[0], part.alternatives[-1])


def _combined(name: str, one: Node, other: Node, join: Join) -> Node:
    if one.value == other.value:
        return one
    if name in _SCHEMAS:
        return join(one, other)
    if name in _NAMED_SCHEMAS and isinstance(one.value, dict) and isinstance(other.value, dict):
        return _by_name(one, other, join)
    return _COMBINE.get(name, _keep_first)(one, other)


def _by_name(one: Node, other: Node, join: Join) -> Node:
    members = {**one.value, **other.value}
    for name in one.value.keys() & other.value.keys():
        members[name] = join(
            one.child(name, one.value[name]), other.child(name, other.value[name])
        ).value
    return _joined_value(members, one, other)


def _any_of(one: Node, other: Node) -> Node:
    return _joined_value({"anyOf": [one.value, other.value]}, one, other)


def _joined_value(value: Any, one: Node, other: Node) -> Node:
    """Return the combined node of two places, with the pointer of the first."""
    return Node(value, joined_node([one, other]).pointer, one.file)


def _keep_first(one: Node, _: Node) -> Node:
    return one


def _tighter(choose: Callable[..., Node]) -> Combine:
    def combine(one: Node, other: Node) -> Node:
        if not all(isinstance(node.value, int | float) for node in (one, other)):
            return one
        return choose(one, other, key=lambda node: node.value)

    return combine


def _common_values(one: Node, other: Node) -> Node:
    if not (isinstance(one.value, list) and isinstance(other.value, list)):
        return one
    known = {plain(value) for value in other.value}
    return one._replace(value=[value for value in one.value if plain(value) in known])


def _all_of(one: Node, other: Node) -> Node:
    """Keep every pattern: one as a string, several as a sorted list."""
    return one._replace(value=sorted({*texts(one.value), *texts(other.value)}))


def _narrower_format(one: Node, other: Node) -> Node:
    if (other.value, one.value) in SMALLER_FORMATS:
        return other
    return one if (one.value, other.value) in SMALLER_FORMATS else _all_of(one, other)


def _multiple_of_both(one: Node, other: Node) -> Node:
    if not (is_number(one.value) and is_number(other.value) and one.value and other.value):
        return one
    from fractions import Fraction  # slow to import, and rarely needed

    first, second = Fraction(str(one.value)), Fraction(str(other.value))
    whole = lcm(first.denominator, second.denominator)
    both = Fraction(lcm(int(first * whole), int(second * whole)), whole)
    return one._replace(value=int(both) if both.denominator == 1 else float(both))


def _union_of(one: Node, other: Node) -> Node:
    if not (isinstance(one.value, dict) and isinstance(other.value, dict)):
        return one
    lists = {
        name: [*one.value.get(name, []), *other.value.get(name, [])]
        for name in {**one.value, **other.value}
    }
    return one._replace(value=lists)


_SCHEMAS = frozenset(
    "items additionalItems additionalProperties propertyNames contains unevaluatedItems "
    "unevaluatedProperties contentSchema".split()
)
_NAMED_SCHEMAS = frozenset({"patternProperties", "dependentSchemas"})
_COMBINE: dict[str, Combine] = {
    **dict.fromkeys(
        "minimum exclusiveMinimum minLength minItems minProperties minContains uniqueItems "
        "readOnly writeOnly deprecated".split(),
        _tighter(max),
    ),
    **dict.fromkeys(
        "maximum exclusiveMaximum maxLength maxItems maxProperties maxContains".split(),
        _tighter(min),
    ),
    "enum": _common_values,
    "pattern": _all_of,
    "format": _narrower_format,
    "multipleOf": _multiple_of_both,
    "not": _any_of,
    "dependentRequired": _union_of,
}
"""How two values of a keyword combine; of any other keyword the first value counts."""
