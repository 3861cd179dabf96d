"""The requests of a run: pairs that share a record are listed if that costs less."""

from collections import Counter
from typing import Any

import pytest

from facade import Association, Page, Relation
from facade.bulk.listings import Listing, Listings, count_records
from facade.testing import Sandbox
from facade.testing.arguments import AuthorizedRequest
from tests.facade.bulk.runs import related_pairs, run, seed_owner_pet, spread

Pairs = list[tuple[str, str]]


def of_hub(count: int) -> Pairs:
    return [("hub", pet) for _, pet in spread(count)]


def to_hub(count: int) -> Pairs:
    return [(contact, "hub") for contact, _ in spread(count)]


@pytest.mark.parametrize(
    ("existing", "pairs", "kind", "at_most"),
    [
        (of_hub(500), of_hub(500), list, 6),
        (of_hub(2000), of_hub(20), list, 21),
        ([], of_hub(200), list, 201),
        (of_hub(100), of_hub(200), list, 102),
        (spread(50), spread(50), list, 50),  # they share nothing
        (of_hub(3), of_hub(3), list, 3),  # not worth a listing
        # Counted as they come: ten pages, and those that came before they paid.
        (of_hub(1000), of_hub(1000), iter, 60),
        (to_hub(1000), to_hub(1000), iter, 60),
    ],
)
def test_a_list_costs_at_most_these_requests(
    sandbox: Sandbox,
    association: Association,
    existing: Pairs,
    pairs: Pairs,
    kind: Any,
    at_most: int,
) -> None:
    for pair in existing:
        sandbox.seed_relation(association.id, *pair)
    outcomes = run("async", sandbox, kind(pairs), association=association)
    there = set(existing)
    assert [one.status for one in outcomes] == [
        "existing" if pair in there else "created" for pair in pairs
    ]
    assert related_pairs(sandbox) == sorted(there | set(pairs))
    assert len(sandbox.requests) <= at_most


def test_a_relation_that_only_another_association_has_is_not_taken_for_it(
    sandbox: Sandbox, association: Association, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(AuthorizedRequest, "association_ids", lambda self: set())  # all of them
    other = seed_owner_pet(sandbox, "walker_pet")
    for pair in of_hub(8):
        sandbox.seed_relation(other.id, *pair)
    sandbox.seed_relation(association.id, *of_hub(8)[3])
    outcomes = run("async", sandbox, of_hub(8), association=association)
    assert [one.index for one in outcomes if one.status == "existing"] == [3]
    assert "list_relations" in {one.operation for one in sandbox.requests}


def page(start: int, count: int, total: int | None = None) -> Page[Relation]:
    return Page(
        tuple(
            Relation(id=f"r{number}", first_record_id="hub", second_record_id=f"p{number}")
            for number in range(start, start + count)
        ),
        total,
    )


def listing_of(pairs: int) -> Listing | None:
    """Return the listing of a record that so many pairs share."""
    counts = count_records(("hub", f"p{number}") for number in range(pairs))
    return Listings(object, counts).for_pair(("hub", "p0"))


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
        listing.add(read)
    assert listing.is_worth_reading is is_worth_reading
    assert listing_of(3) is None


def test_an_endless_list_keeps_a_bounded_number_of_counts_and_relations(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name, most in (("RELATIONS", 500), ("RECORDS", 500), ("LISTINGS", 10)):
        monkeypatch.setattr(f"facade.bulk.listings._MAX_{name}", most)
    listings = Listings(object)
    for number in range(200):
        for other in range(4):
            listing = listings.for_pair((f"hub{number}", f"{number}-{other}"))
        assert listing is not None
        if number < 100:
            assert len(listings._listings) == min(10, number + 1)
        else:
            listing.add(page(number * 100, 100, 100))
    assert sum(len(one.relation_ids) for one in listings._listings.values()) <= 600
    assert [*listings._listings][-1] == "hub199"
    assert len(listings._counts) == 500


def test_no_page_is_read_of_a_listing_that_failed_or_that_is_too_large(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("facade.bulk.listings._MAX_RELATIONS", 200)
    listing = Listings(object, Counter(hub=1000)).for_pair(("hub", "p0"))
    assert listing is not None
    listing.add(page(0, 100, 1000))
    assert listing.is_worth_reading
    listing.add(page(100, 100, 1000))
    assert not listing.is_worth_reading
    listing.relation_ids.clear()
    assert listing.is_worth_reading
    listing.pages.has_next = False
    assert not listing.is_worth_reading
