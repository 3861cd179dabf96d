"""Invalid arguments are refused before anything is sent."""

from typing import Any

import pytest

from facade import AssociationsClient
from facade.bulk import ensure_many
from facade.bulk.checks import checked_batch
from facade.testing import Sandbox


@pytest.mark.parametrize(
    ("options", "error", "why"),
    [
        ({"concurrency": 0}, ValueError, "concurrency must be 1 or more, not 0"),
        ({"concurrency": "8"}, TypeError, "concurrency must be a number, not '8'"),
        ({"concurrency": 1.5}, TypeError, "concurrency must be a number, not 1.5"),
        ({"concurrency": True}, TypeError, "concurrency must be a number, not True"),
        ({"batch": 0}, ValueError, "batch must be 1 to 1000 pairs"),
        ({"batch": 10, "details": True}, ValueError, "omit details or batch"),
    ],
)
def test_options_that_cannot_be_are_refused_before_anything_is_sent(
    client: AssociationsClient,
    sandbox: Sandbox,
    options: dict[str, Any],
    error: type[Exception],
    why: str,
) -> None:
    with pytest.raises(error, match=why):
        ensure_many(client, [("a", "b")], association="owner_pet", **options)
    assert sandbox.requests == []


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
