"""Each method sends the operations that METHODS declares."""

from contextlib import suppress

import pytest

from facade import AssociationsError
from facade._core.methods import METHODS
from facade._core.operations import OPERATIONS
from facade._core.routes import operation_of
from tests.facade import operations
from tests.facade.driving import Clients
from tests.facade.operations import (
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
    sent = {operation for entry in METHODS.values() for operation in entry}
    assert sent <= OPERATIONS.keys()


@pytest.mark.parametrize("name", METHODS)
def test_a_method_sends_exactly_the_operations_that_are_declared(
    clients: Clients, name: str
) -> None:
    sent: set[str] = set()
    related = {"id": "r1", "associationId": "a1", "firstRecordId": "c1", "secondRecordId": "p1"}
    for server in [*map(Server, OUTCOMES), Server(listed=related)]:
        with suppress(AssociationsError):  # of a read, which finds nothing
            call(clients(TOKEN, "loc", transport=server.transport), name, **arguments_of(name))
        sent |= {operation_of(one.method, one.url.path) for one in server.requests}
    assert sent == set(METHODS[name])
