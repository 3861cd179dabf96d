"""Whether one value meets the limits of a schema, and which limits exclude nothing."""

import re
from collections.abc import Iterator, Mapping
from math import isfinite
from operator import ge, gt, le, lt
from typing import Any, NamedTuple

from scripts.openapi.nodes import Node, canonical

ANY = frozenset({"boolean", "object", "array", "string", "integer", "fraction"})
NUMBERS = frozenset({"integer", "fraction"})
STRUCTURED = frozenset({"object", "array"})
APPLIES = {
    "string": "minLength maxLength pattern contentEncoding contentMediaType contentSchema",
    "array": (
        "items prefixItems additionalItems contains minContains maxContains minItems maxItems "
        "uniqueItems unevaluatedItems"
    ),
    "object": (
        "additionalProperties patternProperties propertyNames minProperties maxProperties "
        "dependentRequired dependentSchemas unevaluatedProperties"
    ),
    **dict.fromkeys(NUMBERS, "minimum maximum exclusiveMinimum exclusiveMaximum multipleOf"),
}
_KEYWORDS = {kind: frozenset(names.split()) for kind, names in APPLIES.items()}
TYPED = frozenset[str]().union(*_KEYWORDS.values())
INTEGERS = {"int32": (-(2**31), 2**31 - 1), "int64": (-(2**63), 2**63 - 1)}
"""The smallest and the largest number of each format."""
SMALLER_FORMATS = (("int32", "int64"), ("float", "double"))
"""Pairs of formats: the second accepts every value of the first. No set: a format may be a list."""
HINTS = frozenset({"password", "double"})
"""Formats that exclude no value."""
BOUNDS = {
    "minimum": ge,
    "maximum": le,
    "exclusiveMinimum": gt,
    "exclusiveMaximum": lt,
    "minLength": ge,
    "maxLength": le,
}
"""How a number, or the length of a text, compares with a bound that it keeps."""
LIMITS = frozenset(("multipleOf", "pattern", "format", *BOUNDS))
"""The keywords that `meets` can decide."""
NOT_LIMITING = frozenset(
    "type title deprecated default xml readOnly writeOnly discriminator".split()
)
"""Keywords that limit no value; the type is checked separately."""
_SEPARATE = NOT_LIMITING | {"enum", "const", "not"}
SCALARS = frozenset({"boolean", "string"}) | NUMBERS
_ENDS = re.compile(r"^\^\.\*\??|(?<!\\)\.\*\??\$?$")
_ANYTHING = re.compile(
    r"\^?(\.|\[\\s\\S\]|\[\\w\\W\]|\[\\d\\D\])(\*|\{0,\})\??\$?|\^?|\$"  # not ^$: that is empty
)


Condition = tuple[str, str]
"""A keyword and its value, of which it is not computed whether a value meets it."""


class Sample(NamedTuple):
    """One value, or any value of a class that meets these conditions and no others."""

    kind: str
    value: Any  # of the text of a class: its length
    is_exact: bool
    met: frozenset[Condition] = frozenset()

    @property
    def length(self) -> int:
        """The length of a text."""
        return len(self.value) if self.is_exact else self.value


def type_of(value: Any) -> str:
    """Return the type of a value; a whole number is an integer."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int | float):
        return "integer" if isinstance(value, int) or value.is_integer() else "fraction"
    if isinstance(value, str):
        return "string"
    return "object" if isinstance(value, dict) else "array"


def applies(name: str, types: frozenset[str]) -> bool:
    """Return whether a keyword can limit values of these types."""
    return name not in TYPED or any(name in _KEYWORDS.get(kind, ()) for kind in types)


def is_number(item: Any) -> bool:
    """Return whether a value is a number that can be compared."""
    is_one = isinstance(item, int | float) and not isinstance(item, bool)
    return is_one and (isinstance(item, int) or isfinite(item))


def plain(item: Any) -> str:
    """Write a value so that equal values are equal text: in JSON Schema 1.0 equals 1."""
    is_whole = isinstance(item, float) and item.is_integer()
    return canonical(int(item) if is_whole else item)


def divides(one: float | str, other: float | str) -> bool:
    """Return whether one number is a multiple of the other, in decimal: 0.1 is one of 0.01."""
    from fractions import Fraction  # slow to import, and rarely needed

    return (Fraction(str(other)) / Fraction(str(one))).denominator == 1


def texts(value: Any) -> list[str]:
    """Return the strings of a keyword that may have several."""
    stated = value if isinstance(value, list) else [value]
    return [each for each in stated if isinstance(each, str)]


def accepts_any_text(pattern: str) -> bool:
    """Return whether a pattern matches every text, as far as its form shows."""
    return _ANYTHING.fullmatch(pattern) is not None


def shortened(pattern: str) -> str:
    """Return a pattern without ends that match anything."""
    return _ENDS.sub("", pattern)


def meets(value: Any, keywords: Mapping[str, Node]) -> bool | None:
    """Return whether a value meets the limits; None if undecidable."""
    sample = Sample(type_of(value), value, is_exact=True)
    stated = {name: keywords[name] for name in LIMITS & keywords.keys()}
    answers = {
        is_met(sample, *limit) for limit in limits(stated) if limit[1] != ("format", "float")
    }
    return False if False in answers else None if None in answers else True


def limits(keywords: Mapping[str, Node], owner: str = "") -> Iterator[tuple[str, Any]]:
    """Yield each limit of scalars: a number, a format of numbers, or a condition.

    A condition that refers to something is another one for each owner.
    """
    for name, node in keywords.items():
        if name == "pattern":
            for each in texts(node.value):
                yield name, (name, each)
        elif name == "format":
            for each in node.value if isinstance(node.value, list) else [node.value]:
                is_numeric = isinstance(each, str) and each in INTEGERS
                if is_numeric or each not in (*HINTS, None):
                    yield name, each if is_numeric else (name, str(each))
        elif name == "multipleOf" and is_number(node.value) and node.value:
            yield name, (name, plain(node.value))
        elif name in BOUNDS and is_number(node.value):
            yield name, node.value
        elif (name not in _SEPARATE and any(applies(name, frozenset({k})) for k in SCALARS)) or (
            name == "enum" and not isinstance(node.value, list)
        ):
            stated = canonical(node.value)
            stated += owner if "$ref" in stated else ""
            # No multiple of anything but a number is known.
            yield name, ("" if name == "multipleOf" else name, stated)


def is_met(sample: Sample, name: str, limit: Any) -> bool | None:
    """Return whether a value meets a limit, as far as this is computed."""
    is_numeric = limit in INTEGERS or limit == ("format", "float") if name == "format" else False
    if name == "format" and sample.kind not in (NUMBERS if is_numeric else {"string"}):
        return True
    if not applies(name, frozenset({sample.kind})):
        return True
    if isinstance(limit, tuple):
        return True if is_numeric and sample.kind == "integer" else computed(sample, limit)
    if name == "format":
        least, most = INTEGERS[limit]
        return bool(least <= sample.value <= most)
    return bool(BOUNDS[name](sample.length if name.endswith("Length") else sample.value, limit))


def computed(sample: Sample, condition: Condition) -> bool | None:
    """Return whether a value meets a condition, as far as this is computed."""
    name, limit = condition
    if name == "multipleOf" and sample.kind in NUMBERS:
        if sample.is_exact:
            return divides(limit, sample.value)
        if sample.kind == "integer":
            return True if divides(limit, 1) else None
        return False if divides(1, limit) else None
    if name == "pattern" and sample.kind == "string" and sample.is_exact:
        try:
            return re.search(limit, sample.value) is not None
        except re.error:
            return None
    return None
