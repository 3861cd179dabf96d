"""The tables generated from the contract: the facade's modules and README's methods."""

from typing import Any

import pytest
import yaml

from scripts.contract.impact.facade import Facade, FacadeMethod
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
      deprecated: true
      x-sunset: "2030-12-31"
      security: [{bearer: [a.write]}, {bearer: [b.write]}]
      responses: {"201": {}, "200": {}, "302": {}, "404": {}, default: {}}
  /a: {get: {operationId: list_a, security: [{bearer: [a.write]}], responses: {"200": {}, 2XX: {}}}}
  /a/many: {post: {operationId: create_many, x-unpublished: w, responses: {"201": {}}}}
  /open: {get: {operationId: read_open, deprecated: true, security: [], responses: {}}}
components:
  schemas:
    A: {properties: {id: {}, name: {}}, required: [name]}
    Alternative: {anyOf: []}
    ApiVersion: {enum: [v1, v2]}
x-wire: {values-of-name: {answer: "ONE, TWO"}, paging: {answer: required}}
""")
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
UPDATE = ("list_a", "update_a")


def facade(sent: tuple[str, ...] = UPDATE, returns: str = "A") -> Facade:
    methods = (
        FacadeMethod("things.update", sent, "a.py", returns, ("thing_id",), {"label": None}),
        FacadeMethod("things.iterate", ("list_a",), "a.py", "Iterator[A]"),
    )
    return Facade({each.name: each for each in methods})


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
    assert module["DEPRECATED"] == {"update_a": "2030-12-31", "read_open": ""}
    assert module["FIELDS"] == {"A": ("id", "name")}
    assert module["REQUIRED"] == {"A": ("name",)}
    assert module["VALUES"] == {"name": ("ONE", "TWO")}
    assert module["VERSIONS"] == ("v1", "v2")
    bare = {"paths": {"/a": {"get": {"operationId": "a", "responses": {}}}}, "x-wire": []}
    assert scopes_of(bare, operations_of(bare)["a"]) == []
    assert "VALUES: Final[dict[str, tuple[str, ...]]] = {\n\n}" in schemas_module(bare)


def test_the_table_of_methods_is_inserted_between_its_markers() -> None:
    assert with_methods(README.format("| old |\n"), CONTRACT, facade()) == README.format(TABLE)


def test_a_table_that_cannot_be_generated_is_one_line() -> None:
    for readme, given, says in (
        (README.replace("methods: w", "w"), facade(), "README.md has no lines <!-- methods"),
        (README.replace("end of", "end"), facade(), "README.md has no lines <!-- methods"),
        (README, facade(returns=""), "things.update: there is no 'things.update'"),
        (README, facade(sent=("put_a",)), "things.update: there is no 'put_a'"),
    ):
        with pytest.raises(CannotRunError, match=says):
            with_methods(readme, CONTRACT, given)
