"""Numbers that an app passes: each option of each public class refuses what is no number."""

import inspect
import math
from collections.abc import Callable
from typing import Any

import pytest

from facade import AssociationsClient, AsyncAssociationsClient, LocalPace
from facade._core import numbers
from facade.bulk import ensure_many, replace
from facade.oauth import OAuth
from facade.observe import Recorder
from facade.redis import RedisPace, RedisTokenStore
from facade.webhooks import Guard, MemoryReplayStore

CLIENT = AssociationsClient("pit-t", "loc")
CLIENT.close()
# What takes numbers, and what it needs besides them.
TAKERS: dict[Callable[..., Any], dict[str, Any]] = {
    AssociationsClient: {"token": "pit-t", "location_id": "loc"},
    AsyncAssociationsClient: {"token": "pit-t", "location_id": "loc"},
    CLIENT.with_options: {},
    LocalPace: {},
    RedisPace: {"redis": "redis://127.0.0.1:1/", "app": "a"},
    RedisTokenStore: {"redis": "redis://127.0.0.1:1/", "app": "a"},
    OAuth: {"client_id": "a", "client_secret": "b"},
    Recorder: {},
    Guard: {},
    MemoryReplayStore: {},
    ensure_many: {"client": CLIENT, "pairs": [], "association": "k"},
}
UNUSABLE: tuple[Any, ...] = (math.nan, math.inf, -math.inf, 1e300, "5", True, [])


def numeric_options(taker: Callable[..., Any]) -> list[str]:
    """Return the options of a function or class whose annotation has int or float."""
    found = inspect.signature(taker).parameters.values()
    return [
        one.name
        for one in found
        if {"int", "float"} & {*str(one.annotation).replace("|", " ").replace("'", " ").split()}
        or one.annotation in (int, float)
    ]


CASES = [
    pytest.param(taker, option, id=f"{taker.__qualname__}.{option}")
    for taker in TAKERS
    for option in numeric_options(taker)
]


@pytest.mark.parametrize(("taker", "option"), CASES)
@pytest.mark.parametrize("value", UNUSABLE, ids=repr)
def test_an_option_refuses_what_is_no_usable_number(
    taker: Callable[..., Any], option: str, value: Any
) -> None:
    with pytest.raises((TypeError, ValueError), match=option):
        taker(**TAKERS[taker], **{option: value})


def test_the_options_are_those_with_numbers() -> None:
    assert {case.values[1] for case in CASES} == {
        "timeout",
        "retries",
        "deadline",
        "max_backoff",
        "max_response_bytes",
        "share",
        "calls",
        "seconds",
        "daily",
        "reserve",
        "lease",
        "wait",
        "sample",
        "max_age",
        "max_ids",
        "concurrency",
        "batch",
    }


@pytest.mark.parametrize("batch", [math.nan, 1001, 0, "5"])
def test_a_replacement_refuses_an_unusable_batch(batch: Any) -> None:
    with pytest.raises((TypeError, ValueError), match="batch"):
        replace(CLIENT, "r", Any, [], batch=batch)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: numbers.seconds("wait", "5"), "wait must be a number, not '5'"),
        (lambda: numbers.seconds("wait", -1), "wait must be 0 or more, not -1"),
        (lambda: numbers.seconds("wait", math.nan), "wait must be 0 or more, not nan"),
        (lambda: numbers.count("calls", 1.5), "calls must be a whole number, not 1.5"),
        (lambda: numbers.count("calls", 0, 1), "calls must be 1 or more, not 0"),
        (lambda: numbers.count("batch", 7, 1, 5), "batch must be 1 to 5, not 7"),
    ],
)
def test_the_error_says_what_was_expected(call: Callable[[], object], says: str) -> None:
    with pytest.raises((TypeError, ValueError)) as raised:
        call()
    assert str(raised.value) == says


@pytest.mark.parametrize(("value", "is_share"), [(0, False), (0.0, False), (0.25, True), (1, True)])
def test_a_share_is_above_0_and_up_to_1(value: float, is_share: bool) -> None:
    if is_share:
        assert numbers.share("share", value) == value
    else:
        with pytest.raises(ValueError, match="share must be above 0"):
            numbers.share("share", value)
