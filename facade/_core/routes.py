"""The operation of a request, by its path."""

import re
from urllib.parse import unquote

from facade._core.operations import OPERATIONS, Operation

Route = tuple[Operation, str]
"""An operation, and its path parameter, '' for none."""
# A path without parameters is also one of an operation with them.
_ROUTES = [
    (operation, re.compile(re.sub(r"\{\w+\}", "([^/]+)", operation.path)))
    for operation in sorted(OPERATIONS.values(), key=lambda each: each.path.count("{"))
]


def route_of(path: str, method: str | None = None) -> Route | None:
    """Return the route of a path, of any method by default.

    The path is matched before it is decoded, so that an encoded slash does not split a segment.
    `/associations` is not an operation: HighLevel publishes the path only with a trailing slash.
    """
    for operation, pattern in _ROUTES:
        found = pattern.fullmatch(path)
        if found and method in (operation.method, None):
            return operation, "".join(map(unquote, found.groups()))
    return None


def below_base(path: str) -> str:
    return path[max(0, path.find("/associations")) :]


def operation_of(method: str, path: str) -> str:
    """Return the operation id of a request of the generated client, or `other`."""
    route = route_of(below_base(path), method.upper())
    return route[0].id if route else "other"
