"""Paths, queries and bodies are validated as HighLevel does, with its error texts."""

from typing import Any

import httpx
import pytest

from facade._core.operations import FIELDS
from facade.testing import Sandbox
from tests.facade.testing.app import App, refusal


@pytest.mark.parametrize(
    ("fields", "messages"),
    [
        ({"locationId": 7}, ["locationId must be a string"]),
        ({"colour": "red"}, ["property colour should not exist"]),
        ({"key": ""}, ["key should not be empty"]),
        ({"firstObjectLabel": 7}, ["firstObjectLabel must be a string"]),
        (
            {"secondObjectKey": None},
            ["secondObjectKey should not be empty", "secondObjectKey must be a string"],
        ),
    ],
)
def test_a_body_has_exactly_the_fields_of_its_schema(
    app: App, fields: dict[str, Any], messages: list[str]
) -> None:
    assert refusal(app.create("pets", **fields), 422) == messages


def test_a_field_that_a_body_may_have_is_accepted_and_not_kept(
    app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = "CreateAssociationBody"
    monkeypatch.setitem(FIELDS, name, (*FIELDS[name], "note"))
    response = app.create("pets", note=["any", "value"])
    assert response.status_code == 201
    assert "note" not in response.json()


def test_an_update_takes_two_labels_and_nothing_else(app: App) -> None:
    body = {**app.location, "firstObjectLabel": "Owner"}
    response = app.http.put(f"/associations/{app.created('pets')}", json=body)
    assert refusal(response, 422) == [
        "property locationId should not exist",
        "secondObjectLabel should not be empty",
        "secondObjectLabel must be a string",
    ]


@pytest.mark.parametrize("body", [b"{", b"[]", b'{"key": NaN}', b"[" * 90_000])
def test_a_body_that_is_not_a_json_object_is_a_400(app: App, body: bytes) -> None:
    headers = {"Content-Type": "application/json"}
    response = app.http.post("/associations/", content=body, headers=headers)
    assert "The body is not" in refusal(response, 400)


@pytest.mark.parametrize(
    ("method", "path", "text"),
    [
        ("GET", "/associations/missing", "Association not found"),
        ("GET", "/associations/a%2Fb", "Association not found"),
        ("DELETE", "/associations/missing", "Association not found"),
        ("DELETE", "/associations/relations/x?locationId=sandbox-location", "Relation not found"),
        ("GET", "/associations", "Cannot GET /associations"),
        ("GET", "/associations/a%2Fb/c", "Cannot GET /associations/a%2Fb/c"),
        ("GET", "//associations/x", "Cannot GET //associations/x"),
        ("POST", "/associations/relations/", "Cannot POST /associations/relations/"),
        ("PATCH", "/associations/x", "Cannot PATCH /associations/x"),
    ],
)
def test_an_unknown_id_or_path_is_a_404(app: App, method: str, path: str, text: str) -> None:
    url = httpx.URL("https://services.example").copy_with(raw_path=path.encode())
    assert refusal(app.http.request(method, url), 404) == text


@pytest.mark.parametrize(
    ("query", "messages"),
    [
        ({"skip": ""}, ["skip should not be empty"]),
        ({"skip": "x"}, ["skip must be an integer number"]),
        ({"skip": "1.5"}, ["skip must be an integer number"]),
        ({"limit": "0.0"}, ["limit must not be less than 1"]),
        ({"limit": "9" * 5000}, ["limit must be an integer number"]),
        (
            {"skip": "-1", "limit": "0"},
            ["skip must not be less than 0", "limit must not be less than 1"],
        ),
        ({"skip": ["0", "1"]}, ["skip must be a string"]),
    ],
)
def test_skip_and_limit_are_checked(app: App, query: dict[str, Any], messages: list[str]) -> None:
    for path in ("/associations/", "/associations/relations/ann"):
        response = app.http.get(path, params={**app.location, **query})
        assert refusal(response, 422) == messages


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/associations/?skip=0&limit=1"),
        ("GET", "/associations/key/pets"),
        ("GET", "/associations/relations/ann?skip=0&limit=1"),
        ("DELETE", "/associations/relations/x"),
        ("POST", "/associations/"),
        ("POST", "/associations/relations"),
    ],
)
def test_a_location_is_required(app: App, method: str, path: str) -> None:
    assert refusal(app.http.request(method, path), 400) == "LocationId is not specified"


@pytest.mark.parametrize("path", ["/associations/", "/associations/relations/ann"])
def test_skip_and_limit_may_be_left_out_unless_they_are_required(app: App, path: str) -> None:
    assert app.http.get(path, params=app.location).status_code == 200
    strict = App(Sandbox(paging="required"))
    response = strict.http.get(path, params=strict.location | {"limit": 1})
    assert refusal(response, 400) == "skip should not be empty"


@pytest.mark.parametrize(
    ("add", "problem"),
    [
        (None, "add must be an array"),
        (["pair"], "associationId should not be empty"),
        ([{"associationId": "x", "firstRecordId": "a"}], "secondRecordId should not be empty"),
    ],
)
def test_what_is_not_a_list_of_pairs_is_refused(app: App, add: Any, problem: str) -> None:
    response = app.http.post("/associations/relations/bulk", json={**app.location, "add": add})
    assert problem in refusal(response, 422)


def test_an_operation_that_is_not_published_is_there_under_one_version_only(app: App) -> None:
    body = {**app.location, "add": []}
    answered = app.http.post("/associations/relations/bulk", json=body)
    assert (answered.status_code, answered.json()["results"]) == (201, {"errored": []})
    refused = app.http.post("/associations/relations/bulk", json=body, headers={"Version": "v3"})
    assert refusal(refused, 404)
