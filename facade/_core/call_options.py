"""The options of one call, checked before anything is sent."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from math import inf
from typing import Any, NamedTuple, TypedDict, cast

from facade._core import http, numbers
from facade._core.bounds import CallDeadline

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


class AssociationOptions(CallOptions, total=False):
    """The options of a call that creates an association, and of the association.

    How many second records a first record may have, and how many first records a second one:
    text such as ONE_TO_MANY, and a maximum. HighLevel does not document these four; each is sent
    only if it is given.
    """

    first_object_to_second_object_cardinality: str
    second_object_to_first_object_cardinality: str
    first_object_to_second_object_max_limit: int
    second_object_to_first_object_max_limit: int


class CallSettings(NamedTuple):
    """The options of a call, completed by those of its client.

    `deadline` has started: a method with several requests shares it. If it is None, each call has
    `default_deadline` seconds, and the wait for the pace does not count. `logs_turns` is False for
    a call of a job, which logs its own progress.
    """

    timeout: Mapping[str, float]
    retries: int
    max_backoff: float
    default_deadline: float = inf
    deadline: CallDeadline | None = None
    logs_turns: bool = True
    extra_body: Mapping[str, Any] = _NOTHING
    extra_query: Mapping[str, Any] = _NOTHING
    extra_headers: Mapping[str, str] = _NOTHING

    def without_extras(self) -> CallSettings:
        """Return the settings without the extras, for another request of the same method."""
        return self._replace(extra_body=_NOTHING, extra_query=_NOTHING, extra_headers=_NOTHING)


def fields_and_options(options: AssociationOptions) -> tuple[dict[str, Any], CallOptions]:
    """Separate what an association is created with from the options of the call."""
    given: Any = dict(options)
    names = AssociationOptions.__annotations__.keys() - CallOptions.__annotations__.keys()
    fields = {name: given.pop(name) for name in names & given.keys()}
    for name, value in fields.items():
        wanted = int if name.endswith("_limit") else str
        if not isinstance(value, wanted) or isinstance(value, bool):
            raise TypeError(f"{name} must be {wanted.__name__}, not {value!r:.40}")
    return fields, given


class NoOthers(TypedDict, total=False):
    """Arguments that a client does not have: a type checker accepts none."""


# What other libraries call it, in lower case without underscores.
_OTHER_NAMES = {
    "maxretries": "retries",
    "limit": "page_size, of each request; list reads one page, and has limit",
    "apikey": "token",
    "accesstoken": "token",
    "location": "location_id",
    "locationid": "location_id",
    "apiversion": "version",
    "headers": "extra_headers, of each call",
    "proxy": "transport=httpx.HTTPTransport(proxy=...)",
}
# Headers that the client or the HTTP library sets.
_OWN_HEADERS = frozenset(
    "accept accept-encoding authorization connection content-length content-type host "
    "transfer-encoding user-agent version".split()
)
_HEADER_NAME = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
_HEADER_VALUE = r"(?! )[ -~]*(?<! )"  # ASCII, with spaces only within it
_MAX_RETRIES = 10_000


def refuse_others(
    names: Iterable[str], known: Iterable[str], text: str = "a client has no argument {!r}"
) -> None:
    """Raise TypeError for a name that is not known, with what it is called here."""
    for name in names:
        if name not in known:
            meant = _OTHER_NAMES.get(name.replace("_", "").lower())
            means = f"it is {meant}" if meant else f"there are {', '.join(known)}"
            raise TypeError(f"{text.format(name)}; {means}")


def changed_settings(settings: CallSettings, options: Mapping[str, Any]) -> CallSettings:
    """Return settings with other options, and start the deadline of a call.

    Raises TypeError or ValueError for an invalid option.
    """
    refuse_others(options, CallOptions.__annotations__, "{!r} is not an option of a call")
    return client_settings(settings, **options)


def client_settings(settings: CallSettings, **options: Any) -> CallSettings:
    return settings._replace(**{name: _CHECKS[name](name, options[name]) for name in options})


def _default_deadline(_: str, value: Any) -> float:
    return inf if value is None else numbers.seconds("deadline", value, 0.001)


def _timeouts(name: str, value: Any) -> dict[str, float]:
    """Return the seconds for each part of a request, from a number, a tuple or an httpx.Timeout."""
    parts = value if hasattr(value, "as_dict") else http.Timeout(value)
    return {part: numbers.seconds(name, each, 0.001) for part, each in parts.as_dict().items()}


def _extra(name: str, value: object) -> object:
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
            if not re.fullmatch(_HEADER_NAME, key) or not re.fullmatch(_HEADER_VALUE, each):
                raise ValueError(f"{key!r} in extra_headers is not a valid header")
    return cast("object", value)


# By option, a function that returns its value in the settings. A deadline may have passed.
_CHECKS: dict[str, Callable[[str, Any], Any]] = {
    "timeout": _timeouts,
    "retries": partial(numbers.count, most=_MAX_RETRIES),
    "max_backoff": numbers.seconds,
    "default_deadline": _default_deadline,
    "deadline": lambda name, value: CallDeadline(
        numbers.seconds(name, value, -numbers.MAX_SECONDS)
    ),
    "extra_body": _extra,
    "extra_query": _extra,
    "extra_headers": _extra,
}
