"""A mistake in names.yaml is an error before anything is renamed."""

from typing import Any

import pytest

from scripts.contract.errors import CannotRunError
from scripts.contract.names import read_names


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        ([], "n has no mapping: the keys are info, tags"),
        ({"operation": {}}, "n has operation: the keys are info, tags"),
        ({"tags": {"a": 1}}, "n: tags has the wrong type"),
        ({"operations": {"GET /a": {"tag": "t"}}}, "GET /a: operationId and tag are needed"),
        ({"operations": {"GET /a/{b}": {"operationId": "a", "tag": "t"},
                         "GET /a/{c}": {"operationId": "b", "tag": "t"}}}, "is listed twice"),
        ({"operations": {"GET /a": {"operationId": "a", "tag": "t"},
                         "GET /b": {"operationId": "a", "tag": "t"}}}, "is listed twice"),
        ({"schemas": {"A": {"roles": "a 200"}}}, "n: schemas: A: roles has the wrong type"),
        ({"schemas": {"A": {"roles": [200]}}}, "n: schemas: A: roles has the wrong type"),
    ],
)  # fmt: skip
def test_a_mistake_in_the_names_is_one_line(raw: Any, said: str) -> None:
    with pytest.raises(CannotRunError, match=rf"\A.*{said}.*\Z"):
        read_names(raw, "n")
