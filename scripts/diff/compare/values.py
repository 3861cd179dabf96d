"""Compare keywords that only make sense together: types, listed values, limits."""

from collections.abc import Iterator
from typing import Any

from scripts.diff.changes import Change, member_change
from scripts.diff.compare.keywords import is_number, plain, unexpected_type
from scripts.diff.compare.shapes import ANY, SchemaShape
from scripts.openapi.nodes import Node, canonical, value

Limit = tuple[float, int]
"""A number, and its offset: 0 if the number itself is allowed, else the direction beyond it."""


def are_comparable(old: SchemaShape, new: SchemaShape) -> bool:
    """Return whether two schemas have a type in common; else no other keyword is comparable."""
    return bool(old.types & new.types) or old.types == new.types


def compare_types(old: SchemaShape, new: SchemaShape) -> Iterator[Change]:
    """Compare the types, including null."""
    if old.types != new.types:
        if old.types > new.types:
            rule = "type-narrowed"
        else:
            rule = "type-widened" if old.types < new.types else "type-changed"
        places = old.keywords.get("type") or old.node, new.keywords.get("type") or new.node
        yield Change(rule, *places, _type_names(old.types), _type_names(new.types))
    if (old.types == ANY) == (new.types == ANY):
        yield from compare_null(old, new)


def compare_null(old: SchemaShape, new: SchemaShape) -> Iterator[Change]:
    """Compare whether null is accepted."""
    if old.nullable != new.nullable:
        rule = "became-nullable" if new.nullable else "became-non-nullable"
        yield Change(rule, old.node, new.node, old.nullable, new.nullable)


def _type_names(types: frozenset[str]) -> Any:
    if types == ANY:
        return None
    names = set(types)
    if "fraction" in names:
        names = names - {"integer", "fraction"} | {"number"}
    return names.pop() if len(names) == 1 else sorted(names)


def compare_values(old: SchemaShape, new: SchemaShape) -> Iterator[Change]:
    """Compare the listed values, and the minimum and maximum."""
    yield from _enum(old, new)
    yield from _limit(old, new, "minimum", "exclusiveMinimum")
    yield from _limit(old, new, "maximum", "exclusiveMaximum")


def _enum(old: SchemaShape, new: SchemaShape) -> Iterator[Change]:
    before, after = old.constants, new.constants
    if before is None and after is None:
        yield from _unexpected(old, new, "enum", (list,))
        return
    rule = _enum_rule(before, after)
    if rule is None and ("const" in old.keywords) != ("const" in new.keywords):
        rule = "constant-form-changed"
    elif rule is not None:
        before, after = _sorted(before), _sorted(after)
    if rule is not None:
        places = _nearest(old, "const", "enum"), _nearest(new, "const", "enum")
        yield Change(rule, *places, before, after)


def _nearest(shape: SchemaShape, first: str, second: str) -> Node:
    return shape.keywords.get(first) or shape.keywords.get(second) or shape.node


def _enum_rule(before: list[Any] | None, after: list[Any] | None) -> str | None:
    if before is None or after is None:
        return "enum-added" if before is None else "enum-removed"
    old, new = ({plain(each) for each in values if each is not None} for values in (before, after))
    if old == new:
        return None
    if old < new:
        return "enum-values-added"
    return "enum-values-removed" if old > new else "enum-values-replaced"


def _sorted(values: list[Any] | None) -> list[Any] | None:
    return None if values is None else sorted(values, key=canonical)


def _limit(old: SchemaShape, new: SchemaShape, inclusive: str, exclusive: str) -> Iterator[Change]:
    """Compare a bound; `exclusiveMinimum` is a flag in 3.0 and a number in 3.1."""
    if not {inclusive, exclusive} & {*old.keywords, *new.keywords}:
        return
    before, after = (_bound(shape.keywords, inclusive, exclusive) for shape in (old, new))
    if before == after:
        for keyword in (inclusive, exclusive):
            yield from _unexpected(old, new, keyword, (int, float, bool))
        return
    if before is None or after is None:
        way = "added" if before is None else "removed"
    else:
        way = "raised" if after > before else "lowered"
    places = _nearest(old, inclusive, exclusive), _nearest(new, inclusive, exclusive)
    yield Change(f"{inclusive}-{way}", *places, _limit_text(before), _limit_text(after))


def _bound(keywords: dict[str, Node], inclusive: str, exclusive: str) -> Limit | None:
    sign = 1 if inclusive == "minimum" else -1
    found: list[Limit] = []
    beyond = value(keywords.get(exclusive))
    if inclusive in keywords and is_number(keywords[inclusive].value):
        found.append((keywords[inclusive].value, sign if beyond is True else 0))
    if is_number(beyond):
        found.append((beyond, sign))
    if not found:
        return None
    return max(found) if sign > 0 else min(found)


def _limit_text(limit: Limit | None) -> Any:
    if limit is None:
        return None
    number, beyond = limit
    return number if not beyond else f"{'>' if beyond > 0 else '<'} {number}"


def _unexpected(
    old: SchemaShape, new: SchemaShape, keyword: str, wanted: tuple[type, ...]
) -> Iterator[Change]:
    """Compare a keyword with values of a type that OpenAPI does not allow."""
    before, after = old.keywords.get(keyword), new.keywords.get(keyword)
    if rule := unexpected_type(before, after, wanted):
        yield member_change(rule, old.node, new.node, before, after)
