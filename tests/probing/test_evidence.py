"""Replies are found by step and Version, and objects at any place of a success."""

from typing import Any

import pytest

from scripts.probing.client import Reply
from scripts.probing.evidence import (
    LISTS,
    WITH_ASSOCIATIONS,
    WITH_RELATIONS,
    Evidence,
    associations,
    relations,
)

ONE, TWO, REFUSED = Reply(200, {"id": "1"}), Reply(201, {"id": "2"}), Reply(404, None)
EVIDENCE = Evidence([("get", "v1", ONE), ("put", "v1", REFUSED), ("get", "v2", TWO)])


def test_replies_are_found_by_their_steps_and_their_version() -> None:
    assert EVIDENCE.all() == [ONE, REFUSED, TWO]
    assert EVIDENCE.of("get") == [ONE, TWO]
    assert EVIDENCE.of("put", "get") == [ONE, REFUSED, TWO]
    assert EVIDENCE.of("get", version="v2") == [TWO]
    assert EVIDENCE.of() == EVIDENCE.of("other") == []
    assert EVIDENCE.successes("get", "put") == [ONE, TWO]


ASSOCIATION = {"id": "a", "key": "k", "firstObjectKey": "contact"}
RELATION = {"id": "r", "firstRecordId": "x", "firstObjectKey": "contact"}


@pytest.mark.parametrize(
    ("body", "found"),
    [
        (ASSOCIATION, [ASSOCIATION]),
        ([ASSOCIATION], [ASSOCIATION]),
        ({"association": ASSOCIATION, "traceId": "t"}, [ASSOCIATION]),
        ({"associations": [ASSOCIATION, ASSOCIATION], "total": 2}, [ASSOCIATION, ASSOCIATION]),
        ({"data": {"items": [[ASSOCIATION]]}}, [ASSOCIATION]),
        (RELATION, []),
        ({"key": "k"}, []),
        ("firstObjectKey key", []),
        (None, []),
    ],
)
def test_associations_are_found_at_any_place(body: Any, found: list[Any]) -> None:
    assert associations([Reply(200, body)]) == found
    assert associations([Reply(400, body)]) == []


def test_relations_are_found_at_any_place() -> None:
    listed = Reply(200, {"relations": [RELATION], "total": 1})
    assert relations([listed, Reply(201, RELATION), Reply(200, ASSOCIATION)]) == [RELATION] * 2
    assert relations([Reply(422, RELATION)]) == []


def test_steps_are_classified_by_the_objects_in_their_replies() -> None:
    assert LISTS == ("list_associations", "list_associations_by_object_key", "list_relations")
    assert {"get_association", "list_associations"} <= {*WITH_ASSOCIATIONS}
    assert {"create_relation", "list_relations", "filter-commas"} <= {*WITH_RELATIONS}
    assert not {*WITH_ASSOCIATIONS} & {*WITH_RELATIONS}
