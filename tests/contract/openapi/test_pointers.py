"""JSON pointers: written, read, and followed (RFC 6901)."""

from typing import Any

import pytest

from scripts.contract.openapi.pointers import (
    escape,
    last_name,
    lookup,
    parent,
    split,
    unescape,
)


@pytest.mark.parametrize(
    ("name", "step"),
    [
        ("pets", "pets"),
        ("/a/b", "~1a~1b"),
        ("a~b", "a~0b"),
        ("~1", "~01"),
        ("/~", "~1~0"),
        ("", ""),
    ],
)
def test_a_name_becomes_a_step_and_the_step_the_name_again(name: str, step: str) -> None:
    assert escape(name) == step
    assert unescape(step) == name


@pytest.mark.parametrize(
    ("pointer", "names", "holder", "last"),
    [
        ("/a", ["a"], "", "a"),
        ("/paths/~1a~1{id}/get", ["paths", "/a/{id}", "get"], "/paths/~1a~1{id}", "get"),
        ("/a/m~0n/0", ["a", "m~n", "0"], "/a/m~0n", "0"),
        ("/a/x~1y", ["a", "x/y"], "/a", "x/y"),
        ("/", [""], "", ""),
    ],
)
def test_a_pointer_has_names_a_parent_and_a_last_name(
    pointer: str, names: list[str], holder: str, last: str
) -> None:
    assert split(pointer) == names
    assert parent(pointer) == holder
    assert last_name(pointer) == last


DOCUMENT: dict[str, Any] = {
    "list": [1, {"a": 2}],
    "a/b": {"m~n": 3},
    "0": {"0": "text"},
    "": 4,
    "null": None,
}


@pytest.mark.parametrize(
    ("pointer", "found"),
    [
        ("", DOCUMENT),
        ("/list/0", 1),
        ("/list/1/a", 2),
        ("/a~1b/m~0n", 3),
        ("/0/0", "text"),
        ("/", 4),
        ("/null", None),
    ],
)
def test_a_pointer_is_resolved_to_its_value(pointer: str, found: object) -> None:
    assert lookup(DOCUMENT, pointer) == found


@pytest.mark.parametrize(
    "pointer",
    [
        *("list", "/none", "/list/2", "/list/-1", "/list/a", "/0/0/0", "/null/a", "//"),
        *("/list/01", "/list/00", "/list/+1", "/list/\u0661", f"/list/{'9' * 5000}", "/list/"),
    ],
)
def test_a_broken_pointer_is_a_key_error_that_names_it(pointer: str) -> None:
    with pytest.raises(KeyError) as caught:
        lookup(DOCUMENT, pointer)
    assert caught.value.args == (pointer,)
