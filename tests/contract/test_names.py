"""A mistake in names.yaml is an error before anything is renamed."""

from typing import Any

import pytest

from scripts.contract.naming import OperationNames, SchemaNames, read_names
from scripts.errors import CannotRunError

ENTRY = {"operationId": "a", "tag": "t"}


def test_operations_are_read_by_the_template_of_their_path() -> None:
    read = read_names({"operations": {"GET /a/{id}": ENTRY}, "schemas": {"A": {}}}, "n")
    assert read.operations == {"GET /a/{}": OperationNames("a", "t")}
    assert read.schemas == {"A": SchemaNames()}


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        ([], "n has no mapping: the keys are info, tags"),
        ({"operation": {}, "tag": {}}, "n has operation, tag: the keys are info, tags"),
        ({"info": {}}, "n: info has the wrong type: {}"),
        ({"tags": ["a"]}, "n: tags has the wrong type"),
        ({"tags": {"a": 1}}, "n: tags has the wrong type"),
        ({"operations": {"GET /a": {"tag": "t"}}}, "GET /a: operationId and tag are needed"),
        (
            {"operations": {"GET /a/{b}": ENTRY, "GET /a/{c}": {**ENTRY, "operationId": "b"}}},
            "is listed twice",
        ),
        ({"operations": {"GET /a": ENTRY, "GET /b": ENTRY}}, "is listed twice"),
        ({"schemas": {"A": {"roles": "a 200"}}}, "n: schemas: A: roles has the wrong type"),
        ({"schemas": {"A": {"roles": [200]}}}, "n: schemas: A: roles has the wrong type"),
    ],
)
def test_a_mistake_in_the_names_is_one_line(raw: Any, said: str) -> None:
    with pytest.raises(CannotRunError, match=rf"\A.*{said}.*\Z"):
        read_names(raw, "n")
