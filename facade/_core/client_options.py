"""The options of a client: their defaults, checked before anything is sent."""

from __future__ import annotations

import os
import re
import warnings
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlsplit

from facade._core import http, numbers
from facade._core.tokens import CallableToken, TokenSource, mistake_in_text

if TYPE_CHECKING:
    from facade._core.events import OnEvent
    from facade.pace import Pace

BASE_URL = "https://services.leadconnectorhq.com"
VERSION = "2021-07-28"
# Oldest first, as HighLevel's page of its Versions lists them: v02-versions in openapi/witnesses.
PUBLISHED_VERSIONS = ("legacy", "2021-04-15", "2021-07-28", "2023-02-21", "v3")
VERSION_FORM = "a date like 2021-07-28, v and a number like v3, or legacy"


class NoLocation(str):
    __slots__ = ()


NO_LOCATION = NoLocation()  # of a client that none was given; an empty text is a mistake
TIMEOUT = http.Timeout(30.0, connect=10.0)  # seconds
# By form and not by list: HighLevel serves Versions that its document does not name.
_VERSION = r"legacy|[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])|v[0-9]+"


class ClientOptions:
    """The options of a client, checked; raises ValueError or TypeError for an invalid one."""

    def __init__(
        self,
        token: TokenSource,
        base_url: str,
        version: str,
        pace: Pace | None,
        on_event: OnEvent | Sequence[OnEvent] | None,
        max_response_bytes: int,
        transport: Any = None,
        http_client: Any = None,
    ) -> None:
        self.token = token
        self.token_may_block = not isinstance(token, CallableToken)
        del token  # a traceback that prints local variables may show the token in its repr
        if is_unencrypted(base_url):
            host = urlsplit(base_url).hostname
            why = f"the token is sent to {host} unencrypted: base_url is http, not https"
            warnings.warn(why, stacklevel=2)
        if pace is not None and (isinstance(pace, type) or not hasattr(pace, "take")):
            form = 'an object such as LocalPace(calls=25), or "local", or None'
            raise TypeError(f"pace must be {form}, not {pace!r:.60}")
        if not is_version(version):
            raise ValueError(f"version must be {VERSION_FORM}, not {shown_version(version)}")
        self.base_url = base_url.rstrip("/")
        self.version = version
        self.pace = pace
        self.listeners = listeners_of(on_event)
        self.transport, self.http_client = transport, http_client
        self.max_response_bytes: int = numbers.count("max_response_bytes", max_response_bytes, 1)


def listeners_of(on_event: object) -> tuple[OnEvent, ...]:
    """Return the listeners of a client: one function, or several; raise TypeError for others."""
    if on_event is None:
        return ()
    listeners: Sequence[object] = [on_event]
    if isinstance(on_event, list | tuple) and on_event:
        listeners = cast("Sequence[object]", on_event)
    import inspect  # here, because most clients have no listener

    for each in listeners:
        if not callable(each):
            raise TypeError(f"on_event must be a function of one event, not {each!r:.40}")
        calls = (each, getattr(each, "__call__", None))  # noqa: B004 - an object may await its own
        if any(map(inspect.iscoroutinefunction, calls)):
            raise TypeError("on_event must not be async: pass a function that returns at once")
    return tuple(cast("Sequence[OnEvent]", listeners))


def is_unencrypted(base_url: str) -> bool:
    parts = urlsplit(base_url)
    is_loopback = re.match(r"(localhost|::1)$|127\.", parts.hostname or "")
    return parts.scheme == "http" and not is_loopback


def is_version(version: object) -> bool:
    return isinstance(version, str) and re.fullmatch(_VERSION, version) is not None


def shown_version(version: object) -> str:
    """Return a value that is no Version for an error text; a misplaced token is not shown."""
    is_token = isinstance(version, str) and version.startswith(("pit-", "eyJ"))
    return "a token" if is_token else repr(version)


def mistake_in(token: object, location_id: object, base_url: object) -> Exception | None:
    """Return the error for invalid arguments of a client, or None.

    It neither raises nor shows a value, because an argument in the wrong place may be a secret,
    which a traceback with local variables would print: the caller deletes it and raises.
    """
    if not (isinstance(token, str | TokenSource) or callable(token)):
        kind = type(token).__name__
        why = f"a token must be text, a callable or a TokenSource, not {kind}: is a variable unset?"
        return TypeError(why)
    return location_mistake(location_id) or base_url_mistake(base_url)


def location_mistake(location_id: object) -> Exception | None:
    """Return the error for an invalid location id, without its value, or None."""
    if location_id is NO_LOCATION:
        return None
    if isinstance(location_id, str) and location_id.startswith(("pit-", "eyJ")):
        return ValueError("location_id is a token: pass the token first, then the location_id")
    mistake = mistake_in_text("location_id", location_id)
    return ValueError(mistake) if mistake else None


def require_location(location_id: str) -> None:
    """Raise ValueError for the location of a client that has none."""
    if not location_id:
        raise ValueError("this client has no location: use client.for_location(location_id)")


def base_url_mistake(base_url: object) -> Exception | None:
    """Return the error for an invalid base URL, which may be a secret, or None."""
    with suppress(ValueError, http.InvalidURL):
        url = http.URL(str(base_url))
        url.host.encode("idna")  # as the look-up of the name does
        if url.scheme in ("http", "https") and url.host and url.port != 0:
            if not (url.query or url.fragment or url.userinfo):
                return None
            return ValueError(f"base_url must be an address only: pass https://{url.host} alone")
    return ValueError(f"base_url is not an http(s) address, such as {BASE_URL}")


def with_environment(options: Mapping[str, Any]) -> dict[str, Any]:
    """Complete the options of a client from the environment; given options take precedence."""
    options_from = "token", "location_id", "base_url", "version"
    names = {option: f"HIGHLEVEL_{option.upper()}" for option in options_from}
    for option in ("token", "location_id"):
        if option not in options and (why := _mistake_in_variable(names[option], option)):
            raise ValueError(why)
    found = {option: os.environ[name] for option, name in names.items() if os.environ.get(name)}
    return {**found, **options}


def _mistake_in_variable(name: str, option: str) -> str:
    """Return what is wrong with a variable, which may be a secret; empty text if nothing is."""
    value = os.environ.get(name)
    if not value:
        return f"the environment variable {name} is not set: set it, or pass {option}"
    if option == "location_id":
        why = str(location_mistake(value) or "")
    else:
        why = mistake_in_text("the token", value)
    return why and f"the environment variable {name}: {why}"
