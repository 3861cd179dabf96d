"""Compare the types, and each keyword that is compared alone: a row of one table."""

from collections.abc import Callable, Iterator
from operator import lt
from typing import Any, NamedTuple

from scripts.diff.changes import Change
from scripts.diff.compare.scalars import ANY, SMALLER_FORMATS, divides, is_number, plain
from scripts.diff.compare.shapes import SchemaShape
from scripts.openapi.nodes import Node, canonical, value

_TYPED_FORMATS = {"date-time", "date", "binary", "uuid"}  # the generator has a Python type for them


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
    if (old.types == ANY) == (new.types == ANY) or not (old.types and new.types):
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


class _Keyword(NamedTuple):
    """How a keyword is compared; of two that say the same, the first that is stated counts."""

    keywords: str
    rules: str  # when it comes, goes, grows, shrinks, is another one; the last for all that follow
    reads: Callable[[str, Any], Any]  # the keyword and its value: what is compared; None: nothing
    is_less: Callable[[Any, Any], bool] = lt
    shows: Callable[[str, Any], Any] = lambda _, stated: stated
    form: str = ""  # the rule when only the keyword is another one


def compare_keywords(old: SchemaShape, new: SchemaShape) -> Iterator[Change]:
    """Compare the keywords that limit values independently of each other."""
    for row in _ROWS:
        one, other = _stated(row, old), _stated(row, new)
        if one is None and other is None:
            continue
        before, after = (each and row.reads(each[0], each[1].value) for each in (one, other))
        rule = _rule(row, before, after)
        if rule is None and one and other and one[0] != other[0]:
            rule = row.form
        if not rule or (rule == "title-changed" and not (old.is_model and new.is_model)):
            continue
        places = one[1] if one else old.node, other[1] if other else new.node
        formats = {plain(value(each.keywords.get("format"))).strip('"') for each in (old, new)}
        if row.keywords == "contentMediaType" and "binary" in formats:
            continue  # the format implies it
        shown = [each and row.shows(each[0], each[1].value) for each in (one, other)]
        in_code = row.keywords != "format" or bool(formats & _TYPED_FORMATS)
        yield Change(rule, *places, shown[0], shown[1], in_code)


def _stated(row: _Keyword, shape: SchemaShape) -> tuple[str, Node] | None:
    named = ((each, shape.keywords.get(each)) for each in row.keywords.split())
    return next(((name, node) for name, node in named if node is not None), None)


def _rule(row: _Keyword, before: Any, after: Any) -> str | None:
    rules = row.rules.split()
    if before == after:
        return None
    if before is None or after is None:
        way = 0 if before is None else 1
    elif row.is_less(before, after):
        way = 2
    else:
        way = 3 if row.is_less(after, before) else 4
    return rules[min(way, len(rules) - 1)]


def _text(_: str, stated: Any) -> str:
    return plain(stated)


def _flag(_: str, stated: Any) -> bool | None:
    return True if stated is True else None  # absent equals false


def _number(name: str, stated: Any) -> Any:
    """Return a number; None for a minimum of 0, which is no limit."""
    is_limit = is_number(stated) and (stated or not name.startswith(("min", "multiple")))
    return stated if is_limit else None


def _bound(name: str, stated: Any) -> tuple[float, int] | None:
    """Return a number, and 0 if the number itself is allowed, else the direction beyond it."""
    beyond = {"exclusiveMinimum": 1, "exclusiveMaximum": -1}.get(name, 0)
    return (stated, beyond) if is_number(stated) else None


def _bound_text(name: str, stated: Any) -> Any:
    sign = {"exclusiveMinimum": "> ", "exclusiveMaximum": "< "}.get(name)
    return f"{sign}{stated}" if sign else stated


def _patterns(_: str, stated: Any) -> frozenset[str]:
    """Return the patterns; a value must match all of them."""
    return frozenset(map(plain, stated if isinstance(stated, list) else [stated]))


def _constants(name: str, stated: Any) -> frozenset[str] | None:
    listed = [stated] if name == "const" else stated
    is_list = isinstance(listed, list)
    return frozenset(plain(each) for each in listed if each is not None) if is_list else None


def _listed(name: str, stated: Any) -> Any:
    if name == "const" or not isinstance(stated, list):
        return [stated] if name == "const" else None
    return sorted(stated, key=canonical)


_ROWS = (
    _Keyword(
        "minimum exclusiveMinimum",
        "minimum-added minimum-removed minimum-raised minimum-lowered",
        _bound,
        shows=_bound_text,
    ),
    _Keyword(
        "maximum exclusiveMaximum",
        "maximum-added maximum-removed maximum-raised maximum-lowered",
        _bound,
        shows=_bound_text,
    ),
    *(
        _Keyword(row.split()[0], row.partition(" ")[2], _number)
        for row in (
            "minLength min-length-added min-length-removed min-length-raised min-length-lowered",
            "maxLength max-length-added max-length-removed max-length-raised max-length-lowered",
            "minItems min-items-added min-items-removed min-items-raised min-items-lowered",
            "maxItems max-items-added max-items-removed max-items-raised max-items-lowered",
            "minProperties min-properties-added min-properties-removed "
            "min-properties-raised min-properties-lowered",
            "maxProperties max-properties-added max-properties-removed "
            "max-properties-raised max-properties-lowered",
            "minContains min-contains-added min-contains-removed "
            "min-contains-raised min-contains-lowered",
            "maxContains max-contains-added max-contains-removed "
            "max-contains-raised max-contains-lowered",
        )
    ),
    _Keyword(
        "multipleOf",
        "multiple-of-added multiple-of-removed multiple-of-coarser multiple-of-finer "
        "multiple-of-changed",
        _number,
        divides,
    ),
    _Keyword(
        "const enum",
        "enum-added enum-removed enum-values-added enum-values-removed enum-values-replaced",
        _constants,
        shows=_listed,
        form="constant-form-changed",
    ),
    _Keyword(
        "pattern",
        "pattern-added pattern-removed pattern-added pattern-removed pattern-changed",
        _patterns,
    ),
    _Keyword(
        "format",
        "format-added format-removed format-widened format-narrowed format-changed",
        lambda _, stated: stated,
        lambda one, other: (one, other) in SMALLER_FORMATS,
    ),
    _Keyword("default", "default-added default-removed default-changed", _text),
    _Keyword("uniqueItems", "unique-items-added unique-items-removed", _flag),
    _Keyword("deprecated", "schema-deprecated schema-undeprecated", _flag),
    _Keyword("contentEncoding", "content-encoding-changed", _text),
    _Keyword("contentMediaType", "content-encoding-changed", _text),
    _Keyword("xml", "xml-changed", _text),
    _Keyword("title", "title-changed", _text),
)
