"""The sandbox refuses what HighLevel refuses, with HighLevel's status and text."""

from typing import Any

import httpx
import pytest

from facade.testing import Sandbox
from tests.facade.sandbox_app import PEOPLE, App


@pytest.fixture
def app() -> App:
    return App(Sandbox())


def message(answer: httpx.Response, status: int) -> Any:
    body = answer.json()
    assert (answer.status_code, body["statusCode"]) == (status, status)
    assert body["traceId"]
    return body["message"]


@pytest.mark.parametrize(
    ("headers", "text"),
    [
        ({"Authorization": ""}, "Invalid JWT"),
        ({"Authorization": "Basic eA=="}, "Invalid JWT"),
        ({"Authorization": "Bearer eyJhbGciOi"}, "Invalid JWT"),
        ({"Authorization": "Bearer pit-unknown"}, "Invalid Private Integration token"),
        ({"Authorization": "Bearer revoked"}, "Invalid token: access token is invalid"),
        ({"Version": ""}, "version header was not found."),
        ({"Version": "2020-01-01"}, "version header is invalid"),
        ({"Authorization": "Bearer reader"}, "The token is not authorized for this scope."),
    ],
)
def test_a_call_that_may_not_be_made_is_a_401(headers: dict[str, str], text: str) -> None:
    sandbox = Sandbox()
    sandbox.add_token("revoked")
    sandbox.revoke_token("revoked")
    sandbox.add_token("reader", scopes=["associations.readonly", "associations/relation.readonly"])
    assert message(App(sandbox, **headers).create("pets"), 401) == text


@pytest.mark.parametrize("location", ["", "unknown", "other"])
def test_a_token_reaches_its_locations_only(location: str) -> None:
    sandbox = Sandbox()
    sandbox.add_location("other")
    sandbox.add_token("here", locations=["sandbox-location"])
    app = App(sandbox, Authorization="Bearer here")
    answer = app.create("pets", locationId=location)
    if location:
        text = "The token does not have access to this location."
        assert message(answer, 403) == text
    else:
        assert message(answer, 400) == "LocationId is not specified"


def test_what_a_path_names_in_another_location_is_out_of_reach() -> None:
    sandbox = Sandbox()
    sandbox.add_location("other")
    sandbox.add_token("here", locations=["sandbox-location"])
    theirs = sandbox.seed_association(key="theirs", location_id="other")["id"]
    app = App(sandbox, Authorization="Bearer here")
    text = "The token does not have access to this location."
    assert message(app.http.get(f"/associations/{theirs}"), 403) == text
    assert message(app.update(theirs, "A", "B"), 403) == text
    assert message(app.http.delete(f"/associations/{theirs}"), 403) == text


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
def test_a_body_has_exactly_its_fields(
    app: App, fields: dict[str, Any], messages: list[str]
) -> None:
    assert message(app.create("pets", **fields), 422) == messages


def test_an_update_takes_two_labels_and_nothing_else(app: App) -> None:
    body = {**app.location, "firstObjectLabel": "Owner"}
    answer = app.http.put(f"/associations/{app.created('pets')}", json=body)
    assert message(answer, 422) == [
        "property locationId should not exist",
        "secondObjectLabel should not be empty",
        "secondObjectLabel must be a string",
    ]


@pytest.mark.parametrize("body", [b"{", b"[]", b'"text"', b'{"key": NaN}', b"\xff", b"[" * 90_000])
def test_a_body_that_is_no_json_object_is_a_400(app: App, body: bytes) -> None:
    headers = {"Content-Type": "application/json"}
    answer = app.http.post("/associations/", content=body, headers=headers)
    assert "The body is not" in message(answer, 400)


@pytest.mark.parametrize(
    ("fields", "status", "text"),
    [
        ({"firstObjectLabel": "Pet"}, 422, "Both object labels can not be same"),
        ({"key": "taken"}, 400, "An association with the key taken exists already."),
        ({**PEOPLE}, 400, "duplicate pair of labels: taken has them already"),
        (
            {"firstObjectLabel": "Tutor", "secondObjectLabel": "Student"}
            | {"firstObjectKey": "contact", "secondObjectKey": "contact"},
            400,
            "duplicate pair of labels: taken has them already",
        ),
    ],
)
def test_associations_differ_in_key_and_labels(
    app: App, fields: dict[str, str], status: int, text: str
) -> None:
    app.created("taken", **PEOPLE)
    assert message(app.create("new", **fields), status) == text


def test_the_same_labels_on_other_objects_are_another_pair(app: App) -> None:
    app.created("people", **PEOPLE)
    assert app.create("toys", **{**PEOPLE, "secondObjectKey": "custom_objects.toy"}).is_success


def test_an_update_may_repeat_its_own_labels_but_not_equal_ones(app: App) -> None:
    pets = app.created("pets")
    assert app.update(pets, "Owner", "Pet").is_success
    assert message(app.update(pets, "Pet", "Pet"), 422) == "Both object labels can not be same"


@pytest.mark.parametrize(
    "system", ["OPPORTUNITIES_CONTACTS_ASSOCIATION", "BUSINESSES_CONTACTS_ASSOCIATION"]
)
def test_system_associations_stay_as_they_are(app: App, system: str) -> None:
    text = f"{system} is system defined: it stays as it is."
    assert message(app.update(system, "A", "B"), 400) == text
    assert message(app.http.delete(f"/associations/{system}"), 400) == text


def test_a_pair_of_records_is_related_once(app: App) -> None:
    pets = app.created("pets")
    app.related(pets, "ann", "rex")
    text = message(app.relate(pets, "ann", "rex"), 400)
    assert text.endswith(f"duplicate relation of object Ids for given association {pets}")


def test_a_record_that_was_used_or_declared_stays_on_its_side(app: App) -> None:
    pets = app.created("pets")
    app.related(pets, "ann", "rex")
    app.sandbox.declare_record("tom", "custom_objects.pet")
    used = "Invalid record id : 'rex' for association : pets"
    declared = "Invalid record id : 'tom' for association : pets"
    assert message(app.relate(pets, "rex", "ann"), 422) == used
    assert message(app.relate(pets, "tom", "new"), 422) == declared
    assert message(app.relate(pets, "new", "ann"), 422).startswith("Invalid record id : 'ann'")
    assert app.relate(pets, "new", "tom").is_success


@pytest.mark.parametrize(
    ("first", "second", "refused", "record"),
    [
        (1, None, ("ann", "max"), "ann"),
        (None, 1, ("bob", "rex"), "rex"),
    ],
)
def test_a_record_has_a_limited_number_of_relations_on_its_side(
    app: App, first: int | None, second: int | None, refused: tuple[str, str], record: str
) -> None:
    pets = app.created("pets")
    app.sandbox.limit_relations(pets, first=first, second=second)
    app.related(pets, "ann", "rex")
    text = f"Max relation limit[1] reached for record[{record}] for association[{pets}]"
    assert message(app.relate(pets, *refused), 400) == text


@pytest.mark.parametrize(
    ("association_id", "limit", "full", "swap"),
    [
        ("OPPORTUNITIES_CONTACTS_ASSOCIATION", 25, "opportunity-1", False),
        ("BUSINESSES_CONTACTS_ASSOCIATION", 1, "contact-1", True),
    ],
)
def test_the_limits_of_the_product_hold(
    app: App, association_id: str, limit: int, full: str, swap: bool
) -> None:
    for number in range(limit):
        pair = (f"other-{number}", full) if swap else (full, f"other-{number}")
        app.related(association_id, *pair)
    pair = ("one-more", full) if swap else (full, "one-more")
    text = f"Max relation limit[{limit}] reached for record[{full}]"
    assert message(app.relate(association_id, *pair), 400).startswith(text)


def test_the_default_limit_is_1000_a_side(app: App) -> None:
    pets = app.created("pets")
    for number in range(1000):
        app.sandbox.seed_relation(pets, "ann", f"pet-{number}")
    text = "Max relation limit[1000] reached for record[ann]"
    assert message(app.relate(pets, "ann", "rex"), 400).startswith(text)


@pytest.mark.parametrize(
    ("method", "path", "text"),
    [
        ("GET", "/associations/missing", "Association not found"),
        ("GET", "/associations/a%2Fb", "Association not found"),
        ("GET", "/associations/key", "Association not found"),
        ("DELETE", "/associations/missing", "Association not found"),
        ("DELETE", "/associations/relations/x?locationId=sandbox-location", "Relation not found"),
        ("GET", "/associations", "Cannot GET /associations"),
        ("GET", "/associations/a/b", "Cannot GET /associations/a/b"),
        ("GET", "/associations/a%2Fb/c", "Cannot GET /associations/a%2Fb/c"),
        ("GET", "//associations/x", "Cannot GET //associations/x"),
        ("GET", "/associations/key/", "Cannot GET /associations/key/"),
        ("POST", "/associations/relations/", "Cannot POST /associations/relations/"),
        ("DELETE", "/associations/", "Cannot DELETE /associations/"),
        ("PATCH", "/associations/x", "Cannot PATCH /associations/x"),
    ],
)
def test_what_is_not_there_is_a_404(app: App, method: str, path: str, text: str) -> None:
    url = httpx.URL("https://services.example").copy_with(raw_path=path.encode())
    assert message(app.http.request(method, url), 404) == text


@pytest.mark.parametrize(
    ("query", "messages"),
    [
        ({}, ["skip should not be empty", "limit should not be empty"]),
        (
            {"skip": "x", "limit": "1.5"},
            ["skip must be an integer number", "limit must be an integer number"],
        ),
        (
            {"skip": "-1", "limit": "0"},
            ["skip must not be less than 0", "limit must not be less than 1"],
        ),
        ({"skip": "0", "limit": "9" * 5000}, ["limit must be an integer number"]),
        ({"skip": ["0", "1"], "limit": "1"}, ["skip must be a string"]),
    ],
)
@pytest.mark.parametrize("path", ["/associations/", "/associations/relations/ann"])
def test_a_page_needs_skip_and_limit(
    app: App, path: str, query: dict[str, Any], messages: list[str]
) -> None:
    answer = app.http.get(path, params={**app.location, **query})
    assert message(answer, 422) == messages


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
def test_a_location_must_be_named(app: App, method: str, path: str) -> None:
    assert message(app.http.request(method, path), 400) == "LocationId is not specified"
