"""What the answer to a batch says of its pairs, and how large the next one is."""

from typing import Any
from unittest.mock import MagicMock

import pytest

from facade._core.response import status_error
from facade.bulk.answers import BatchSizes, Verdict, read_entries, read_error
from facade.errors import AssociationsError, ConnectFailedError, ConnectionLostError

V = Verdict
HUB = [("hub", "p1"), ("hub", "p2"), ("c3", "p3")]
EXISTS = {"error": "Can not create duplicate relation of object Ids for given association 6b1f"}
INVALID = {"error": "Invalid record id : 'p1' for association : owner_pet"}
LIMIT = {"error": "Max relation limit[1] reached for record[hub] for ..."}


@pytest.mark.parametrize(
    ("entries", "verdicts"),
    [
        ([], [V.CREATED] * 3),
        ([INVALID], [V.FAILED, V.CREATED, V.CREATED]),
        ([LIMIT], [V.SOME_FAILED, V.SOME_FAILED, V.CREATED]),
        ([LIMIT] * 2, [V.FAILED, V.FAILED, V.CREATED]),
        ([{"error": "duplicate", "ids": ["hub", "p2"]}], [V.CREATED, V.EXISTING, V.CREATED]),
        ([{"error": ["hub", "p2"]}, {"error": "record[p1]"}], [V.FAILED, V.FAILED, V.CREATED]),
        ([EXISTS] * 2, [V.SOME_EXIST] * 3),
        ([EXISTS] * 3, [V.EXISTING] * 3),
        ([EXISTS] * 4, [V.NONE_CREATED] * 3),
        ([EXISTS, INVALID], [V.FAILED, V.SOME_EXIST, V.SOME_EXIST]),
        ([EXISTS, INVALID, EXISTS], [V.FAILED, V.EXISTING, V.EXISTING]),
        ([EXISTS, {"error": "Try again"}], [V.SOME_FAILED] * 3),
        ([EXISTS, None, None], [V.NONE_CREATED] * 3),
        ([{"error": "for hub and p1"}], [V.SOME_FAILED] * 3),  # words are no ids
        ([{"error": ["", " ", "duplicate relation"]}] * 3, [V.EXISTING] * 3),
        ([{"error": "duplicate opportunity relation"}] * 3, [V.FAILED] * 3),
        ([None], [V.SOME_FAILED] * 3),
        (["p3"], [V.CREATED, V.CREATED, V.FAILED]),
    ],
)
def test_a_pair_is_created_or_existing_only_if_the_entries_leave_no_doubt(
    entries: list[Any], verdicts: list[Verdict]
) -> None:
    assert read_entries(HUB, entries) == dict(zip(HUB, verdicts, strict=True))


def refusal(status: int, said: str = "No") -> AssociationsError:
    path, body = "/associations/relations/bulk", {"message": said}
    return status_error(method="POST", path=path, status_code=status, headers={}, body=body)


@pytest.mark.parametrize(
    ("error", "verdict"),
    [
        *[(refusal(one), V.NOT_OFFERED) for one in (401, 403, 404, 405, 501)],
        *[(refusal(one), V.REFUSED) for one in (400, 409, 422)],
        *[(refusal(one), V.LOST) for one in (500, 502, 503)],
        (refusal(413), V.TOO_LARGE),
        (refusal(429), V.NOT_SENT),
        (refusal(400, EXISTS["error"]), V.ONE_EXISTS),
        (ConnectFailedError("no connection"), V.NOT_SENT),
        (ConnectionLostError("lost"), V.LOST),
    ],
)
def test_an_error_says_the_same_of_all_pairs(error: AssociationsError, verdict: Verdict) -> None:
    assert read_error(error) is verdict


def test_a_batch_may_have_related_the_pairs_of_some_verdicts() -> None:
    doubtful = {V.SOME_EXIST, V.SOME_FAILED, V.ONE_EXISTS, V.REFUSED, V.LOST}
    assert {one for one in Verdict if one.may_be_related} == doubtful
    assert (V.LOST.happened, V.LOST.then) == ("possibly carried out", "again")


def sent(sizes: BatchSizes, most: int = 1000) -> int:
    """Send a batch of up to so many pairs, which is accepted and ensures all; return its size."""
    size = min(most, sizes.size)
    assert sizes.take(size)
    sizes.accept(size)
    sizes.save(size)
    return size


def test_the_size_doubles_up_to_the_most_and_halves_for_good_when_a_batch_is_refused() -> None:
    sizes = BatchSizes(100, 10_000)
    assert (sizes.proven, sent(sizes, 3)) == (1, 3)
    assert (sizes.size, sizes.proven) == (10, 3)
    assert [sent(sizes) for _ in range(6)] == [10, 20, 40, 80, 100, 100]
    sizes.refuse(100)
    sizes.refuse(100)  # another one that was under way
    assert [sent(sizes) for _ in range(3)] == [50] * 3
    sizes.refuse(1)
    sizes.accept(50)  # so was this one
    assert (sizes.size, sizes.proven, sizes.take(1000)) == (1, 100, False)


@pytest.mark.parametrize(
    ("most", "expected", "sent"),
    [
        (1, None, [0, 0, 0, 0]),
        (100, None, [1, 1, 2, 10]),  # of the pairs so far
        (100, 1000, [10, 10, 10, 10]),
    ],
)
def test_where_no_batch_saves_a_request_one_is_sent_for_a_hundred_pairs(
    most: int, expected: int | None, sent: list[int]
) -> None:
    sizes, taken, counts = BatchSizes(most, expected), 0, list[int]()
    for pairs in range(1, 1001):
        sizes.add_pair()
        while sizes.take(100):
            taken += 1
        counts += [taken] * (pairs in (1, 199, 200, 1000))
    assert counts == sent


def test_what_a_batch_saved_pays_for_another_and_a_check_is_a_request_too() -> None:
    sizes = BatchSizes(100, 200)
    assert sizes.take(10)
    sizes.save(-1)
    assert not sizes.take(10)
    sizes.save(1)
    assert not sizes.take(1)  # one pair is no batch
    assert sizes.take(2)


@pytest.mark.parametrize("method", ["add_pair", "take", "save", "accept", "refuse"])
def test_each_change_of_a_size_is_made_under_the_lock(method: str) -> None:
    sizes, lock = BatchSizes(100), MagicMock()
    sizes._lock = lock
    getattr(sizes, method)(*[9][: method != "add_pair"])
    lock.__enter__.assert_called_once()
