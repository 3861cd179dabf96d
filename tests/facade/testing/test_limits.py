"""The rate limit of the sandbox supports each kind of server window."""

from typing import Any

import pytest

from facade.testing import Sandbox, WindowKind
from facade.testing.limits import WINDOW_KINDS
from tests.facade.driving import Clock
from tests.facade.testing.conftest import App

# The limit is three calls in ten seconds; each row lists the seconds of calls, - is refused.
SEQUENCES: dict[WindowKind, list[float]] = {
    "sliding": [5, 6, 14, -14.9, 15 - 1e-10, -15.5, 16],  # a sum of waits is not exact
    "sliding_counting_refused": [5, 6, 14, -14.9, -15, -16, 26],
    "fixed": [5, 6, 9, -9.9, 10, 10, 10],
    "fixed_from_first": [5, 6, 9, -10, -14.9, 15, 25],
    "bucket": [5, 5, 5, -5, -8, 8.4, -8.4],
}


@pytest.mark.parametrize("window", WINDOW_KINDS)
def test_each_kind_of_window_admits_its_calls(window: WindowKind) -> None:
    clock = Clock(0.0)
    app = App(Sandbox(limit=(3, 10.0), window=window, clock=clock))
    found: list[float] = []
    for call in SEQUENCES[window]:
        clock.now = abs(call)
        found.append(clock.now * (-1 if app.ask("GET", "x").status_code == 429 else 1))
    assert found == SEQUENCES[window]


def test_every_response_has_the_five_headers_and_a_refused_request_changes_nothing() -> None:
    app = App(Sandbox(limit=(2, 10.0), clock=Clock()))
    for key, status, left in (("one", 201, 1), ("one", 400, 0), ("two", 429, 0)):
        response = app.create(key)
        assert response.status_code == status
        found = {name: text for name, text in response.headers.items() if "ratelimit" in name}
        assert found == {
            "x-ratelimit-limit-daily": "200000",
            "x-ratelimit-interval-milliseconds": "10000",
            "x-ratelimit-max": "2",
            "x-ratelimit-remaining": f"{left}",
            "x-ratelimit-daily-remaining": f"{199_998 + left}",
        }
    assert len(app.sandbox.associations()) == 5


def test_the_daily_limit_ends_with_the_day() -> None:
    clock = Clock()
    app = App(Sandbox(daily_limit=2, clock=clock))
    responses = [app.ask("GET", "x") for _ in range(3)]
    assert [response.status_code for response in responses] == [404, 404, 429]
    assert responses[-1].headers["x-ratelimit-daily-remaining"] == "0"
    assert responses[-1].headers["x-ratelimit-remaining"] == "98"
    assert responses[-1].headers["x-ratelimit-interval-milliseconds"] == "10000"
    clock.now += 86_400
    assert app.ask("GET", "x").status_code == 404


@pytest.mark.parametrize(
    "options",
    [{"limit": (0, 1.0)}, {"limit": (1, 0.0)}, {"daily_limit": 0}, {"limit": (1, 1), "window": 7}],
)
def test_a_limit_that_admits_nothing_is_refused(options: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"at least one call|not a kind of window"):
        Sandbox(**options)
