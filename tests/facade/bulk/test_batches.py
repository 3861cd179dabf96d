"""Batches: their sizes, and the pairs that a response proves to be created."""

from typing import Any

import pytest

from facade.bulk.batches import BatchSizes, checked_batch, created_pairs

HUB = [("hub", "p1"), ("hub", "p2"), ("c3", "p3")]


def sent(sizes: BatchSizes, pairs: int) -> int:
    """Send a batch of so many pairs, which is accepted and creates all; return its size."""
    size = sizes.take(pairs)
    sizes.accept(size)
    sizes.save(size)
    return size


def test_sizes_double_from_ten_to_the_most() -> None:
    sizes = BatchSizes(100)
    sizes.add(10_000)
    assert [sent(sizes, 1000) for _ in range(6)] == [10, 20, 40, 80, 100, 100]
    assert (sizes.is_proven(1000), sizes.is_proven(100), sizes.take(7)) == (True, True, 7)


def test_after_a_refusal_they_halve_and_grow_by_a_quarter_with_each_fourth() -> None:
    sizes = BatchSizes(100)
    sizes.add(10_000)
    assert [sent(sizes, 1000) for _ in range(4)] == [10, 20, 40, 80]
    sizes.refuse(sizes.take(1000))
    sizes.refuse(100)  # another one that was under way
    assert [sent(sizes, 1000) for _ in range(9)] == [*[50] * 4, *[62] * 4, 77]


def test_a_small_batch_that_is_accepted_does_not_make_others_larger() -> None:
    sizes = BatchSizes(100)
    sizes.add(1000)
    sent(sizes, 3)
    assert (sizes.size, sizes.proven) == (10, 3)


@pytest.mark.parametrize("most", [1, 2, 10, 1000])
def test_where_all_are_refused_one_is_sent_for_a_hundred_pairs_until_none_is(most: int) -> None:
    sizes = BatchSizes(most)
    refused = 0
    for pairs in range(1, 10_001):
        sizes.add(1)
        size = sizes.take(1000)
        if size:
            refused += 1
            sizes.refuse(size)
        assert refused <= max(1, pairs // 100)
    assert sizes.size == 1
    assert refused == {1: 0, 2: 1}.get(most, 3)


def test_where_none_saves_a_request_one_is_sent_for_a_hundred_pairs() -> None:
    sizes = BatchSizes(100)
    sizes.add(1000)
    assert sum(sizes.take(100) > 0 for _ in range(1000)) == 10


def test_none_is_sent_after_the_end_also_if_one_under_way_is_accepted() -> None:
    sizes = BatchSizes(100)
    sizes.add(1000)
    sizes.stop()
    sizes.accept(50)
    assert (sizes.take(1000), sizes.size) == (0, 1)


@pytest.mark.parametrize(
    ("errored", "created"),
    [
        ([], HUB),
        ([{"error": "Invalid record id : 'p1' for association : owner_pet"}], HUB[1:]),
        ([{"error": "Max relation limit[1] reached for record[hub] for ..."}], HUB[2:]),
        ([{"error": "duplicate", "firstRecordId": "hub", "secondRecordId": "p2"}], HUB[::2]),
        ([{"error": {"pair": ["c3", "p3"]}}, {"error": "record[p1]"}], HUB[1:2]),
        ([{"error": "Can not create duplicate relation of object Ids for ... 6b1f"}], []),
        ([{"error": "record[p1]"}, {"error": "Something went wrong"}], []),
        ([{"error": "for hub and p1"}], []),  # words are no ids
        ([None], []),
        (["p3"], HUB[:2]),
    ],
)
def test_what_an_answer_leaves_no_doubt_of_is_created(
    errored: list[Any], created: list[tuple[str, str]]
) -> None:
    assert created_pairs(HUB, errored) == set(created)


@pytest.mark.parametrize("batch", [None, 1, 100, 1000])
def test_a_batch_is_1_to_1000_pairs(batch: int | None) -> None:
    assert checked_batch(batch) == batch


@pytest.mark.parametrize(
    ("batch", "error", "why"),
    [
        (0, ValueError, "batch must be 1 to 1000 pairs, not 0"),
        (-5, ValueError, "not -5"),
        (1001, ValueError, "batch must be 1 to 1000 pairs, not 1001"),
        (True, TypeError, "batch must be a number of pairs, or None, not True"),
        ("100", TypeError, "not '100'"),
        (10.0, TypeError, "not 10.0"),
    ],
)
def test_any_other_batch_is_refused(batch: Any, error: type[Exception], why: str) -> None:
    with pytest.raises(error, match=why):
        checked_batch(batch)
