"""Replies are found by step and Version, and objects at any place of a success."""

from typing import Any

import pytest

from scripts.evidence.client import Reply
from scripts.evidence.replies import (
    LISTS,
    WITH_ASSOCIATIONS,
    WITH_RELATIONS,
    Evidence,
    associations,
    relations,
)


def test_replies_are_found_by_their_steps_and_their_version() -> None:
    one, two, refused = Reply(200, {"id": "1"}), Reply(201, {"id": "2"}), Reply(404, None)
    evidence = Evidence([("get", "v1", one), ("put", "v1", refused), ("get", "v2", two)])
    assert evidence.all() == evidence.of("put", "get") == [one, refused, two]
    assert evidence.of("get") == evidence.successes("get", "put") == [one, two]
    assert evidence.of("get", version="v2") == [two]
    assert evidence.of() == evidence.of("other") == []


ASSOCIATION = {"id": "a", "key": "k", "firstObjectKey": "contact"}
RELATION = {"id": "r", "firstRecordId": "x", "firstObjectKey": "contact"}


@pytest.mark.parametrize(
    ("body", "associated", "related"),
    [
        (ASSOCIATION, 1, 0),
        ({"association": ASSOCIATION, "traceId": "t"}, 1, 0),
        ({"associations": [ASSOCIATION, ASSOCIATION], "total": 2}, 2, 0),
        ({"data": {"items": [[ASSOCIATION]]}}, 1, 0),
        ({"relations": [RELATION], "total": 1}, 0, 1),
        ([RELATION, ASSOCIATION], 1, 1),
        ({"key": "k"}, 0, 0),
        ("firstObjectKey key firstRecordId", 0, 0),
        (None, 0, 0),
    ],
)
def test_objects_are_found_anywhere_in_a_success(body: Any, associated: int, related: int) -> None:
    assert associations([Reply(200, body)]) == [ASSOCIATION] * associated
    assert relations([Reply(201, body)]) == [RELATION] * related
    assert associations([Reply(400, body)]) == relations([Reply(422, body)]) == []


def test_steps_are_classified_by_the_objects_in_their_replies() -> None:
    assert LISTS == ("list_associations", "list_associations_by_object_key", "list_relations")
    assert {"get_association", "list_associations"} <= {*WITH_ASSOCIATIONS}
    assert {"create_relation", "list_relations", "filter-commas"} <= {*WITH_RELATIONS}
    assert not {*WITH_ASSOCIATIONS} & {*WITH_RELATIONS}
