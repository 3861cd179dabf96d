"""The options of one call, checked before anything is sent."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, TypedDict, cast

from facade._core.bounds import CallDeadline
from facade._core.tokens import is_header_text


class CallOptions(TypedDict, total=False):
    """The options of one call.

    `timeout` and `deadline` are in seconds. `timeout` bounds each part of a request, `deadline` the
    whole call with all its waits; `retries` is the maximum number of retries. `extra_body`,
    `extra_query` and `extra_headers` add fields to the body, query parameters and headers that this
    client does not support yet; they cannot replace what the method itself sends, and are not sent
    with its lookups.
    """

    timeout: float
    retries: int
    deadline: float
    extra_body: Mapping[str, Any]
    extra_query: Mapping[str, Any]
    extra_headers: Mapping[str, str]


_EXTRAS = ("extra_body", "extra_query", "extra_headers")
# Headers that the client or httpx sets.
_OWN_HEADERS = frozenset(
    "accept accept-encoding authorization connection content-length content-type host "
    "transfer-encoding user-agent version".split()
)
_HEADER_NAME = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"


def resolved(options: CallOptions) -> CallOptions:
    """Check the options of a call, and start its deadline, which all its requests share."""
    if not options:
        return options
    for name, value in options.items():
        if name not in CallOptions.__annotations__:
            known = ", ".join(CallOptions.__annotations__)
            raise TypeError(f"{name!r} is not an option of a call; the options are {known}")
        if name in _EXTRAS:
            _check_extra(name, value)
        elif not isinstance(value, CallDeadline):
            check_number_type(name, value)
            _check_number_range(name, value)
    if "deadline" not in options or deadline_of(options) is not None:
        return options
    return with_deadline(options, CallDeadline(options["deadline"]))


def with_deadline(options: CallOptions, deadline: CallDeadline) -> CallOptions:
    """Return options with a started deadline, which all requests of a call share."""
    return {**options, "deadline": cast("float", deadline)}


def deadline_of(options: CallOptions) -> CallDeadline | None:
    """Return the started deadline, if there is one."""
    deadline: object = options.get("deadline")
    return deadline if isinstance(deadline, CallDeadline) else None


def without_extras(options: CallOptions) -> CallOptions:
    """Return the options of a call without its extras, for an additional request."""
    if not any(name in options for name in _EXTRAS):
        return options
    kept = {name: value for name, value in options.items() if name not in _EXTRAS}
    return cast("CallOptions", kept)


def with_query(options: CallOptions, name: str, value: str) -> CallOptions:
    """Add a query parameter that generated code does not support."""
    given = resolved(options).get("extra_query", {})
    if name in given:
        raise ValueError(f"extra_query cannot set {name}: the method sends it")
    return {**options, "extra_query": {**given, name: value}}


def check_number_type(name: str, value: object) -> None:
    """Raise TypeError if an option is not a number, or if retries is not an integer."""
    is_number = isinstance(value, int if name == "retries" else int | float)
    if not is_number or isinstance(value, bool):
        raise TypeError(f"{name} must be a number, not {value!r}")


def _check_number_range(name: str, value: Any) -> None:
    if name != "deadline" and value < (0 if name == "retries" else 0.001):
        raise ValueError(f"{name} cannot be {value!r}")


def _check_extra(name: str, value: object) -> None:
    if not isinstance(value, Mapping):
        raise TypeError(f"{name} must be a mapping of names to values, not {value!r:.40}")
    for key, each in cast("Mapping[object, object]", value).items():
        if not isinstance(key, str) or not key:
            raise TypeError(f"a name in {name} must be text, not {key!r:.40}")
        if name == "extra_headers":
            if key.lower() in _OWN_HEADERS:
                raise ValueError(f"extra_headers cannot set {key}: the client sends its own")
            if not isinstance(each, str):
                raise TypeError(f"{key} in extra_headers must be text, not {type(each).__name__}")
            if not re.fullmatch(_HEADER_NAME, key) or not is_header_text(each):
                raise ValueError(f"{key!r} in extra_headers is not a valid header")
