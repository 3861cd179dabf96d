"""Overlay actions, and our own requirements of them."""

# ruff: noqa: E501 - one row a line keeps the tables readable

from typing import Any

import pytest
from jsonpath import JSONPathError

from scripts.contract.overlay import OverlayError, places, read_actions

from .small import REASONS, actions_of, applied

Json = dict[str, Any]


def corrected(document: Any, *actions: Json) -> Any:
    return applied(document, actions_of(*actions))


A1, A2, B3 = {"n": 1, "k": "a"}, {"n": 2, "k": "a"}, {"n": 3, "k": "b"}
LEFT, RIGHT = {"n": 1}, {"n": 2}
PAIR: Json = {"left": LEFT, "right": RIGHT}
DOCUMENT: Json = {"list": [1, 2, 3], "things": [A1, A2, B3], "pair": PAIR, "text": "old"}


@pytest.mark.parametrize(
    ("target", "change", "where", "expected"),
    [
        ("$.list[0, 0, -3]", {"remove": True}, "list", [2, 3]),
        ("$.things[?match(@.k, '[b-z]') || !@.k]", {"remove": True}, "things", [A1, A2]),
        ("$.things[?@.n > 1 && @.k == 'a']", {"update": {"x": 1}}, "things", [A1, {**A2, "x": 1}, B3]),
        ("$", {"update": {"list": [3, 4]}}, "list", [1, 2, 3, 4]),  # a list has what is appended once
        ("$.list[0, -3]", {"update": 7}, "list", [7, 2, 3]),
        ("$['pair', 'pair'].left", {"update": {"l": [1], "n": 9}}, "pair", {**PAIR, "left": {"n": 9, "l": [1]}}),
    ],
)  # fmt: skip
def test_an_action_changes_what_it_selects(
    target: str, change: Json, where: str, expected: object
) -> None:
    assert corrected(DOCUMENT, {"target": target, **change}).get(where) == expected


def test_actions_are_applied_in_order_to_a_copy() -> None:
    document = {"servers": [{"url": "a"}, {"url": "b"}]}
    actions: list[Json] = [
        {"target": "$.servers[*]", "remove": True},
        {"target": "$.servers", "update": [{"url": "c"}]},
        {"target": "$.servers[0]", "update": {"x": 1}},
    ]
    assert corrected(document, *actions) == {"servers": [{"url": "c", "x": 1}]}
    assert document == {"servers": [{"url": "a"}, {"url": "b"}]}
    assert actions[1]["update"] == [{"url": "c"}]


def test_matches_do_not_share_the_inserted_value() -> None:
    both: Json = {"target": "$['a', 'b']", "update": {"new": {"list": [1]}}}
    made = corrected({"a": {}, "b": {}}, both, {"target": "$.a.new.list", "update": 2})
    assert [made[each]["new"]["list"] for each in "ab"] == [[1, 2], [1]]
    assert both["update"] == {"new": {"list": [1]}}
    assert places({"a": {}, "b": {}}, *actions_of(both)) == [("a",), ("b",)]


@pytest.mark.parametrize(
    ("target", "change", "said"),
    [
        ("$.text", {"update": {"n": 1}}, "is a single value and takes a single value"),
        ("$.pair", {"update": "x"}, r"\$\['pair'\] is an object and takes an object"),
        ("$.pair", {"update": {"left": [1]}}, r"\['left'\]: an object, .* do not merge"),
        ("$['list', 'pair']", {"update": {"n": 1}}, "more than one kind"),
        ("$", {"remove": True}, "the whole document cannot be removed"),
        ("$not a path", {"remove": True}, "is not an RFC 9535 JSONPath: unexpected token 'not'"),
        ("$.things[?@.n and @.k]", {"remove": True}, "is not an RFC 9535 JSONPath: "),
    ],
)
def test_an_action_that_cannot_be_applied_is_named_with_the_reason(
    target: str, change: Json, said: str
) -> None:
    named = {"target": target, "description": "Mend the pair", **change}
    harmless = {"target": "$.text", "update": "new"}
    start = r"\Aoverlay action 2 \(Mend the pair\): "
    with pytest.raises(OverlayError, match=rf"{start}.*{said}.*\Z") as caught:
        corrected(DOCUMENT, harmless, named)
    assert isinstance(caught.value.__cause__, JSONPathError) == ("JSONPath" in said)
    with pytest.raises(OverlayError, match=r"action 1 \(D\): .* takes a single value"):
        corrected("old", {"target": "$", "update": "new"})  # nothing holds it


INFO = {"title": "T", "version": "1"}
REMOVE = {"target": "$.a", "remove": True, **REASONS}
ONE = "/actions/0: an action must have either update or remove"


def overlay(version: str = "1.1.0", **parts: Any) -> Json:
    return {"overlay": version, "info": INFO, "actions": [REMOVE], **parts}


def action(**fields: Any) -> Json:
    return overlay(actions=[{"target": "$.a", **REASONS, **fields}])


def test_an_overlay_may_have_extensions() -> None:
    (read,) = read_actions(overlay("1.1.12", info={**INFO, "description": "D", "x-mine": None}))
    (updating,) = read_actions(action(update=None, description="D", **{"x-mine": 1}))
    assert (read.remove, updating.remove) == (True, False)


def test_an_invalid_overlay_is_refused_with_the_reason_and_its_place() -> None:
    for wrong, said in (
        ([overlay()], "/: [{'overlay': '1.1.0'"),
        (overlay("1.1.0-rc1"), "/overlay: '1.1.0-rc1' does not match"),
        (overlay("1.0.0"), "/overlay: '1.0.0' does not match"),
        (overlay(info={"title": "T"}), "/info: 'version' is a required property"),
        (overlay(actions=[]), "/actions: [] should be non-empty"),
        (action(update={}, description=" "), "/actions/0/description: ' ' does not match"),
        (overlay(actions=[{"target": "$.a", "update": {}}]), "/actions/0: 'description' is a req"),
        (action(target="a.b", remove=True), "/actions/0/target: 'a.b' does not match"),
        (action(remove=False), "/actions/0/remove: True was expected"),
        (action(removed=True), "/actions/0: 'removed' does not match any of the regexes"),
        (action(), ONE),
        (action(update={}, remove=True), ONE),
    ):
        with pytest.raises(OverlayError) as caught:
            read_actions(wrong)
        title, line, *_ = str(caught.value).split("\n")
        assert title == "this is not an OpenAPI Overlay document:"
        assert said in line
