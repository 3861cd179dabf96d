"""Relations with only one of their two records, or with none."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from facade import ContractError, DuplicateRelationError

WHOLE = {"id": "r0", "firstRecordId": "c1", "secondRecordId": "p1"}
ONE_SIDE = [{"firstRecordId": "c1"}, {"secondRecordId": "c1"}]


@pytest.mark.parametrize("side", [*ONE_SIDE, {}, {"firstRecordId": "c1", "secondRecordId": ""}])
@pytest.mark.parametrize("named", [{}, {"id": ""}, {"id": None}, {"id": 5}], ids=repr)
@pytest.mark.parametrize("read", ["list", "iterate"])
def test_a_relation_without_an_id_and_one_of_its_records_is_a_contract_error(
    answering: Callable[..., Any], read: str, named: dict[str, Any], side: dict[str, str]
) -> None:
    item = {"associationId": "a1", **named, **side}
    relations = answering(httpx.Response(200, json={"relations": [WHOLE, item]})).relations
    with pytest.raises(ContractError, match="neither an `id` nor two record ids"):
        list(getattr(relations, read)("c1"))


def test_a_relation_without_an_id_is_read_by_its_two_records(answering: Callable[..., Any]) -> None:
    item = {"firstRecordId": "c1", "secondRecordId": "p1"}
    page = answering(httpx.Response(200, json={"relations": [item]})).relations.list("c1")
    assert [(one.id, one.other("c1")) for one in page] == [("", "p1")]


@pytest.mark.parametrize(
    ("side", "record_ids", "shown"),
    [
        (ONE_SIDE[0], ("c1", None), "Relation(id='r1', first_record_id='c1')"),
        (ONE_SIDE[1], (None, "c1"), "Relation(id='r1', second_record_id='c1')"),
        ({}, (None, None), "Relation(id='r1')"),
    ],
)
@pytest.mark.parametrize("read", ["list", "iterate"])
def test_a_relation_with_an_id_is_read_without_one_of_its_records(
    answering: Callable[..., Any],
    read: str,
    side: dict[str, str],
    record_ids: tuple[str | None, str | None],
    shown: str,
) -> None:
    body = {"relations": [{"id": "r1", **side}], "total": 1}
    (found,) = getattr(answering(httpx.Response(200, json=body)).relations, read)("c1")
    assert (found.record_ids, repr(found)) == (record_ids, shown)
    assert found.to_dict()["record_ids"] == [*record_ids]
    for record_id in ("c1", "p1"):
        with pytest.raises(ValueError, match="is not on a side of relation 'r1'"):
            found.other(record_id)


@pytest.mark.parametrize("side", ONE_SIDE)
def test_a_created_relation_with_one_record_is_read_if_it_has_an_id(
    answering: Callable[..., Any], side: dict[str, str]
) -> None:
    sides = {"first_record_id": "c1", "second_record_id": "p1"}
    made = answering(httpx.Response(201, json={"id": "r1", **side})).relations.create("a1", **sides)
    assert (made.id, {*made.record_ids}) == ("r1", {"c1", None})
    # Without an id it is looked up, which this server answers with the same body.
    made = answering(httpx.Response(201, json=side)).relations.create("a1", **sides)
    assert (made.id, made.record_ids) == ("", ("c1", "p1"))


@pytest.mark.parametrize("side", ONE_SIDE)
def test_a_relation_with_one_record_is_not_the_one_that_is_looked_up(
    clients: Any, side: dict[str, str]
) -> None:
    def handle(request: httpx.Request) -> httpx.Response:
        if request.method == "POST":
            return httpx.Response(400, json={"message": "duplicate relation"})
        item = {"id": "r1", "associationId": "a1", **side}
        return httpx.Response(200, json={"relations": [item], "total": 1})

    client = clients("pit-test", "loc", transport=httpx.MockTransport(handle))
    with pytest.raises(DuplicateRelationError):
        client.relations.ensure("a1", first_record_id="c1", second_record_id="p1")


@pytest.mark.parametrize("named", [{}, {"recordId": None}, {"recordId": ""}, {"recordId": 5}])
def test_the_short_form_without_the_other_record_is_a_contract_error(
    answering: Callable[..., Any], named: dict[str, Any]
) -> None:
    item = {"associations": [{"associationId": "a1", "relationId": "r1"}], **named}
    client = answering(httpx.Response(200, json={"relations": [item]}))
    with pytest.raises(ContractError, match="a relation in it has no `recordId`"):
        client.relations.list("c1")
