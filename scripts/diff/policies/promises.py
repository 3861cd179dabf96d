"""What a document states about its future: sunset days, stability levels, its version."""

import re
from datetime import date, datetime

from scripts.openapi.documents import Document
from scripts.openapi.paths import operations_in, readable, template
from scripts.openapi.pointers import lookup
from scripts.openapi.references import Source

_VERSION = re.compile(r"(?!\d{4}-\d\d)v?(\d+)(?:\.\d+)*(?:[-+].*)?")  # but not a date


def sunset(document: Document, pointer: str) -> date | str | None:
    """Return the last day of a deprecated item; an error message if it cannot be read."""
    try:
        found = lookup(document, pointer)
    except KeyError:
        return None
    if not isinstance(found, dict) or found.get("deprecated") is not True:
        return None
    stated = found.get("x-sunset")
    try:
        return None if stated is None else datetime.fromisoformat(stated).date()
    except (TypeError, ValueError):
        return f"x-sunset {stated!r:.40} at {readable(pointer)} is not a day as 2030-12-31"


def stability_levels(document: Document) -> dict[str, str]:
    """Return each `x-stability-level` by the template of its operation."""
    source = Source("old", document)
    found = {}
    for operation in operations_in(source, source.root.get("paths")):
        for holder in (operation.item.value, operation.node.value):
            level = holder.get("x-stability-level")
            if isinstance(level, str):
                found[template(operation.label)] = level
    return found


def stated_version(document: Document) -> str:
    """Return `info.version`, empty if there is none."""
    info = document.get("info")
    return str(info.get("version", "")) if isinstance(info, dict) else ""


def is_major_step(old: str, new: str) -> bool:
    """Return whether a version rises by a major; False if either is not a version."""
    before, after = _VERSION.fullmatch(old), _VERSION.fullmatch(new)
    return before is not None and after is not None and int(after[1]) > int(before[1])
