"""HighLevel's rate limits, as the headers of its responses state them."""

from collections.abc import Mapping
from typing import NamedTuple

_MAX_INTERVAL = 60.0  # seconds; a longer interval is not that of the short limit
_DAY = 86_400  # seconds; a longer time until the daily limit is reset is in milliseconds


class RateLimits(NamedTuple):
    """The requests that HighLevel accepts from an app for a location; None if it is not stated.

    `remaining` of `limit` requests are left in `seconds`, and `daily_remaining` of `daily_limit` on
    this day, which ends in `daily_resets_in` seconds.
    """

    limit: int | None
    remaining: int | None
    seconds: float | None
    daily_limit: int | None
    daily_remaining: int | None
    daily_resets_in: float | None


def rate_limit_of(headers: Mapping[str, str]) -> RateLimits:
    """Read the limits in the headers of a response, whose names are in lower case."""
    return RateLimits(
        limit=count_of(headers, "x-ratelimit-max"),
        remaining=count_of(headers, "x-ratelimit-remaining"),
        seconds=interval_of(headers),
        daily_limit=count_of(headers, "x-ratelimit-limit-daily"),
        daily_remaining=count_of(headers, "x-ratelimit-daily-remaining"),
        daily_resets_in=daily_reset_of(headers),
    )


def interval_of(headers: Mapping[str, str]) -> float | None:
    """Return the seconds of the short limit; None if the header is missing or not plausible."""
    seconds = (count_of(headers, "x-ratelimit-interval-milliseconds") or 0) / 1000
    return seconds if 0 < seconds <= _MAX_INTERVAL else None


def daily_reset_of(headers: Mapping[str, str]) -> float | None:
    """Return the seconds until the daily limit is reset.

    The header was seen once, and its unit is not published: HighLevel's own SDK reads milliseconds.
    So a number is read as seconds unless it is longer than a day.
    """
    number = count_of(headers, "x-ratelimit-daily-reset")
    return number if number is None or number <= _DAY else number / 1000


def count_of(headers: Mapping[str, str], name: str) -> int | None:
    """Return a count of up to nine digits from a header; None for anything else."""
    text = headers.get(name, "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 9 else None
