"""OpenAPI Overlay 1.1, and our own requirements of actions."""

# ruff: noqa: E501 - one row a line keeps the tables readable

from typing import Any

import pytest

from scripts.contract.overlay import (
    OverlayError,
    apply,
    overlay_of,
    places,
    read_actions,
    require_reasons,
)

Json = dict[str, Any]


def corrected(document: Any, *actions: Json, version: str = "1.1.0") -> Any:
    return apply(document, read_actions(overlay_of(actions, version)))


A1, A2, B3 = {"n": 1, "k": "a"}, {"n": 2, "k": "a"}, {"n": 3, "k": "b"}
LEFT, RIGHT = {"n": 1}, {"n": 2}
PAIR: Json = {"left": LEFT, "right": RIGHT}
DOCUMENT: Json = {"list": [1, 2, 3], "things": [A1, A2, B3], "pair": PAIR, "text": "old"}


@pytest.mark.parametrize(
    ("target", "change", "where", "expected"),
    [
        ("$.list[0, 0, -3]", {"remove": True}, "list", [2, 3]),
        ("$..['pair', 'left']", {"remove": True}, "pair", None),
        ("$.pair.*.n", {"remove": True}, "pair", {"left": {}, "right": {}}),
        ("$.things[?match(@.k, '[b-z]') || !@.k]", {"remove": True}, "things", [A1, A2]),
        ("$.list", {"remove": False}, "list", [1, 2, 3]),
        ("$.things[?@.n > 1 && @.k == 'a']", {"update": {"x": 1}}, "things", [A1, {**A2, "x": 1}, B3]),
        ("$.list", {"update": {"n": 4}}, "list", [1, 2, 3, {"n": 4}]),
        ("$", {"update": {"list": [3, 4]}}, "list", [1, 2, 3, 4]),  # a list has what is appended once
        ("$", {"update": {"pair": {"left": {"m": 1}}}}, "pair", {**PAIR, "left": {**LEFT, "m": 1}}),
        ("$.list[0, -3]", {"update": 7}, "list", [7, 2, 3]),
        ("$['pair', 'pair'].left", {"update": {"l": [1], "n": 9}}, "pair", {**PAIR, "left": {"n": 9, "l": [1]}}),
        ("$.none", {"update": {"n": 1}}, "none", None),
        ("$.pair.left", {"copy": "$.things[2]"}, "pair", {**PAIR, "left": B3}),
        ("$.text", {"copy": "$.things[0].k"}, "text", "a"),
        ("$.pair.*", {"copy": "$.pair"}, "pair", {"left": {**LEFT, **PAIR}, "right": {**RIGHT, **PAIR}}),
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


@pytest.mark.parametrize("change", [{"update": {"new": {"list": [1]}}}, {"copy": "$.source"}])
def test_matches_do_not_share_the_inserted_value(change: Json) -> None:
    document = {"source": {"new": {"list": [1]}}, "a": {}, "b": {}}
    actions = [{"target": "$['a', 'b']", **change}, {"target": "$.a.new.list", "update": 2}]
    made = corrected(document, *actions)
    assert [made[each]["new"]["list"] for each in ("source", "a", "b")] == [[1], [1, 2], [1]]
    assert actions[0] == {"target": "$['a', 'b']", **change}


@pytest.mark.parametrize(
    ("target", "change", "said"),
    [
        ("$.text", {"update": {"n": 1}}, "is a single value and takes a single value"),
        ("$.pair", {"update": "x"}, r"\$\['pair'\] is an object and takes an object"),
        ("$.pair", {"update": {"left": [1]}}, r"\['left'\]: an object, .* do not merge"),
        ("$['list', 'pair']", {"update": {"n": 1}}, "more than one kind"),
        ("$['list', 'text']", {"update": "x"}, "more than one kind"),
        ("$", {"remove": True}, "the whole document cannot be removed"),
        ("$.pair", {"copy": "$.none"}, "copies from 0 places, not one"),
        ("$.pair", {"copy": "$.things[*]"}, "copies from 3 places, not one"),
        ("$.pair", {"copy": "$not a path"}, "is not an RFC 9535 JSONPath: unexpected token 'not'"),
        ("$.things[?@.k and @.n]", {"remove": True}, "is not an RFC 9535 JSONPath"),
    ],
)
def test_an_action_that_cannot_be_applied_is_named_with_the_reason(
    target: str, change: Json, said: str
) -> None:
    named = {"target": target, "description": "Mend the pair", **change}
    harmless = {"target": "$.text", "update": "new"}
    with pytest.raises(OverlayError, match=rf"\Aoverlay action 2 \(Mend the pair\): .*{said}.*\Z"):
        corrected(DOCUMENT, harmless, named)
    with pytest.raises(OverlayError, match=r"action 1 \(\$\): .* takes a single value"):
        corrected("old", {"target": "$", "update": "new"})  # nothing holds it


def test_the_places_of_an_action_are_steps_from_the_root() -> None:
    (action,) = read_actions(overlay_of([{"target": "$.things[?@.k == 'a']", "update": {}}]))
    assert places(DOCUMENT, action) == [("things", 0), ("things", 1)]


REASONS = {"description": " Why\n", "x-evidence": "How we know", "x-expect": 0}
NEEDED = "our own actions need description, x-evidence and x-expect"


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"description": " "}, NEEDED),
        ({"x-evidence": ""}, NEEDED),
        ({"x-expect": None}, NEEDED),
        ({"update": None}, "it has no effect: add update, copy or remove"),
    ],
)
def test_our_actions_need_a_description_evidence_a_count_and_a_change(
    changed: Json, said: str
) -> None:
    ours = {"target": "$.a", "update": {}, **REASONS}
    require_reasons(read_actions(overlay_of([ours, {"target": "$.b", "remove": True, **REASONS}])))
    action = {key: value for key, value in (ours | changed).items() if value is not None}
    with pytest.raises(OverlayError, match=said):
        require_reasons(read_actions(overlay_of([action], "1.0.0")))


INFO = {"title": "T", "version": "1"}
REMOVE = {"target": "$.a", "remove": True}
ONE = "/actions/0: an action must have one of update, copy and remove"


def overlay(version: str = "1.1.0", **parts: Any) -> Json:
    return {"overlay": version, "info": INFO, "actions": [REMOVE], **parts}


def action(version: str = "1.1.0", /, **fields: Any) -> Json:
    return overlay(version, actions=[{"target": "$.a", **fields}])


def test_an_overlay_may_be_of_1_0_and_have_extensions() -> None:
    for sound in (
        overlay("1.1.12", extends="./a.yaml", info={**INFO, "description": "D", "x-mine": None}),
        overlay(actions=[{"target": "$.a", "update": None, "description": "D", "x-mine": 1}]),
        action("1.0.3"),
    ):
        assert len(read_actions(sound)) == 1
    both = {"target": "$.text", "remove": True, "update": "new"}
    assert "text" not in corrected(DOCUMENT, both, version="1.0.0")  # remove overrides


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ([overlay()], "/: [{'overlay': '1.1.0'"),
        (overlay("2.0.0"), "/overlay: '2.0.0' does not match"),
        (overlay("1.1.0-rc1"), "/overlay: '1.1.0-rc1' does not match"),
        ({"overlay": "1.1.0", "actions": [REMOVE]}, "/: 'info' is a required property"),
        (overlay(info={"title": "T"}), "/info: 'version' is a required property"),
        (overlay(actions=[]), "/actions: [] should be non-empty"),
        (overlay(actions=[REMOVE, REMOVE]), "has non-unique elements"),
        (overlay(actions=[{"update": {}}]), "/actions/0: 'target' is a required property"),
        (action(target="a.b", remove=True), "/actions/0/target: 'a.b' does not match"),
        (action(remove=1), "/actions/0/remove: 1 is not of type 'boolean'"),
        (action(removed=True), "/actions/0: 'removed' does not match any of the regexes"),
        (
            action(update={}, **{"x-expect": True}),
            "/actions/0/x-expect: True is not of type 'integ",
        ),
        (action(), ONE),
        (action(copy="$.b", remove=False), ONE),
    ],
)
def test_an_invalid_overlay_is_refused_with_the_reason_and_its_place(wrong: Any, said: str) -> None:
    with pytest.raises(OverlayError) as caught:
        read_actions(wrong)
    title, line = str(caught.value).split("\n")
    assert title == "this is not an OpenAPI Overlay document:"
    assert said in line
