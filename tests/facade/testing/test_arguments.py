"""Paths, queries and bodies are validated as HighLevel does, with its error texts."""

import re
from typing import Any

import httpx
import pytest

from facade._core.operations import OPERATIONS
from facade.testing import Sandbox
from facade.testing.arguments import AuthorizedRequest
from facade.testing.messages import Request
from tests.facade.testing.conftest import BODY, App, refusal

HERE = "locationId=sandbox-location"
NO_LABEL = ["secondObjectLabel should not be empty", "secondObjectLabel must be a string"]
PAIR = {"associationId": "x", "firstRecordId": "a"}


@pytest.mark.parametrize(
    ("path", "body", "messages"),
    [
        ("", BODY | {"locationId": 7}, ["locationId must be a string"]),
        ("", BODY | {"colour": "red"}, ["property colour should not exist"]),
        ("", BODY | {"key": ""}, ["key should not be empty"]),
        ("", BODY | {"secondObjectLabel": None}, NO_LABEL),
        ("relations/bulk", BODY | {"add": None}, "add must be an array"),
        ("relations/bulk", BODY | {"add": ["pair"]}, "associationId should not be empty"),
        ("relations/bulk", BODY | {"add": [PAIR]}, "secondRecordId should not be empty"),
    ],
)
def test_a_body_has_exactly_the_fields_of_its_schema(
    app: App, path: str, body: dict[str, Any], messages: list[str] | str
) -> None:
    said = refusal(app.ask("POST", path, json=body), 422)
    assert said == messages if isinstance(messages, list) else messages in said


def test_an_optional_field_is_kept_if_its_type_is_right(app: App) -> None:
    cardinality, limit = "firstObjectToSecondObjectCardinality", "secondObjectToFirstObjectMaxLimit"
    made = app.create("pets", **{cardinality: "ONE_TO_MANY", limit: 3}).json()
    assert (made[cardinality], made[limit]) == ("ONE_TO_MANY", 3)
    for value in ("3", True, None):
        wrong = [f"{limit} must be an integer number"]
        assert refusal(app.create("pens", **{limit: value}), 422) == wrong
    assert refusal(app.create("pens", **{cardinality: 1}), 422) == [
        f"{cardinality} must be a string"
    ]


@pytest.mark.parametrize("body", [b"{", b"[]"])
def test_a_body_that_is_not_a_json_object_is_a_400(app: App, body: bytes) -> None:
    response = app.ask("POST", "", content=body, headers={"Content-Type": "application/json"})
    assert "The body is not" in refusal(response, 400)


@pytest.mark.parametrize(
    ("request_line", "status", "text"),
    [
        ("GET /associations/missing", 404, "Association not found"),
        ("GET /associations/a%2Fb", 404, "Association not found"),
        (f"DELETE /associations/relations/x?{HERE}", 404, "Relation not found"),
        (f"GET /associations/key/x?{HERE}", 400, "Association not found"),
        ("GET /associations", 404, None),
        ("GET //associations/x", 404, None),
        ("PATCH /associations/x", 404, None),
        ("GET /associations/?skip=0&limit=1", 400, "LocationId is not specified"),
        (f"GET /associations/relations/ann?{HERE}&page=1", 422, ["property page should not exist"]),
        ("GET /associations/relations/ann?skip=0", 400, "LocationId is not specified"),
        ("POST /associations/relations", 400, "LocationId is not specified"),
    ],
)
def test_an_unknown_id_or_path_and_a_missing_location_are_refused(
    app: App, request_line: str, status: int, text: str | list[str] | None
) -> None:
    method, path = request_line.split()
    url = httpx.URL("https://services.example").copy_with(raw_path=path.encode())
    said = refusal(app.http.request(method, url), status)
    assert said == (text or f"Cannot {request_line}")


def test_a_request_needs_no_location_whatever_its_path_parameter_is_called(app: App) -> None:
    accounts = app.sandbox._accounts
    token = accounts.authenticate(app.http.headers)
    for name, argument in (
        ("get_association", app.created("pets")),
        ("list_associations_by_object_key", "contact"),
    ):
        known = OPERATIONS[name]
        renamed = known._replace(path=re.sub(r"\{\w+\}", "{other}", known.path))
        request = AuthorizedRequest(Request("GET", "", {}), accounts, token, renamed, argument)
        assert request.location.id == app.sandbox.location_id


@pytest.mark.parametrize(
    "query", ["associationIds=,{0}", "associationIds[]={0}", "associationIds="]
)
def test_a_filter_of_associations_has_several_forms_and_may_be_empty(app: App, query: str) -> None:
    pets, pens = app.created("pets"), app.created("pens", secondObjectLabel="Pen")
    for association_id in (pens, pets):
        app.related(association_id, "ann", f"of {association_id}")
    found = app.ask("GET", f"relations/ann?{HERE}&{query.format(pets)}").json()["relations"]
    ids = [one["associationId"] for one in found]
    assert ids == ([pets] if pets in query.format(pets) else [pens, pets])


@pytest.mark.parametrize(
    ("query", "messages"),
    [
        ({"skip": ""}, ["skip should not be empty"]),
        ({"skip": "x"}, ["skip must be an integer number"]),
        ({"skip": "1.5"}, ["skip must be an integer number"]),
        ({"limit": "0.0"}, ["limit must not be less than 1"]),
        ({"limit": "9" * 5000}, ["limit must be an integer number"]),
        ({"skip": "-1", "limit": "0"}, ["skip must not be less", "limit must not be less than 1"]),
        ({"skip": ["0", "1"]}, ["skip must be a string"]),
    ],
)
def test_skip_and_limit_are_checked_and_may_be_left_out_unless_they_are_required(
    app: App, query: dict[str, Any], messages: list[str]
) -> None:
    strict = App(Sandbox(paging="required"))
    for number in range(100):
        app.sandbox.seed_association(key=f"k{number}")
    for path in ("", "relations/ann"):
        said = refusal(app.ask("GET", path, params=app.location | query), 422)
        assert len(said) == len(messages)
        assert all(map(str.startswith, said, messages))
        assert app.get(path) == app.get(path, skip=0, limit=100)
        response = strict.ask("GET", path, params=strict.location | {"limit": 1})
        assert refusal(response, 400) == "skip should not be empty"
