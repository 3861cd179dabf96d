"""client.relations against the sandbox: create, find, ensure, link, list and delete."""

from typing import Any

import httpx
import pytest

import facade
from facade import Association, NotFoundError, Relation
from facade._core.matching import MAX_PAGES_ALONE
from facade.observe import AttemptStarted
from facade.testing import Fault, Sandbox, faults
from tests.facade.driving import Clients, Clock
from tests.facade.operations import new_association
from tests.facade.responding import TOKEN, in_turn

CONTACT, PET = "66f0c1d2e3a4b5c6d7e8f901", "pet-1"
SIDES = {"first_record_id": CONTACT, "second_record_id": PET}
PAIR = {"first_record_id": "c1", "second_record_id": "p1"}

pytestmark = pytest.mark.versions


def client_of(clients: Clients, sandbox: Sandbox) -> Any:
    return clients(sandbox.token, sandbox.location_id, transport=sandbox.transport(), pace=None)


def seeded(sandbox: Sandbox, key: str = "k") -> str:
    """Return the id of an association of contacts and pets."""
    label = {"first_object_label": f"First of {key}"}
    found = sandbox.seed_association(key=key, second_object_key="custom_objects.pet", **label)
    return str(found["id"])


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """A clock that waits move."""
    clock = Clock()
    clock.serve_waits(monkeypatch)
    return clock


@pytest.mark.both
def test_a_created_relation_is_what_was_asked_for_and_is_found_from_either_side(
    client: Any, version: str
) -> None:
    association = new_association(client)
    made = client.relations.create(association.id, **SIDES)
    assert made == Relation(
        id=made.id,
        association_id=association.id,
        first_object_key="contact",
        first_record_id=CONTACT,
        second_object_key="custom_objects.pet",
        second_record_id=PET,
        location_id="sandbox-location",
        primary=False,
        association_key="owner_pet" if version == "v3" else None,
    )
    for record in (CONTACT, PET):
        assert client.relations.list(record).items == (made,)
        assert list(client.relations.iterate(record)) == [made]


@pytest.mark.both
def test_a_deleted_relation_is_gone_and_its_association_stays(client: Any) -> None:
    association = new_association(client)
    made = client.relations.create(association.id, **SIDES)
    assert client.relations.delete(made.id) is None
    assert client.relations.list(CONTACT).items == ()
    assert client.associations.get(association.id) == association
    with pytest.raises(NotFoundError) as raised:
        client.relations.delete(made.id)
    assert not raised.value.repeated


@pytest.mark.both
def test_ensuring_and_linking_create_a_relation_once(client: Any, sandbox: Sandbox) -> None:
    association = new_association(client)
    made = client.relations.ensure(association.id, **PAIR)
    found = client.relations.ensure(association.id, **PAIR)
    assert (made.created, found) == (True, (made.item, False))
    pair = {"custom_objects.pet": "p2", "contact": "c1"}  # the sides are found by object key
    linked, created = client.relations.link(association, pair)
    assert (linked.first_record_id, linked.second_record_id, created) == ("c1", "p2", True)
    assert client.relations.link(association, pair) == (linked, False)
    with pytest.raises(facade.DeadlineError):
        client.relations.link(association, pair, deadline=-1)
    assert len(sandbox.relations()) == 2


def test_a_deletion_whose_answer_was_lost_succeeds_after_any_later_failure(
    clients: Clients, sandbox: Sandbox
) -> None:
    relation = sandbox.seed_relation(seeded(sandbox), "c1", "p1")
    sandbox.misbehave(faults.drop("after_work"), times=1)
    sandbox.misbehave(faults.drop("connecting"), times=1)  # says nothing of the one before
    assert client_of(clients, sandbox).relations.delete(relation["id"]) is None
    assert [one.status for one in sandbox.requests] == [None, 404]


FRIENDS = Association(id="f", first_object_key="contact", second_object_key="contact")
OWNER = Association(id="o", key="owner_pet", first_object_key="contact", second_object_key="pet")


@pytest.mark.parametrize(
    ("association", "records", "says"),
    [
        (FRIENDS, {"contact": "c1"}, "has contact on both sides: pass the records by side"),
        (OWNER, {"contact": "c1"}, r"joins a record of contact and pet, not of \['contact'\]"),
        (OWNER, {"contact": "c1", "car": "x"}, "joins contact and pet, not car"),
        (OWNER, {}, r"joins a record of contact and pet, not of \[\]"),
        ("owner_pet", {"contact": "c1", "pet": "p1"}, "must be an Association, not str"),
    ],
)
def test_linking_refuses_what_does_not_tell_the_sides(
    client: Any, sandbox: Sandbox, association: Any, records: dict[str, str], says: str
) -> None:
    with pytest.raises((ValueError, TypeError), match=says):
        client.relations.link(association, records)
    assert sandbox.requests == []


def test_of_two_contacts_each_order_is_a_relation_of_its_own(
    clients: Clients, sandbox: Sandbox
) -> None:
    association = sandbox.seed_association(key="friends")["id"]
    sandbox.seed_relation(association, "c2", "c1")
    sides = {"first_record_id": "c1", "second_record_id": "c2"}
    item, created = client_of(clients, sandbox).relations.ensure(association, **sides)
    assert (item.first_record_id, created) == ("c1", True)
    assert len(sandbox.relations()) == 2


LIMIT = "Max relation limit[1] reached for record[{}] for association[a]"
LISTS: tuple[dict[str, Any], ...] = (
    {},
    {"relation_list_body": "by_record"},
    {"listed_sides": "reversed"},
    {"listed_for": "first"},
    {"total": "zero"},
    {"association_filter": "ignored"},
)


@pytest.mark.parametrize(
    ("status", "wording"),
    [
        (400, "Can not create duplicate relation of object Ids for given association a"),
        (400, LIMIT.format("c1")),
        (400, "no"),
        (409, "conflict"),
        (422, "Relation already exists"),
    ],
)
def test_an_existing_relation_is_found_whatever_the_refusal_and_the_list(
    clients: Clients, status: int, wording: str
) -> None:
    for variants in LISTS:
        sandbox = Sandbox(answers={"relation_exists": (status, wording)}, **variants)
        sandbox.seed_relation(seeded(sandbox, "other"), "c1", "p1")
        association = seeded(sandbox)
        relation = sandbox.seed_relation(association, "c1", "p1")
        item, created = client_of(clients, sandbox).relations.ensure(association, **PAIR)
        assert (item.id, created) == (relation["id"], False), variants
        assert (item.other("c1"), item.other("p1")) == ("p1", "c1")


@pytest.mark.parametrize("fault", [faults.drop("before_work"), faults.fail(408), faults.fail(502)])
@pytest.mark.parametrize("method", ["create", "ensure"])
def test_a_relation_of_another_association_is_not_the_one_whose_answer_was_lost(
    clients: Clients, fault: Fault, method: str
) -> None:
    sandbox = Sandbox(association_filter="ignored")
    sandbox.seed_relation(seeded(sandbox, "other"), "c1", "p1")
    association = seeded(sandbox)
    sandbox.misbehave(fault, on="create_relation", times=1)
    getattr(client_of(clients, sandbox).relations, method)(association, **PAIR)
    assert [one.method for one in sandbox.requests] == ["POST", "GET", "GET", "POST"]
    assert sandbox.relations()[-1]["associationId"] == association


@pytest.mark.parametrize("others", [99, 100, 250])
def test_a_relation_is_found_behind_whole_pages_of_other_associations(
    clients: Clients, others: int
) -> None:
    sandbox = Sandbox(association_filter="ignored")
    other, association = seeded(sandbox, "other"), seeded(sandbox)
    for number in range(others):
        sandbox.seed_relation(other, "c1", f"p-{number}")
        sandbox.seed_relation(other, f"c-{number}", "p1")
    relation = sandbox.seed_relation(association, "c1", "p1")
    relations = client_of(clients, sandbox).relations
    item, created = relations.ensure(association, **PAIR)
    assert (item.id, created) == (relation["id"], False)
    found = relations.iterate("c1", association_ids=[association], page_size=33)
    assert [one.id for one in found] == [relation["id"]]


@pytest.mark.parametrize("filtering", ["applied", "ignored"])
def test_a_list_has_the_relations_of_the_requested_associations(
    clients: Clients, filtering: Any
) -> None:
    sandbox = Sandbox(association_filter=filtering)
    ids = [seeded(sandbox, key) for key in "abc"]
    made = [sandbox.seed_relation(one, "c1", "p1")["id"] for one in ids]
    relations = client_of(clients, sandbox).relations

    def listed(wanted: Any) -> list[str]:
        return [one.id for one in relations.list("c1", association_ids=wanted)]

    assert listed([ids[2], ids[0]]) == [made[0], made[2]]
    assert listed(one for one in ids[:1]) == made[:1]
    assert (listed(None), listed([])) == (made, [])
    found = relations.iterate("c1", association_ids=ids[1:], page_size=1)
    assert [one.id for one in found] == made[1:]
    assert sandbox.requests[-1].query["associationIds"] == ids[1:]


def test_a_page_has_a_hundred_relations_unless_it_is_said_otherwise(
    client: Any, sandbox: Sandbox
) -> None:
    client.relations.list("c1")
    list(client.relations.iterate("c1"))
    client.relations.list("c1", skip=5, limit=7)
    pages = [(one.query["skip"], one.query["limit"]) for one in sandbox.requests]
    assert pages == [(["0"], ["100"])] * 2 + [(["5"], ["7"])]


def test_a_listed_relation_that_names_no_association_may_be_one_of_them(clients: Clients) -> None:
    items = [{"id": "1", "associationId": "a"}, {"id": "2", "associationId": "b"}, {"id": "3"}]
    transport, _ = in_turn(httpx.Response(200, json={"relations": items, "total": 3}))
    relations = clients(TOKEN, "loc", transport=transport).relations
    assert [one.id for one in relations.list("r1", association_ids=["a"])] == ["1", "3"]


LIMITED: tuple[dict[str, Any], ...] = ({"first": 1}, {"second": 1}, {"first": 1, "second": 1})


@pytest.mark.parametrize("limits", [{}, *LIMITED])
@pytest.mark.parametrize("lag", [0.0, 5.0])
def test_a_repeat_that_is_refused_is_found_as_soon_as_it_is_listed(
    clients: Clients, clock: Clock, limits: dict[str, Any], lag: float
) -> None:
    sandbox = Sandbox(list_lag=lag, clock=clock)
    association = seeded(sandbox)
    sandbox.limit_relations(association, **limits)
    client = client_of(clients, sandbox)
    made = client.relations.ensure(association, **PAIR)
    assert client.relations.ensure(association, **PAIR) == (made.item, False)
    assert (clock.now > 1000.0) is (lag > 0)


@pytest.mark.parametrize(("side", "taken"), [("first", ("c1", "p2")), ("second", ("c2", "p1"))])
def test_a_limit_that_is_one_is_raised_without_waiting(
    clients: Clients, clock: Clock, side: str, taken: tuple[str, str]
) -> None:
    sandbox = Sandbox(clock=clock)
    association = seeded(sandbox)
    limit: dict[str, Any] = {side: 1}
    sandbox.limit_relations(association, **limit)
    sandbox.seed_relation(association, *taken)
    with pytest.raises(facade.RelationLimitError, match=r"Max relation limit\[1\]"):
        client_of(clients, sandbox).relations.ensure(association, **PAIR)
    assert clock.now == 1000.0


@pytest.mark.parametrize(("options", "lists"), [({}, 10), ({"deadline": 0.4}, 2)])
def test_a_refusal_is_raised_when_no_lookup_finds_the_relation_in_time(
    clients: Clients, clock: Clock, options: dict[str, float], lists: int
) -> None:
    sandbox = Sandbox(list_lag=60.0, clock=clock)
    association = seeded(sandbox)
    client = client_of(clients, sandbox)
    client.relations.create(association, **PAIR)
    with pytest.raises(facade.DuplicateRelationError):
        client.relations.ensure(association, **PAIR, **options)
    assert [one.operation for one in sandbox.requests].count("list_relations") == lists


def test_the_first_refusal_is_raised_when_the_lookup_is_refused(
    clients: Clients, sandbox: Sandbox
) -> None:
    association = seeded(sandbox)
    sandbox.seed_relation(association, "c1", "p1")
    sandbox.add_token("pit-writer", scopes=["associations/relation.write"])
    client = clients("pit-writer", sandbox.location_id, transport=sandbox.transport())
    with pytest.raises(facade.DuplicateRelationError) as raised:
        client.relations.ensure(association, **PAIR)
    assert isinstance(raised.value.__cause__, facade.MissingScopeError)


@pytest.mark.parametrize(
    ("status", "message"),
    [(403, "no"), (422, "Invalid record id : 'c1' for association : k"), (429, "too many")],
)
def test_a_refusal_that_cannot_mean_that_it_exists_is_raised_at_once(
    clients: Clients, sandbox: Sandbox, status: int, message: str
) -> None:
    sandbox.misbehave(faults.fail(status, message=message), on="create_relation")
    with pytest.raises(facade.APIStatusError) as raised:
        client_of(clients, sandbox).relations.ensure(seeded(sandbox), **PAIR, retries=0)
    assert (raised.value.status_code, len(sandbox.requests)) == (status, 1)


def lists_of(pages: dict[str, list[list[dict[str, str]]]], refusal: httpx.Response) -> Any:
    """Return a server that refuses to relate, and has these pages of a record's relations."""

    def answer(request: httpx.Request) -> httpx.Response:
        if request.method == "POST":
            return refusal
        own = pages[request.url.path.rpartition("/")[2]]
        number = int(request.url.params["skip"]) // 100
        total = sum(len(one) for one in own)
        items = own[number] if number < len(own) else []
        return httpx.Response(200, json={"relations": items, "total": total})

    return httpx.MockTransport(answer)


EXISTS = httpx.Response(
    400,
    json={"message": "Could not create relation: duplicate relation of object Ids for given "},
)
RELATED = {"id": "r1", "firstRecordId": "c1", "secondRecordId": "p1", "associationId": "a"}


def others(record_id: str, number: int) -> list[dict[str, str]]:
    """Return a page of other relations of a record."""
    return [
        {
            "id": f"{record_id}-{number}-{one}",
            "firstRecordId": record_id,
            "secondRecordId": f"x{one}",
        }
        for one in range(100)
    ]


@pytest.mark.parametrize("full_pages", [0, 1, 2])
@pytest.mark.parametrize("listed_at", ["c1", "p1"])
def test_a_relation_that_is_listed_at_one_record_only_is_found_within_five_requests(
    clients: Clients, listed_at: str, full_pages: int
) -> None:
    pages: dict[str, list[list[dict[str, str]]]] = {"c1": [], "p1": []}
    pages[listed_at] = [*(others(listed_at, number) for number in range(full_pages)), [RELATED]]
    sent: list[object] = []
    client = clients(
        TOKEN, "loc", transport=lists_of(pages, EXISTS), pace=None, on_event=sent.append
    )
    found, created = client.relations.ensure("a", **PAIR)
    assert (found.id, created) == ("r1", False)
    assert len([one for one in sent if isinstance(one, AttemptStarted)]) <= 5


def test_the_longer_list_is_read_for_a_bounded_number_of_pages(clients: Clients) -> None:
    hub = [others("c1", number) for number in range(50)]
    sent: list[object] = []
    refused = httpx.Response(400, json={"message": "no"})
    client = clients(
        TOKEN,
        "loc",
        transport=lists_of({"c1": hub, "p1": []}, refused),
        pace=None,
        on_event=sent.append,
    )
    with pytest.raises(facade.BadRequestError):
        client.relations.ensure("a", **PAIR)
    lists = 2 + MAX_PAGES_ALONE
    assert len([one for one in sent if isinstance(one, AttemptStarted)]) == 1 + lists


@pytest.mark.parametrize(
    "body",
    [
        {"statusCode": 400, "message": "duplicate opportunity relation"},
        {"code": "OPPORTUNITY_NO_DUPLICATE", "meta": {"existingId": "o1"}},
    ],
)
def test_a_second_opportunity_of_a_contact_is_refused_without_waiting(
    clients: Clients, clock: Clock, body: dict[str, Any]
) -> None:
    refused = httpx.Response(400, json=body)
    client = clients(TOKEN, "loc", transport=lists_of({"c1": [], "p1": []}, refused), pace=None)
    with pytest.raises(facade.DuplicateOpportunityError) as raised:
        client.relations.ensure("a", **PAIR)
    assert not isinstance(raised.value, facade.DuplicateRelationError)
    assert (raised.value.details == {"existingId": "o1"}) is ("meta" in body)
    assert clock.now == 1000.0


@pytest.fixture(params=[True, False], ids=["first", "second"])
def hub(request: pytest.FixtureRequest, sandbox: Sandbox) -> tuple[str, dict[str, str]]:
    """An association, and the last of a thousand relations of a record on one side."""
    association = seeded(sandbox)
    for number in range(1000):
        pair = ("hub", f"record-{number}")
        made = sandbox.seed_relation(association, *(pair if request.param else pair[::-1]))
    return association, made


def test_ensuring_an_existing_pair_of_a_hub_takes_three_requests(
    client: Any, sandbox: Sandbox, hub: tuple[str, dict[str, str]]
) -> None:
    association, there = hub
    found, created = client.relations.ensure(
        association,
        first_record_id=there["firstRecordId"],
        second_record_id=there["secondRecordId"],
    )
    assert (found.id, created) == (there["id"], False)
    assert len(sandbox.requests) <= 3
