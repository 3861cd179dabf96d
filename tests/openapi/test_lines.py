"""The location of a pointer in a text of JSON."""

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from scripts.openapi.lines import Location, locations
from scripts.openapi.nodes import Node
from scripts.openapi.pointers import last_name

TEXT = b"""\xef\xbb\xbf {
  "paths": {
    "/a~b": {"get": [1, {"x": "}"}]},
    "deep": {
      "x": "a \\"quoted\\" , {"
    }
  },
  "paths2": {"\\u00e4 \\"":{"b":1}}
}
"""


def test_a_pointer_is_located_at_its_key_or_item_or_at_its_last_existing_step() -> None:
    places = {
        "": Location(1, 1),
        "/paths/~1a~0b/get/1": Location(3, 25),
        "/paths/~1a~0b/get/1/x": Location(3, 26),
        "/paths/deep/x": Location(5, 7),
        "/paths/deep/x/y": Location(5, 7),
        '/paths2/ä "/b': Location(8, 27),
        "/nothing": Location(1, 1),
    }
    assert locations(TEXT, places) == places
    assert locations(TEXT, []) == {}


_leaves = st.one_of(st.none(), st.integers(), st.text(max_size=4))
_values = st.recursive(
    _leaves,
    lambda below: st.one_of(
        st.lists(below, max_size=3), st.dictionaries(st.text(max_size=3), below, max_size=3)
    ),
    max_leaves=12,
)


def _pointers(node: Node) -> list[str]:
    below = [*(each for _, each in node.members()), *node.items()]
    return [node.pointer, *(pointer for each in below for pointer in _pointers(each))]


@given(st.dictionaries(st.text(max_size=3), _values, max_size=4))
def test_every_place_of_a_json_text_is_located_at_its_text(item: dict[str, Any]) -> None:
    text = json.dumps(item, indent=1)
    lines = text.split("\n")
    for pointer, place in locations(text.encode(), _pointers(Node(item, ""))).items():
        if pointer:
            last, written = last_name(pointer), lines[place.line - 1][place.column - 1 :]
            assert written.startswith(json.dumps(last)) or last.isdecimal()
