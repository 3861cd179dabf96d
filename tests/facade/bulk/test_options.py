"""The options of a run: invalid ones are rejected before anything is sent."""

from typing import Any

import pytest

from facade import AssociationsClient
from facade.bulk import ensure_many
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
