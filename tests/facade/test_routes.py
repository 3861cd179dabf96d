"""The operation of a request, by its method and path."""

import pytest

from facade._core.operations import OPERATIONS
from facade._core.routes import operation_of, route_of


def test_every_operation_is_named_by_its_id_below_any_base_url_and_another_is_other() -> None:
    for name, operation in OPERATIONS.items():
        path = operation.path.replace("{", "").replace("}", "")
        for base in ("", "/proxy/v1"):
            assert operation_of(operation.method.lower(), base + path) == name
    paths = "PUT /associations/", "PATCH /associations/a1", "GET /associations", "GET //x/a1"
    for request in (*paths, "GET /contacts/associations/x/y/z"):
        assert operation_of(*request.split()) == "other"


@pytest.mark.parametrize(
    ("path", "method", "found"),
    [
        ("/associations/key/a%2Fb", "GET", ("get_association_by_key", "a/b")),
        ("/associations/relations", None, ("create_relation", "")),
        ("/associations/relations", "GET", ("get_association", "relations")),
    ],
)
def test_a_parameter_is_decoded_late(path: str, method: str | None, found: tuple[str, str]) -> None:
    assert route_of(path, method) == (OPERATIONS[found[0]], found[1])
