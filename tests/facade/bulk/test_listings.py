"""The requests of a run: pairs that share a record are listed if that costs less."""

from collections import Counter
from collections.abc import Iterable

import pytest

from facade import Page, Relation
from facade.bulk.listings import Listings, count_records
from facade.testing import Sandbox, faults
from facade.testing.arguments import AuthorizedRequest
from tests.facade.bulk.runs import related_pairs, run, seed_owner_pet, spread
from tests.facade.driving import Mode


def of_hub(count: int) -> list[tuple[str, str]]:
    return [("hub", f"pet-{number:05}") for number in range(count)]


def in_turn(pairs: list[tuple[str, str]]) -> Iterable[tuple[str, str]]:
    yield from pairs


@pytest.mark.parametrize(
    ("existing", "pairs", "at_most"),
    [
        pytest.param(of_hub(500), of_hub(500), 6, id="500 existing of a hub of 500"),
        pytest.param(of_hub(2000), of_hub(200), 21, id="200 existing of a hub of 2,000"),
        pytest.param(of_hub(2000), of_hub(20), 21, id="20 existing of a hub of 2,000"),
        pytest.param([], of_hub(200), 201, id="200 new of a hub"),
        pytest.param(of_hub(100), of_hub(200), 102, id="half of 200 of a hub"),
        pytest.param(spread(50), spread(50), 50, id="50 existing that share nothing"),
        pytest.param([], spread(50), 50, id="50 new that share nothing"),
        pytest.param(of_hub(3), of_hub(3), 3, id="three are not worth a listing"),
    ],
)
def test_a_list_costs_at_most_these_requests(
    sandbox: Sandbox,
    mode: Mode,
    existing: list[tuple[str, str]],
    pairs: list[tuple[str, str]],
    at_most: int,
) -> None:
    association = seed_owner_pet(sandbox)
    for first, second in existing:
        sandbox.seed_relation(association.id, first, second)
    outcomes = run(mode, sandbox, pairs, association=association)
    there = set(existing)
    assert [one.status for one in outcomes] == [
        "existing" if pair in there else "created" for pair in pairs
    ]
    assert related_pairs(sandbox) == sorted(there | set(pairs))
    assert len(sandbox.requests) <= at_most


@pytest.mark.parametrize("hub_is_first", [True, False])
def test_pairs_of_an_iterator_are_counted_as_they_come(
    sandbox: Sandbox, mode: Mode, hub_is_first: bool
) -> None:
    association = seed_owner_pet(sandbox)
    pairs = of_hub(1000) if hub_is_first else [pair[::-1] for pair in of_hub(1000)]
    for first, second in pairs:
        sandbox.seed_relation(association.id, first, second)
    outcomes = run(mode, sandbox, in_turn(pairs), association=association)
    assert Counter(one.status for one in outcomes) == {"existing": 1000}
    assert len(sandbox.requests) < 60  # ten pages, and those that came before they paid


def test_a_listing_goes_on_past_a_total_of_0(sandbox: Sandbox, mode: Mode) -> None:
    association = seed_owner_pet(sandbox)
    for pair in of_hub(250):
        sandbox.seed_relation(association.id, *pair)
    sandbox.misbehave(faults.alter(lambda body: {**body, "total": 0}), on="list_relations")
    outcomes = run(mode, sandbox, of_hub(250), association=association)
    assert Counter(one.status for one in outcomes) == {"existing": 250}
    assert [one.operation for one in sandbox.requests] == ["list_relations"] * 3


def test_a_relation_that_only_another_association_has_is_not_taken_for_it(
    sandbox: Sandbox, mode: Mode, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(AuthorizedRequest, "association_ids", lambda self: set())  # all of them
    association, other = seed_owner_pet(sandbox), seed_owner_pet(sandbox, "walker_pet")
    for pair in of_hub(8):
        sandbox.seed_relation(other.id, *pair)
    sandbox.seed_relation(association.id, *of_hub(8)[3])
    outcomes = run(mode, sandbox, of_hub(8), association=association)
    assert [one.index for one in outcomes if one.status == "existing"] == [3]
    assert Counter(one.status for one in outcomes) == {"created": 7, "existing": 1}
    assert "list_relations" in {one.operation for one in sandbox.requests}


def relations(start: int, count: int) -> tuple[Relation, ...]:
    return tuple(
        Relation(id=f"r{number}", first_record_id="hub", second_record_id=f"p{number}")
        for number in range(start, start + count)
    )


@pytest.mark.parametrize(
    ("pairs", "pages", "is_worth_reading"),
    [
        (4, [], True),
        (3, [], None),
        (7, [Page(relations(0, 100), 1000)], False),
        (39, [Page(relations(0, 100), 1000)], False),
        (40, [Page(relations(0, 100), 1000)], True),
        (7, [Page(relations(0, 100))], False),
        (8, [Page(relations(0, 100))], True),
        (7, [Page(relations(0, 100), 0)], False),
        (8, [Page(relations(0, 100), 0)], True),
        (100, [Page(relations(0, 30), 30)], False),
        (100, [Page(())], False),
    ],
)
def test_a_page_is_read_where_four_pairs_pay_for_each(
    pairs: int, pages: list[Page[Relation]], is_worth_reading: bool | None
) -> None:
    counted = count_records(("hub", f"p{number}") for number in range(pairs))
    listing = Listings(object, counted).for_pair(("hub", "p0"))
    if listing is None:
        assert is_worth_reading is None
        return
    for page in pages:
        listing.add(page)
    assert listing.is_worth_reading is is_worth_reading


def test_an_endless_list_keeps_a_bounded_number_of_counts_and_relations() -> None:
    listings = Listings(object)
    for number in range(30_000):
        listings.for_pair((f"a{number}", f"b{number}"))
    for number in range(3_000):
        for other in range(4):
            listing = listings.for_pair((f"hub{number}", f"{number}-{other}"))
        assert listing is not None
        listing.add(Page(relations(number * 100, 100), 100))
    kept = listings._listings.values()
    assert len(listings._counts) <= 10_000
    assert sum(len(one.relation_ids) for one in kept) <= 100_100


def test_no_page_is_read_of_a_listing_that_failed_or_that_is_too_large(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("facade.bulk.listings._MAX_RELATIONS", 200)
    listing = Listings(object, Counter(hub=1000)).for_pair(("hub", "p0"))
    assert listing is not None
    listing.add(Page(relations(0, 100), 1000))
    assert listing.is_worth_reading
    listing.add(Page(relations(100, 100), 1000))
    assert not listing.is_worth_reading
    listing.relation_ids.clear()
    assert listing.is_worth_reading
    listing.abandon()
    assert not listing.is_worth_reading
