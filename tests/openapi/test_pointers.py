"""JSON pointers: written, read, and followed (RFC 6901)."""

from typing import Any

import pytest

from scripts.openapi.pointers import join, last_name, lookup, parent, split

DOCUMENT: dict[str, Any] = {
    "list": [1, {"a": 2}],
    "a/b": {"~1": 5},
    "0": {"0": "text"},
    "": 4,
}


def test_a_pointer_has_names_and_leads_to_a_value() -> None:
    for pointer, names, found in (
        ("/list/1/a", ["list", "1", "a"], 2),
        ("/a~1b/~01", ["a/b", "~1"], 5),
        ("/0/0", ["0", "0"], "text"),
        ("/", [""], 4),
    ):
        assert split(pointer) == names
        assert join(names) == pointer
        assert last_name(pointer) == names[-1]
        assert split(parent(pointer)) == names[:-1]
        assert lookup(DOCUMENT, pointer) == found
        assert lookup(DOCUMENT, "") is DOCUMENT


def test_a_broken_pointer_is_a_key_error_that_names_it() -> None:
    for pointer in (
        *("list", "/none", "/list/2", "/list/-1", "/0/0/0", "/list/01", f"/list/{'9' * 5000}"),
    ):
        with pytest.raises(KeyError) as caught:
            lookup(DOCUMENT, pointer)
        assert caught.value.args == (pointer,)
