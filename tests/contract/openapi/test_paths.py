"""Operations, the templates of their paths, and readable pointers."""

import pytest

from scripts.contract.openapi.nodes import Node
from scripts.contract.openapi.paths import (
    Operation,
    arguments,
    equal_templates,
    operations_in,
    readable,
    template,
)
from scripts.contract.openapi.references import Source


def found(paths: object) -> tuple[list[Operation], list[str]]:
    """Return the operations of paths, and the problems found on the way."""
    source = Source("old", {"openapi": "3.2.0", "shared": {"get": {"operationId": "a"}}})
    operations = list(operations_in(source, Node(paths, "/paths")))
    return operations, [f"{each.pointer}: {each.message}" for each in source.problems]


def test_every_method_of_every_path_is_an_operation() -> None:
    put = {"operationId": "replace"}
    operations, problems = found(
        {
            "/pets": {"put": put, "summary": "", "additionalOperations": {"COPY": {}}},
            "/cats": {"$ref": "#/shared", "put": {}},
            "x-own": {"get": {}},
        }
    )
    assert [each.label for each in operations] == [
        *("PUT /pets", "COPY /pets", "GET /cats", "PUT /cats")
    ]
    assert [each.id for each in operations] == ["replace", "", "a", ""]
    assert operations[0].node == Node(put, "/paths/~1pets/put")
    assert [each.item.pointer for each in operations] == [
        *("/paths/~1pets", "/paths/~1pets", "/shared", "/paths/~1cats")
    ]
    assert problems == []
    assert list(operations_in(Source("old", {}), None)) == []


def test_what_is_no_object_is_a_problem_and_no_operation() -> None:
    operations, problems = found({"/a": 1, "/b": {"get": [], "put": {}}})
    assert [each.label for each in operations] == ["PUT /b"]
    assert problems == [
        "/paths/~1a: a path item must be an object",
        "/paths/~1b/get: an operation must be an object",
    ]


def test_paths_that_differ_in_the_names_of_arguments_have_one_template() -> None:
    paths = ["/a/{x}/b/{y}", "/a/{y}/b/{x}", "/a/{x}", "/a/{x}"]
    assert template(paths[0]) == "/a/{}/b/{}"
    assert list(equal_templates(paths)) == [(paths[0], paths[1])]
    assert arguments(paths[0]) == ["x", "y"]


@pytest.mark.parametrize(
    ("pointer", "written"),
    [
        ("", "the root"),
        ("/info/version", "info.version"),
        ("/paths", "paths"),
        ("/paths/~1pets~1{id}", "/pets/{id}"),
        ("/paths/~1pets~1{id}/get", "GET /pets/{id}"),
        ("/paths/~1pets/put/parameters/0/schema", "PUT /pets: parameters[0].schema"),
        ("/paths/~1pets/parameters/0", "/pets: parameters[0]"),
        ("/components/schemas/a é/x~1y", 'components.schemas["a é"]["x/y"]'),
        ("common.json#/Pet/type", "common.json: Pet.type"),
    ],
)
def test_a_pointer_is_written_in_readable_form(pointer: str, written: str) -> None:
    assert readable(pointer) == written
