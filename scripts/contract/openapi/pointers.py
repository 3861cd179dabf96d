"""JSON pointers (RFC 6901): the way to a place in a document, written as one text."""

import re
from typing import Any

_INDEX = re.compile(r"0|[1-9][0-9]{0,8}")


def escape(name: str) -> str:
    """Write a name as one step of a pointer."""
    return name.replace("~", "~0").replace("/", "~1")


def unescape(step: str) -> str:
    """Read the name that one step of a pointer stands for."""
    return step.replace("~1", "/").replace("~0", "~")


def split(pointer: str) -> list[str]:
    """Return the names and indexes that a pointer goes through."""
    return [unescape(step) for step in pointer.split("/")[1:]]


def parent(pointer: str) -> str:
    """Return the pointer to what holds a place."""
    return pointer.rpartition("/")[0]


def last_name(pointer: str) -> str:
    """Return the name or index at the end of a pointer."""
    return unescape(pointer.rpartition("/")[2])


def lookup(document: Any, pointer: str) -> Any:
    """Return what stands at a pointer (`/components/schemas/X`); KeyError if nothing does."""
    if pointer and not pointer.startswith("/"):
        raise KeyError(pointer)
    found = document
    for name in split(pointer):
        if isinstance(found, dict) and name in found:
            found = found[name]
        elif isinstance(found, list) and _INDEX.fullmatch(name) and int(name) < len(found):
            found = found[int(name)]
        else:
            raise KeyError(pointer)
    return found
