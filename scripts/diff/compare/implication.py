"""Whether the limits of one schema imply a limit of another."""

from typing import Any

from scripts.diff.compare.fields import FIELDS
from scripts.diff.compare.keywords import SMALLER_FORMATS, divides, is_number
from scripts.diff.compare.scalars import INTEGERS, texts
from scripts.diff.compare.shapes import SchemaShape
from scripts.openapi.nodes import canonical, text, value

_AT_MOST = {"maxLength", "maxItems", "maxProperties", "maxContains"}
_AT_LEAST = {"minLength", "minItems", "minProperties", "minContains"}
_LENGTHS = {"uuid": 36, "date": 10}


def keyword_holds(name: str, case: SchemaShape, wanted: SchemaShape) -> bool:
    """Return whether the keywords of a case imply a wanted keyword."""
    limit, stated = wanted.keywords[name].value, value(case.keywords.get(name))
    if stated is not None and canonical(stated) == canonical(limit):
        return name not in _SCHEMA_KEYWORDS or "$ref" not in canonical(limit)
    if name not in FIELDS["schema"].known:
        return False
    if name in _AT_LEAST or name in _AT_MOST:
        return _count_holds(name, case, limit)
    if name in ("minimum", "exclusiveMinimum", "maximum", "exclusiveMaximum"):
        return _bound_holds(name, case, limit)
    if name == "pattern":
        return set(texts(limit)) <= set(texts(stated))
    if name == "format":
        return _format_holds(case, limit)
    if name == "contentMediaType":
        return text(case.keywords.get("format")) == "binary"
    if name == "multipleOf":
        # Every integer is a multiple of one.
        return _divides(limit, stated if "fraction" in case.types else stated or 1)
    return limit is False if name == "uniqueItems" else False


def _count_holds(name: str, case: SchemaShape, limit: Any) -> bool:
    """Return whether a limit of items, properties or characters is implied."""
    known = [value(case.keywords.get(name))]
    if name.endswith("Length"):
        known.append(_LENGTHS.get(text(case.keywords.get("format"))))
    if name == "minProperties":
        known.append(len(case.required))
    counts = [each for each in known if is_number(each)]
    if not is_number(limit):
        return False
    if name in _AT_LEAST:
        return bool(max([0, *counts]) >= limit)
    return bool(counts) and bool(min(counts) <= limit)


_SCHEMA_KEYWORDS = frozenset(
    "prefixItems additionalItems contains propertyNames unevaluatedItems unevaluatedProperties "
    "contentSchema if then else not patternProperties dependentSchemas".split()
)


def _bound_holds(name: str, case: SchemaShape, limit: Any) -> bool:
    is_low, is_strict = name.endswith("inimum"), name.startswith("exclusive")
    sign = 1 if is_low else -1
    bounds = [("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")][not is_low]
    for index, keyword in enumerate(bounds):
        known = value(case.keywords.get(keyword))
        if not (is_number(known) and is_number(limit)):
            continue
        if sign * known > sign * limit or (known == limit and (index == 1 or not is_strict)):
            return True
    stated = value(case.keywords.get("format"))
    if isinstance(stated, str) and stated in INTEGERS and is_number(limit):
        edge = INTEGERS[stated][0 if is_low else 1]
        return not is_strict and bool(sign * edge >= sign * limit)
    return False


def _format_holds(case: SchemaShape, limit: Any) -> bool:
    stated = value(case.keywords.get("format"))
    if not isinstance(limit, str):
        return False  # several formats
    if (stated, limit) in SMALLER_FORMATS or limit == "float":
        return limit != "float" or "fraction" not in case.types
    if limit in INTEGERS:
        least, most = INTEGERS[limit]
        return _bound_holds("minimum", case, least) and _bound_holds("maximum", case, most)
    return limit == "binary" and value(case.keywords.get("contentMediaType")) is not None


def _divides(limit: Any, stated: Any) -> bool:
    return is_number(limit) and is_number(stated) and bool(limit) and divides(limit, stated)
