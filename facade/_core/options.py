"""The options of a client and of one call: their defaults, checked before anything is sent."""

from __future__ import annotations

import os
import re
import warnings
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal, TypedDict, cast
from urllib.parse import urlsplit

import httpx
from attrs import define, field

from facade._core.bounds import CallDeadline
from facade._core.tokens import CallableToken, StaticToken, Token, TokenSource, is_header_text

if TYPE_CHECKING:
    from facade._core.events import OnEvent
    from facade.observe import Observer
    from facade.pace import Pace

BASE_URL = "https://services.leadconnectorhq.com"
VERSION = "2021-07-28"
VERSION_FORM = "a date like 2021-07-28, or v and a number like v3"
TIMEOUT = httpx.Timeout(30.0, connect=10.0)
_IN_TIME = 0.995  # of a default deadline: then the error reaches the caller before it has passed
# By form and not by list: HighLevel serves Versions that its document does not name.
_VERSION = r"[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])|v[0-9]+"


if TYPE_CHECKING:
    # Not at run time: each of its annotations costs an app's start.
    class CommonArguments(TypedDict, total=False):
        """The arguments of both clients, which say what each means."""

        token: Token
        location_id: str
        version: str
        base_url: str
        timeout: float | httpx.Timeout
        retries: int
        deadline: float | None
        pace: Pace | Literal["local"] | None
        observe: Observer | None
        on_event: OnEvent | None
        max_response_bytes: int


@define(kw_only=True, eq=False, repr=False)
class ClientOptions:
    """The options of a client, checked; ValueError says what is wrong with one."""

    token: TokenSource = field(repr=False)
    location_id: str
    base_url: str
    version: str
    timeout: httpx.Timeout = field(converter=httpx.Timeout)
    retries: int
    deadline: float | None
    pace: Pace | None
    observe: Observer | None
    on_event: OnEvent | None
    max_response_bytes: int

    def __attrs_post_init__(self) -> None:
        _warn_of_http(self.base_url)
        _check_number_type("retries", self.retries)
        if self.retries < 0:
            raise ValueError(f"retries must be 0 or more, not {self.retries}")
        if self.deadline is not None:
            _check_number_type("deadline", self.deadline)
            if not self.deadline > 0:
                raise ValueError(f"deadline must be above 0 seconds, or None, not {self.deadline}")
        if self.max_response_bytes < 1:
            raise ValueError(f"max_response_bytes must be 1 or more, not {self.max_response_bytes}")
        _check_pace(self.pace)
        if self.on_event is not None:
            _check_hook(self.on_event)
        if not is_version(self.version):
            raise ValueError(f"version must be {VERSION_FORM}, not {self.version!r}")
        parts: dict[str, Any] = {**self.timeout.as_dict()}
        for seconds in parts.values():
            if seconds is None:
                raise ValueError(
                    "timeout must be a number of seconds, not None: a request could hang forever"
                )
            if not isinstance(seconds, int | float):
                raise TypeError(f"timeout must be a number of seconds, not {seconds!r:.40}")
            if not seconds > 0:  # which is also true of nan
                raise ValueError(f"timeout must be above 0 seconds, not {seconds}")
        self.base_url = self.base_url.rstrip("/")

    @property
    def token_may_block(self) -> bool:
        """Return whether getting a token can take time."""
        return not isinstance(self.token, StaticToken | CallableToken)

    def new_deadline(self) -> CallDeadline | None:
        """Begin the deadline of a call that has none of its own."""
        if self.deadline is None:
            return None
        return CallDeadline(self.deadline * _IN_TIME, includes_pace=False)


def _check_pace(pace: object) -> None:
    if pace is not None and (isinstance(pace, type) or not hasattr(pace, "take")):
        form = 'an object such as LocalPace(calls=25), or "local", or None'
        raise TypeError(f"pace must be {form}, not {pace!r:.60}")


def _check_hook(on_event: object) -> None:
    import inspect  # here, because most clients have no hook

    if not callable(on_event):
        raise TypeError(f"on_event must be a function of one event, not {on_event!r:.40}")
    if inspect.iscoroutinefunction(on_event) or inspect.iscoroutinefunction(
        getattr(on_event, "__call__", None)  # noqa: B004 - an object whose calls are awaited
    ):
        raise TypeError("on_event must not be async: pass a function that returns at once")


_warned_of: set[str] = set()


def _warn_of_http(base_url: str) -> None:
    """Warn once of each host that is sent the token for all to read."""
    host = urlsplit(base_url).hostname or ""
    if is_unencrypted(base_url) and host not in _warned_of:
        _warned_of.add(host)
        warnings.warn(
            f"the token is sent to {host} unencrypted: base_url is http, not https", stacklevel=2
        )


def is_unencrypted(base_url: str) -> bool:
    """Return whether a token sent to an address leaves this machine for all to read."""
    parts = urlsplit(base_url)
    host = parts.hostname or ""
    is_loopback = host in ("localhost", "::1") or host.startswith("127.")
    return parts.scheme == "http" and not is_loopback


class CallOptions(TypedDict, total=False):
    """What one call may override or add.

    `timeout` and `deadline` are in seconds, `retries` is a number. `timeout` bounds each part of a
    request; `deadline` bounds the whole call with all its waits. `extra_body`, `extra_query` and
    `extra_headers` add fields to the body, parameters to the query and headers, for what HighLevel
    accepts and this client does not name yet; they cannot set what the method itself sends, and
    are not sent when a method looks something up on its way.
    """

    timeout: float
    retries: int
    deadline: float
    extra_body: Mapping[str, Any]
    extra_query: Mapping[str, Any]
    extra_headers: Mapping[str, str]


_EXTRAS = ("extra_body", "extra_query", "extra_headers")
# What a client decides, or httpx, not a call.
_OWN_HEADERS = frozenset(
    "accept accept-encoding authorization connection content-length content-type host "
    "transfer-encoding user-agent version".split()
)
_HEADER_NAME = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"


def resolved(options: CallOptions) -> CallOptions:
    """Check the options of a call; make its deadline absolute, for all requests of the call."""
    if not options:
        return options
    for name, value in options.items():
        if name not in CallOptions.__annotations__:
            known = ", ".join(CallOptions.__annotations__)
            raise TypeError(f"{name!r} is not an option of a call; the options are {known}")
        if name in _EXTRAS:
            _check_extra(name, value)
        elif not isinstance(value, CallDeadline):
            _check_number_type(name, value)
            _check_number_range(name, value)
    if "deadline" not in options or deadline_of(options) is not None:
        return options
    return with_deadline(options, CallDeadline(options["deadline"]))


def with_deadline(options: CallOptions, deadline: CallDeadline) -> CallOptions:
    """Return options with a deadline that has begun, for all requests of a call."""
    return {**options, "deadline": cast("float", deadline)}


def deadline_of(options: CallOptions) -> CallDeadline | None:
    """Return the deadline that has begun, if there is one."""
    deadline: object = options.get("deadline")
    return deadline if isinstance(deadline, CallDeadline) else None


def without_extras(options: CallOptions) -> CallOptions:
    """Return the options of a call for another request than the one that the caller asked for."""
    if not any(name in options for name in _EXTRAS):
        return options
    kept = {name: value for name, value in options.items() if name not in _EXTRAS}
    return cast("CallOptions", kept)


def with_query(options: CallOptions, name: str, value: str) -> CallOptions:
    """Add a parameter that a method sends and generated code does not know."""
    given = resolved(options).get("extra_query", {})
    if name in given:
        raise ValueError(f"extra_query cannot set {name}: the method sends it")
    return {**options, "extra_query": {**given, name: value}}


def _check_number_type(name: str, value: object) -> None:
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


def is_version(version: object) -> bool:
    """Return whether a value has the form of a Version: a date, or v and a number."""
    return isinstance(version, str) and re.fullmatch(_VERSION, version) is not None


def mistake_in(token: object, location_id: object, base_url: object) -> Exception | None:
    """Return the error for what a client cannot be made of, or None.

    It neither raises nor shows a value, because an argument in the wrong place may be a secret,
    which a traceback with local variables would print: the caller forgets it and raises.
    """
    return _token_mistake(token) or location_mistake(location_id) or _base_url_mistake(base_url)


def _token_mistake(token: object) -> Exception | None:
    if isinstance(token, str | TokenSource) or callable(token):
        return None
    kind = type(token).__name__
    return TypeError(
        f"a token must be text, a callable or a TokenSource, not {kind}: is a variable unset?"
    )


def location_mistake(location_id: object) -> Exception | None:
    """Return the error for what cannot be a location's id, without showing it, or None."""
    if not isinstance(location_id, str) or not location_id or not is_header_text(location_id):
        what = f"a text of {len(location_id)} characters" if isinstance(location_id, str) else ""
        given = what or type(location_id).__name__
        return ValueError(f"location_id must be the id of a sub-account, not {given}")
    if location_id.startswith(("pit-", "eyJ")):
        return ValueError("location_id is a token: pass the token first, then the location_id")
    return None


def _base_url_mistake(base_url: object) -> Exception | None:
    try:
        url = httpx.URL(str(base_url))
        url.host.encode("idna")  # as the look-up of the name does
    except (ValueError, httpx.InvalidURL):
        return ValueError("base_url is not an http(s) address")
    if url.scheme not in ("http", "https") or not url.host or url.port == 0:
        return ValueError("base_url is not an http(s) address")
    if url.query or url.fragment or url.userinfo:
        return ValueError(f"base_url must be an address only: pass https://{url.host} alone")
    return None


def with_environment(options: Mapping[str, Any]) -> dict[str, Any]:
    """Complete a client's options from the environment; those that are given win."""
    needed = {"token": "HIGHLEVEL_TOKEN", "location_id": "HIGHLEVEL_LOCATION_ID"}
    for option, name in needed.items():
        if option not in options and not os.environ.get(name):
            raise ValueError(f"the environment variable {name} is not set")
    named = {option: os.environ.get(name) for option, name in needed.items()}
    found: dict[str, Any] = {**named, **options}
    if "base_url" not in found and os.environ.get("HIGHLEVEL_BASE_URL"):
        found["base_url"] = os.environ["HIGHLEVEL_BASE_URL"]
    return found
