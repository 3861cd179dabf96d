"""HighLevel's rate limits, as the headers of its responses state them."""

import httpx
import pytest

from facade import NotFoundError, RateLimits
from facade.rate_limits import rate_limit_of
from tests.facade.driving import Clients

HEADERS = {
    "x-ratelimit-max": "100",
    "x-ratelimit-remaining": "97",
    "x-ratelimit-interval-milliseconds": "10000",
    "x-ratelimit-limit-daily": "200000",
    "x-ratelimit-daily-remaining": "199990",
    "x-ratelimit-daily-reset": "84322",
}
STATED = RateLimits(100, 97, 10.0, 200_000, 199_990, 84_322)
NOTHING = RateLimits(None, None, None, None, None, None)


@pytest.mark.parametrize(
    ("name", "header", "value"),
    [
        # Later than in a day, a reset is in milliseconds.
        ("daily-reset", "0", NOTHING._replace(daily_resets_in=0)),
        ("daily-reset", "86400", NOTHING._replace(daily_resets_in=86_400)),
        ("daily-reset", "86401", NOTHING._replace(daily_resets_in=86.401)),
        # An interval of more than a minute is not that of the short limit.
        ("interval-milliseconds", "60000", NOTHING._replace(seconds=60.0)),
        ("interval-milliseconds", "60001", NOTHING),
        ("interval-milliseconds", "1", NOTHING._replace(seconds=0.001)),
        ("interval-milliseconds", "0", NOTHING),
        # What is no count of up to nine digits is no limit.
        ("max", "123456789", NOTHING._replace(limit=123_456_789)),
        ("max", "1234567890", NOTHING),
        ("max", "-1", NOTHING),
        ("max", "\u0661", NOTHING),
    ],
)
def test_a_number_is_read_if_it_is_plausible(name: str, header: str, value: RateLimits) -> None:
    assert rate_limit_of({f"x-ratelimit-{name}": header}) == value


def test_a_client_has_the_limits_of_the_last_response_for_its_location(clients: Clients) -> None:
    listed = httpx.Response(200, headers=HEADERS, json={"associations": []})
    refused = httpx.Response(404, headers={"x-ratelimit-remaining": "5"})
    client = clients.answering(listed, refused, pace=None)[0]
    other = client.for_location("other")
    assert client.rate_limit is None
    client.associations.list()
    assert client.rate_limit == STATED
    with pytest.raises(NotFoundError):
        client.associations.get("a")
    assert client.rate_limit == NOTHING._replace(remaining=5)
    assert other.rate_limit is None
