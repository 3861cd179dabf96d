"""Paths, queries and bodies are validated as HighLevel does, with its error texts."""

from typing import Any

import httpx
import pytest

from facade._core.operations import FIELDS
from facade.testing import Sandbox
from tests.facade.testing.app import App, body_of, refusal


@pytest.mark.parametrize(
    ("fields", "messages"),
    [
        ({"locationId": 7}, ["locationId must be a string"]),
        ({"colour": "red"}, ["property colour should not exist"]),
        ({"key": ""}, ["key should not be empty"]),
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
    assert refusal(app.ask("PUT", app.created("pets"), json=body), 422) == [
        "property locationId should not exist",
        "secondObjectLabel should not be empty",
        "secondObjectLabel must be a string",
    ]


@pytest.mark.parametrize("body", [b"{", b"[]", b'{"key": NaN}', b"[" * 90_000])
def test_a_body_that_is_not_a_json_object_is_a_400(app: App, body: bytes) -> None:
    response = app.ask("POST", "", content=body, headers={"Content-Type": "application/json"})
    assert "The body is not" in refusal(response, 400)


@pytest.mark.parametrize(
    ("request_line", "text"),
    [
        ("GET /associations/missing", "Association not found"),
        ("GET /associations/a%2Fb", "Association not found"),
        ("DELETE /associations/missing", "Association not found"),
        ("DELETE /associations/relations/x?locationId=sandbox-location", "Relation not found"),
        ("GET /associations", None),
        ("GET /associations/a%2Fb/c", None),
        ("GET //associations/x", None),
        ("POST /associations/relations/", None),
        ("PATCH /associations/x", None),
    ],
)
def test_an_unknown_id_or_path_is_a_404(app: App, request_line: str, text: str | None) -> None:
    method, path = request_line.split()
    url = httpx.URL("https://services.example").copy_with(raw_path=path.encode())
    assert refusal(app.http.request(method, url), 404) == (text or f"Cannot {request_line}")


@pytest.mark.parametrize(("answers", "status"), [({}, 400), ({"no_such_key": (404, "None")}, 404)])
def test_an_unknown_key_is_a_400_or_what_is_chosen(answers: Any, status: int) -> None:
    app = App(Sandbox(answers=answers))
    missing = app.ask("GET", "key/none", params=app.location)
    assert refusal(missing, status) == ("None" if answers else "Association not found")


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
@pytest.mark.parametrize("path", ["", "relations/ann"])
def test_skip_and_limit_are_checked(
    app: App, path: str, query: dict[str, Any], messages: list[str]
) -> None:
    assert refusal(app.ask("GET", path, params=app.location | query), 422) == messages


@pytest.mark.parametrize("path", ["", "relations/ann"])
def test_skip_and_limit_may_be_left_out_unless_they_are_required(app: App, path: str) -> None:
    assert app.get(path)
    strict = App(Sandbox(paging="required"))
    response = strict.ask("GET", path, params=strict.location | {"limit": 1})
    assert refusal(response, 400) == "skip should not be empty"


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "?skip=0&limit=1"),
        ("GET", "key/pets"),
        ("GET", "relations/ann?skip=0&limit=1"),
        ("DELETE", "relations/x"),
        ("POST", ""),
        ("POST", "relations"),
    ],
)
def test_a_location_is_required(app: App, method: str, path: str) -> None:
    assert refusal(app.ask(method, path), 400) == "LocationId is not specified"


@pytest.mark.parametrize(
    ("add", "problem"),
    [
        (None, "add must be an array"),
        (["pair"], "associationId should not be empty"),
        ([{"associationId": "x", "firstRecordId": "a"}], "secondRecordId should not be empty"),
    ],
)
def test_what_is_not_a_list_of_pairs_is_refused(app: App, add: Any, problem: str) -> None:
    response = app.ask("POST", "relations/bulk", json={**app.location, "add": add})
    assert problem in refusal(response, 422)


def test_an_operation_that_is_not_published_is_there_under_one_version_only(app: App) -> None:
    body = {**app.location, "add": []}
    answered = app.ask("POST", "relations/bulk", json=body)
    assert (answered.status_code, body_of(answered)["results"]) == (201, {"errored": []})
    refused = app.ask("POST", "relations/bulk", json=body, headers={"Version": "v3"})
    assert refusal(refused, 404)
