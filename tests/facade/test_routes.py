"""The operation of a request, by its method and path."""

import pytest

from facade._core.operations import OPERATIONS
from facade._core.routes import operation_of, route_of


@pytest.mark.parametrize("base", ["", "/proxy/v1"])
def test_every_operation_is_named_by_its_id_below_any_base_url(base: str) -> None:
    for name, operation in OPERATIONS.items():
        path = operation.path.replace("{", "").replace("}", "")
        assert operation_of(operation.method.lower(), base + path) == name


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("PUT", "/associations/"),
        ("PATCH", "/associations/a1"),
        ("GET", "/associations"),
        ("GET", "/contacts/associations/x/y/z"),
        ("GET", "/x"),
    ],
)
def test_another_request_is_other(method: str, path: str) -> None:
    assert operation_of(method, path) == "other"


def test_a_parameter_is_decoded_once_the_path_is_matched() -> None:
    assert route_of("/associations/key/a%2Fb", "GET") == (
        OPERATIONS["get_association_by_key"],
        "a/b",
    )
    assert route_of("/associations/relations") == (OPERATIONS["create_relation"], "")
    assert route_of("/associations/relations", "GET") == (
        OPERATIONS["get_association"],
        "relations",
    )
    assert route_of("//associations/a1") is None
