"""The location of a pointer in a text of JSON."""

from scripts.openapi.lines import Location, locations

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
    assert locations(b"{}", ["/a"]) == {"/a": Location(1, 1)}
    assert locations(b"no document", []) == {}  # it is not read
