"""Variants of responses can be chosen; tests/witnesses uses each recorded one."""

from typing import Any

import pytest

from facade.testing import Sandbox, Variants, faults
from tests.facade.driving import Clock
from tests.facade.testing.app import App


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ("already exists", {"statusCode": 409, "message": "already exists", "error": "Conflict"}),
        ({"message": "duplicate"}, {"message": "duplicate"}),
        ([1], [1]),
    ],
)
def test_a_refusal_is_replaced(answer: Any, expected: Any) -> None:
    app = App(Sandbox(answers={"relation_exists": (409, answer)}))
    pets = app.created("pets")
    app.related(pets, "ann", "rex")
    response = app.relate(pets, "ann", "rex")
    body = response.json()
    if isinstance(body, dict):
        assert body.pop("traceId")
    assert (response.status_code, body) == (409, expected)


@pytest.mark.parametrize("empty", ["", None])
def test_what_a_successful_operation_answers_is_replaced_and_its_work_is_done(empty: Any) -> None:
    app = App(Sandbox(answers={"delete_relation": (204, empty)}))
    relation = app.related(app.created("pets"), "ann", "rex")
    path = f"/associations/relations/{relation}"
    response = app.http.delete(path, params=app.location)
    assert (response.status_code, response.content) == (204, b"")
    assert app.sandbox.relations() == []
    assert app.http.delete(path, params=app.location).status_code == 404


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        (
            {"answers": {"relation_exist": (409, "")}},
            "relation_exist: not a name of a response",
        ),
        ({"answers": ["relation_exists"]}, "answers must be a mapping"),
        ({"answers": {"relation_exists": 409}}, "such as"),
        ({"answers": {"relation_exists": ("409", "exists")}}, "such as"),
        ({"answers": {"relation_exists": (409, object())}}, "such as"),
        ({"answers": {"relation_exists": (99, "exists")}}, "such as"),
        ({"answers": {"delete_relation": (204, {})}}, "has no body"),
        ({"sides": "turned"}, r"sides must be one of \('kept', 'swapped'\), not 'turned'"),
    ],
)
def test_an_unknown_answer_is_refused(options: dict[str, Any], problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        Variants(**options)


def test_a_relation_is_listed_when_the_lag_is_over() -> None:
    clock = Clock()
    app = App(Sandbox(list_lag=5, clock=clock))
    pets = app.created("pets")
    app.sandbox.seed_relation(pets, "ann", "tom")
    app.related(pets, "ann", "rex")
    listed = []
    for seconds in (0, 4.9, 0.1):
        clock.now += seconds
        listed.append([one["secondRecordId"] for one in app.relations("ann")["relations"]])
    assert listed == [["tom"], ["tom"], ["tom", "rex"]]


def test_headers_are_added_to_a_response() -> None:
    app = App(Sandbox())
    app.sandbox.misbehave(faults.add_headers({"X-Odd": "1"}))
    response = app.http.get("/associations/", params=app.location)
    assert (response.status_code, response.headers["x-odd"]) == (200, "1")
