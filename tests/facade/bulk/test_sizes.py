"""The sizes of batches: how they grow and shrink, and that few requests are wasted."""

from unittest.mock import MagicMock

import pytest

from facade.bulk.sizes import BatchSizes


def sent(sizes: BatchSizes, most: int = 1000) -> int:
    """Send a batch of up to so many pairs, which is accepted and ensures all; return its size."""
    size = min(most, sizes.size)
    assert sizes.take(size)
    sizes.accept(size)
    sizes.save(size)
    return size


def test_sizes_double_from_ten_to_the_most() -> None:
    sizes = BatchSizes(100, 10_000)
    assert [sent(sizes) for _ in range(6)] == [10, 20, 40, 80, 100, 100]
    assert (sizes.is_proven(1000), sizes.is_proven(100)) == (True, True)


def test_after_a_refusal_they_halve_and_grow_by_a_quarter_with_each_fourth() -> None:
    sizes = BatchSizes(100, 10_000)
    assert [sent(sizes) for _ in range(4)] == [10, 20, 40, 80]
    sizes.refuse(100)
    sizes.refuse(100)  # another one that was under way
    assert [sent(sizes) for _ in range(9)] == [*[50] * 4, *[62] * 4, 77]


def test_a_small_batch_that_is_accepted_does_not_make_others_larger() -> None:
    sizes = BatchSizes(100, 1000)
    sent(sizes, 3)
    assert (sizes.size, sizes.proven, sizes.is_proven(10)) == (10, 3, False)


@pytest.mark.parametrize("most", [1, 2, 10, 1000])
def test_where_all_are_refused_one_is_sent_for_a_hundred_pairs_until_none_is(most: int) -> None:
    sizes = BatchSizes(most)
    refused = 0
    for pairs in range(1, 10_001):
        sizes.add_pair()
        size = sizes.size
        if sizes.take(1000):
            refused += 1
            sizes.refuse(size)
        assert refused <= max(1, pairs // 100)
    assert sizes.size == 1
    assert refused == {1: 0, 2: 1}.get(most, 3)


def test_where_none_saves_a_request_one_is_sent_for_a_hundred_pairs_that_are_expected() -> None:
    sizes = BatchSizes(100, 1000)
    assert sum(sizes.take(100) for _ in range(1000)) == 10


def test_a_check_is_a_wasted_request_too() -> None:
    sizes = BatchSizes(100, 200)
    assert sizes.take(10)
    sizes.save(-1)
    assert not sizes.take(10)
    sizes.save(1)
    assert sizes.take(10)


def test_one_pair_is_no_batch_and_after_the_end_none_is_sent_also_if_one_is_accepted() -> None:
    sizes = BatchSizes(100, 1000)
    assert not sizes.take(1)
    sizes.stop()
    sizes.accept(50)
    assert (sizes.take(1000), sizes.size) == (False, 1)


def test_of_a_list_of_unknown_length_the_pairs_so_far_count() -> None:
    sizes, sent = BatchSizes(100), list[bool]()
    for number in range(1, 201):
        sizes.add_pair()
        if number in (1, 199, 200):
            sent.append(sizes.take(10))
    assert sent == [True, False, True]


@pytest.mark.parametrize("method", ["add_pair", "take", "save", "accept", "refuse", "stop"])
def test_each_change_is_made_under_the_lock(method: str) -> None:
    sizes, lock = BatchSizes(100), MagicMock()
    sizes._lock = lock
    getattr(sizes, method)(*[9][: method not in ("add_pair", "stop")])
    lock.__enter__.assert_called_once()
