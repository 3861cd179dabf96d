"""Operations, the templates of their paths, and readable pointers."""

from scripts.openapi.nodes import Node
from scripts.openapi.paths import (
    arguments,
    equal_templates,
    operation_objects,
    operations_in,
    readable,
    template,
)
from scripts.openapi.references import Source


def test_every_method_of_every_path_is_an_operation_and_what_is_no_object_a_problem() -> None:
    put = {"operationId": "replace"}
    paths = {
        "/pets": {"put": put, "summary": "", "additionalOperations": {"COPY": {}}},
        "/cats": {"$ref": "#/shared", "put": {}},
        "x-own": {"get": {}},
        "/a": 1,
        "/b": {"get": [], "put": {}},
    }
    source = Source("old", {"openapi": "3.2.0", "shared": {"get": {"operationId": "a"}}})
    operations = list(operations_in(source, Node(paths, "/paths")))
    assert [(each.label, each.id, each.item.pointer) for each in operations] == [
        ("PUT /pets", "replace", "/paths/~1pets"),
        ("COPY /pets", "", "/paths/~1pets"),
        ("GET /cats", "a", "/shared"),
        ("PUT /cats", "", "/paths/~1cats"),
        ("PUT /b", "", "/paths/~1b"),
    ]
    assert operations[0].node == Node(put, "/paths/~1pets/put")
    assert [(each.pointer, each.message) for each in source.problems] == [
        ("/paths/~1a", "a path item must be an object"),
        ("/paths/~1b/get", "an operation must be an object"),
    ]
    assert list(operations_in(source, None)) == []


def test_the_value_of_an_operation_is_an_object() -> None:
    put = {"operationId": "replace"}
    paths = {"/a": {"get": ["x"], "summary": {}, "put": put, "patch": 1}, "/b": 1}
    assert list(operation_objects({"paths": paths})) == [("/a", "put", put)]
    assert list(operation_objects({})) == []


def test_paths_that_differ_in_the_names_of_arguments_have_one_template() -> None:
    paths = ["/a/{x}/b/{y}", "/a/{y}/b/{x}", "/a/{x}", "/a/{x}"]
    assert template(paths[0]) == "/a/{}/b/{}"
    assert list(equal_templates(paths)) == [(paths[0], paths[1])]
    assert arguments(paths[0]) == ["x", "y"]


def test_a_pointer_is_written_in_readable_form() -> None:
    for pointer, written in (
        ("", "the root"),
        ("/paths", "paths"),
        ("/paths/~1pets~1{id}/get", "GET /pets/{id}"),
        ("/paths/~1pets/put/parameters/0/schema", "PUT /pets: parameters[0].schema"),
        ("/paths/~1pets", "/pets"),
        ("/paths/~1pets/parameters/0", "/pets: parameters[0]"),
        ("/components/schemas/a é/x~1y", 'components.schemas["a é"]["x/y"]'),
        ("common.json#/Pet/type", "common.json: Pet.type"),
    ):
        assert readable(pointer) == written
