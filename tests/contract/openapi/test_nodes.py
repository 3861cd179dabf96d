"""A node is a value of a document with its place."""

from typing import Any

import pytest

from scripts.contract.openapi.nodes import JOIN_SEPARATOR, Node, canonical, matched, text, value

PETS = Node({"/pets": {"get": {"tags": ["a", "b"]}}, "m~n": None}, "/paths", "other.json")


def test_the_pointer_of_a_member_extends_that_of_its_object() -> None:
    item = PETS.get("/pets")
    assert item == Node({"get": {"tags": ["a", "b"]}}, "/paths/~1pets", "other.json")
    assert list(PETS.members()) == [
        ("/pets", item),
        ("m~n", Node(None, "/paths/m~0n", "other.json")),
    ]


def test_the_pointer_of_an_item_ends_with_its_index() -> None:
    assert Node(["a", "b"], "/tags", "x.json").items() == [
        Node("a", "/tags/0", "x.json"),
        Node("b", "/tags/1", "x.json"),
    ]


@pytest.mark.parametrize("plain", ["text", 1, None, True])
def test_a_plain_value_has_neither_members_nor_items(plain: object) -> None:
    node = Node(plain, "")
    assert (node.get("a"), list(node.members()), node.items()) == (None, [], [])


def test_an_object_has_no_items_and_an_array_no_members() -> None:
    assert Node({"a": 1}, "").items() == []
    assert Node({"a": 1}, "").get("b") is None
    assert list(Node(["a"], "").members()) == []
    assert Node(["a"], "").get("a") is None


@pytest.mark.parametrize(
    ("node", "where"),
    [
        (Node(1, "/a/b"), "/a/b"),
        (Node(1, "/a/b", "c.json"), "c.json#/a/b"),
        (Node(1, f"/a{JOIN_SEPARATOR}/b"), "/a"),
        (Node(1, "", "c.json"), "c.json#"),
    ],
)
def test_a_place_is_written_with_its_file_and_as_the_first_of_joined_ones(
    node: Node, where: str
) -> None:
    assert node.where == where


@pytest.mark.parametrize(
    ("node", "as_value", "as_text"),
    [
        (None, "default", "default"),
        (Node("a", ""), "a", "a"),
        (Node("", ""), "", ""),
        (Node(1, ""), 1, "default"),
        (Node(None, ""), None, "default"),
    ],
)
def test_a_default_replaces_an_absent_value_or_one_of_another_type(
    node: Node | None, as_value: object, as_text: str
) -> None:
    assert value(node, "default") == as_value
    assert text(node, "default") == as_text


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ({"a": 1, "b": [1, 2]}, {"b": [1, 2], "a": 1}, True),
        ({"a": {"c": 1, "d": 2}}, {"a": {"d": 2, "c": 1}}, True),
        ([1, 2], [2, 1], False),
        (1, True, False),
        ("1", 1, False),
        (None, {}, False),
    ],
)
def test_equal_values_are_equal_text_in_any_order_of_keys(
    one: object, other: object, is_same: bool
) -> None:
    assert (canonical(one) == canonical(other)) == is_same


def test_a_value_that_json_lacks_is_written_as_text() -> None:
    assert canonical({"day": {1}}) == '{"day":"{1}"}'


@pytest.mark.parametrize(
    ("old", "new", "pairs"),
    [
        ({"a": 1, "b": 2}, {"b": 3, "c": 4}, [("a", 1, None), ("b", 2, 3), ("c", None, 4)]),
        (None, {"a": 1}, [("a", None, 1)]),
        ({"a": 1}, None, [("a", 1, None)]),
        (None, None, []),
    ],
)
def test_members_are_matched_by_name_those_of_the_old_object_first(
    old: Any, new: Any, pairs: list[tuple[str, object, object]]
) -> None:
    sides = [None if each is None else Node(each, "") for each in (old, new)]
    found = [(name, value(before), value(after)) for name, before, after in matched(*sides)]
    assert found == pairs
