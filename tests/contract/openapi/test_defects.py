"""References that point at nothing, and operations that have them."""

from typing import Any

from scripts.contract.openapi.dangling import dangling, without_dangling

FINE = {"get": {"responses": {"200": {"$ref": "#/components/responses/Fine"}}}}
BROKEN = {"get": {"responses": {"200": {"$ref": "#/components/responses/Broken"}}}}
PUT = {"put": {"responses": {}}, "summary": "words"}


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
    found = without_dangling(document(**{"/a": FINE, "/b": {**BROKEN, **PUT}, "/c": BROKEN}), ())
    fine, unused = {"Fine": {"description": ""}}, {"Unused": {"type": "string"}}
    assert found == {
        "paths": {"/a": FINE, "/b": PUT},
        "components": {"responses": fine, "schemas": unused},
    }
    assert without_dangling(found, ()) is found  # all its references lead somewhere


def test_an_operation_that_is_needed_stays_for_the_checks_to_report() -> None:
    found = without_dangling(document(**{"/b/{id}": BROKEN, "/c": BROKEN}), {"GET /b/{}"})
    assert found == document(**{"/b/{id}": BROKEN})
