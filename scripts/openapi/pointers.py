"""JSON pointers (RFC 6901)."""

import re
from collections.abc import Iterable
from typing import Any

_INDEX = re.compile(r"0|[1-9][0-9]{0,8}")


def escape(name: str) -> str:
    """Escape a name as a step of a pointer."""
    return name.replace("~", "~0").replace("/", "~1")


def unescape(step: str) -> str:
    """Unescape a step of a pointer."""
    return step.replace("~1", "/").replace("~0", "~")


def join(steps: Iterable[object]) -> str:
    """Return the pointer of names and indexes; empty for the whole document."""
    return "".join(f"/{escape(str(step))}" for step in steps)


def split(pointer: str) -> list[str]:
    """Return the names and indexes of a pointer."""
    return [unescape(step) for step in pointer.split("/")[1:]]


def parent(pointer: str) -> str:
    """Return the pointer to the container of a place."""
    return pointer.rpartition("/")[0]


def last_name(pointer: str) -> str:
    """Return the name or index at the end of a pointer."""
    return unescape(pointer.rpartition("/")[2])


def lookup(document: Any, pointer: str) -> Any:
    """Return the value at a pointer (`/components/schemas/X`); KeyError if there is none."""
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
