"""Which operations reach a schema through references."""

import pytest

from scripts.diff.changes import Owner
from scripts.diff.compare.reach import Reach

A, B, C, D = ("", "/a"), ("", "/b"), ("", "/c"), ("", "/d")  # schemas
USERS: dict[Owner, dict[Owner, None]] = {
    A: {"GET /x": None, C: None},
    B: {A: None, "POST /a": None},
    C: {B: None},  # A uses B, which uses C, which uses A
    D: {},
    "": {},
}


@pytest.mark.parametrize(
    ("owners", "operations"),
    [
        ([A], ["POST /a", "GET /x"]),
        ([C], ["POST /a", "GET /x"]),
        ([D, "", ("", "/unknown")], []),
        (["DELETE /b", A, "GET /x"], ["POST /a", "DELETE /b", "GET /x"]),
        ([A, B], ["POST /a", "GET /x"]),
    ],
)
def test_operations_are_listed_once_and_by_path(
    owners: list[object], operations: list[str]
) -> None:
    assert Reach(USERS).operations(owners) == operations
