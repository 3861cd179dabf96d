"""Keywords of a schema: a set of accepted values that shrinks, grows or is replaced."""

from collections.abc import Callable
from math import isfinite
from typing import Any

from scripts.contract.diff.pair import Pair
from scripts.contract.diff.shape import ANY, constants
from scripts.contract.openapi.nodes import Node, canonical

_BOUNDS = {
    "minLength": "min-length",
    "maxLength": "max-length",
    "minItems": "min-items",
    "maxItems": "max-items",
    "minProperties": "min-properties",
    "maxProperties": "max-properties",
    "minContains": "min-contains",
    "maxContains": "max-contains",
}
_SMALLER = {("int32", "int64"), ("float", "double")}
_TYPED_FORMATS = {"date-time", "date", "binary", "uuid"}  # the generator has a Python type for them
_CONTENT = ("contentEncoding", "contentMediaType")


def compare_types(pair: Pair) -> bool:
    """Report another type; False if the rest cannot be compared any more."""
    old, new = pair.old, pair.new
    if old.types != new.types:
        before, after = _shown(pair.old.types), _shown(pair.new.types)
        if old.types > new.types:
            rule = "type-narrowed"
        elif old.types < new.types:
            rule = "type-widened"
        else:
            rule = "type-changed"
        pair.report(rule, old.keywords.get("type"), new.keywords.get("type"), before, after)
    if (old.types == ANY) == (new.types == ANY):
        compare_null(pair)
    return bool(old.types & new.types) or old.types == new.types


def compare_null(pair: Pair) -> None:
    """Report that null is accepted now, or no longer."""
    before, after = pair.old.nullable, pair.new.nullable
    if before != after:
        rule = "became-nullable" if after else "became-non-nullable"
        pair.report(rule, None, None, before, after)


def _shown(types: frozenset[str]) -> Any:
    if types == ANY:
        return None
    names = set(types)
    if "fraction" in names:
        names = names - {"integer", "fraction"} | {"number"}
    return names.pop() if len(names) == 1 else sorted(names)


def compare(pair: Pair) -> None:
    """Report every keyword but those of objects, arrays and alternatives."""
    ours, theirs = pair.old.keywords, pair.new.keywords
    if not ours and not theirs:
        return
    for keyword, compare_one in _COMPARISONS.items():
        if keyword in ours or keyword in theirs:
            compare_one(pair, keyword)
    _enum(pair)
    _limit(pair, "minimum", "exclusiveMinimum", sign=1)
    _limit(pair, "maximum", "exclusiveMaximum", sign=-1)


def _enum(pair: Pair) -> None:
    before, after = constants(pair.old), constants(pair.new)
    old, new = _enum_node(pair.old.keywords), _enum_node(pair.new.keywords)
    if before is None and after is None:
        _odd(pair, "enum", (list,))
        return
    ours, theirs = _set(before), _set(after)
    if before is None or after is None:
        rule = "enum-added" if before is None else "enum-removed"
    elif ours == theirs:
        if ("const" in pair.old.keywords) != ("const" in pair.new.keywords):
            pair.report("constant-form-changed", old, new, before, after)
        return
    elif ours < theirs:
        rule = "enum-values-added"
    else:
        rule = "enum-values-removed" if ours > theirs else "enum-values-replaced"
    pair.report(rule, old, new, _sorted(before), _sorted(after))


def _enum_node(keywords: dict[str, Node]) -> Node | None:
    return keywords.get("const") or keywords.get("enum")


def _set(values: list[Any] | None) -> set[str]:
    return {_plain(value) for value in values or () if value is not None}


def _plain(value: Any) -> str:
    """Write a value so that equal ones are equal text: JSON Schema takes 1.0 for 1."""
    is_whole = isinstance(value, float) and value.is_integer()
    return canonical(int(value) if is_whole else value)


def _sorted(values: list[Any] | None) -> list[Any] | None:
    return None if values is None else sorted(values, key=canonical)


def _limit(pair: Pair, plain: str, exclusive: str, *, sign: int) -> None:
    """Compare a bound; `exclusiveMinimum` is a flag in 3.0 and a number in 3.1."""
    old, new = (_bound(shape.keywords, plain, exclusive, sign) for shape in (pair.old, pair.new))
    if old == new:
        for keyword in (plain, exclusive):
            _odd(pair, keyword, (int, float, bool))
        return
    if old is None or new is None:
        way = "added" if old is None else "removed"
    else:
        way = "raised" if new > old else "lowered"
    ours, theirs = (
        shape.keywords.get(plain) or shape.keywords.get(exclusive) for shape in (pair.old, pair.new)
    )
    pair.report(f"{plain}-{way}", ours, theirs, old and _limit_text(old), new and _limit_text(new))


Limit = tuple[float, int]
"""A number, and by how little a value must be beyond it (0: it may be the number itself)."""


def _bound(keywords: dict[str, Node], plain: str, exclusive: str, sign: int) -> Limit | None:
    found: list[Limit] = []
    outside = keywords.get(exclusive)
    is_flag = outside is not None and outside.value is True
    if plain in keywords and _is_number(keywords[plain].value):
        found.append((keywords[plain].value, sign if is_flag else 0))
    if outside is not None and _is_number(outside.value):
        found.append((outside.value, sign))
    if not found:
        return None
    return max(found) if sign > 0 else min(found)


def _limit_text(limit: Limit) -> Any:
    number, beyond = limit
    return number if not beyond else f"{'>' if beyond > 0 else '<'} {number}"


def _is_number(value: Any) -> bool:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return is_number and (isinstance(value, int) or isfinite(value))


def _number(node: Node | None) -> Any:
    """Give a number; None for anything else, which is left unclassified."""
    return node.value if node is not None and _is_number(node.value) else None


def _count(pair: Pair, keyword: str) -> None:
    old, new = (_number(node) for node in _nodes(pair, keyword))
    stem = _BOUNDS[keyword]
    if keyword.startswith("min"):
        old, new = old or None, new or None  # at least 0 is no limit
    if old == new:
        _odd(pair, keyword)
    elif old is None or new is None:
        pair.keyword(f"{stem}-{'added' if old is None else 'removed'}", keyword)
    else:
        pair.keyword(f"{stem}-{'raised' if new > old else 'lowered'}", keyword)


def _odd(pair: Pair, keyword: str, wanted: tuple[type, ...] = (int, float)) -> None:
    """Report a value that is not of the kind that OpenAPI wants."""
    values = [node.value for node in _nodes(pair, keyword) if node is not None]
    if not all(isinstance(value, wanted) for value in values):
        _replaced("unclassified")(pair, keyword)


def _nodes(pair: Pair, keyword: str) -> tuple[Node | None, Node | None]:
    return pair.old.keywords.get(keyword), pair.new.keywords.get(keyword)


def _multiple(pair: Pair, keyword: str) -> None:
    old, new = (_number(node) for node in _nodes(pair, keyword))
    if old == new:
        _odd(pair, keyword)
    elif not old or not new:
        pair.keyword(f"multiple-of-{'added' if not old else 'removed'}", keyword)
    elif _divides(old, new):
        pair.keyword("multiple-of-coarser", keyword)
    else:
        pair.keyword(f"multiple-of-{'finer' if _divides(new, old) else 'changed'}", keyword)


def _divides(one: float, other: float) -> bool:
    """Tell whether a number is a multiple of one, as it is written: 0.1 is one of 0.01."""
    from fractions import Fraction  # slow to import, and seldom needed

    return (Fraction(str(other)) / Fraction(str(one))).denominator == 1


def _flag(shrunk: str, grown: str) -> Callable[[Pair, str], None]:
    """Compare a keyword that is true or, as good as absent, false."""

    def compare_one(pair: Pair, keyword: str) -> None:
        old, new = (node is not None and node.value is True for node in _nodes(pair, keyword))
        if old != new:
            pair.keyword(shrunk if new else grown, keyword)
        else:
            _odd(pair, keyword, (bool,))

    return compare_one


def _replaced(rule: str) -> Callable[[Pair, str], None]:
    """Compare a keyword by whether it is the same."""

    def compare_one(pair: Pair, keyword: str) -> None:
        old, new = _nodes(pair, keyword)
        if canonical(old and old.value) != canonical(new and new.value):
            pair.keyword(rule, keyword)

    return compare_one


def _stated(stem: str) -> Callable[[Pair, str], None]:
    """Compare a keyword that can be added, removed or changed."""

    def compare_one(pair: Pair, keyword: str) -> None:
        old, new = _nodes(pair, keyword)
        if old is None or new is None:
            pair.keyword(f"{stem}-{'added' if old is None else 'removed'}", keyword)
        elif _plain(old.value) != _plain(new.value):
            pair.keyword(f"{stem}-changed", keyword)

    return compare_one


def _format(pair: Pair, keyword: str) -> None:
    old, new = (node and node.value for node in _nodes(pair, keyword))
    if canonical(old) == canonical(new):
        return
    typed = [each for each in (old, new) if isinstance(each, str) and each in _TYPED_FORMATS]
    position = pair.position if typed else pair.position.outside_code()
    if old is None or new is None:
        rule = "format-added" if old is None else "format-removed"
    elif _is_smaller(old, new):
        rule = "format-widened"
    else:
        rule = "format-narrowed" if _is_smaller(new, old) else "format-changed"
    pair.keyword(rule, keyword, position)


def _is_smaller(one: Any, other: Any) -> bool:
    return isinstance(one, str) and isinstance(other, str) and (one, other) in _SMALLER


def _title(pair: Pair, keyword: str) -> None:
    if pair.old.is_model and pair.new.is_model:
        _replaced("title-changed")(pair, keyword)


_COMPARISONS: dict[str, Callable[[Pair, str], None]] = {
    **dict.fromkeys(_BOUNDS, _count),
    **dict.fromkeys(_CONTENT, _replaced("content-encoding-changed")),
    "multipleOf": _multiple,
    "pattern": _stated("pattern"),
    "default": _stated("default"),
    "format": _format,
    "uniqueItems": _flag("unique-items-added", "unique-items-removed"),
    "deprecated": _flag("schema-deprecated", "schema-undeprecated"),
    "xml": _replaced("xml-changed"),
    "title": _title,
}
