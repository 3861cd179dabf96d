"""Types and field names of JSON are recorded, except names that may be data."""

from typing import Any

import pytest

from facade.observe import Recorder
from tests.facade.responding import received


def shape(body: Any, path: str = "/associations/one", sent: Any = None) -> Any:
    """Return the recorded shape of one response."""
    recorder = Recorder(1)
    recorder(received(body, path, sent=sent))
    assert recorder.failures == 0
    return recorder.lines()[0]["body"]


def test_a_name_that_may_be_data_is_not_kept() -> None:
    for body, kept in (
        ({"id": "a", "syncState": 1}, ["id", "syncState"]),
        ({"id": "a", "sync_state": 1}, ["id", "sync_state"]),
        ({"ve9EPMlahTvShlRWKT": 1}, []),
        ({"Tutor": 1, "student": 2}, []),  # "Tutor" is not an identifier: a map
        ({"anna@example.com": 1, "id": "a"}, ["id"]),
        ({"anna": 1, "people": ["Anna"]}, []),  # also a value
        ({"one": 1}, []),  # also in the path
        ({word * 3: 1 for word in "abcdefghi"}, []),  # too many
    ):
        assert sorted(shape(body).get("fields", {})) == kept
        assert ("unnamed" in shape(body)) == (len(kept) < len(body))


def test_names_that_turn_out_to_be_data_are_removed() -> None:
    recorder = Recorder(1)
    maps = ({"Zoe P.": 1, "id": "x"}, {"Eva P.": 1, "id": "x"})
    for body in ({"anna": 1, "id": "x"}, {"bernd": 1, "id": "x"}, *maps):
        recorder(received(body))
    (line,) = recorder.lines()
    assert sorted(line["body"]["fields"]) == ["id"]
    assert line["body"]["unnamed"] == 2


def test_a_name_that_the_request_has_is_not_kept() -> None:
    assert "fields" not in shape({"anna": 1}, "/associations/key/anna%20smith")
    assert "fields" not in shape({"anna": 1}, sent={"labels": ["Anna"]})


def test_names_of_more_fields_than_an_object_has_are_data() -> None:
    recorder = Recorder(1)
    for letter in "abcdefghi":
        recorder(received({letter * 3: 1}))
    assert "fields" not in recorder.lines()[0]["body"]


def test_values_are_kept_of_closed_vocabularies_only() -> None:
    kept = {"USER_DEFINED": "USER_DEFINED", "NEW_ONE": "NEW_ONE", "Anna's": "other"}
    for value, recorded in kept.items():
        fields = shape({"id": "a", "associationType": value})["fields"]
        assert fields["associationType"]["values"] == {recorded: 1}
        assert "values" not in fields["id"]


def test_of_each_list_ten_items_are_looked_at() -> None:
    assert shape([[{"id": "a"}] * 11] * 2)["items"]["items"]["n"] == 20


@pytest.mark.parametrize("kind", ["array", "object"])
def test_of_a_body_eight_levels_are_looked_at(kind: str) -> None:
    body: Any = "deepest"
    for _ in range(20):
        body = [body] if kind == "array" else {"association": body}
    levels, found = 0, shape(body)
    while within := found.get("items") or found.get("fields", {}).get("association"):
        levels, found = levels + 1, within
    assert (levels, found) == (8, {"n": 1, "types": {kind: 1}})
