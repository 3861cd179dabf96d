"""Maps error responses of HighLevel to the wrong setting, and to what to do."""

from __future__ import annotations

from base64 import urlsafe_b64decode
from datetime import UTC, datetime
from json import loads
from typing import Literal

from attrs import asdict, frozen

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
from facade._core.reasons import quoted
from facade.cli.causes import CHECK_ADDRESS
from facade.cli.settings import Name, Settings
from facade.rate_limits import RateLimits, rate_limit_of


@frozen
class Check:
    """The result of one check, and what to do if it is wrong."""

    name: Name
    status: Literal["ok", "wrong", "not_checked"]
    found: str
    advice: str = ""


_SHARED = "Programs with the same app and location share the limit"
_DIVIDE = "LocalPace(share=) or facade.redis divides it among them"
_WAIT = f"Wait {{seconds:g}} seconds. {_SHARED}: {_DIVIDE}"
_USED_UP, _TOMORROW = "the limit{a_day} a day is used up", f"Continue tomorrow. {_SHARED}"
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
    (ContractError, "network", "{base_url} does not respond as HighLevel does", CHECK_ADDRESS),
    (NotFoundError, "network", "{base_url} has no Associations API", CHECK_ADDRESS),
    (
        ServerError,
        "network",
        "HighLevel fails at the moment",
        "Try again later; the settings are not the cause",
    ),
    (DailyLimitError, "limits", _USED_UP, _TOMORROW),
    (RateLimitError, "limits", "too many requests in a short time", _WAIT),
    (AssociationsError, "network", "a response that is not HighLevel's", CHECK_ADDRESS),
)


def meaning(error: AssociationsError, settings: Settings) -> Check:
    """Return the wrong setting for an error."""
    token, response = settings.token, ""
    values = {**asdict(settings), "kind": kind_of(token), "renewal": renewal(token)}
    if isinstance(error, APIStatusError):
        response = f" (HTTP {error.status_code}: {quoted(error) or 'no text'})"
        limits = rate_limit_of(error.headers)
        values |= {"seconds": error.retry_after or limits.seconds or 10, "a_day": _a_day(limits)}
    _, name, found, advice = next(row for row in _BY_CLASS if isinstance(error, row[0]))
    return Check(name, "wrong", found.format_map(values) + response, advice.format_map(values))


def left_of(limits: RateLimits) -> Check:
    """Return the check of what is left of the limits."""
    left, most, seconds = limits.remaining, limits.limit, limits.seconds or 10
    today, a_day = limits.daily_remaining, limits.daily_limit
    if today == 0:
        return Check("limits", "wrong", _USED_UP.format(a_day=_a_day(limits)), _TOMORROW)
    if left == 0:
        used = f"all {most or 0:,} requests of {seconds:g} s are used"
        return Check("limits", "wrong", used, _WAIT.format(seconds=seconds))
    parts = [f"{left:,} of {most:,} requests left in {seconds:g} s"] if left and most else []
    parts += [f"{today:,} of {a_day:,} today"] if today and a_day else []
    return Check("limits", "ok", ", ".join(parts) or "the responses have no rate limit headers")


def _a_day(limits: RateLimits) -> str:
    return f" of {limits.daily_limit:,} requests" if limits.daily_limit else ""


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


def _expiry(token: str) -> datetime | None:
    """Return the expiry of a JSON Web Token; None if it has none."""
    try:
        claims = loads(urlsafe_b64decode(token.split(".")[1] + "=="))
        return datetime.fromtimestamp(claims["exp"], UTC)
    except (IndexError, KeyError, OverflowError, OSError, TypeError, ValueError):
        return None
