"""A node is a value of a document with its place."""

from scripts.openapi.nodes import (
    JOIN_SEPARATOR,
    Node,
    canonical,
    list_at,
    matched,
    object_at,
    text,
    value,
)


def test_the_place_of_a_member_or_an_item_extends_that_of_its_holder() -> None:
    tags = Node(["a"], "/paths/~1pets/tags", "other.json")
    pets = Node({"tags": ["a"]}, "/paths/~1pets", "other.json")
    assert Node({"/pets": {"tags": ["a"]}}, "/paths", "other.json").get("/pets") == pets
    assert list(pets.members()) == [("tags", tags)]
    assert tags.items() == [Node("a", "/paths/~1pets/tags/0", "other.json")]
    assert Node({"a": None}, "").get("a") == Node(None, "/a")  # no absent one
    assert pets.child("m~n", 1).pointer == "/paths/~1pets/m~0n"
    assert pets.where == "other.json#/paths/~1pets"
    assert Node(1, f"/a{JOIN_SEPARATOR}/b").where == "/a"  # the first of joined ones


def test_what_a_value_does_not_hold_is_empty() -> None:
    plains: list[object] = ["text", 1, None, [], {}]
    for plain in plains:
        node = Node(plain, "")
        assert (node.get("a"), list(node.members()), node.items()) == (None, [], [])
        for holder in (plain, {"a": plain}):
            assert (object_at(holder, "a"), list_at(holder, "a")) == ({}, [])


def test_a_default_replaces_an_absent_value_or_one_of_another_type() -> None:
    assert [value(each, "a") for each in (None, Node("", ""), Node(None, ""))] == ["a", "", None]
    assert [text(each, "a") for each in (None, Node("", ""), Node(1, ""))] == ["a", "", "a"]


def test_equal_values_are_equal_text_in_any_order_of_keys() -> None:
    different: list[object] = [[1, 2], [2, 1], 1, True, "1", None, {}]
    assert len(set(map(canonical, different))) == 7
    assert canonical({"day": {1}, "b": 1}) == '{"b":1,"day":"{1}"}'  # JSON lacks sets


def test_members_are_matched_by_name_those_of_the_old_object_first() -> None:
    old, new = Node({"a": 1, "b": 2}, ""), Node({"b": 3, "c": 4}, "")
    found = [(name, value(before), value(after)) for name, before, after in matched(old, new)]
    assert found == [("a", 1, None), ("b", 2, 3), ("c", None, 4)]
    assert [*matched(None, None)] == []
