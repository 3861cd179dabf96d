"""The options of a client: their defaults, checked before anything is sent."""

from __future__ import annotations

import os
import re
import warnings
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, TypedDict
from urllib.parse import urlsplit

import httpx

from facade._core.bounds import CallDeadline
from facade._core.call_options import check_number_type
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
        """The arguments of both clients, whose docstrings describe them."""

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


# A NamedTuple, because an attrs class takes four times as long to define, at each start of an app.
class ClientOptions(NamedTuple):
    """The options of a client, as `checked` returns them."""

    token: TokenSource
    location_id: str
    base_url: str
    version: str
    timeout: httpx.Timeout
    retries: int
    deadline: float | None
    pace: Pace | None
    observe: Observer | None
    on_event: OnEvent | None
    max_response_bytes: int

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.location_id!r})"  # the token source is a secret

    @property
    def token_may_block(self) -> bool:
        """Return whether getting a token may block."""
        return not isinstance(self.token, StaticToken | CallableToken)

    def new_deadline(self) -> CallDeadline | None:
        """Return the default deadline of a call, started now; None if there is none."""
        if self.deadline is None:
            return None
        return CallDeadline(self.deadline * _IN_TIME, includes_pace=False)


def checked(options: ClientOptions) -> ClientOptions:
    """Return the options if they are valid; raise ValueError or TypeError if not."""
    _warn_of_http(options.base_url)
    check_number_type("retries", options.retries)
    if options.retries < 0:
        raise ValueError(f"retries must be 0 or more, not {options.retries}")
    if options.deadline is not None:
        check_number_type("deadline", options.deadline)
        if not options.deadline > 0:
            raise ValueError(f"deadline must be above 0 seconds, or None, not {options.deadline}")
    if options.max_response_bytes < 1:
        raise ValueError(f"max_response_bytes must be 1 or more, not {options.max_response_bytes}")
    _check_pace(options.pace)
    if options.on_event is not None:
        _check_hook(options.on_event)
    if not is_version(options.version):
        raise ValueError(f"version must be {VERSION_FORM}, not {options.version!r}")
    _check_timeout(options.timeout)
    return options._replace(base_url=options.base_url.rstrip("/"))


def _check_timeout(timeout: httpx.Timeout) -> None:
    parts: dict[str, Any] = {**timeout.as_dict()}
    for seconds in parts.values():
        if seconds is None:
            raise ValueError(
                "timeout must be a number of seconds, not None: a request could hang forever"
            )
        if not isinstance(seconds, int | float):
            raise TypeError(f"timeout must be a number of seconds, not {seconds!r:.40}")
        if not seconds > 0:  # nan, too
            raise ValueError(f"timeout must be above 0 seconds, not {seconds}")


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
    """Warn once for each host to which the token is sent unencrypted."""
    host = urlsplit(base_url).hostname or ""
    if is_unencrypted(base_url) and host not in _warned_of:
        _warned_of.add(host)
        warnings.warn(
            f"the token is sent to {host} unencrypted: base_url is http, not https", stacklevel=2
        )


def is_unencrypted(base_url: str) -> bool:
    """Return whether a token for a URL would leave this machine unencrypted."""
    parts = urlsplit(base_url)
    host = parts.hostname or ""
    is_loopback = host in ("localhost", "::1") or host.startswith("127.")
    return parts.scheme == "http" and not is_loopback


def is_version(version: object) -> bool:
    """Return whether a value has the format of a Version: a date, or v and a number."""
    return isinstance(version, str) and re.fullmatch(_VERSION, version) is not None


def mistake_in(token: object, location_id: object, base_url: object) -> Exception | None:
    """Return the error for invalid arguments of a client, or None.

    It neither raises nor shows a value, because an argument in the wrong place may be a secret,
    which a traceback with local variables would print: the caller deletes it and raises.
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
    """Return the error for an invalid location id, without its value, or None."""
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
    """Complete the options of a client from the environment; given options take precedence."""
    needed = {"token": "HIGHLEVEL_TOKEN", "location_id": "HIGHLEVEL_LOCATION_ID"}
    for option, name in needed.items():
        if option not in options and not os.environ.get(name):
            raise ValueError(f"the environment variable {name} is not set")
    named = {option: os.environ.get(name) for option, name in needed.items()}
    found: dict[str, Any] = {**named, **options}
    if "base_url" not in found and os.environ.get("HIGHLEVEL_BASE_URL"):
        found["base_url"] = os.environ["HIGHLEVEL_BASE_URL"]
    return found
