"""The state of each overlay action in a document that was published later."""

from typing import Any

import pytest

from scripts.contract.corrections import Corrections
from scripts.contract.fit import lost_places
from scripts.contract.notices import open_notices
from scripts.contract.overlay import overlay_of, read_actions
from tests.contract.diff.documents import Json, operation

DEFECT = {"name": "limit", "in": "query", "schema": {"type": "number"}}
MENDED = {"name": "limit", "in": "query", "schema": {"type": "integer"}}
BY_DEFECT = "$.paths.*.*.parameters[?@.schema.type == 'number'].schema"
BY_PLACE = "$.paths['/pets/{id}'].get.parameters[?@.name == 'limit'].schema"


def actions(target: str, expect: int | str | None = 1, **change: Any) -> Corrections:
    """Read one action, and no names."""
    raw: Json = {"target": target, "description": "A limit is whole", "update": {"type": "integer"}}
    raw |= {"x-expect": expect, **change}
    return Corrections(read_actions(overlay_of([raw], "1.0.0")))


def state(old: Json, new: Json, given: Corrections) -> str:
    """Return the state of the only action in a new document."""
    notices = open_notices(given, {"": new}, {"": old})
    return notices[0].state if notices else "needed"


@pytest.mark.parametrize("expect", [1, None])
@pytest.mark.parametrize("target", [BY_DEFECT, BY_PLACE])
def test_an_action_is_needed_while_the_defect_exists(target: str, expect: int | None) -> None:
    old = operation(parameters=[DEFECT])
    new = operation(parameters=[DEFECT], summary="other words")
    assert state(old, new, actions(target, expect)) == "needed"


@pytest.mark.parametrize("target", [BY_DEFECT, BY_PLACE])
def test_an_action_is_mended_when_the_place_is_published_corrected(target: str) -> None:
    old, new = operation(parameters=[DEFECT]), operation(parameters=[MENDED])
    assert state(old, new, actions(target)) == "mended"
    text = {"name": "sort", "in": "query", "schema": {"type": "string"}}
    assert state(old, operation(parameters=[text, MENDED]), actions(target)) == "mended"


def test_an_action_that_removes_is_mended_when_there_is_nothing_left_to_remove() -> None:
    old, new = operation(**{"x-groups": 1}), operation()
    given = actions("$.paths.*.*['x-groups']", remove=True)
    assert state(old, new, given) == "mended"
    old, new = operation(parameters=[{**MENDED, "x-old": 1}]), operation(parameters=[MENDED])
    given = actions("$.paths.*.*.parameters[?@['x-old']]", remove=True)
    assert state(old, new, given) == "mended"


def test_an_action_is_mended_when_its_addition_is_published_with_other_texts() -> None:
    given = actions("$.paths[?@.get && !@.put]", update={"put": {"summary": "Ours"}})
    old, new = operation(), operation()
    new["paths"]["/pets/{id}"]["put"] = {"summary": "Theirs"}
    assert state(old, new, given) == "mended"


def test_an_action_has_moved_when_its_operation_is_gone() -> None:
    old = operation(parameters=[DEFECT])
    new = {**old, "paths": {"/animals/{id}": old["paths"]["/pets/{id}"]}}
    assert state(old, new, actions(BY_PLACE)) == "moved"


def test_an_action_has_moved_when_its_target_no_longer_selects_the_defect() -> None:
    target = "$.paths.*[?@.operationId == 'get-pet']"
    given = actions(target, update={"summary": "Get a pet"})
    assert state(operation(), operation(operationId="read-pet"), given) == "moved"
    renamed = operation(operationId="read-pet", summary="Get a pet")
    assert state(operation(), renamed, given) == "mended"
    doomed = actions(f"{target}.tags", remove=True)
    old, new = operation(tags=["a"]), operation(operationId="read-pet", tags=["a"])
    assert state(old, new, doomed) == "moved"


def test_a_place_that_has_become_of_another_kind_is_not_mended() -> None:
    given = actions("$.paths.*.*['x-page'][?@.size == 0]", update={"size": 1})
    old, new = ({"x-page": {"first": each}} for each in ({"size": 0}, "text"))
    assert state(operation(**old), operation(**new), given) == "moved"


def test_an_action_that_no_longer_fits_is_not_mended() -> None:
    given = actions("$.paths.*.get.summary", update={"a": 1})
    document = operation(summary="Get a pet")
    assert state(document, document, given) != "mended"


def test_an_action_that_hits_more_places_has_changed() -> None:
    old = operation(parameters=[DEFECT])
    new = operation(parameters=[DEFECT, {**DEFECT, "name": "skip"}])
    assert state(old, new, actions(BY_DEFECT)) == "changed"
    assert state(new, new, actions(BY_DEFECT)) == "changed"  # x-expect is one


MOVED: Json = {"/animals/{id}": operation(parameters=[DEFECT])["paths"]["/pets/{id}"]}
SUMMED = "$.paths.*[?@.summary == 'a'].tags"


def lost(old: Json, new: Json, given: Corrections) -> list[str]:
    (before,), (after,) = given.steps(old), given.steps(new)
    return list(lost_places(before, after))


@pytest.mark.parametrize(
    ("paths", "found"),
    [
        ({}, []),  # retired as a whole
        ({"/pets/{id}": {"get": {"operationId": "get-pet"}}}, ["there is nothing at PLACE: find"]),
        (
            {"/pets/{other}": MOVED["/animals/{id}"]},  # the argument has another name
            ['the defect is still there: change the target to $["paths"]["/pets/{other}"]["get"]'],
        ),
        (MOVED, ['there is nothing at PLACE: change the target to $["paths"]["/animals/{id}"]']),
    ],
)
def test_a_place_that_is_gone_is_lost_unless_it_is_retired_as_a_whole(
    paths: Json, found: list[str]
) -> None:
    old = operation(parameters=[DEFECT])
    new, place = {**old, "paths": paths}, "paths//pets/{id}/get/parameters/0/schema"
    (start,) = found or [""]
    texts = lost(old, new, actions(BY_PLACE))
    assert len(texts) == len(found)
    assert all(each.startswith(start.replace("PLACE", place)) for each in texts)


def test_a_defect_that_is_not_found_is_lost_although_the_action_corrects_others() -> None:
    other = {"/a": {"get": {"summary": "a", "tags": [], "responses": {}}}}
    given = actions(SUMMED, "all", update=["b"])
    old = operation(summary="a", tags=[])
    old["paths"] |= other
    new = operation(tags=[])
    new["paths"] |= other
    assert lost(old, new, given) == [
        'the defect is still there: change the target to $["paths"]["/pets/{id}"]["get"]["tags"]'
    ]
    assert state(old, new, given) == "moved"
