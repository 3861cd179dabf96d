"""Whether a schema accepts one value, plain or written as text; alternatives are ignored."""

import re
from typing import Any

from scripts.diff.compare.keywords import plain
from scripts.diff.compare.scalars import meets
from scripts.diff.compare.shapes import NUMBERS, SchemaShape
from scripts.diff.compare.simplify import has_type
from scripts.openapi.nodes import value

NOT_LIMITING = frozenset({"type", "title", "deprecated", "default", "xml", "readOnly", "writeOnly"})
"""Keywords that limit no value; the type is checked separately."""
_ABOUT_TEXT = {"pattern", "enum", "const", "format", "maxLength", "contentEncoding"}
_WHOLE = re.compile(r"-?[0-9]{1,300}")  # int() refuses much longer numbers
_CONDITIONS = frozenset({"not", "if", "then", "else"})


def accepts(shape: SchemaShape, item: Any, *, as_text: bool) -> bool:
    """Return whether a schema certainly accepts a value."""
    if shape.constants is not None:
        written = _written if as_text else plain
        taken = (each for each in shape.constants if has_type(shape, each))
        return written(item) in map(written, taken)
    if not has_type(shape, item):
        item = _read(item, shape) if as_text else None
        if item is None:
            return False
    if isinstance(item, dict | list):
        return not (shape.keywords.keys() - NOT_LIMITING or shape.properties or shape.required)
    scalars = {name: node for name, node in shape.keywords.items() if name != "enum"}
    return meets(item, scalars) is True and not shape.keywords.keys() & _CONDITIONS


def accepts_all_text(shape: SchemaShape) -> bool:
    """Return whether a schema accepts every non-empty text."""
    return (
        "string" in shape.types
        and not shape.keywords.keys() & (_ABOUT_TEXT | _CONDITIONS)
        and value(shape.keywords.get("minLength"), 0) in (0, 1)
    )


def _written(item: Any) -> str:
    """Write a value as in a URL, a header or a form."""
    return item if isinstance(item, str) else plain(item)


def _read(item: Any, shape: SchemaShape) -> Any:
    """Parse a value from text by the types of a shape; None if that is impossible."""
    if "string" in shape.types:
        return None if isinstance(item, dict | list) else _written(item)
    if not isinstance(item, str):
        return None
    if "boolean" in shape.types and item in ("true", "false"):
        return item == "true"
    return int(item) if shape.types & NUMBERS and _WHOLE.fullmatch(item) else None
