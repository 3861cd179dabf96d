"""Each method sends the operations and returns the model that METHODS declares."""

from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from typing import Any, get_args, get_origin, get_type_hints

import pytest

from facade import (
    Association,
    Associations,
    AssociationsError,
    AsyncAssociations,
    AsyncRelations,
    CallOptions,
    Page,
    Relation,
    Relations,
)
from facade._core.methods import METHODS
from facade._core.operations import OPERATIONS
from facade.testing import Sandbox, faults
from tests.facade import operations
from tests.facade.driving import Clients
from tests.facade.operations import FIRST, SECOND, World

LABELS = {"first_object_label": "Owner", "second_object_label": "Pet"}
OBJECTS = {"first_object_key": "contact", "second_object_key": "custom_objects.pet"}
RECORDS = {"first_record_id": "child-2", "second_record_id": "contact-2"}

CALLS: dict[str, Any] = {
    "associations.create": lambda client, world: client.associations.create(
        key="owner_pet", **OBJECTS, **LABELS
    ),
    "associations.ensure": lambda client, world: client.associations.ensure(
        key="owner_pet", **OBJECTS, **LABELS
    ),
    "associations.get": lambda client, world: client.associations.get(world.association.id),
    "associations.get_by_key": lambda client, world: client.associations.get_by_key(
        "student_tutor"
    ),
    "associations.list_for_object": lambda client, world: client.associations.list_for_object(
        "contact"
    ),
    "associations.list": lambda client, world: client.associations.list(),
    "associations.iterate": lambda client, world: list(client.associations.iterate()),
    "associations.update": lambda client, world: client.associations.update(
        world.association.id, **LABELS
    ),
    "associations.delete": lambda client, world: client.associations.delete(world.association.id),
    "relations.create": lambda client, world: client.relations.create(
        world.association.id, **RECORDS
    ),
    "relations.ensure": lambda client, world: client.relations.ensure(
        world.association.id, **RECORDS
    ),
    "relations.link": lambda client, world: client.relations.link(
        world.association, {"custom_objects.children": "child-2", "contact": "contact-2"}
    ),
    "relations.list": lambda client, world: client.relations.list(FIRST),
    "relations.iterate": lambda client, world: list(client.relations.iterate(SECOND)),
    "relations.delete": lambda client, world: client.relations.delete(world.relation.id),
}
RESOURCES: dict[str, type] = {"associations": Associations, "relations": Relations}
ASYNC_RESOURCES: dict[str, type] = {"associations": AsyncAssociations, "relations": AsyncRelations}


def public_methods(resources: dict[str, type]) -> set[str]:
    return {
        f"{name}.{method}"
        for name, resource in resources.items()
        for method in vars(resource)
        if not method.startswith("_")
    }


def test_every_method_of_the_facade_is_declared() -> None:
    assert METHODS.keys() == public_methods(RESOURCES) == public_methods(ASYNC_RESOURCES)
    assert CALLS.keys() == METHODS.keys()


def test_the_operations_that_are_sent_are_of_the_contract_and_each_has_a_call_for_tables() -> None:
    sent = {operation for entry in METHODS.values() for operation in entry["operations"]}
    assert sent <= OPERATIONS.keys()
    assert sent == operations.OPERATIONS.keys()


@pytest.mark.parametrize("name", METHODS)
def test_a_method_sends_exactly_the_operations_that_are_declared(
    clients: Clients, name: str
) -> None:
    # An answer that is lost, before the work or after it, or empty makes a method send all it may.
    sent: set[str | None] = set()
    for fault in (None, faults.drop("before_work"), faults.drop("after_work"), faults.empty()):
        sandbox = Sandbox()
        client = clients(sandbox.token, sandbox.location_id, transport=sandbox.transport())
        world = World(client)
        before = len(sandbox.requests)
        if fault is not None:
            sandbox.misbehave(fault, times=1)
        with suppress(AssociationsError):  # a read, whose answer is empty
            CALLS[name](client, world)
        sent |= {request.operation for request in sandbox.requests[before:]}
    assert sent == set(METHODS[name]["operations"])


@pytest.mark.parametrize("resources", [RESOURCES, ASYNC_RESOURCES])
@pytest.mark.parametrize("name", METHODS)
def test_a_method_returns_the_model_that_is_declared(resources: dict[str, type], name: str) -> None:
    resource, _, method = name.partition(".")
    # Some annotations are there for type checkers only.
    names = {kind.__name__: kind for kind in (Association, Relation, Page, CallOptions)}
    returned = get_type_hints(getattr(resources[resource], method), localns=names)["return"]
    is_many = get_origin(returned) in (Page, Iterator, AsyncIterator)
    model = get_args(returned)[0] if get_args(returned) else returned
    declared = METHODS[name]
    assert is_many is declared.get("many", False)
    assert declared["returns"] == (model.__name__ if model in (Association, Relation) else None)
