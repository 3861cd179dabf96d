"""Numbers that an app passes: each option of each public class refuses what is no number."""

import inspect
import math
import re
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
# What takes numbers, what it needs besides them, and the names of its numbers.
CALL, SENDER = "timeout retries deadline max_backoff", {"token": "pit-t", "location_id": "loc"}
REDIS = {"redis": "redis://127.0.0.1:1/", "app": "a"}
TAKERS: dict[Callable[..., Any], tuple[dict[str, Any], str]] = {
    AssociationsClient: (SENDER, f"{CALL} max_response_bytes"),
    AsyncAssociationsClient: (SENDER, f"{CALL} max_response_bytes"),
    CLIENT.with_options: ({}, CALL),
    LocalPace: ({}, "share calls seconds"),
    RedisPace: (REDIS, "share calls seconds daily reserve"),
    RedisTokenStore: (REDIS, "lease wait"),
    OAuth: ({"client_id": "a", "client_secret": "b"}, "timeout"),
    Recorder: ({}, "sample"),
    Guard: ({}, "lease max_age"),
    MemoryReplayStore: ({}, "max_ids"),
    ensure_many: ({"client": CLIENT, "pairs": [], "association": "k"}, "concurrency batch"),
    replace: ({"client": CLIENT, "record_id": "r", "association": "k", "other_ids": []}, "batch"),
}


def numeric_options(taker: Callable[..., Any]) -> set[str]:
    """Return the options of a function or class whose annotation has int or float."""
    found = inspect.signature(taker).parameters.values()
    return {one.name for one in found if re.search(r"\b(int|float)(?!\])\b", f"{one.annotation} ")}


@pytest.mark.parametrize("taker", TAKERS, ids=lambda taker: taker.__qualname__)
def test_each_option_refuses_what_is_no_usable_number(taker: Callable[..., Any]) -> None:
    needed, names = TAKERS[taker]
    assert numeric_options(taker) == {*names.split()}
    for option in names.split():
        for value in (math.nan, "5", True):
            with pytest.raises((TypeError, ValueError), match=option):
                taker(**needed, **{option: value})


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: numbers.seconds("wait", "5"), "wait must be a number of seconds, not '5'"),
        (lambda: numbers.seconds("wait", -1), "wait must be 0 seconds or more, not -1"),
        (
            lambda: numbers.seconds("wait", 1_000_001),
            "wait must be 0 to 1,000,000 seconds, not 1000001",
        ),
        (
            lambda: numbers.count("calls", 1_000_000_001),
            "calls must be 0 to 1,000,000,000, not 1000000001",
        ),
        (lambda: numbers.share("share", "1"), "share must be a number, not '1'"),
        (lambda: numbers.count("calls", 1.5), "calls must be a whole number, not 1.5"),
        (lambda: numbers.count("calls", 0, 1), "calls must be 1 or more, not 0"),
        (lambda: numbers.count("batch", 7, 1, 5), "batch must be 1 to 5, not 7"),
        (lambda: numbers.count("batch", 0, 1, 1000), "batch must be 1 to 1,000, not 0"),
        (lambda: numbers.count("batch", 0, 1, 1001), "batch must be 1 or more, not 0"),
        (lambda: numbers.share("share", 0.0), "share must be above 0, not 0.0"),
        (lambda: numbers.share("share", 1.01), "share must be 0 to 1, not 1.01"),
    ],
)
def test_the_error_says_what_was_expected(call: Callable[[], object], says: str) -> None:
    with pytest.raises((TypeError, ValueError)) as raised:
        call()
    assert str(raised.value) == says


def test_a_usable_number_is_returned() -> None:
    assert [numbers.seconds("a", one) for one in (0, 0.5, 1_000_000)] == [0, 0.5, 1_000_000]
    assert [numbers.count("a", one) for one in (0, 7, 10**9)] == [0, 7, 10**9]
    assert [numbers.share("a", one) for one in (0.25, 1)] == [0.25, 1]
