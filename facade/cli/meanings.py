"""Maps error responses of HighLevel to the wrong setting, and to what to do."""

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
from facade.rate_limits import count_of, interval_of

if TYPE_CHECKING:
    from collections.abc import Mapping

Name = Literal["network", "token", "version", "location", "scopes", "limits"]


class Finding(NamedTuple):
    """The failed check, what was found, and what to do."""

    name: Name
    found: str
    advice: str


_WAIT = "Wait {seconds:g} seconds. Programs with the same app and location share the limit: "
_SHARE = "LocalPace(share=) or facade.redis divides it among them"
_NOT_HIGHLEVEL = "Check the address (--base-url, HIGHLEVEL_BASE_URL)"
# Subclasses first.
_BY_CLASS: tuple[tuple[type[AssociationsError], Name, str, str], ...] = (
    (
        EdgeRefusalError,
        "network",
        "the network in front of HighLevel refuses this program (error 1010), whatever the token",
        "Use another network, and make sure that no proxy changes the User-Agent",
    ),
    (
        TokenTypeError,
        "token",
        "the token belongs to an agency, not to a sub-account",
        "Create a Private Integration in the sub-account; with OAuth, use a location token "
        "(OAuth.add_location)",
    ),
    (
        VersionHeaderError,
        "version",
        "{version} is not accepted",
        "Omit --api-version and HIGHLEVEL_VERSION, or pass one of " + ", ".join(VERSIONS),
    ),
    (
        LocationAccessError,
        "location",
        "the token has no access to {location_id}",
        "Check the id of the location (--location, HIGHLEVEL_LOCATION_ID), or use a token that was "
        "created in that sub-account",
    ),
    (AuthenticationError, "token", "{kind}, which is refused", "{renewal}"),
    (PermissionDeniedError, "token", "the token has no permission", "Use one of the sub-account"),
    (ContractError, "network", "{base_url} does not respond as HighLevel does", _NOT_HIGHLEVEL),
    (NotFoundError, "network", "{base_url} has no Associations API", _NOT_HIGHLEVEL),
    (
        ServerError,
        "network",
        "HighLevel fails at the moment",
        "Try again later; the settings are not the cause",
    ),
)


def meaning(error: AssociationsError, settings: Mapping[str, str]) -> Finding:
    """Return the wrong setting for an error.

    `settings` has the values for the placeholders of the texts.
    """
    if isinstance(error, RateLimitError):
        return _over_limit(error)
    for kind, name, found, advice in _BY_CLASS:
        if isinstance(error, kind):
            return Finding(
                name,
                f"{found.format_map(settings)}{_quoted_response(error)}",
                advice.format_map(settings),
            )
    return Finding(
        "network", f"a response that is not HighLevel's{_quoted_response(error)}", _NOT_HIGHLEVEL
    )


def limits(headers: Mapping[str, str]) -> Finding | str:
    """Return the remaining requests, or a Finding if a limit is reached."""
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
    return ", ".join(parts) or "the responses have no rate limit headers"


def kind_of(token: str) -> str:
    """Return the kind of a token, and its expiry if it contains one."""
    if token.startswith("pit-"):
        return "a Private Integration token"
    expiry = _expiry(token)
    if expiry is None:
        return "an OAuth access token" if token.startswith("eyJ") else "a token of unknown kind"
    when = expiry.strftime("%Y-%m-%d %H:%M UTC")
    is_over = expiry <= datetime.now(UTC)
    return f"an OAuth access token that {'expired' if is_over else 'is valid until'} {when}"


def renewal(token: str) -> str:
    """Return how to get a valid token."""
    if token.startswith("pit-"):
        return (
            "Copy the complete token: sub-account, Settings, Private Integrations; "
            "a deleted one is not valid, and a rotated one for 7 days at most"
        )
    if token.startswith("eyJ"):
        return "Refresh it, or install the app again; an access token lives a day"
    return (
        "Pass only the complete token: a Private Integration's starts with pit-, OAuth's with eyJ"
    )


def _over_limit(error: RateLimitError) -> Finding:
    if isinstance(error, DailyLimitError):
        return _used_up(count_of(error.headers, "x-ratelimit-limit-daily"))
    seconds = error.retry_after or interval_of(error.headers) or 10
    return Finding(
        "limits",
        f"too many requests in a short time{_quoted_response(error)}",
        _WAIT.format(seconds=seconds) + _SHARE,
    )


def _used_up(a_day: int | None) -> Finding:
    most = f" of {a_day:,} requests" if a_day else ""
    return Finding(
        "limits",
        f"the limit{most} a day is used up",
        "Continue tomorrow. Programs with the same app and location share the limit",
    )


def _quoted_response(error: AssociationsError) -> str:
    """Return the status and the text of a response; empty text if there is none."""
    if not isinstance(error, APIStatusError):
        return ""
    return f" (HTTP {error.status_code}: {quoted(error) or 'no text'})"


def _expiry(token: str) -> datetime | None:
    """Return the expiry of a JSON Web Token; None if it has none."""
    try:
        claims = loads(urlsafe_b64decode(token.split(".")[1] + "=="))
        return datetime.fromtimestamp(claims["exp"], UTC)
    except (IndexError, KeyError, OverflowError, OSError, TypeError, ValueError):
        return None
