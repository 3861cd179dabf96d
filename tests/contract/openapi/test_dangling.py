"""References that point at nothing, and operations that have them."""

from typing import Any

from scripts.contract.openapi.dangling import dangling, without_dangling

FINE = {"get": {"responses": {"200": {"$ref": "#/components/responses/Fine"}}}}
BROKEN = {
    "get": {"responses": {"200": {"$ref": "#/components/responses/Broken"}}},
    "put": {"responses": {}},
    "summary": "words",
}


def document(**paths: Any) -> dict[str, Any]:
    schema = {"$ref": "#/components/schemas/Lost"}
    return {
        "paths": paths,
        "components": {
            "responses": {"Fine": {"description": ""}, "Broken": {"x": [schema]}},
            "schemas": {"Unused": {"type": "string"}, "Lost": {"$ref": "#/components/schemas/No"}},
        },
    }


def test_each_reference_that_points_at_nothing_is_found_with_its_place() -> None:
    given = document(**{"/a": {"get": {"parameters": [{"$ref": "#/gone"}, {"$ref": "b.json"}]}}})
    assert list(dangling(given)) == [
        ("#/gone", "/paths/~1a/get/parameters/0"),
        ("#/components/schemas/No", "/components/schemas/Lost"),
    ]


def test_an_operation_that_refers_to_nothing_is_left_out_with_its_components() -> None:
    found = without_dangling(
        document(**{"/a": FINE, "/b": BROKEN, "/c": {"get": BROKEN["get"]}}), ()
    )
    assert found["paths"] == {"/a": FINE, "/b": {"put": {"responses": {}}, "summary": "words"}}
    assert found["components"] == {
        "responses": {"Fine": {"description": ""}},
        "schemas": {"Unused": {"type": "string"}},
    }


def test_an_operation_that_is_needed_stays_for_the_checks_to_report() -> None:
    given = document(**{"/b/{id}": {"get": BROKEN["get"]}, "/c": {"get": BROKEN["get"]}})
    found = without_dangling(given, {"GET /b/{}"})
    assert found == {**given, "paths": {"/b/{id}": {"get": BROKEN["get"]}}}


def test_a_document_whose_references_all_lead_somewhere_is_unchanged() -> None:
    given = {"paths": {"/a": FINE}, "components": {"responses": {"Fine": {"description": ""}}}}
    assert without_dangling(given, ()) is given
