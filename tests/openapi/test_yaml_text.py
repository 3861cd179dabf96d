"""YAML with the types of JSON and no others, and the places of its values."""

import pytest
import yaml

from scripts.errors import CannotRunError
from scripts.openapi.documents import parse
from scripts.openapi.lines import Location
from scripts.openapi.yaml_text import read_yaml

TEXTS = ("2021-07-28", "no", "off", "0123", "0x1F", "12:30:45", "1_000")


def test_yaml_has_the_types_of_json_and_no_others() -> None:
    for text, expected in (
        (f"[{', '.join(TEXTS)}]", list(TEXTS)),
        ("{200: a, true: b, <<: 1}", {"200": "a", "true": "b", "<<": 1}),
        ("[&x {a: 1, b: 2}, {<<: *x, b: 3}]", [{"a": 1, "b": 2}, {"a": 1, "b": 3}]),
        ("{<<: [{a: 1}, {a: 2, b: 2}], c: 3}", {"a": 1, "b": 2, "c": 3}),
        ("{<<: [], a: [{<<: {b: 1}}]}", {"<<": [], "a": [{"b": 1}]}),
        ("[1, -2.5, 1e3, true, false, null, ~]", [1, -2.5, 1000.0, True, False, None, None]),
        ("a: 1\nb:", {"a": 1, "b": None}),
        ("a: &x [1]\nb: *x\nc: &y d\n*y : 2", {"a": [1], "b": [1], "c": "d", "d": 2}),
        ("- ! [1]\n- ! {c: 1}\n- ! 2", [[1], {"c": 1}, "2"]),
        ("[!!str 1, '1', \"true\"]", ["1", "1", "true"]),
        ("", None),
    ):
        assert parse(text.encode(), "x.yaml") == expected


@pytest.mark.parametrize(
    ("value", "why"),
    [
        ("!!int 1", "JSON has no tags: leave out 'tag:yaml.org,2002:int'"),
        ("!!python/object/apply:os.getcwd []", "JSON has no tags"),
        ("1e999", "1e999 is too large a number"),
        ("9" * 5000, "Exceeds the limit"),
        ("*c", "the alias *c has no anchor"),
        ("&c [*c]", "&c contains itself"),
        ("{? [a] : 1}", "a key is not text: []"),
        ("{a: 1, a: 2}", "a key appears twice: 'a'"),
        ("1\n---\na: 2", "a second document begins here"),
    ],
)
def test_what_json_lacks_is_named_with_its_place(value: str, why: str) -> None:
    with pytest.raises(CannotRunError) as caught:
        parse(f"a: 1\nb: {value}\n".encode(), "x.yaml")
    assert str(caught.value).startswith(f"x.yaml is neither JSON nor YAML: {why}")
    assert f", line {3 if '---' in value else 2}, column " in str(caught.value)
    assert isinstance(cause := caught.value.__cause__, ValueError)
    assert isinstance(cause.__cause__, yaml.MarkedYAMLError)


def test_aliased_values_are_not_shared_and_an_alias_bomb_is_refused_before_it_takes_memory() -> (
    None
):
    many = f"[&x [{'1,' * 999}], {'*x, ' * 500}"  # a list of 999 items, 500 times
    first, second, *_ = parse(f"{many}]".encode(), "x.yaml")
    assert first == second
    assert first is not second
    with pytest.raises(CannotRunError, match="aliases repeat more than 500,000 values"):
        parse(f"[&one 1, {many}], *one]".encode(), "x.yaml")


def test_a_pointer_is_located_at_its_key_or_item_and_an_alias_at_its_anchor() -> None:
    _, marks = read_yaml("paths:\n  /a~b:\n    - 1\n    - x: &x\n        y: 2\n  z: *x\n", 100)
    places = {
        "/paths": Location(1, 1),
        "/paths/~1a~0b/1/x": Location(4, 7),
        "/paths/~1a~0b/1/x/y": Location(5, 9),
        "/paths/z": Location(6, 3),
        "/paths/z/y": Location(5, 9),
        "/paths/z/nothing/more": Location(6, 3),
        "/paths/~1a~0b/0/more": Location(3, 7),
        "": Location(1, 1),
    }
    assert marks.locations(places) == places


def test_a_merged_member_is_located_where_it_is_written() -> None:
    document, marks = read_yaml("a: &x {b: 1, d: 3}\nc:\n  e: 1\n  <<: *x\n  d: 2\n", 100)
    assert document["c"] == {"e": 1, "d": 2, "b": 1}
    places = {"/c/e": Location(3, 3), "/c/b": Location(1, 8), "/c/d": Location(5, 3)}
    assert marks.locations(places) == places
