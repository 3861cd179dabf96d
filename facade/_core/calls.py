"""A call: one operation of the API, as a value that goes down the pipeline of a client."""

import warnings
from collections.abc import Callable, Iterable
from enum import Enum
from typing import Any, Generic, NamedTuple, TypeVar, cast

from facade._core.call_options import CallSettings
from facade._core.operations import DEPRECATED, OPERATIONS
from facade._core.reading import RawResponse
from facade.errors import AssociationsError

Model = TypeVar("Model")

_MAX_SEGMENT = 1000  # characters; an id has 24. httpx raises an unclear error for a very long path


class Action(Enum):
    """What an operation does, on which it depends whether a request may be repeated."""

    READ = "read"
    UPDATE = "update"
    DELETE = "delete"
    CREATE = "create"
    CREATE_ONCE = "create once"  # with a lookup before a repeat


Subject = Any  # what an error or an event is about: operation, location_id, method and path


class Lookup(NamedTuple, Generic[Model]):
    """How to find what a write may have done, and what to return if no response shows it.

    `find` takes settings and the error of the write. It returns the item, or None, and whether a
    later lookup may still find it; in async code, it is a coroutine function.
    """

    find: Callable[[CallSettings, AssociationsError], Any]
    requested: Model


class Call(NamedTuple, Generic[Model]):
    """One operation on a location, and its request without the token, from which attempts are made.

    `read` returns the model that a response contains, or raises UnexpectedBodyError.
    """

    operation: str
    action: Action
    location_id: str
    settings: CallSettings
    method: str
    url: Any
    headers: list[tuple[bytes, bytes]]
    body: bytes
    read: Callable[[RawResponse], Model]
    lookup: Lookup[Model] | None = None

    @property
    def path(self) -> str:
        """The path as it is sent: percent-encoded, so that it cannot forge a log line."""
        target: bytes = self.url.raw_path
        return target.decode("ascii").partition("?")[0]


def path_segment(value: object) -> str:
    """Return an id or key unchanged.

    Raises TypeError if it is not text, ValueError if it would leave its path segment.
    """
    if not isinstance(value, str):
        raise TypeError(f"an id or key must be text, not {type(value).__name__}")
    if value in ("", ".", "..") or len(value) > _MAX_SEGMENT:  # httpx would resolve the dots
        raise ValueError(f"not a valid id or key: {value!r:.60}")
    try:
        value.encode()
    except UnicodeEncodeError as error:
        raise ValueError(f"an id or key is not valid Unicode: {value!r:.60}") from error
    return value


def id_list(association_ids: object) -> tuple[str, ...] | None:
    """Return ids from any iterable; None means no filter. Raises TypeError for a single id."""
    if association_ids is None:
        return None
    if isinstance(association_ids, str) or not isinstance(association_ids, Iterable):
        raise TypeError("association_ids must be a list of ids; for one id write [id]")
    return tuple(path_segment(one) for one in cast("Iterable[object]", association_ids))


def warn_of_deprecation(operation: str) -> None:
    """Warn at the line of the app that sends an operation which HighLevel has deprecated."""
    import inspect  # here, because no operation may be deprecated

    frame, level = inspect.currentframe(), 1
    while frame and frame.f_globals.get("__name__", "").startswith("facade."):
        frame, level = frame.f_back, level + 1
    _, method, path, *_ = OPERATIONS[operation]
    until = f" and ends it on {DEPRECATED[operation]}" if DEPRECATED[operation] else ""
    what = f"HighLevel has deprecated {method} {path}{until}"
    warnings.warn(what, DeprecationWarning, level)
