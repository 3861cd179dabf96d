"""Methods and fields that a finding affects, and which of them are shielded."""

import copy
import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from facade import AssociationsClient
from scripts.contract.diff.impact.facade import Facade
from scripts.contract.diff.names import python_name
from scripts.contract.diff.report.words import impact_lines
from scripts.contract.diff.review import Review
from scripts.contract.openapi.paths import template
from tests.contract import changes
from tests.contract.diff.documents import Json
from tests.contract.diff.reviewing import ROOT, reviewed

CAPTURED: Json = json.loads((ROOT / "openapi/captured/2021-07-28.json").read_text())
ONE = "/associations/{associationId}"
BATCH = "/associations/relations/bulk"


def edited(edit: Callable[[Json], Any]) -> Review:
    """Review an edit of the captured document."""
    new = copy.deepcopy(CAPTURED)
    edit(new)
    return reviewed(CAPTURED, new)


def affected(given: Review) -> list[str]:
    """Return what is affected; shielded items in brackets."""
    entries = [each for finding in given.findings for each in finding.affected]
    return sorted({f"({each.name})" if each.shielded else each.name for each in entries})


@pytest.mark.parametrize(
    ("path", "method", "expected"),
    [
        ("/associations/", "get", ["associations.iterate", "associations.list"]),
        ("/associations/", "post", ["associations.create", "associations.ensure"]),
        (ONE, "get", ["associations.get", "associations.update"]),
        (ONE, "put", ["associations.update"]),
        (ONE, "delete", ["associations.delete"]),
        (
            "/associations/key/{key_name}",
            "get",
            ["associations.create", "associations.ensure", "associations.get_by_key"],
        ),
        ("/associations/objectKey/{objectKey}", "get", ["associations.list_for_object"]),
        (
            "/associations/relations",
            "post",
            ["relations.create", "relations.ensure", "relations.link"],
        ),
        (
            "/associations/relations/{id}",
            "get",
            [
                "relations.create",
                "relations.ensure",
                "relations.iterate",
                "relations.link",
                "relations.list",
            ],
        ),
        ("/associations/relations/{id}", "delete", ["relations.delete"]),
    ],
)
def test_a_removed_operation_affects_the_methods_that_send_it(
    path: str, method: str, expected: list[str]
) -> None:
    def remove(document: Json) -> None:
        (item,) = (
            item
            for name, item in document["paths"].items()
            if template(name) == template(path) and method in item
        )
        del item[method]

    given = edited(remove)
    assert sorted(each.name for each in given.findings[0].affected) == expected
    assert not any(each.shielded for each in given.findings[0].affected)


def rename(document: Json) -> None:
    document["paths"][ONE]["put"]["operationId"] = "renamed"


def move(document: Json) -> None:
    document["paths"]["/links/{associationId}"] = document["paths"].pop(ONE)


def test_a_renamed_operation_is_shielded() -> None:
    assert affected(edited(rename)) == ["(associations.update)"]


def test_a_moved_operation_is_shielded_once_the_code_is_regenerated() -> None:
    given = edited(move)
    assert [each.finding.rule for each in given.findings] == ["operation-moved"] * 3
    assert affected(given) == [
        "(associations.delete)",
        "(associations.get)",
        "(associations.update)",
    ]


def test_other_changes_in_a_moved_operation_affect_its_methods() -> None:
    def edit(document: Json) -> None:
        move(document)
        must = {"name": "a", "in": "query", "required": True, "schema": {"type": "string"}}
        document["paths"]["/links/{associationId}"]["put"]["parameters"].append(must)

    assert "associations.update" in affected(edited(edit))


def received(document: Json) -> Json:
    return changes.schema(document, document["paths"][ONE]["put"]["responses"]["200"])


def body(document: Json) -> Json:
    return changes.schema(
        document, document["paths"]["/associations/relations"]["post"]["requestBody"]
    )


def test_a_response_field_with_an_attribute_is_exposed() -> None:
    given = edited(lambda document: received(document)["properties"].pop("firstObjectLabel"))
    assert "Association.first_object_label" in affected(given)
    assert "associations.update" in affected(given)


def test_a_response_field_outside_the_model_of_a_method_is_shielded_from_it() -> None:
    # The same schema is used in responses with relations, whose model lacks the field.
    given = edited(lambda document: received(document)["properties"].pop("firstObjectLabel"))
    assert "(relations.delete)" in affected(given)


def test_a_response_field_without_an_attribute_affects_no_field() -> None:
    def edit(document: Json) -> None:
        received(document)["properties"]["extra"] = {"type": "string"}

    assert not any("." in name and name[1].isupper() for name in affected(edited(edit)))


def test_a_new_value_of_a_string_field_is_shielded() -> None:
    def listed(values: list[str]) -> Json:
        document = copy.deepcopy(CAPTURED)
        received(document)["properties"]["associationType"] = {
            "type": "string",
            "enum": values,
        }
        return document

    given = reviewed(listed(["a"]), listed(["a", "b"]))
    assert given.findings[0].finding.wire == "breaking"
    assert "(Association.association_type)" in affected(given)
    assert all(name.startswith("(") for name in affected(given))


def test_a_body_property_that_the_facade_sends_is_exposed_in_every_method_that_sends_it() -> None:
    def edit(document: Json) -> None:
        body(document)["properties"]["firstRecordId"] = {"type": "integer"}

    # `link` takes its records by object key, but sends the property as well.
    assert affected(edited(edit)) == ["relations.create", "relations.ensure", "relations.link"]


def test_a_body_property_that_comes_from_the_client_is_exposed() -> None:
    def edit(document: Json) -> None:
        body(document)["properties"]["locationId"] = {"type": "integer"}

    assert "relations.create" in affected(edited(edit))


def test_a_body_property_that_the_facade_does_not_send_is_shielded_until_it_is_required() -> None:
    def with_property(schema: Json, *, required: bool = False) -> Json:
        document = copy.deepcopy(CAPTURED)
        body(document)["properties"]["pipelineId"] = schema
        if required:
            body(document)["required"].append("pipelineId")
        return document

    text, number = {"type": "string"}, {"type": "integer"}
    changed = reviewed(with_property(text), with_property(number))
    assert "(relations.create)" in affected(changed)
    added = reviewed(CAPTURED, with_property(text, required=True))
    assert "relations.create" in affected(added)


def header(document: Json, name: str) -> list[Json]:
    """Return every header parameter of this name."""
    operations = (each for item in document["paths"].values() for each in item.values())
    parameters = [one for each in operations for one in each["parameters"]]
    return [one for one in parameters if one["name"] == name]


def test_a_header_that_every_request_sets_affects_nothing() -> None:
    def edit(document: Json) -> None:
        for each in header(document, "Version"):
            each["schema"] = {"type": "string", "enum": ["2031-01-01"]}

    given = edited(edit)
    assert {each.finding.wire for each in given.findings} == {"breaking"}
    assert affected(given) == []
    assert given.conclusion == "regenerate"


def test_a_header_that_no_request_has_affects_the_methods_that_must_send_it() -> None:
    def edit(document: Json) -> None:
        parameter = {
            "name": "X-New",
            "in": "header",
            "required": True,
            "schema": {"type": "string"},
        }
        document["paths"]["/associations/"]["get"]["parameters"].append(parameter)

    assert affected(edited(edit)) == ["associations.iterate", "associations.list"]


def test_the_declared_headers_are_set_on_requests() -> None:
    seen: list[httpx.Request] = []

    def respond(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200, json={"id": "a"})

    with AssociationsClient("t" * 20, "l", transport=httpx.MockTransport(respond)) as client:
        client.associations.update("a", first_object_label="x", second_object_label="y")
    names = [name for name in map(python_name, seen[0].headers) if Facade.sets(name)]
    assert sorted(names) == ["accept", "authorization", "content_type", "user_agent", "version"]


def test_a_query_parameter_affects_the_methods_that_send_it() -> None:
    def edit(document: Json) -> None:
        parameters = document["paths"]["/associations/"]["get"]["parameters"]
        parameters[:] = [each for each in parameters if each["name"] != "skip"]

    assert affected(edited(edit)) == ["associations.iterate", "associations.list"]


def test_a_property_that_the_facade_always_sends_may_become_required() -> None:
    def optional(name: str) -> Json:
        document = copy.deepcopy(CAPTURED)
        body(document)["required"].remove(name)
        return document

    for name in ("firstRecordId", "locationId"):
        given = reviewed(optional(name), CAPTURED)
        assert given.findings[0].finding.wire == "breaking"
        assert all(entry.startswith("(") for entry in affected(given))


def new_field(holder: Callable[[Json], Json], name: str) -> Callable[[Json], None]:
    def edit(document: Json) -> None:
        holder(document)["properties"][name] = {"type": "string"}

    return edit


def new_parameter(location: str) -> Callable[[Json], None]:
    def edit(document: Json) -> None:
        parameter = {"name": "X-New", "in": location, "schema": {"type": "string"}}
        document["paths"]["/associations/"]["get"]["parameters"].append(parameter)

    return edit


def new_operation(document: Json) -> None:
    get = {**document["paths"][ONE]["get"], "operationId": "count"}
    document["paths"]["/associations/count/all"] = {"get": get}


def new_batch(document: Json) -> None:
    """Publish an operation that the overlay adds and `facade.bulk` sends."""
    single = document["paths"]["/associations/relations"]["post"]
    document["paths"][BATCH] = {"post": {**single, "operationId": "add-many"}}


@pytest.mark.parametrize(
    ("edit", "expected"),
    [
        (new_field(changes.answer, "unpublished"), "reachable in `.extra`"),
        (new_field(body, "unpublished"), "sendable by `extra_body`"),
        (new_parameter("query"), "sendable by `extra_query`"),
        (new_parameter("header"), "sendable by `extra_headers`"),
        (new_operation, "a method is to be written; `client.api` sends it already"),
        (new_batch, "sent already"),
    ],
)
def test_a_new_item_is_reachable_before_a_method_names_it(
    edit: Callable[[Json], Any], expected: str
) -> None:
    (finding,) = edited(edit).findings
    assert finding.reach == expected
    assert f"facade: {expected}" in impact_lines(finding)


def test_an_operation_of_the_overlay_that_is_published_needs_no_method() -> None:
    given = edited(new_batch)
    assert affected(given) == ["(AsyncRelationBatch.create)"]
    assert given.conclusion == "regenerate"


def batch_without(name: str) -> Callable[[Json], None]:
    def edit(document: Json) -> None:
        body = changes.schema(document, document["paths"][BATCH]["post"]["requestBody"])
        body["properties"].pop(name)

    return edit


@pytest.mark.parametrize(
    ("edit", "expected"),
    [
        (lambda document: document["paths"].pop(BATCH), ["AsyncRelationBatch.create"]),
        (batch_without("add"), ["AsyncRelationBatch.create"]),
        (
            lambda document: document["paths"][BATCH]["post"].update(operationId="a"),
            ["(AsyncRelationBatch.create)"],
        ),
    ],
)
def test_a_break_of_an_operation_of_the_overlay_affects_its_sender(
    edit: Callable[[Json], Any], expected: list[str]
) -> None:
    new = copy.deepcopy(changes.CONTRACT)
    edit(new)
    assert affected(reviewed(changes.CONTRACT, new)) == expected
