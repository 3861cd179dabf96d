"""What an answer of HighLevel says of the settings: which one is wrong, and what to do."""

from __future__ import annotations

from base64 import urlsafe_b64decode
from datetime import UTC, datetime
from json import loads
from typing import TYPE_CHECKING, Literal, NamedTuple

from facade import (
    APIStatusError,
    AssociationsError,
    AuthenticationError,
    ContractError,
    DailyLimitError,
    EdgeRefusalError,
    LocationAccessError,
    NotFoundError,
    PermissionDeniedError,
    RateLimitError,
    ServerError,
    TokenTypeError,
    VersionHeaderError,
)
from facade._core.operations import VERSIONS
from facade._core.response import quoted
from facade.pace import count_of, interval_of

if TYPE_CHECKING:
    from collections.abc import Mapping

Name = Literal["network", "token", "version", "location", "scopes", "limits"]


class Finding(NamedTuple):
    """The check that is wrong, what was found, and what to do."""

    name: Name
    found: str
    advice: str


_WAIT = "Wait {seconds:g} seconds. Programs with the same app and location share the limit: "
_SHARE = "LocalPace(share=) or facade.redis divides it among them"
_NOT_HIGHLEVEL = "Check the address (--base-url, HIGHLEVEL_BASE_URL)"
# In this order, because some classes are of others.
_BY_CLASS: tuple[tuple[type[AssociationsError], Name, str, str], ...] = (
    (
        EdgeRefusalError,
        "network",
        "the network in front of HighLevel refuses this program (error 1010), and has not looked "
        "at the token",
        "Try from another network; a proxy may not change the User-Agent",
    ),
    (
        TokenTypeError,
        "token",
        "the token is an agency's, not a sub-account's",
        "Make a Private Integration in the sub-account; with OAuth use the token of the location "
        "(OAuth.add_location)",
    ),
    (
        VersionHeaderError,
        "version",
        "{version} is not accepted",
        f"Leave --api-version out, or give one of {', '.join(VERSIONS)}",
    ),
    (
        LocationAccessError,
        "location",
        "the token has no access to {location_id}",
        "Check the id of the location (--location, HIGHLEVEL_LOCATION_ID), or use a token that was "
        "made in that sub-account",
    ),
    (AuthenticationError, "token", "{kind}, which is refused", "{renewal}"),
    (PermissionDeniedError, "token", "the token may not do this", "Use the sub-account's own"),
    (ContractError, "network", "{base_url} answers, and not as HighLevel does", _NOT_HIGHLEVEL),
    (NotFoundError, "network", "{base_url} has no Associations API", _NOT_HIGHLEVEL),
    (
        ServerError,
        "network",
        "HighLevel fails at the moment",
        "Try again later; the settings are not the cause",
    ),
)


def meaning(error: AssociationsError, settings: Mapping[str, str]) -> Finding:
    """Return which setting an answer that is an error speaks of.

    `settings` has the texts that the sentences name.
    """
    if isinstance(error, RateLimitError):
        return _over_limit(error)
    for kind, name, found, advice in _BY_CLASS:
        if isinstance(error, kind):
            return Finding(
                name, f"{found.format_map(settings)}{_said(error)}", advice.format_map(settings)
            )
    return Finding(
        "network", f"an answer that HighLevel does not give{_said(error)}", _NOT_HIGHLEVEL
    )


def limits(headers: Mapping[str, str]) -> Finding | str:
    """Return what is left of the limits, or that one is used up."""
    left, most = count_of(headers, "x-ratelimit-remaining"), count_of(headers, "x-ratelimit-max")
    today = count_of(headers, "x-ratelimit-daily-remaining")
    a_day = count_of(headers, "x-ratelimit-limit-daily")
    seconds = interval_of(headers) or 10
    if today == 0:
        return _used_up(a_day)
    if left == 0:
        used = f"all {most or 0:,} requests of {seconds:g} s are used"
        return Finding("limits", used, _WAIT.format(seconds=seconds) + _SHARE)
    parts = [f"{left:,} of {most:,} requests left in {seconds:g} s"] if left and most else []
    parts += [f"{today:,} of {a_day:,} today"] if today and a_day else []
    return ", ".join(parts) or "the answers name none"


def kind_of(token: str) -> str:
    """Return what kind a token is of, and until when it is valid if it says so."""
    if token.startswith("pit-"):
        return "a Private Integration token"
    expiry = _expiry(token)
    if expiry is None:
        return "an OAuth access token" if token.startswith("eyJ") else "a token of unknown kind"
    when = expiry.strftime("%Y-%m-%d %H:%M UTC")
    is_over = expiry <= datetime.now(UTC)
    return f"an OAuth access token that {'expired' if is_over else 'is valid until'} {when}"


def renewal(token: str) -> str:
    """Return how to get a token that is accepted."""
    if token.startswith("pit-"):
        return (
            "Copy it again, whole: sub-account, Settings, Private Integrations; "
            "one that was rotated or deleted is of no use"
        )
    if token.startswith("eyJ"):
        return "Refresh it, or install the app again; an access token lives a day"
    return (
        "Give it whole and alone: one of a Private Integration begins with pit-, OAuth's with eyJ"
    )


def _over_limit(error: RateLimitError) -> Finding:
    if isinstance(error, DailyLimitError):
        return _used_up(count_of(error.headers, "x-ratelimit-limit-daily"))
    seconds = error.retry_after or interval_of(error.headers) or 10
    return Finding(
        "limits",
        f"more requests than are allowed in a short time{_said(error)}",
        _WAIT.format(seconds=seconds) + _SHARE,
    )


def _used_up(a_day: int | None) -> Finding:
    most = f" of {a_day:,} requests" if a_day else ""
    return Finding(
        "limits",
        f"the limit{most} a day is used up",
        "Go on tomorrow. Programs with the same app and location share the limit",
    )


def _said(error: AssociationsError) -> str:
    """Return the status of an answer and what it says; nothing where none came."""
    if not isinstance(error, APIStatusError):
        return ""
    return f" (HTTP {error.status_code}: {quoted(error) or 'no text'})"


def _expiry(token: str) -> datetime | None:
    """Return when a JSON Web Token expires; None if it does not say so."""
    try:
        claims = loads(urlsafe_b64decode(token.split(".")[1] + "=="))
        return datetime.fromtimestamp(claims["exp"], UTC)
    except (IndexError, KeyError, OverflowError, OSError, TypeError, ValueError):
        return None
