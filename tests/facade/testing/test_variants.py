"""Responses can be replaced, and variants chosen; tests/witnesses uses each recorded one."""

from typing import Any

import pytest

from facade.testing import Sandbox, Variants
from tests.facade.testing.app import App, body_of


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
    assert (response.status_code, body_of(response)) == (409, expected)


@pytest.mark.parametrize("empty", ["", None])
def test_what_a_successful_operation_answers_is_replaced_and_its_work_is_done(empty: Any) -> None:
    app = App(Sandbox(answers={"delete_relation": (204, empty)}))
    relation = app.related(app.created("pets"), "ann", "rex")
    response = app.delete(f"relations/{relation}")
    assert (response.status_code, response.content) == (204, b"")
    assert app.sandbox.relations() == []
    assert app.delete(f"relations/{relation}").status_code == 404


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        ({"answers": {"relation_exist": (409, "")}}, "relation_exist: not a name of a response"),
        ({"answers": ["relation_exists"]}, "answers must be a mapping"),
        ({"answers": {"relation_exists": 409}}, "such as"),
        ({"answers": {"relation_exists": ("409", "exists")}}, "such as"),
        ({"answers": {"relation_exists": (409, object())}}, "such as"),
        ({"answers": {"relation_exists": (99, "exists")}}, "such as"),
        ({"answers": {"delete_relation": (204, {})}}, "has no body"),
        ({"created_relation_id": 1}, "must be True or False"),
        ({"list_lag": -1}, "list_lag must be 0 seconds or more"),
        ({"sides": "turned"}, r"sides must be one of \('kept', 'swapped'\), not 'turned'"),
    ],
)
def test_an_unknown_answer_is_refused(options: dict[str, Any], problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        Variants(**options)
