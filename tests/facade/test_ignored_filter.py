"""Look-ups and lists where the server ignores `associationIds` and lists all relations."""

from collections.abc import Sequence
from typing import Any

import httpx
import pytest

import facade
from tests.facade.driving import Clients
from tests.facade.responding import TOKEN

Item = dict[str, str]
PAIR = {"first_record_id": "c1", "second_record_id": "p1"}


def related(relation_id: str, association_id: str, first: str = "c1", second: str = "p1") -> Item:
    return {
        "id": relation_id,
        "associationId": association_id,
        "firstRecordId": first,
        "secondRecordId": second,
    }


OTHER, WANTED = related("r-other", "other"), related("r-wanted", "a")
REFUSALS = [
    httpx.Response(400, json={"message": "Can not create duplicate relation of object Ids"}),
    httpx.Response(409, json={"message": "Relation already exists"}),
    httpx.Response(400, json={"message": "Max relation limit[9] reached for record[p1]"}),
    httpx.Response(400, json={"message": "no"}),
]
LOST = [httpx.Response(502), httpx.Response(408), httpx.ReadError("lost"), httpx.ReadTimeout("")]


class Unfiltered:
    """Lists these relations of every record, a page at a time, and answers each POST in turn."""

    def __init__(self, listed: Sequence[Item], *posts: httpx.Response | Exception) -> None:
        self.transport = httpx.MockTransport(self._handle)
        self.sent: list[str] = []
        self._listed = listed
        self._posts = list(posts)

    def _handle(self, request: httpx.Request) -> httpx.Response:
        self.sent.append(request.method)
        if request.method == "GET":
            query = request.url.params
            start = int(query["skip"])
            page = self._listed[start : start + int(query["limit"])]
            return httpx.Response(200, json={"relations": page, "total": len(self._listed)})
        answer = self._posts.pop(0) if len(self._posts) > 1 else self._posts[0]
        if isinstance(answer, Exception):
            raise answer
        return httpx.Response(answer.status_code, content=answer.content)


def client_of(clients: Clients, server: Unfiltered) -> Any:
    return clients(TOKEN, "loc", transport=server.transport, pace=None)


@pytest.mark.parametrize("refusal", REFUSALS)
@pytest.mark.parametrize("listed", [[OTHER, WANTED], [WANTED, OTHER]])
def test_after_a_refusal_the_relation_of_the_requested_association_is_found(
    clients: Clients, refusal: httpx.Response, listed: list[Item]
) -> None:
    server = Unfiltered(listed, refusal)
    item, created = client_of(clients, server).relations.ensure("a", **PAIR)
    assert (item.id, item.association_id, created) == ("r-wanted", "a", False)
    assert server.sent == ["POST", "GET"]


@pytest.mark.parametrize("refusal", REFUSALS)
def test_after_a_refusal_a_relation_of_another_association_is_not_the_one(
    clients: Clients, refusal: httpx.Response
) -> None:
    server = Unfiltered([OTHER], refusal)
    with pytest.raises(facade.BadRequestError) as raised:
        client_of(clients, server).relations.ensure("a", **PAIR)
    assert raised.value.status_code == refusal.status_code
    assert (server.sent[:2], server.sent.count("POST")) == (["POST", "GET"], 1)


@pytest.mark.parametrize("method", ["create", "ensure"])
@pytest.mark.parametrize("lost", LOST)
def test_after_a_lost_answer_a_relation_of_another_association_is_not_the_created_one(
    clients: Clients, method: str, lost: httpx.Response | Exception
) -> None:
    server = Unfiltered([OTHER], lost, httpx.Response(201, json=WANTED))
    made = getattr(client_of(clients, server).relations, method)("a", **PAIR)
    item = made.item if method == "ensure" else made
    assert (item.id, item.association_id) == ("r-wanted", "a")
    assert server.sent == ["POST", "GET", "POST"]


@pytest.mark.parametrize("lost", LOST)
def test_after_a_lost_answer_the_relation_of_the_requested_association_is_found(
    clients: Clients, lost: httpx.Response | Exception
) -> None:
    server = Unfiltered([OTHER, WANTED], lost)
    assert client_of(clients, server).relations.create("a", **PAIR).id == "r-wanted"
    assert server.sent == ["POST", "GET"]


@pytest.mark.parametrize(("listed", "found"), [([OTHER], ""), ([OTHER, WANTED], "r-wanted")])
def test_a_created_relation_without_its_body_is_not_one_of_another_association(
    clients: Clients, listed: list[Item], found: str
) -> None:
    server = Unfiltered(listed, httpx.Response(201))
    made = client_of(clients, server).relations.create("a", **PAIR)
    assert (made.id, made.association_id, made.other("c1")) == (found, "a", "p1")


def of_others(count: int) -> list[Item]:
    return [related(f"r-{number}", "other", second=f"p{number}") for number in range(count)]


@pytest.mark.parametrize("others", [99, 100, 250])
def test_a_relation_is_found_behind_whole_pages_of_other_associations(
    clients: Clients, others: int
) -> None:
    server = Unfiltered([*of_others(others), WANTED], REFUSALS[0])
    item, created = client_of(clients, server).relations.ensure("a", **PAIR)
    assert (item.id, created) == ("r-wanted", False)


def test_a_list_has_only_relations_of_the_requested_associations(clients: Clients) -> None:
    server = Unfiltered([OTHER, WANTED, related("r-b", "b")], REFUSALS[0])
    relations = client_of(clients, server).relations
    assert [one.id for one in relations.list("c1", association_ids=["a"])] == ["r-wanted"]
    assert [one.id for one in relations.list("c1", association_ids=["b", "a"])] == [
        "r-wanted",
        "r-b",
    ]
    assert [one.id for one in relations.list("c1", association_ids=[])] == []
    assert [one.id for one in relations.list("c1")] == ["r-other", "r-wanted", "r-b"]


@pytest.mark.parametrize("page_size", [1, 2, 3, 100])
def test_iterating_goes_on_behind_pages_of_other_associations(
    clients: Clients, page_size: int
) -> None:
    server = Unfiltered([*of_others(5), WANTED, OTHER, related("r-last", "a")], REFUSALS[0])
    found = client_of(clients, server).relations.iterate(
        "c1", association_ids=["a"], page_size=page_size
    )
    assert [one.id for one in found] == ["r-wanted", "r-last"]


def test_a_list_in_the_short_form_has_only_the_requested_associations(clients: Clients) -> None:
    ids = [{"associationId": "other", "relationId": "r-other"}]
    both = [*ids, {"associationId": "a", "relationId": "r-wanted"}]
    body = {
        "relations": [
            {"recordId": "p2", "associations": ids},
            {"recordId": "p1", "associations": both},
        ]
    }
    transport = httpx.MockTransport(
        lambda request: (
            REFUSALS[0]
            if request.method == "POST"
            else httpx.Response(200, json=body if request.url.params["skip"] == "0" else [])
        )
    )
    relations = clients(TOKEN, "loc", transport=transport, pace=None).relations
    assert [one.id for one in relations.list("c1", association_ids=["a"])] == ["r-wanted"]
    assert [one.id for one in relations.iterate("c1", association_ids=["a"])] == ["r-wanted"]
    assert relations.ensure("a", **PAIR).item.id == "r-wanted"
