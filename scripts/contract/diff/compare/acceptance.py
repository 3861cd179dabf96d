"""Whether a schema accepts one value, as it is or written as text; without its alternatives."""

from typing import Any

from scripts.contract.diff.compare.keywords import plain
from scripts.contract.diff.compare.scalars import meets
from scripts.contract.diff.compare.shapes import NUMBERS, SchemaShape
from scripts.contract.diff.compare.simplify import has_type
from scripts.contract.openapi.nodes import value

SAYS_NOTHING = frozenset({"type", "title", "deprecated", "default", "xml", "readOnly", "writeOnly"})
"""Keywords that leave it open which values are accepted; of the type, more is said elsewhere."""
_ABOUT_TEXT = {"pattern", "enum", "const", "format", "maxLength", "contentEncoding"}
_CONDITIONS = frozenset({"not", "if", "then", "else"})


def takes(shape: SchemaShape, item: Any, *, as_text: bool) -> bool:
    """Return whether a schema accepts a value for certain."""
    if shape.constants is not None:
        written = _written if as_text else plain
        taken = (each for each in shape.constants if has_type(shape, each))
        return written(item) in map(written, taken)
    if not has_type(shape, item) and not (as_text and _reads_as(item, shape)):
        return False
    if isinstance(item, dict | list):
        return not (shape.keywords.keys() - SAYS_NOTHING or shape.properties or shape.required)
    scalars = {name: node for name, node in shape.keywords.items() if name != "enum"}
    return meets(item, scalars) is True and not shape.keywords.keys() & _CONDITIONS


def takes_all_text(shape: SchemaShape) -> bool:
    """Return whether a schema accepts all text that is not empty."""
    return (
        "string" in shape.types
        and not shape.keywords.keys() & _ABOUT_TEXT
        and value(shape.keywords.get("minLength"), 0) in (0, 1)
    )


def _written(item: Any) -> str:
    """Write a value as it stands in a URL, a header or a form."""
    return item if isinstance(item, str) else plain(item)


def _reads_as(item: Any, shape: SchemaShape) -> bool:
    """Return whether a value, written as text, is one of the types of a shape."""
    if "string" in shape.types:
        return not isinstance(item, dict | list)
    if not isinstance(item, str):
        return False
    if "boolean" in shape.types and item in ("true", "false"):
        return True
    return bool(shape.types & NUMBERS) and item.removeprefix("-").isdecimal()
