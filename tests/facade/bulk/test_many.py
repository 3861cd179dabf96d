"""ensure_many: its options, how far its list is read ahead, and what is resumed."""

import time
from typing import Any

import pytest

from facade import Association, AssociationsClient
from facade.bulk import Progress, ensure_many
from facade.testing import Sandbox
from tests.facade.bulk.runs import PAIRS, Endless, Ensured, run, told

Given = dict[str, Any]


@pytest.mark.parametrize(
    ("options", "error", "why"),
    [
        ({"batch": 1001}, ValueError, "batch must be 1 to 1,000, not 1001"),
        ({"batch": 10, "details": True}, ValueError, "omit details or batch"),
        ({"association": 5}, TypeError, "association must be an Association"),
    ],
)
def test_options_that_cannot_be_are_refused_before_anything_is_sent(
    client: AssociationsClient, sandbox: Sandbox, options: Any, error: type[Exception], why: str
) -> None:
    with pytest.raises(error, match=why):
        ensure_many(client, [("a", "b")], **{"association": "owner_pet", **options})
    assert sandbox.requests == []


@pytest.mark.parametrize(("batch", "most"), [(None, 2 * 16), (100, 2 * 100)])
def test_an_endless_list_is_read_only_as_the_work_proceeds(
    client: AssociationsClient, association: Association, batch: int | None, most: int
) -> None:
    pairs = Endless(different=10**9 if batch else 10)
    outcomes = ensure_many(client, pairs, association=association, concurrency=2, batch=batch)
    assert pairs.taken == 0
    ahead = [pairs.taken - number for number, _ in zip(range(1, 1001), outcomes, strict=False)]
    outcomes.close()
    assert 0 <= min(ahead) <= max(ahead) <= most
    assert outcomes._run.is_stopping  # so that its workers send nothing more


def test_resumed_pairs_are_counted_and_do_not_make_a_listing_worthwhile(
    sandbox: Sandbox, given: Given
) -> None:
    of_hub, reports = [("hub", pet) for _, pet in PAIRS[:103]], list[Progress]()
    run("async", sandbox, of_hub[:100], **given)
    before = len(sandbox.requests)
    given |= {"retry_failed": True, "on_progress": reports.append}
    outcomes = run("async", sandbox, [*of_hub, ("hub",)], **given)
    assert told(outcomes) == ["done_before"] * 100 + ["created"] * 3 + ["failed"]
    assert [one.operation for one in sandbox.requests[before:]] == ["create_relation"] * 3
    counts = [(one.done, one.done_before) for one in reports]
    assert counts == [(at, min(at, 100)) for at in range(1, 105)]


def test_the_progress_counts_each_pair_and_one_that_is_invalid_costs_no_request(
    sandbox: Sandbox, association: Association, ensured: Ensured
) -> None:
    pet_first = {"custom_objects.pet": PAIRS[1][1], "contact": PAIRS[1][0]}
    sandbox.seed_relation(association.id, *PAIRS[1])
    pairs: list[Any] = [PAIRS[0], pet_first, [*PAIRS[2]], ("contact-9", "")]
    done, began = list[Progress](), time.monotonic()
    outcomes = ensured(pairs, on_progress=done.append)
    assert 0 < done[-1].seconds <= time.monotonic() - began
    assert [one.status for one in outcomes] == ["created", "existing", "created", "failed"]
    assert (outcomes[3].first_record_id, outcomes[3].second_record_id) == ("", "")
    assert len(sandbox.requests) == 3
    counts = [(one.done, one.created, one.existing, one.failed, one.total) for one in done]
    assert counts == [(1, 1, 0, 0, 4), (2, 1, 1, 0, 4), (3, 2, 1, 0, 4), (4, 2, 1, 1, 4)]
    ensured(iter(PAIRS[:1]), on_progress=done.append)
    assert done[-1].total is None
