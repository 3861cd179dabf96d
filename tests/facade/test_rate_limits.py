"""HighLevel's rate limits, as the headers of its responses state them."""

from typing import Any

import httpx
import pytest

from facade import RateLimits
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


def test_each_limit_is_read_from_its_header() -> None:
    assert rate_limit_of(HEADERS) == STATED
    assert rate_limit_of({}) == NOTHING


@pytest.mark.parametrize(
    ("header", "seconds"),
    [("0", 0), ("86400", 86_400), ("86401", 86.401), ("84322000", 84_322.0), ("-1", None)],
)
def test_a_reset_later_than_in_a_day_is_in_milliseconds(header: str, seconds: float | None) -> None:
    assert rate_limit_of({"x-ratelimit-daily-reset": header}).daily_resets_in == seconds


@pytest.mark.parametrize(
    ("header", "seconds"), [("60000", 60.0), ("60001", None), ("0", None), ("1", 0.001)]
)
def test_an_interval_of_more_than_a_minute_is_not_that_of_the_short_limit(
    header: str, seconds: float | None
) -> None:
    assert rate_limit_of({"x-ratelimit-interval-milliseconds": header}).seconds == seconds


@pytest.mark.parametrize("header", ["", "a", "1.5", "-1", "1234567890", "\u0661"])
def test_what_is_no_count_of_up_to_nine_digits_is_no_limit(header: str) -> None:
    assert rate_limit_of({"x-ratelimit-max": header}) == NOTHING


@pytest.mark.both
def test_a_client_has_the_limits_of_the_last_response_for_its_location(clients: Clients) -> None:
    answers: list[Any] = [
        httpx.Response(200, headers=HEADERS, json={"associations": []}),
        httpx.Response(404, headers={"x-ratelimit-remaining": "5"}, json={}),
        httpx.ConnectError("refused"),
    ]

    def answer(request: httpx.Request) -> httpx.Response:
        found = answers.pop(0)
        if isinstance(found, Exception):
            raise found
        assert isinstance(found, httpx.Response)
        return found

    client = clients("pit-test", "loc", transport=httpx.MockTransport(answer), retries=0, pace=None)
    other = client.for_location("other")
    assert client.rate_limit is None
    client.associations.list()
    assert client.rate_limit == STATED
    for _ in range(2):
        with pytest.raises(Exception, match=r"404|refused"):
            client.associations.get("a")
        assert client.rate_limit == NOTHING._replace(remaining=5)
    assert other.rate_limit is None


def test_the_limits_of_at_most_a_thousand_locations_are_kept(clients: Clients) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, headers={"Authorization": "kept"}, json={"associations": []})

    client = clients("pit-test", "loc", transport=httpx.MockTransport(answer), pace=None)
    limits = client._pipeline.limits
    limits.update({f"loc-{number}": {} for number in range(999)})
    client.associations.list()
    assert len(limits) == 1000
    assert limits["loc"] == {}
    client.associations.list()
    assert len(limits) == 1000
    client.for_location("one-more").associations.list()
    assert [*limits] == ["one-more"]
