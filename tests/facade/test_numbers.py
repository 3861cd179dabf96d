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
    ("check", "given", "says"),
    [
        (numbers.seconds, ("5",), "a number of seconds, not '5'"),
        (numbers.seconds, (-1,), "0 seconds or more, not -1"),
        (numbers.seconds, (1_000_001,), "0 to 1,000,000 seconds, not 1000001"),
        (numbers.count, (1_000_000_001,), "0 to 1,000,000,000, not 1000000001"),
        (numbers.share, ("1",), "a number, not '1'"),
        (numbers.count, (1.5,), "a whole number, not 1.5"),
        (numbers.count, (0, 1), "1 or more, not 0"),
        (numbers.count, (7, 1, 5), "1 to 5, not 7"),
        (numbers.count, (0, 1, 1000), "1 to 1,000, not 0"),
        (numbers.count, (0, 1, 1001), "1 or more, not 0"),
        (numbers.share, (0.0,), "above 0, not 0.0"),
        (numbers.share, (1.01,), "0 to 1, not 1.01"),
    ],
)
def test_the_error_says_what_was_expected(
    check: Callable[..., object], given: tuple[Any, ...], says: str
) -> None:
    with pytest.raises((TypeError, ValueError)) as raised:
        check("name", *given)
    assert str(raised.value) == f"name must be {says}"


def test_a_usable_number_is_returned() -> None:
    assert [numbers.seconds("a", one) for one in (0, 0.5, 1_000_000)] == [0, 0.5, 1_000_000]
    assert [numbers.count("a", one) for one in (0, 7, 10**9)] == [0, 7, 10**9]
    assert [numbers.share("a", one) for one in (0.25, 1)] == [0.25, 1]
