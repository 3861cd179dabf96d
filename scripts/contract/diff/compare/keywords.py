"""Keywords of a schema: a set of accepted values that shrinks, grows or is replaced."""

from collections.abc import Callable, Iterator
from math import isfinite
from typing import Any

from scripts.contract.diff.changes import Change, member_change
from scripts.contract.diff.compare.shapes import ANY, SchemaShape
from scripts.contract.openapi.nodes import Node, canonical, value

CompareKeyword = Callable[[Node | None, Node | None], str | None]
"""Give the rule by which a keyword differs, None if it does not."""

_SMALLER = {("int32", "int64"), ("float", "double")}
_TYPED_FORMATS = {"date-time", "date", "binary", "uuid"}  # the generator has a Python type for them


def are_comparable(old: SchemaShape, new: SchemaShape) -> bool:
    """Tell whether two schemas have a type in common; if not, the rest cannot be compared."""
    return bool(old.types & new.types) or old.types == new.types


def compare_types(old: SchemaShape, new: SchemaShape) -> Iterator[Change]:
    """Compare the types, null included."""
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


def compare_keywords(old: SchemaShape, new: SchemaShape) -> Iterator[Change]:
    """Compare every keyword but those of types, objects, arrays and alternatives."""
    if not old.keywords and not new.keywords:
        return
    for keyword, compare_one in _COMPARISONS.items():
        if keyword not in old.keywords and keyword not in new.keywords:
            continue
        before, after = old.keywords.get(keyword), new.keywords.get(keyword)
        rule = compare_one(before, after)
        if rule is None or (keyword == "title" and not (old.is_model and new.is_model)):
            continue
        in_code = keyword != "format" or _is_typed(before) or _is_typed(after)
        change = member_change(rule, old.node, new.node, before, after)
        yield change._replace(in_code=in_code)
    yield from _enum(old, new)
    yield from _limit(old, new, "minimum", "exclusiveMinimum")
    yield from _limit(old, new, "maximum", "exclusiveMaximum")


def _enum(old: SchemaShape, new: SchemaShape) -> Iterator[Change]:
    before, after = old.constants, new.constants
    if before is None and after is None:
        yield from _odd_keyword(old, new, "enum", (list,))
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
    old, new = ({_plain(each) for each in values if each is not None} for values in (before, after))
    if old == new:
        return None
    if old < new:
        return "enum-values-added"
    return "enum-values-removed" if old > new else "enum-values-replaced"


def _plain(item: Any) -> str:
    """Write a value so that equal ones are equal text: JSON Schema takes 1.0 for 1."""
    is_whole = isinstance(item, float) and item.is_integer()
    return canonical(int(item) if is_whole else item)


def _sorted(values: list[Any] | None) -> list[Any] | None:
    return None if values is None else sorted(values, key=canonical)


Limit = tuple[float, int]
"""A number, and by how little a value must be beyond it (0: it may be the number itself)."""


def _limit(old: SchemaShape, new: SchemaShape, plain: str, exclusive: str) -> Iterator[Change]:
    """Compare a bound; `exclusiveMinimum` is a flag in 3.0 and a number in 3.1."""
    if not {plain, exclusive} & {*old.keywords, *new.keywords}:
        return
    before, after = (_bound(shape.keywords, plain, exclusive) for shape in (old, new))
    if before == after:
        for keyword in (plain, exclusive):
            yield from _odd_keyword(old, new, keyword, (int, float, bool))
        return
    if before is None or after is None:
        way = "added" if before is None else "removed"
    else:
        way = "raised" if after > before else "lowered"
    places = _nearest(old, plain, exclusive), _nearest(new, plain, exclusive)
    yield Change(f"{plain}-{way}", *places, _limit_text(before), _limit_text(after))


def _bound(keywords: dict[str, Node], plain: str, exclusive: str) -> Limit | None:
    sign = 1 if plain == "minimum" else -1
    found: list[Limit] = []
    beyond = value(keywords.get(exclusive))
    if plain in keywords and _is_number(keywords[plain].value):
        found.append((keywords[plain].value, sign if beyond is True else 0))
    if _is_number(beyond):
        found.append((beyond, sign))
    if not found:
        return None
    return max(found) if sign > 0 else min(found)


def _limit_text(limit: Limit | None) -> Any:
    if limit is None:
        return None
    number, beyond = limit
    return number if not beyond else f"{'>' if beyond > 0 else '<'} {number}"


def _is_number(item: Any) -> bool:
    is_number = isinstance(item, int | float) and not isinstance(item, bool)
    return is_number and (isinstance(item, int) or isfinite(item))


def _number(node: Node | None) -> Any:
    """Give a number; None for anything else, which is left unclassified."""
    return node.value if node is not None and _is_number(node.value) else None


def _odd_keyword(
    old: SchemaShape, new: SchemaShape, keyword: str, wanted: tuple[type, ...]
) -> Iterator[Change]:
    before, after = old.keywords.get(keyword), new.keywords.get(keyword)
    if rule := _odd(before, after, wanted):
        yield member_change(rule, old.node, new.node, before, after)


def _odd(old: Node | None, new: Node | None, wanted: tuple[type, ...]) -> str | None:
    """Compare values that are not of the kind that OpenAPI wants."""
    values = [node.value for node in (old, new) if node is not None]
    if all(isinstance(item, wanted) for item in values):
        return None
    return _replaced("unclassified")(old, new)


def _count(stem: str) -> CompareKeyword:
    """Compare a bound of a length or a number of items."""

    def compare_one(old: Node | None, new: Node | None) -> str | None:
        before, after = _number(old), _number(new)
        if stem.startswith("min"):
            before, after = before or None, after or None  # at least 0 is no limit
        if before == after:
            return _odd(old, new, (int, float))
        if before is None or after is None:
            return f"{stem}-{'added' if before is None else 'removed'}"
        return f"{stem}-{'raised' if after > before else 'lowered'}"

    return compare_one


def _multiple(old: Node | None, new: Node | None) -> str | None:
    before, after = _number(old), _number(new)
    if before == after:
        return _odd(old, new, (int, float))
    if not before or not after:
        return f"multiple-of-{'added' if not before else 'removed'}"
    if _divides(before, after):
        return "multiple-of-coarser"
    return f"multiple-of-{'finer' if _divides(after, before) else 'changed'}"


def _divides(one: float, other: float) -> bool:
    """Tell whether a number is a multiple of one, as it is written: 0.1 is one of 0.01."""
    from fractions import Fraction  # slow to import, and seldom needed

    return (Fraction(str(other)) / Fraction(str(one))).denominator == 1


def _flag(shrunk: str, grown: str) -> CompareKeyword:
    """Compare a keyword that is true or, as good as absent, false."""

    def compare_one(old: Node | None, new: Node | None) -> str | None:
        before, after = value(old) is True, value(new) is True
        if before == after:
            return _odd(old, new, (bool,))
        return shrunk if after else grown

    return compare_one


def _replaced(rule: str) -> CompareKeyword:
    """Compare a keyword by whether it is the same."""
    return lambda old, new: rule if canonical(value(old)) != canonical(value(new)) else None


def _stated(stem: str) -> CompareKeyword:
    """Compare a keyword that can be added, removed or changed."""

    def compare_one(old: Node | None, new: Node | None) -> str | None:
        if old is None or new is None:
            return f"{stem}-{'added' if old is None else 'removed'}"
        return f"{stem}-changed" if _plain(old.value) != _plain(new.value) else None

    return compare_one


def _format(old: Node | None, new: Node | None) -> str | None:
    before, after = value(old), value(new)
    if canonical(before) == canonical(after):
        return None
    if before is None or after is None:
        return "format-added" if before is None else "format-removed"
    if _is_smaller(before, after):
        return "format-widened"
    return "format-narrowed" if _is_smaller(after, before) else "format-changed"


def _is_smaller(one: Any, other: Any) -> bool:
    return isinstance(one, str) and isinstance(other, str) and (one, other) in _SMALLER


def _is_typed(node: Node | None) -> bool:
    return node is not None and isinstance(node.value, str) and node.value in _TYPED_FORMATS


_COMPARISONS: dict[str, CompareKeyword] = {
    "minLength": _count("min-length"),
    "maxLength": _count("max-length"),
    "minItems": _count("min-items"),
    "maxItems": _count("max-items"),
    "minProperties": _count("min-properties"),
    "maxProperties": _count("max-properties"),
    "minContains": _count("min-contains"),
    "maxContains": _count("max-contains"),
    "contentEncoding": _replaced("content-encoding-changed"),
    "contentMediaType": _replaced("content-encoding-changed"),
    "multipleOf": _multiple,
    "pattern": _stated("pattern"),
    "default": _stated("default"),
    "format": _format,
    "uniqueItems": _flag("unique-items-added", "unique-items-removed"),
    "deprecated": _flag("schema-deprecated", "schema-undeprecated"),
    "xml": _replaced("xml-changed"),
    "title": _replaced("title-changed"),
}
