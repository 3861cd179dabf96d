"""The location of a pointer in a text."""

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from scripts.contract.openapi.lines import Location, locations
from scripts.contract.openapi.yaml_text import read_yaml

JSON = b"""{
  "paths": {
    "/a~b": {"get": [1, {"x": "}"}]},
    "deep": {
      "x": "a \\"quoted\\" , {"
    }
  },
  "paths2": {"x": 1}
}
"""
YAML = """paths:
  /a~b:
    get:
      - 1
      - x: two
  deep:
    x: |
      paths:
"""


def test_a_pointer_is_located_at_its_key_or_item_in_json() -> None:
    pointers = ["", "/paths", "/paths/~1a~0b/get/1", "/paths/~1a~0b/get/1/x", "/paths/deep/x"]
    assert list(locations(JSON, pointers).values()) == [
        Location(1, 1),
        Location(2, 3),
        Location(3, 25),
        Location(3, 26),
        Location(5, 7),
    ]


def test_a_pointer_is_located_at_its_key_or_item_in_yaml() -> None:
    pointers = ["/paths", "/paths/~1a~0b/get/1", "/paths/~1a~0b/get/1/x", "/paths/deep/x"]
    _, marks = read_yaml(YAML, 100)
    assert list(marks.locations(pointers).values()) == [
        Location(1, 1),
        Location(5, 9),
        Location(5, 9),
        Location(7, 5),
    ]


def test_an_aliased_value_is_located_at_its_anchor() -> None:
    _, marks = read_yaml("a: &a\n  b: 1\nc: *a\n", 100)
    assert marks.locations(["/c", "/c/b", "/c/nothing", ""]) == {
        "/c": Location(3, 1),
        "/c/b": Location(2, 3),
        "/c/nothing": Location(3, 1),
        "": Location(1, 1),
    }


def test_a_broken_pointer_is_located_at_its_last_existing_step() -> None:
    assert locations(JSON, ["/paths/deep/y/z", "/nothing"]) == {
        "/paths/deep/y/z": Location(4, 5),
        "/nothing": Location(1, 1),
    }


def test_a_key_with_escapes_is_found_by_its_value() -> None:
    assert locations(b'{"\\u00e4 \\"": {"b": 1}}', ['/ä "/b']) == {'/ä "/b': Location(1, 16)}


_values = st.recursive(
    st.one_of(st.none(), st.integers(), st.text(max_size=4)),
    lambda below: st.one_of(
        st.lists(below, max_size=3), st.dictionaries(st.text(max_size=3), below, max_size=3)
    ),
    max_leaves=12,
)


def _members(item: Any) -> list[tuple[Any, Any]]:
    if isinstance(item, dict):
        return list(item.items())
    return list(enumerate(item)) if isinstance(item, list) else []


def _pointers(item: Any, here: str = "") -> list[str]:
    found = [here]
    for key, value in _members(item):
        step = str(key).replace("~", "~0").replace("/", "~1")
        found += _pointers(value, f"{here}/{step}")
    return found


@given(st.dictionaries(st.text(max_size=3), _values, max_size=4))
def test_every_place_of_a_json_text_is_located_at_its_text(item: dict[str, Any]) -> None:
    text = json.dumps(item, indent=1)
    lines = text.split("\n")
    for pointer, place in locations(text.encode(), _pointers(item)).items():
        if pointer:
            last = pointer.rpartition("/")[2].replace("~1", "/").replace("~0", "~")
            written = lines[place.line - 1][place.column - 1 :]
            assert written.startswith(json.dumps(last)) or last.isdecimal()
