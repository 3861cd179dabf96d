"""The tables generated from the contract: the facade's module and README's methods."""

from typing import Any

import pytest

from scripts.contract.errors import CannotRunError
from scripts.contract.tables import (
    operations_module,
    operations_of,
    scopes_of,
    with_methods,
)

CONTRACT: dict[str, Any] = {
    "paths": {
        "/a/{id}": {
            "parameters": [],
            "put": {
                "operationId": "update_a",
                "security": [{"bearer": ["a.write"]}, {"bearer": ["b.write"]}],
                "responses": {"201": {}, "200": {}, "302": {}, "404": {}, "default": {}},
            },
        },
        "/a": {
            "get": {
                "operationId": "list_a",
                "security": [{"bearer": ["a.write"]}],
                "responses": {"200": {}, "2XX": {}},
            }
        },
        "/a/many": {
            "post": {
                "operationId": "create_many",
                "x-unpublished": "a witness",
                "responses": {"201": {}},
            }
        },
    },
    "components": {
        "schemas": {
            "A": {"properties": {"id": {}, "name": {}}, "required": ["name"]},
            "Alternative": {"anyOf": []},
            "ApiVersion": {"enum": ["v1", "v2"]},
        }
    },
    "x-wire": {"values-of-name": {"answer": "ONE, TWO"}, "paging": {"answer": "required"}},
}
METHODS = """
METHODS: Final[dict[str, Any]] = {
    "things.update": {"operations": ("list_a", "update_a"), "returns": "A"},
    "things.iterate": {"operations": ("list_a",), "returns": "A", "many": True},
}
"""
THINGS = """
class Things:
    def update(self, thing_id: str, *, label: str, **options: Unpack[CallOptions]) -> A: ...
    def iterate(self, **options: Unpack[CallOptions]) -> Iterator[A]: ...
"""
README = """\
# Name

<!-- methods: written by `make generate` -->
{}<!-- end of methods -->
End
"""
TABLE = """\
| method | returns | operations | scopes |
|---|---|---|---|
| `things.update(thing_id, *, label)` | `A` | `GET /a`<br>`PUT /a/{id}` | `a.write`<br>`b.write` |
| `things.iterate()` | `Iterator[A]` | `GET /a` | `a.write` |
"""


def test_the_module_holds_operations_fields_values_and_versions() -> None:
    module: dict[str, Any] = {}
    exec(operations_module(CONTRACT), module)  # noqa: S102 - our own, made just now
    assert module["OPERATIONS"] == {
        "update_a": ("update_a", "PUT", "/a/{id}", ("a.write", "b.write"), (200, 201), True),
        "list_a": ("list_a", "GET", "/a", ("a.write",), (200,), True),
        "create_many": ("create_many", "POST", "/a/many", (), (201,), False),
    }
    assert module["OPERATIONS"]["list_a"].path == "/a"
    assert module["FIELDS"] == {"A": ("id", "name")}
    assert module["REQUIRED"] == {"A": ("name",)}
    assert module["VALUES"] == {"name": ("ONE", "TWO")}
    assert module["VERSIONS"] == ("v1", "v2")


@pytest.mark.parametrize(
    ("own", "scopes"),
    [
        ({}, ["all.read", "all.write"]),
        ({"security": [{"bearer": ["a.read"]}]}, ["a.read"]),
        ({"security": []}, []),
    ],
)
def test_an_operation_without_security_has_that_of_the_contract(
    own: dict[str, Any], scopes: list[str]
) -> None:
    contract = {
        "security": [{"bearer": ["all.read", "all.write"]}],
        "paths": {"/a": {"get": {"operationId": "list_a", "responses": {}, **own}}},
    }
    assert scopes_of(contract, operations_of(contract)["list_a"]) == scopes


@pytest.mark.parametrize("fact", ["ONE", {}, {"answer": ["ONE"]}])
def test_values_that_are_not_strings_are_refused(fact: object) -> None:
    said = "the contract's fact x-wire/values-of-name needs a string as `answer`"
    with pytest.raises(CannotRunError, match=said):
        operations_module({"x-wire": {"values-of-name": fact}})


@pytest.mark.parametrize("old", ["", "| old |\n"])
def test_the_table_of_methods_is_inserted_between_its_markers(old: str) -> None:
    made = with_methods(README.format(old), CONTRACT, METHODS, {"things.py": THINGS})
    assert made == README.format(TABLE)


@pytest.mark.parametrize(
    ("readme", "methods", "says"),
    [
        ("# Name\n", METHODS, "README.md has no lines <!-- methods"),
        (README.replace("end of", "end"), METHODS, "README.md has no lines <!-- methods"),
        (README, "", "methods.py does not assign METHODS"),
        (README, METHODS.replace("things.u", "cats.u"), "cats.update: there is no 'cats.py'"),
        (README, METHODS.replace("iterate", "walk"), "things.walk: there is no 'walk'"),
        (README, METHODS.replace("update_a", "put_a"), "things.update: there is no 'put_a'"),
    ],
)
def test_a_table_that_cannot_be_generated_is_one_line(readme: str, methods: str, says: str) -> None:
    with pytest.raises(CannotRunError, match=says):
        with_methods(readme, CONTRACT, methods, {"things.py": THINGS})
