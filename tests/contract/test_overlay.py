"""OpenAPI Overlay 1.1, and our own requirements of actions."""

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


def remove(target: str, where: str, expected: object) -> tuple[Json, str, object]:
    return {"target": target, "remove": True}, where, expected


def update(target: str, value: object, where: str, expected: object) -> tuple[Json, str, object]:
    return {"target": target, "update": value}, where, expected


def copy(target: str, source: str, where: str, expected: object) -> tuple[Json, str, object]:
    return {"target": target, "copy": source}, where, expected


@pytest.mark.parametrize(
    ("action", "where", "expected"),
    [
        remove("$.list[0, 0, -3]", "list", [2, 3]),
        remove("$.list[?@ > 1]", "list", [1]),
        remove("$..['pair', 'left']", "pair", None),
        remove("$.pair.*.n", "pair", {"left": {}, "right": {}}),
        remove("$.things[?match(@.k, '[b-z]') || !@.k]", "things", [A1, A2]),
        ({"target": "$.list", "remove": False}, "list", [1, 2, 3]),
        update("$.things[?@.n > 1 && @.k == 'a']", {"x": 1}, "things", [A1, {**A2, "x": 1}, B3]),
        update("$.list", {"n": 4}, "list", [1, 2, 3, {"n": 4}]),
        update("$.list", [3, 4], "list", [1, 2, 3, 4]),  # a list has what is appended to it once
        update("$", {"list": [4]}, "list", [1, 2, 3, 4]),
        update("$", {"pair": {"left": {"m": 1}}}, "pair", {**PAIR, "left": {**LEFT, "m": 1}}),
        update("$.text", "new", "text", "new"),
        update("$.list[0, -3]", 7, "list", [7, 2, 3]),
        # counts once
        update(
            "$['pair', 'pair'].left",
            {"l": [1], "n": 9},
            "pair",
            {**PAIR, "left": {"n": 9, "l": [1]}},
        ),
        update("$.none", {"n": 1}, "none", None),
        copy("$.pair.left", "$.things[2]", "pair", {**PAIR, "left": B3}),
        copy("$.list", "$.list", "list", [1, 2, 3]),
        copy("$.text", "$.things[0].k", "text", "a"),
        copy("$.pair.*", "$.pair", "pair", {"left": {**LEFT, **PAIR}, "right": {**RIGHT, **PAIR}}),
    ],
)
def test_an_action_changes_what_it_selects(action: Json, where: str, expected: object) -> None:
    assert corrected(DOCUMENT, action).get(where) == expected


def test_actions_are_applied_in_order_to_a_copy() -> None:
    with pytest.raises(OverlayError, match=r"action 1 \(\$\): .* takes a single value"):
        corrected("old", {"target": "$", "update": "new"})  # nothing holds it
    document = {"servers": [{"url": "a"}, {"url": "b"}]}
    actions: list[Json] = [
        {"target": "$.servers[*]", "remove": True},
        {"target": "$.servers", "update": [{"url": "c"}]},
        {"target": "$.servers[0]", "update": {"x": 1}},
    ]
    assert corrected(document, *actions) == {"servers": [{"url": "c", "x": 1}]}
    assert document == {"servers": [{"url": "a"}, {"url": "b"}]}
    assert actions[1]["update"] == [{"url": "c"}]


def test_under_overlay_1_0_remove_overrides_update_and_an_action_may_do_nothing() -> None:
    both = {"target": "$.text", "remove": True, "update": "new"}
    assert "text" not in corrected(DOCUMENT, both, version="1.0.0")
    assert corrected(DOCUMENT, {"target": "$.list"}, version="1.0.0") == DOCUMENT


@pytest.mark.parametrize("change", [{"update": {"new": {"list": [1]}}}, {"copy": "$.source"}])
def test_matches_do_not_share_the_inserted_value(change: Json) -> None:
    document = {"source": {"new": {"list": [1]}}, "a": {}, "b": {}}
    actions = [{"target": "$['a', 'b']", **change}, {"target": "$.a.new.list", "update": 2}]
    assert corrected(document, *actions) == {
        "source": {"new": {"list": [1]}},
        "a": {"new": {"list": [1, 2]}},
        "b": {"new": {"list": [1]}},
    }
    assert actions[0] == {"target": "$['a', 'b']", **change}


@pytest.mark.parametrize(
    ("target", "change", "said"),
    [
        ("$.text", {"update": {"n": 1}}, "is a single value and takes a single value"),
        ("$.text", {"update": [1]}, "is a single value and takes a single value"),
        ("$.pair", {"update": "x"}, r"\$\['pair'\] is an object and takes an object"),
        ("$.pair", {"update": {"left": [1]}}, r"\['left'\]: an object, .* do not merge"),
        ("$", {"update": {"text": {"n": 1}}}, "do not merge"),
        ("$['list', 'pair']", {"update": {"n": 1}}, "more than one kind"),
        ("$['list', 'text']", {"update": "x"}, "more than one kind"),
        ("$", {"remove": True}, "the whole document cannot be removed"),
        ("$.pair", {"copy": "$.none"}, "copies from 0 places, not one"),
        ("$.pair", {"copy": "$.things[*]"}, "copies from 3 places, not one"),
        ("$.pair", {"copy": "$not a path"}, "is not an RFC 9535 JSONPath"),
        ("$.things[(@.length-1)]", {"remove": True}, "is not an RFC 9535 JSONPath"),
        ("$.pair", {"update": {}, "x-expect": True}, "x-expect is all, or a number"),
        ("$.pair", {"update": {}, "x-expect": {"v2": 1}}, "x-expect is all, or a number"),
    ],
)
def test_an_action_that_cannot_be_applied_is_named_with_the_reason(
    target: str, change: Json, said: str
) -> None:
    named = {"target": target, "description": "Mend the pair", **change}
    harmless = {"target": "$.text", "update": "new"}
    with pytest.raises(OverlayError, match=rf"\Aoverlay action 2 \(Mend the pair\): .*{said}.*\Z"):
        corrected(DOCUMENT, harmless, named)


def test_the_places_of_an_action_are_steps_from_the_root() -> None:
    (action,) = read_actions(overlay_of([{"target": "$.things[?@.k == 'a']", "update": {}}]))
    assert places(DOCUMENT, action) == [("things", 0), ("things", 1)]


REASONS = {"description": " Why\n", "x-evidence": "How we know", "x-expect": 0}
OURS = {"target": "$.a", "update": {}, **REASONS}


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        *(
            (change, "our own actions need description, x-evidence and x-expect")
            for change in ({"description": " "}, {"x-evidence": ""}, {"x-expect": None})
        ),
        ({"update": None}, "it has no effect: add update, copy or remove"),
    ],
)
def test_our_actions_need_a_description_evidence_a_count_and_a_change(
    changed: Json, said: str
) -> None:
    removal = {"target": "$.b", "remove": True, **REASONS}
    require_reasons(read_actions(overlay_of([OURS, removal])))
    action = {key: value for key, value in (OURS | changed).items() if value is not None}
    with pytest.raises(OverlayError, match=said):
        require_reasons(read_actions(overlay_of([action], "1.0.0")))
