"""Normalise the limits of a shape: remove those that exclude nothing."""

from math import ceil, floor
from typing import Any

from scripts.diff.compare.scalars import (
    HINTS,
    INTEGERS,
    LIMITS,
    TYPED,
    accepts_any_text,
    applies,
    is_number,
    meets,
    plain,
    shortened,
    texts,
)
from scripts.diff.compare.shapes import ANY, NUMBERS, SchemaShape, type_of
from scripts.openapi.nodes import text, value

_NUMERIC_FORMATS = {*INTEGERS, "float", "double"}


def with_numeric_bounds(shape: SchemaShape) -> None:
    """Convert the flags of OpenAPI 3.0 (`exclusiveMinimum: true`) to the numbers of 3.1."""
    for inclusive, exclusive in (("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")):
        flag = shape.keywords.get(exclusive)
        if flag is not None and isinstance(flag.value, bool):
            del shape.keywords[exclusive]
            bound = shape.keywords.get(inclusive)
            if flag.value and bound is not None:
                del shape.keywords[inclusive]
                shape.keywords[exclusive] = flag._replace(value=bound.value)


def simplify(shape: SchemaShape) -> None:
    """Remove the limits that exclude no value of the shape's types."""
    if shape.types != ANY:
        for name in TYPED & shape.keywords.keys():
            if not applies(name, shape.types):
                del shape.keywords[name]
        if "object" not in shape.types:
            shape.properties, shape.required = {}, {}
    if not shape.keywords:
        return
    _simplify_bounds(shape, is_whole="integer" in shape.types and "fraction" not in shape.types)
    _simplify_items(shape)
    _simplify_pattern(shape)
    _simplify_format(shape)
    _simplify_constants(shape)


def _simplify_bounds(shape: SchemaShape, *, is_whole: bool) -> None:
    """Keep the tighter bound; convert those of integers to inclusive integers."""
    keywords = shape.keywords
    for inclusive, exclusive, rounded, beyond, sign in (
        ("minimum", "exclusiveMinimum", ceil, lambda n: floor(n) + 1, 1),
        ("maximum", "exclusiveMaximum", floor, lambda n: ceil(n) - 1, -1),
    ):
        stated = [(name, keywords[name]) for name in (inclusive, exclusive) if name in keywords]
        if not stated or not all(is_number(node.value) for _, node in stated):
            continue
        if is_whole:
            ways = {inclusive: rounded, exclusive: beyond}
            stated = [
                (inclusive, node._replace(value=ways[name](node.value))) for name, node in stated
            ]
        keywords.pop(inclusive, None)
        keywords.pop(exclusive, None)
        name, node = max(stated, key=lambda each: (sign * each[1].value, each[0] == exclusive))
        keywords[name] = node
    if is_whole and value(keywords.get("multipleOf")) == 1:
        del keywords["multipleOf"]


def _simplify_items(shape: SchemaShape) -> None:
    """Convert `items: false` to a limit of the number of items."""
    node = shape.keywords.get("items")
    if node is not None and node.value is False:
        del shape.keywords["items"]
        most = shape.keywords.get("maxItems")
        if most is None or not is_number(most.value) or most.value > len(shape.prefix):
            shape.keywords["maxItems"] = node._replace(value=len(shape.prefix))


def _simplify_pattern(shape: SchemaShape) -> None:
    node = shape.keywords.get("pattern")
    stated = texts(value(node))
    kept = [shortened(each) for each in stated if not accepts_any_text(each)]
    if node is None or kept == stated:
        return
    del shape.keywords["pattern"]
    if kept:
        shape.keywords["pattern"] = node._replace(value=kept[0] if len(kept) == 1 else kept)


def _simplify_format(shape: SchemaShape) -> None:
    node = shape.keywords.get("format")
    stated = text(node)
    if node is not None and stated == "byte":  # 3.1 replaces it by contentEncoding
        del shape.keywords["format"]
        shape.keywords.setdefault("contentEncoding", node._replace(value="base64"))
    if not stated or stated == "byte":
        return
    applies = shape.types & NUMBERS if stated in _NUMERIC_FORMATS else "string" in shape.types
    if stated in HINTS or not applies or _is_within(shape, stated):
        del shape.keywords["format"]


def _is_within(shape: SchemaShape, stated: str) -> bool:
    """Return whether the bounds of a number lie within its format."""
    if stated not in INTEGERS:
        return False
    low, high = (value(shape.keywords.get(name)) for name in ("minimum", "maximum"))
    least, most = INTEGERS[stated]
    return is_number(low) and is_number(high) and low >= least and high <= most


def _simplify_constants(shape: SchemaShape) -> None:
    """Keep the listed values that meet the type and the limits; then remove the limits."""
    node = shape.keywords.get("enum")
    if node is None or not isinstance(node.value, list):
        return
    limits = {name: shape.keywords[name] for name in LIMITS & shape.keywords.keys()}
    met = [meets(each, limits) for each in node.value]
    if None in met:
        return
    kept = [each for each, is_met in zip(node.value, met, strict=True) if is_met]
    kept = [each for each in kept if each is None or has_type(shape, each)]
    if len(kept) < len(node.value):
        shape.keywords["enum"] = node._replace(value=kept)
    constant = shape.keywords.get("const")
    if constant is not None and plain(constant.value) in map(plain, kept):
        del shape.keywords["enum"]
    for name in limits.keys() - {"format"}:
        del shape.keywords[name]


def has_type(shape: SchemaShape, item: Any) -> bool:
    """Return whether a value is of one of the types of a shape."""
    kind = type_of(item)
    if kind == "null":
        return shape.nullable
    return kind in shape.types
