"""Compare the keywords of a schema that can each be compared alone."""

from collections.abc import Callable, Iterator
from math import isfinite
from typing import Any

from scripts.diff.changes import Change, member_change
from scripts.diff.compare.shapes import SchemaShape
from scripts.openapi.nodes import Node, canonical, text, value

CompareKeyword = Callable[[Node | None, Node | None], str | None]
"""Return the rule of a difference; None if there is none."""

SMALLER_FORMATS = (("int32", "int64"), ("float", "double"))
"""Pairs of formats: the second accepts every value of the first. No set: a format may be a list."""
_TYPED_FORMATS = {"date-time", "date", "binary", "uuid"}  # the generator has a Python type for them


def compare_keywords(old: SchemaShape, new: SchemaShape) -> Iterator[Change]:
    """Compare the keywords that limit values independently of each other."""
    for keyword, compare_one in _COMPARISONS.items():
        if keyword not in old.keywords and keyword not in new.keywords:
            continue
        before, after = old.keywords.get(keyword), new.keywords.get(keyword)
        if keyword == "contentMediaType" and "binary" in _formats(old, new):
            continue  # the format implies it
        rule = compare_one(before, after)
        if rule is None or (keyword == "title" and not (old.is_model and new.is_model)):
            continue
        in_code = keyword != "format" or _is_typed(before) or _is_typed(after)
        change = member_change(rule, old.node, new.node, before, after)
        yield change._replace(in_code=in_code)


def _formats(*shapes: SchemaShape) -> set[str]:
    return {text(shape.keywords.get("format")) for shape in shapes}


def is_number(item: Any) -> bool:
    """Return whether a value is a number that can be compared."""
    is_one = isinstance(item, int | float) and not isinstance(item, bool)
    return is_one and (isinstance(item, int) or isfinite(item))


def plain(item: Any) -> str:
    """Write a value so that equal values are equal text: in JSON Schema 1.0 equals 1."""
    is_whole = isinstance(item, float) and item.is_integer()
    return canonical(int(item) if is_whole else item)


def _number(node: Node | None) -> Any:
    """Return a number; None for anything else, which stays unclassified."""
    return node.value if node is not None and is_number(node.value) else None


def unexpected_type(old: Node | None, new: Node | None, wanted: tuple[type, ...]) -> str | None:
    """Compare values of a type that OpenAPI does not allow here."""
    values = [node.value for node in (old, new) if node is not None]
    if all(isinstance(item, wanted) for item in values):
        return None
    return _replaced("unclassified")(old, new)


def _count(stem: str) -> CompareKeyword:
    """Return the comparison of a limit of length or count."""

    def compare_one(old: Node | None, new: Node | None) -> str | None:
        before, after = _number(old), _number(new)
        if stem.startswith("min"):
            before, after = before or None, after or None  # a minimum of 0 is no limit
        if before == after:
            return unexpected_type(old, new, (int, float))
        if before is None or after is None:
            return f"{stem}-{'added' if before is None else 'removed'}"
        return f"{stem}-{'raised' if after > before else 'lowered'}"

    return compare_one


def _multiple(old: Node | None, new: Node | None) -> str | None:
    before, after = _number(old), _number(new)
    if before == after:
        return unexpected_type(old, new, (int, float))
    if not before or not after:
        return f"multiple-of-{'added' if not before else 'removed'}"
    if divides(before, after):
        return "multiple-of-coarser"
    return f"multiple-of-{'finer' if divides(after, before) else 'changed'}"


def divides(one: float | str, other: float | str) -> bool:
    """Return whether one number is a multiple of the other, in decimal: 0.1 is one of 0.01."""
    from fractions import Fraction  # slow to import, and rarely needed

    return (Fraction(str(other)) / Fraction(str(one))).denominator == 1


def _flag(shrunk: str, grown: str) -> CompareKeyword:
    """Return the comparison of a boolean keyword; absent equals false."""

    def compare_one(old: Node | None, new: Node | None) -> str | None:
        before, after = value(old) is True, value(new) is True
        if before == after:
            return unexpected_type(old, new, (bool,))
        return shrunk if after else grown

    return compare_one


def _replaced(rule: str) -> CompareKeyword:
    """Return the comparison of a keyword for equality."""
    return lambda old, new: rule if canonical(value(old)) != canonical(value(new)) else None


def _stated(stem: str) -> CompareKeyword:
    """Return the comparison of a keyword that can be added, removed or changed."""

    def compare_one(old: Node | None, new: Node | None) -> str | None:
        if old is None or new is None:
            return f"{stem}-{'added' if old is None else 'removed'}"
        return f"{stem}-changed" if plain(old.value) != plain(new.value) else None

    return compare_one


def _patterns(old: Node | None, new: Node | None) -> str | None:
    """Compare patterns; a value must match all of them."""
    before, after = ({plain(each) for each in stated_list(node)} for node in (old, new))
    if before == after:
        return None
    if before < after:
        return "pattern-added"
    return "pattern-removed" if before > after else "pattern-changed"


def stated_list(node: Node | None) -> list[Any]:
    """Return the values of a keyword that may have several."""
    return [] if node is None else node.value if isinstance(node.value, list) else [node.value]


def _format(old: Node | None, new: Node | None) -> str | None:
    before, after = value(old), value(new)
    if canonical(before) == canonical(after):
        return None
    if before is None or after is None:
        return "format-added" if before is None else "format-removed"
    if (before, after) in SMALLER_FORMATS:
        return "format-widened"
    return "format-narrowed" if (after, before) in SMALLER_FORMATS else "format-changed"


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
    "pattern": _patterns,
    "default": _stated("default"),
    "format": _format,
    "uniqueItems": _flag("unique-items-added", "unique-items-removed"),
    "deprecated": _flag("schema-deprecated", "schema-undeprecated"),
    "xml": _replaced("xml-changed"),
    "title": _replaced("title-changed"),
}
