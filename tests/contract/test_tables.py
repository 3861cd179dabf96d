"""The tables generated from the contract: the facade's module and README's methods."""

from typing import Any

import pytest
import yaml

from scripts.contract.tables import (
    operations_module,
    operations_of,
    schemas_module,
    scopes_of,
    with_methods,
)
from scripts.errors import CannotRunError

CONTRACT: dict[str, Any] = yaml.safe_load("""
security: [{bearer: [all.read, all.write]}]
paths:
  "/a/{id}":
    put:
      operationId: update_a
      security: [{bearer: [a.write]}, {bearer: [b.write]}]
      responses: {"201": {}, "200": {}, "302": {}, "404": {}, default: {}}
  /a: {get: {operationId: list_a, security: [{bearer: [a.write]}], responses: {"200": {}, 2XX: {}}}}
  /a/many: {post: {operationId: create_many, x-unpublished: w, responses: {"201": {}}}}
  /open: {get: {operationId: read_open, security: [], responses: {}}}
components:
  schemas:
    A: {properties: {id: {}, name: {}}, required: [name]}
    Alternative: {anyOf: []}
    ApiVersion: {enum: [v1, v2]}
x-wire: {values-of-name: {answer: "ONE, TWO"}, paging: {answer: required}}
""")
METHODS = """
OTHER: int
METHODS: Final[dict[str, Any]] = {
    "things.update": ("list_a", "update_a"),
    "things.iterate": ("list_a",),
}
"""
THINGS = """
class Things:
    def unannotated(self): ...
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


def test_the_modules_hold_operations_fields_values_and_versions() -> None:
    module: dict[str, Any] = {}
    for text in (operations_module(CONTRACT), schemas_module(CONTRACT)):
        exec(text, module)  # noqa: S102 - our own, made just now
    all_scopes = ("all.read", "all.write")
    assert module["OPERATIONS"] == {
        "update_a": ("update_a", "PUT", "/a/{id}", ("a.write", "b.write"), (200, 201), True),
        "list_a": ("list_a", "GET", "/a", ("a.write",), (200,), True),
        "create_many": ("create_many", "POST", "/a/many", all_scopes, (201,), False),
        "read_open": ("read_open", "GET", "/open", (), (), True),
    }
    assert module["OPERATIONS"]["list_a"].path == "/a"
    assert module["FIELDS"] == {"A": ("id", "name")}
    assert module["REQUIRED"] == {"A": ("name",)}
    assert module["VALUES"] == {"name": ("ONE", "TWO")}
    assert module["VERSIONS"] == ("v1", "v2")


def test_a_contract_may_have_neither_security_nor_facts() -> None:
    contract = {"paths": {"/a": {"get": {"operationId": "a", "responses": {}}}}, "x-wire": []}
    assert scopes_of(contract, operations_of(contract)["a"]) == []
    assert "Operation('a', 'GET', '/a', (), ())" in operations_module(contract)


@pytest.mark.parametrize("fact", ["ONE", {}, {"answer": ["ONE"]}])
def test_values_that_are_not_strings_are_refused(fact: object) -> None:
    said = "the contract's fact x-wire/values-of-name needs a string as `answer`"
    with pytest.raises(CannotRunError, match=said):
        schemas_module({"x-wire": {"values-of-name": fact}})


@pytest.mark.parametrize("old", ["", "| old |\n"])
def test_the_table_of_methods_is_inserted_between_its_markers(old: str) -> None:
    made = with_methods(README.format(old), CONTRACT, METHODS, {"things.py": THINGS})
    assert made == README.format(TABLE)


@pytest.mark.parametrize(
    ("readme", "methods", "says"),
    [
        (README.replace("methods: w", "w"), METHODS, "README.md has no lines <!-- methods"),
        (README.replace("end of", "end"), METHODS, "README.md has no lines <!-- methods"),
        (README, "OTHER: dict = {}", "methods.py does not assign METHODS"),
        (README, METHODS.replace("things.u", "cats.u"), "cats.update: there is no 'cats.py'"),
        (README, METHODS.replace("iterate", "unannotated"), "there is no 'unannotated'"),
        (README, METHODS.replace("update_a", "put_a"), "things.update: there is no 'put_a'"),
    ],
)
def test_a_table_that_cannot_be_generated_is_one_line(readme: str, methods: str, says: str) -> None:
    with pytest.raises(CannotRunError, match=says):
        with_methods(readme, CONTRACT, methods, {"things.py": THINGS})
