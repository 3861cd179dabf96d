"""A pair of records on its way through a run; a record that many pairs share is listed."""

from typing import Any

import pytest

from facade import Association, Page, Relation
from facade.bulk import pairs as module
from facade.bulk.outcomes import Status
from facade.bulk.pairs import Listing, Listings, PairJob, parsed
from facade.testing import Sandbox
from tests.facade.bulk.runs import Ensured, run, seed_owner_pet, spread

Pairs = list[tuple[str, str]]


@pytest.mark.parametrize(
    "pair",
    [
        ("a",),
        ("a", "b", "c"),
        ("a", " "),
        ("a", 7),
        "ab",
        None,
        {"contact": "a"},
        ("..", "pet-1"),
        ("contact-1", "\udc80"),
    ],
    ids=lambda pair: f"{pair!r:.30}",
)
def test_what_is_no_pair_is_an_error_of_its_own(association: Association, pair: Any) -> None:
    error = parsed(pair, association)
    assert isinstance(error, ValueError)
    outcome = PairJob.of(7, error).outcome
    assert outcome is not None
    assert (outcome.index, outcome.status, outcome.error) == (7, "failed", error)
    assert error.__traceback__ is None  # whose frames would stay as long as the outcome


def test_the_first_outcome_of_a_pair_stays_and_a_doubtful_one_does_not_exist_before() -> None:
    job = PairJob(0, ("a", "b"), is_doubtful=True)
    job.finish(None)
    told: list[Status] = ["created", "existing", "failed"]
    assert [job.settle(one).status for one in told] == ["created", "related", "failed"]
    job.finish(job.outcome)
    assert job.done.result is None


def of_hub(count: int) -> Pairs:
    return [("hub", pet) for _, pet in spread(count)]


def to_hub(count: int) -> Pairs:
    return [(contact, "hub") for contact, _ in spread(count)]


@pytest.mark.parametrize(
    ("existing", "pairs", "at_most"),
    [
        (of_hub(500), of_hub(500), 6),
        (of_hub(2000), of_hub(20), 21),
        (of_hub(100), of_hub(200), 102),
        (spread(50), spread(50), 50),  # they share nothing
        # Counted as they come: ten pages, and those that came before they paid.
        (of_hub(1000), iter(of_hub(1000)), 60),
        (to_hub(1000), iter(to_hub(1000)), 60),
    ],
)
def test_a_list_costs_at_most_these_requests(
    sandbox: Sandbox,
    association: Association,
    ensured: Ensured,
    existing: Any,
    pairs: Any,
    at_most: int,
) -> None:
    for pair in existing:
        sandbox.seed_relation(association.id, *pair)
    outcomes = ensured(pairs)
    told = [
        ((one.first_record_id, one.second_record_id) in existing, one.status) for one in outcomes
    ]
    assert {*told} <= {(True, "existing"), (False, "created")}
    assert len(sandbox.requests) <= at_most


def test_a_relation_that_only_another_association_has_is_not_taken_for_it() -> None:
    sandbox = Sandbox(association_filter="ignored")
    made = seed_owner_pet(sandbox)
    other = seed_owner_pet(sandbox, "walker_pet")
    for pair in of_hub(8):
        sandbox.seed_relation(other.id, *pair)
    sandbox.seed_relation(made.id, *of_hub(8)[3])
    outcomes = run("async", sandbox, of_hub(8), association=made)
    assert [one.index for one in outcomes if one.status == "existing"] == [3]
    assert "list_relations" in {one.operation for one in sandbox.requests}


def page(start: int, count: int, total: int | None = None) -> Page[Relation]:
    numbers = range(start, start + count)
    relations = [
        Relation(id=f"r{one}", first_record_id="hub", second_record_id=f"p{one}") for one in numbers
    ]
    return Page(tuple(relations), total)


def listing_of(pairs: int) -> Listing | None:
    """Return the listing of a record that so many pairs share."""
    return Listings(object, [ValueError("no pair"), *of_hub(pairs)]).for_pair(("hub", "p0"))


@pytest.mark.parametrize(
    ("pairs", "read", "is_worth_reading"),
    [
        (4, None, True),
        (39, page(0, 100, 1000), False),
        (40, page(0, 100, 1000), True),
        (7, page(0, 100), False),
        (8, page(0, 100), True),
        (8, page(0, 100, 0), True),
        (100, page(0, 30, 30), False),
        (100, page(0, 0), False),
    ],
)
def test_a_page_is_read_where_four_pairs_pay_for_each(
    pairs: int, read: Page[Relation] | None, is_worth_reading: bool
) -> None:
    listing = listing_of(pairs)
    assert listing is not None
    if read is not None:
        listing.add(listing.pages.add(read))
    assert listing.is_worth_reading is is_worth_reading
    assert listing_of(3) is None


def test_an_endless_list_keeps_a_bounded_number_of_counts_and_relations(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert (module._MAX_RELATIONS, module._MAX_RECORDS) == (100_000, 10_000)
    monkeypatch.setattr(module, "_MAX_RELATIONS", 1000)
    monkeypatch.setattr(module, "_MAX_RECORDS", 500)
    listings = Listings(object)
    for number in range(200):
        for other in range(4):
            listing = listings.for_pair((f"hub{number}", f"{number}-{other}"))
        assert listing is not None
        if number >= 100:
            listing.add(listing.pages.add(page(number * 100, 100, 100)))
        kept = len(listings._listings)
        assert kept == min(number + 1, 10) if number < 100 else 5 <= kept <= 10
    assert [*listings._listings] == [f"hub{number}" for number in range(195, 200)]
    assert len(listings._counts) == 500
    # No page is read of what is too large itself, or has failed.
    largest = Listing("hub", object(), 1000)
    largest.add(largest.pages.add(page(0, 100, 2000)))
    largest.relation_ids |= {("a", str(number)): "" for number in range(900)}
    assert not largest.is_worth_reading
    largest.relation_ids.popitem()
    assert largest.is_worth_reading
    largest.pages.has_next = False
    assert not largest.is_worth_reading
