"""Each method sends the operations and returns the model that METHODS declares."""

from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from typing import get_args, get_origin, get_type_hints

import pytest

from facade import Association, AssociationsError, CallOptions, Page, Relation
from facade._core.methods import METHODS
from facade._core.operations import OPERATIONS
from facade._core.routes import operation_of
from tests.facade import operations
from tests.facade.driving import Clients
from tests.facade.operations import (
    ASYNC_RESOURCES,
    OUTCOMES,
    RESOURCES,
    Server,
    arguments_of,
    call,
    public_methods,
)
from tests.facade.responding import TOKEN


def test_every_method_of_the_facade_is_declared_with_operations_of_the_contract() -> None:
    assert METHODS.keys() == operations.METHODS.keys() == dict(public_methods(RESOURCES)).keys()
    sent = {operation for entry in METHODS.values() for operation in entry["operations"]}
    assert sent <= OPERATIONS.keys()


@pytest.mark.parametrize("name", METHODS)
def test_a_method_sends_exactly_the_operations_that_are_declared(
    clients: Clients, name: str
) -> None:
    sent: set[str] = set()
    for posts in OUTCOMES:
        server = Server(posts)
        with suppress(AssociationsError):  # of a read, which finds nothing
            call(clients(TOKEN, "loc", transport=server.transport), name, **arguments_of(name))
        sent |= {operation_of(one.method, one.url.path) for one in server.requests}
    assert sent == set(METHODS[name]["operations"])


@pytest.mark.parametrize("resources", [RESOURCES, ASYNC_RESOURCES])
def test_a_method_returns_the_model_that_is_declared(resources: dict[str, type]) -> None:
    # Some annotations are there for type checkers only.
    names = {kind.__name__: kind for kind in (Association, Relation, Page, CallOptions)}
    for name, function in public_methods(resources):
        returned = get_type_hints(function, localns=names)["return"]
        is_many = get_origin(returned) in (Page, Iterator, AsyncIterator)
        model = get_args(returned)[0] if get_args(returned) else returned
        known = model.__name__ if model in (Association, Relation) else None
        declared = METHODS[name]
        assert (declared["returns"], declared.get("many", False)) == (known, is_many), name
