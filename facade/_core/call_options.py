"""The options of one call, checked before anything is sent."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, NamedTuple, TypedDict, cast

from facade._core import numbers
from facade._core.bounds import CallDeadline
from facade._core.tokens import is_header_text

_NOTHING: Mapping[str, Any] = {}


class CallOptions(TypedDict, total=False):
    """The options of one call.

    `timeout`, `deadline` and `max_backoff` are in seconds. `timeout` bounds each part of a request,
    `deadline` the whole call with all its waits; `retries` is the maximum number of retries, and
    `max_backoff` the longest wait before one, unless the server asks for a longer one.
    `extra_body`, `extra_query` and `extra_headers` add fields to the body, query parameters and
    headers that this client does not support yet; they cannot replace what the method itself
    sends, and are not sent with its lookups.
    """

    timeout: float
    retries: int
    deadline: float
    max_backoff: float
    extra_body: Mapping[str, Any]
    extra_query: Mapping[str, Any]
    extra_headers: Mapping[str, str]


class CallSettings(NamedTuple):
    """The options of a call, completed by those of its client.

    `timeouts` are the seconds of each part of a request. `deadline` has started: a method with
    several requests shares it. If it is None, each call has `default_deadline` seconds, and the
    wait for the pace does not count.
    """

    timeouts: Mapping[str, float]
    retries: int
    max_backoff: float
    default_deadline: float | None
    deadline: CallDeadline | None = None
    extra_body: Mapping[str, Any] = _NOTHING
    extra_query: Mapping[str, Any] = _NOTHING
    extra_headers: Mapping[str, str] = _NOTHING

    def without_extras(self) -> CallSettings:
        """Return the settings without the extras, for another request of the same method."""
        return self._replace(extra_body=_NOTHING, extra_query=_NOTHING, extra_headers=_NOTHING)

    def with_query(self, name: str, value: str) -> CallSettings:
        """Add a query parameter that generated code does not support."""
        if name in self.extra_query:
            raise ValueError(f"extra_query cannot set {name}: the method sends it")
        return self._replace(extra_query={**self.extra_query, name: value})


_EXTRAS = ("extra_body", "extra_query", "extra_headers")
# Headers that the client or the HTTP library sets.
_OWN_HEADERS = frozenset(
    "accept accept-encoding authorization connection content-length content-type host "
    "transfer-encoding user-agent version".split()
)
_HEADER_NAME = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
_PARTS = ("connect", "read", "write", "pool")
_MAX_RETRIES = 10_000


def settings_of(options: CallOptions, client: CallSettings) -> CallSettings:
    """Check the options of a call, complete them, and start its deadline."""
    if not options:
        return client
    changes: dict[str, Any] = {}
    for name, value in options.items():
        if name not in CallOptions.__annotations__:
            known = ", ".join(CallOptions.__annotations__)
            raise TypeError(f"{name!r} is not an option of a call; the options are {known}")
        if name in _EXTRAS:
            _check_extra(name, value)
            changes[name] = value
        else:
            changes[name] = checked_number(name, value)
    if "timeout" in changes:
        changes["timeouts"] = dict.fromkeys(_PARTS, changes.pop("timeout"))
    if "deadline" in changes:
        changes["deadline"] = CallDeadline(changes["deadline"])
    return client._replace(**changes)


def checked_number(name: str, value: Any) -> Any:
    """Return the number of an option; raise TypeError or ValueError if it is not usable."""
    if name == "retries":
        return numbers.count(name, value, most=_MAX_RETRIES)
    # A deadline may have passed.
    least = {"timeout": 0.001, "deadline": -numbers.MAX_SECONDS}.get(name, 0)
    return numbers.seconds(name, value, least)


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
