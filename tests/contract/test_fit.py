"""What became of each overlay action in a document that was published later."""

from typing import Any

import pytest

from scripts.contract.corrections import Corrections
from scripts.contract.fit import lost_places
from scripts.contract.notices import open_notices
from tests.diff.documents import Json, operation

from .small import actions_of

DEFECT = {"name": "limit", "in": "query", "schema": {"type": "number"}}
MENDED = {"name": "limit", "in": "query", "schema": {"type": "integer"}}
TEXT = {"name": "sort", "in": "query", "schema": {"type": "string"}}
BY_DEFECT = "$.paths.*.*.parameters[?@.schema.type == 'number'].schema"
BY_PLACE = "$.paths['/pets/{id}'].get.parameters[?@.name == 'limit'].schema"


def actions(target: str, expect: int | str = 1, **change: Any) -> Corrections:
    raw = change or {"update": {"type": "integer"}}
    return Corrections(actions_of({"target": target, "x-expect": expect, **raw}))


def state(old: Json, new: Json, given: Corrections) -> str:
    notices = open_notices(given, {"": new}, {"": old})
    return notices[0].state if notices else "needed"


LIMITED = operation(parameters=[DEFECT])
SKIP = {**DEFECT, "name": "skip"}
TWICE = operation(parameters=[DEFECT, SKIP])


UNPUBLISHED = actions("$.paths[?@.get && !@.put]", update={"put": {"summary": "Ours"}})
PUBLISHED = operation()
PUBLISHED["paths"]["/pets/{id}"]["put"] = {"summary": "Theirs"}
GET_PET = "$.paths.*[?@.operationId == 'get-pet']"
SUMMED = actions(GET_PET, update={"summary": "Get a pet"})
SIZED = actions("$.paths.*.*['x-page'][?@.size == 0]", update={"size": 1})
MOVED: Json = {"/animals/{id}": LIMITED["paths"]["/pets/{id}"]}
ELSEWHERE = {**LIMITED, "paths": MOVED}
TYPES = ({"type": "number"}, {"type": "string"})
OTHER = {**DEFECT, "schema": {"type": "string"}}
MISFIT = actions("$.paths.*.get.summary", update={"a": 1})


@pytest.mark.parametrize(
    ("given", "old", "new", "expected"),
    [
        *(
            (actions(BY_PLACE), LIMITED, operation(parameters=parameters), expected)
            for parameters, expected in (([DEFECT], "needed"), ([TEXT, MENDED], "mended"))
        ),
        # There is nothing left to remove.
        (
            actions("$.paths.*.*.parameters[?@['x-old']]", remove=True),
            operation(parameters=[{**MENDED, "x-old": 1}]),
            operation(parameters=[MENDED]),
            "mended",
        ),
        (UNPUBLISHED, operation(), PUBLISHED, "mended"),  # with other texts
        (actions(BY_PLACE), LIMITED, ELSEWHERE, "moved"),
        # The target no longer selects the defect.
        (SUMMED, operation(), operation(operationId="read-pet"), "moved"),
        (
            actions(f"{GET_PET}.tags", remove=True),
            operation(tags=["a"]),
            operation(operationId="read-pet", tags=["a"]),
            "moved",
        ),
        # The place has become of another kind, or the action does not fit it.
        (
            SIZED,
            *(operation(**{"x-page": {"first": each}}) for each in ({"size": 0}, 1)),
            "moved",
        ),
        (MISFIT, operation(summary="a"), operation(summary="a"), "moved"),
        # The list is shorter now.
        (
            actions("$.paths.*.*.parameters[?@.name == 'limit']", update={"x-a": 1}),
            *(operation(parameters=each) for each in ([TEXT, DEFECT], [TEXT])),
            "moved",
        ),
        # The value has changed, and the action would change it again.
        (actions(BY_DEFECT), LIMITED, operation(parameters=[OTHER]), "moved"),
        (actions(BY_DEFECT, 2), TWICE, operation(parameters=[OTHER, SKIP]), "moved"),
        (
            actions("$.components.schemas[?@.type == 'number']"),
            *({**operation(), "components": {"schemas": {"A": each}}} for each in TYPES),
            "moved",
        ),
        (
            actions(f"{GET_PET}.parameters", update=TEXT),
            LIMITED,
            operation(operationId="read-pet", parameters=[DEFECT]),
            "moved",
        ),
        (actions("$[?@['/pets/{id}']]", update={"/cats": {}}), LIMITED, ELSEWHERE, "moved"),
        (actions(BY_DEFECT), LIMITED, ELSEWHERE, "needed"),  # it is corrected there
        # It hits more places.
        (actions(BY_DEFECT), LIMITED, TWICE, "changed"),
    ],
)
def test_what_became_of_an_action(given: Corrections, old: Json, new: Json, expected: str) -> None:
    assert state(old, new, given) == expected


def lost(old: Json, new: Json, given: Corrections) -> list[str]:
    (before,), (after,) = given.of(old).steps, given.of(new).steps
    return list(lost_places(before, after))


def test_a_place_that_is_gone_is_lost_unless_it_is_retired_as_a_whole() -> None:
    for paths, found in (
        ({}, []),  # retired as a whole
        ({"/pets/{id}": {"get": {"operationId": "get-pet"}}}, ["there is nothing at PLACE: find"]),
        (
            {"/pets/{other}": MOVED["/animals/{id}"]},  # the argument has another name
            ['the defect is still there: change the target to $["paths"]["/pets/{other}"]["get"]'],
        ),
        (MOVED, ['there is nothing at PLACE: change the target to $["paths"]["/animals/{id}"]']),
    ):
        place = "paths//pets/{id}/get/parameters/0/schema"
        (start,) = found or [""]
        texts = lost(LIMITED, {**LIMITED, "paths": paths}, actions(BY_PLACE))
        assert len(texts) == len(found)
        assert all(each.startswith(start.replace("PLACE", place)) for each in texts)


def test_a_success_is_the_same_place_with_another_status() -> None:
    given = actions("$.paths.*.*.responses.*['x-a']", "all", update={"b": 2})
    defect = {"x-a": {"b": 1}}
    for status, responses, count in (
        ("200", {"200": {}, "202": defect}, 0),  # corrected there, too
        ("400", {"400": {}, "404": defect}, 1),
        ("200", {"204": {}}, 0),  # the response is retired as a whole
        ("200", {"200": {}}, 1),
    ):
        old, new = operation(responses={status: defect}), operation(responses=responses)
        assert len(lost(old, new, given)) == count


def test_of_several_places_with_the_value_the_nearest_is_named() -> None:
    get = LIMITED["paths"]["/pets/{id}"]["get"]
    near, far = {"/pets/{id}": {"put": get}, "/a": {"post": get}}, {"/a": {"put": get}}
    (text,) = lost(LIMITED, {**LIMITED, "paths": {**far, **near}}, actions(BY_PLACE))
    target = '$["paths"]["/pets/{id}"]["put"]["parameters"][0]["schema"]'
    assert text.endswith(f": change the target to {target}")
    known = {**LIMITED["paths"], "/a": {"get": get}}  # it was there before
    new = {**known, "/pets/{id}": {"get": {"operationId": "get-pet"}}}
    (text,) = lost({**LIMITED, "paths": known}, {**LIMITED, "paths": new}, actions(BY_PLACE))
    assert text.endswith(": find where it went")


def test_a_value_that_many_places_may_have_is_looked_for_under_its_key_alone() -> None:
    where = "$.paths['/pets/{id}'].get['x-a']"
    for value, update in ((["a"], ["b"]), ({"$ref": "#/a"}, {"b": 1})):
        for key, end in (
            ("x-a", 'change the target to $["paths"]["/a"]["put"]["x-a"]'),
            ("x-b", "find where it went"),
        ):
            new = operation()
            new["paths"]["/a"] = {"put": {key: value}}
            (text,) = lost(operation(**{"x-a": value}), new, actions(where, update=update))
            assert text.endswith(f": {end}")
    old, new = operation(**{"x-a": {"x-in": {"b": 1}}}), operation(**{"x-a": {"b": 1}})
    new["paths"]["/a"] = {"put": {"x-in": {"b": 1}}}
    (text,) = lost(old, new, actions(f"{where}['x-in']", update={"b": 2}))
    assert text.endswith('["get"]["x-a"]')  # the nearest may be one that contained it
