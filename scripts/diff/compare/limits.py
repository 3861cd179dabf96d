"""How two values of a keyword combine, and which limits exclude nothing."""

from collections.abc import Callable, Sequence
from math import ceil, floor, lcm
from typing import Any

from scripts.diff.compare.fields import HELD_SCHEMAS, NAMED_SCHEMAS
from scripts.diff.compare.scalars import (
    ANY,
    HINTS,
    INTEGERS,
    LIMITS,
    NUMBERS,
    SMALLER_FORMATS,
    TYPED,
    accepts_any_text,
    applies,
    is_number,
    meets,
    plain,
    shortened,
    texts,
    type_of,
)
from scripts.openapi.nodes import JOIN_SEPARATOR, Node, text, value

Join = Callable[..., Node]
"""Return one schema that accepts what several, its arguments, accept."""
Combine = Callable[[Node, Node], Node]
Keywords = dict[str, Node]


def joined_node(nodes: Sequence[Node], joined: Any) -> Node:
    """Return one node for what several places say, with the pointer of the first."""
    first, *others = nodes
    pointers = [first.pointer, *(f"{each.file}#{each.pointer}" for each in others), ""]
    return Node(joined, JOIN_SEPARATOR.join(pointers), first.file)


def combined(name: str, one: Node, other: Node, join: Join) -> Node:
    """Return what two values of a keyword say together."""
    if one.value == other.value:
        return one
    if name in HELD_SCHEMAS and name not in _COMBINE and name not in ("if", "then", "else"):
        return join(one, other)
    if name in NAMED_SCHEMAS and isinstance(one.value, dict) and isinstance(other.value, dict):
        members = {**one.value, **other.value}
        for key in one.value.keys() & other.value.keys():
            both = (each.child(key, each.value[key]) for each in (one, other))
            members[key] = join(*both).value
        return joined_node([one, other], members)
    combine = _COMBINE.get(name)
    return combine(one, other) if combine else one


def _tighter(choose: Callable[..., Node]) -> Combine:
    def combine(one: Node, other: Node) -> Node:
        if not all(isinstance(node.value, int | float) for node in (one, other)):
            return one
        return choose(one, other)  # by their values, which are not equal

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
    if not (is_number(one.value) and is_number(other.value) and other.value):
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
    "not": lambda one, other: joined_node([one, other], {"anyOf": [one.value, other.value]}),
    "dependentRequired": _union_of,
}
"""How two values of a keyword combine; of any other keyword the first value counts."""


def with_numeric_bounds(keywords: Keywords) -> None:
    """Convert the flags of OpenAPI 3.0 (`exclusiveMinimum: true`) to the numbers of 3.1."""
    for inclusive, exclusive in (("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")):
        flag = keywords.get(exclusive)
        if flag is not None and isinstance(flag.value, bool):
            del keywords[exclusive]
            bound = keywords.get(inclusive)
            if flag.value and bound is not None:
                del keywords[inclusive]
                keywords[exclusive] = flag._replace(value=bound.value)


def simplify(keywords: Keywords, types: frozenset[str], prefix: int) -> None:
    """Remove the limits that exclude no value of these types, and write the others in one way.

    `prefix` is the number of first items that have a schema each.
    """
    if types != ANY:
        for name in TYPED & keywords.keys():
            if not applies(name, types):
                del keywords[name]
    if keywords:
        _simplify_bounds(keywords, is_whole=types & NUMBERS == {"integer"})
        _simplify_items(keywords, prefix)
        _simplify_pattern(keywords)
        _simplify_format(keywords, types)
        _simplify_constants(keywords, types)


def _simplify_bounds(keywords: Keywords, *, is_whole: bool) -> None:
    """Keep the tighter bound; convert those of integers to inclusive integers."""
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


def _simplify_items(keywords: Keywords, prefix: int) -> None:
    """Convert `items: false` to a limit of the number of items."""
    node = keywords.get("items")
    if node is not None and node.value is False:
        del keywords["items"]
        most = value(keywords.get("maxItems"))
        if not is_number(most) or most > prefix:
            keywords["maxItems"] = node._replace(value=prefix)


def _simplify_pattern(keywords: Keywords) -> None:
    node = keywords.get("pattern")
    stated = texts(value(node))
    kept = [shortened(each) for each in stated if not accepts_any_text(each)]
    if node is None or kept == stated:
        return
    del keywords["pattern"]
    if kept:
        keywords["pattern"] = node._replace(value=kept[0] if len(kept) == 1 else kept)


def _simplify_format(keywords: Keywords, types: frozenset[str]) -> None:
    node = keywords.get("format")
    stated = text(node)
    if node is not None and stated == "byte":  # 3.1 replaces it by contentEncoding
        keywords.setdefault("contentEncoding", node._replace(value="base64"))
    is_numeric = stated in INTEGERS or stated in ("float", "double")
    is_apt = types & NUMBERS if is_numeric else "string" in types
    low, high = (value(keywords.get(name)) for name in ("minimum", "maximum"))
    is_bounded = stated in INTEGERS and is_number(low) and is_number(high)
    is_implied = is_bounded and INTEGERS[stated][0] <= low and high <= INTEGERS[stated][1]
    if stated and (stated in (*HINTS, "byte") or not is_apt or is_implied):
        del keywords["format"]


def _simplify_constants(keywords: Keywords, types: frozenset[str]) -> None:
    """Keep the listed values that meet the types and the limits; then remove the limits."""
    node = keywords.get("enum")
    if node is None or not isinstance(node.value, list):
        return
    limits = {name: keywords[name] for name in LIMITS & keywords.keys()}
    met = [meets(each, limits) for each in node.value]
    if None in met:
        return
    kept = [
        each
        for each, is_met in zip(node.value, met, strict=True)
        if is_met and type_of(each) in types | {"null"}  # whether null is, nullable says
    ]
    keywords["enum"] = node._replace(value=kept)
    constant = keywords.get("const")
    if constant is not None and plain(constant.value) in map(plain, kept):
        del keywords["enum"]
    for name in limits.keys() - {"format"}:
        del keywords[name]
