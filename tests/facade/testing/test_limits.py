"""The rate limit of the sandbox supports each kind of server window."""

from typing import Any

import pytest

from facade.testing import Sandbox, WindowKind
from tests.facade.driving import Clock
from tests.facade.testing.app import App

# The limit is three calls in ten seconds; each row lists (second, is admitted).
SEQUENCES: list[tuple[WindowKind, list[tuple[float, bool]]]] = [
    (
        "sliding",
        [(5, True), (6, True), (14, True), (14.9, False), (15, True), (15.5, False), (16, True)],
    ),
    (
        "sliding_counting_refused",
        [(5, True), (6, True), (14, True), (14.9, False), (15, False), (16, False), (26, True)],
    ),
    ("fixed", [(5, True), (6, True), (9, True), (9.9, False), (10, True), (10, True), (10, True)]),
    (
        "fixed_from_first",
        [(5, True), (6, True), (9, True), (10, False), (14.9, False), (15, True), (25, True)],
    ),
    (
        "bucket",
        [(5, True), (5, True), (5, True), (5, False), (8, False), (8.4, True), (8.4, False)],
    ),
]


@pytest.mark.parametrize(("window", "sequence"), SEQUENCES, ids=[kind for kind, _ in SEQUENCES])
def test_each_kind_of_window_admits_its_calls(
    window: WindowKind, sequence: list[tuple[float, bool]]
) -> None:
    clock = Clock(0.0)
    app = App(Sandbox(limit=(3, 10.0), window=window, clock=clock))
    admitted: list[tuple[float, bool]] = []
    for second, _ in sequence:
        clock.now = second
        admitted.append((second, app.http.get("/associations/x").status_code != 429))
    assert admitted == sequence


def test_every_response_has_the_five_headers_and_a_refused_request_changes_nothing() -> None:
    app = App(Sandbox(limit=(2, 10.0), clock=Clock()))
    responses = [app.create("one"), app.create("one"), app.create("two")]
    assert [response.status_code for response in responses] == [201, 400, 429]
    headers = [
        {name: text for name, text in response.headers.items() if name.startswith("x-ratelimit")}
        for response in responses
    ]
    constant = {
        "x-ratelimit-limit-daily": "200000",
        "x-ratelimit-interval-milliseconds": "10000",
        "x-ratelimit-max": "2",
    }
    assert headers == [
        {**constant, "x-ratelimit-remaining": "1", "x-ratelimit-daily-remaining": "199999"},
        {**constant, "x-ratelimit-remaining": "0", "x-ratelimit-daily-remaining": "199998"},
        {**constant, "x-ratelimit-remaining": "0", "x-ratelimit-daily-remaining": "199998"},
    ]
    assert len(app.sandbox.associations()) == 5


def test_without_a_limit_there_are_no_rate_headers() -> None:
    assert not any("ratelimit" in name for name in App(Sandbox()).create("one").headers)


def test_the_daily_limit_ends_with_the_day() -> None:
    clock = Clock()
    app = App(Sandbox(daily_limit=2, clock=clock))
    responses = [app.http.get("/associations/x") for _ in range(3)]
    assert [response.status_code for response in responses] == [404, 404, 429]
    assert responses[-1].headers["x-ratelimit-daily-remaining"] == "0"
    assert responses[-1].headers["x-ratelimit-remaining"] == "98"
    clock.now += 86_400
    assert app.http.get("/associations/x").status_code == 404


def test_each_location_has_its_own_budget_even_if_only_the_path_implies_it() -> None:
    sandbox = Sandbox(limit=(1, 10.0), clock=Clock())
    sandbox.add_location("other")
    foreign = sandbox.seed_association(key="foreign", location_id="other")["id"]
    app = App(sandbox)
    assert app.create("one").status_code == 201
    assert app.create("two").status_code == 429
    assert app.http.get(f"/associations/{foreign}").status_code == 200
    assert app.create("two", locationId="other").status_code == 429


@pytest.mark.parametrize("limit", [{"limit": (0, 10.0)}, {"limit": (1, 0.0)}, {"daily_limit": 0}])
def test_a_limit_that_admits_nothing_is_refused(limit: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="at least one call"):
        Sandbox(**limit)
