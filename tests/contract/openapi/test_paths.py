"""Operations, and readable pointers."""

import pytest

from scripts.contract.openapi.paths import readable


@pytest.mark.parametrize(
    ("pointer", "written"),
    [
        ("", "the root"),
        ("/info/version", "info.version"),
        ("/paths/~1pets~1{id}", "/pets/{id}"),
        ("/paths/~1pets~1{id}/get", "GET /pets/{id}"),
        ("/paths/~1pets/put/parameters/0/schema", "PUT /pets: parameters[0].schema"),
        ("/paths/~1pets/parameters/0", "/pets: parameters[0]"),
        ("/components/schemas/a b/x~1y", 'components.schemas["a b"]["x/y"]'),
        ("common.json#/Pet/type", "common.json: Pet.type"),
    ],
)
def test_a_pointer_is_written_in_readable_form(pointer: str, written: str) -> None:
    assert readable(pointer) == written
