"""Whether one value meets the limits of a schema, and which limits exclude nothing."""

import re
from operator import ge, gt, le, lt
from typing import Any

from scripts.diff.compare.keywords import divides, is_number
from scripts.openapi.nodes import Node

INTEGERS = {"int32": (-(2**31), 2**31 - 1), "int64": (-(2**63), 2**63 - 1)}
"""The smallest and the largest number of each format."""
HINTS = frozenset({"password", "double"})
"""Formats that exclude no value."""
LIMITS = frozenset(
    "minimum maximum exclusiveMinimum exclusiveMaximum multipleOf minLength maxLength pattern "
    "format".split()
)
"""The keywords that `meets` can decide."""
BOUNDS = {
    "minimum": ge,
    "maximum": le,
    "exclusiveMinimum": gt,
    "exclusiveMaximum": lt,
    "minLength": ge,
    "maxLength": le,
}
"""How a number, or the length of a text, compares with a bound that it keeps."""
_ENDS = re.compile(r"^\^\.\*\??|(?<!\\)\.\*\??\$?$")
_ANYTHING = re.compile(
    r"\^?(\.|\[\\s\\S\]|\[\\w\\W\]|\[\\d\\D\])(\*|\{0,\})\??\$?|\^?|\$"  # not ^$: that is empty
)


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


def meets(value: Any, keywords: dict[str, Node]) -> bool | None:
    """Return whether a value meets the limits; None if undecidable."""
    answers = {_meets(value, name, keywords[name].value) for name in LIMITS & keywords.keys()}
    return False if False in answers else None if None in answers else True


def _meets(value: Any, name: str, limit: Any) -> bool | None:
    if name == "format":
        return _has_format(value, limit)
    if isinstance(value, str):
        return _text_meets(value, name, limit)
    if not is_number(value):
        return True
    if not is_number(limit):
        return None if name in ("exclusiveMinimum", "exclusiveMaximum", "multipleOf") else True
    if name == "multipleOf":
        return bool(limit) and divides(limit, value)
    return name not in BOUNDS or name.endswith("Length") or bool(BOUNDS[name](value, limit))


def _text_meets(value: str, name: str, limit: Any) -> bool | None:
    if name == "pattern":
        try:
            return all(re.search(each, value) for each in texts(limit))
        except re.error:
            return None
    if name in ("minLength", "maxLength") and is_number(limit):
        return bool(BOUNDS[name](len(value), limit))
    return True


def _has_format(value: Any, stated: Any) -> bool | None:
    if isinstance(stated, str) and stated in INTEGERS:
        least, most = INTEGERS[stated]
        return not is_number(value) or least <= value <= most
    return True if stated in ("float", *HINTS) or not isinstance(value, str) else None
