"""The location of a pointer in a text of JSON."""

import json
from collections.abc import Iterable
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from scripts.contract.openapi.lines import Location, locations

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
    assert locations(TEXT, []) == {}
    assert locations(
        TEXT,
        [
            "",
            "/paths",
            "/paths/~1a~0b/get/1",
            "/paths/~1a~0b/get/1/x",
            "/paths/deep/x",
            "/paths/deep/x/y",
            '/paths2/ä "/b',
            "/nothing",
        ],
    ) == {
        "": Location(1, 1),
        "/paths": Location(2, 3),
        "/paths/~1a~0b/get/1": Location(3, 25),
        "/paths/~1a~0b/get/1/x": Location(3, 26),
        "/paths/deep/x": Location(5, 7),
        "/paths/deep/x/y": Location(5, 7),
        '/paths2/ä "/b': Location(8, 27),
        "/nothing": Location(1, 1),
    }


_values = st.recursive(
    st.one_of(st.none(), st.integers(), st.text(max_size=4)),
    lambda below: st.one_of(
        st.lists(below, max_size=3), st.dictionaries(st.text(max_size=3), below, max_size=3)
    ),
    max_leaves=12,
)


def _pointers(item: Any, here: str = "") -> list[str]:
    members: Iterable[tuple[Any, Any]] = item.items() if isinstance(item, dict) else ()
    members = enumerate(item) if isinstance(item, list) else members
    found = [here]
    for key, value in members:
        found += _pointers(value, f"{here}/{str(key).replace('~', '~0').replace('/', '~1')}")
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
