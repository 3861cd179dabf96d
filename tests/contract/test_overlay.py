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


def corrected(document: Any, *actions: dict[str, Any], version: str = "1.1.0") -> Any:
    return apply(document, read_actions(overlay_of(actions, version)))


DOCUMENT: dict[str, Any] = {
    "list": [1, 2, 3],
    "things": [{"n": 1, "k": "a"}, {"n": 2, "k": "a"}, {"n": 3, "k": "b"}],
    "pair": {"left": {"n": 1}, "right": {"n": 2}},
    "text": "old",
}


@pytest.mark.parametrize(
    ("action", "where", "expected"),
    [
        # remove
        ({"target": "$.list[0, 0, -3]", "remove": True}, "list", [2, 3]),
        ({"target": "$.list[?@ > 1]", "remove": True}, "list", [1]),
        ({"target": "$.list", "remove": False}, "list", [1, 2, 3]),
        ({"target": "$..['pair', 'left']", "remove": True}, "pair", None),
        ({"target": "$.pair.*.n", "remove": True}, "pair", {"left": {}, "right": {}}),
        (
            {"target": "$.things[?match(@.k, '[b-z]') || !@.k]", "remove": True},
            "things",
            [{"n": 1, "k": "a"}, {"n": 2, "k": "a"}],
        ),
        # update
        (
            {"target": "$.things[?@.n > 1 && @.k == 'a']", "update": {"hit": True}},
            "things",
            [{"n": 1, "k": "a"}, {"n": 2, "k": "a", "hit": True}, {"n": 3, "k": "b"}],
        ),
        ({"target": "$.list", "update": {"n": 4}}, "list", [1, 2, 3, {"n": 4}]),
        ({"target": "$.list", "update": [4, 5]}, "list", [1, 2, 3, 4, 5]),
        ({"target": "$", "update": {"list": [4]}}, "list", [1, 2, 3, 4]),
        (
            {"target": "$", "update": {"pair": {"left": {"m": 1}}}},
            "pair",
            {"left": {"n": 1, "m": 1}, "right": {"n": 2}},
        ),
        ({"target": "$.text", "update": "new"}, "text", "new"),
        ({"target": "$.list[0, -3]", "update": 7}, "list", [7, 2, 3]),
        (
            {"target": "$['pair', 'pair'].left", "update": {"l": [1], "n": 9}},  # counts once
            "pair",
            {"left": {"n": 9, "l": [1]}, "right": {"n": 2}},
        ),
        ({"target": "$.none", "update": {"n": 1}}, "none", None),
        # copy
        (
            {"target": "$.pair.left", "copy": "$.things[2]"},
            "pair",
            {"left": {"n": 3, "k": "b"}, "right": {"n": 2}},
        ),
        # A list has what is appended to it once.
        ({"target": "$.list", "copy": "$.list"}, "list", [1, 2, 3]),
        ({"target": "$.list", "update": [3, 4]}, "list", [1, 2, 3, 4]),
        ({"target": "$.text", "copy": "$.things[0].k"}, "text", "a"),
        (
            {"target": "$.pair.*", "copy": "$.pair"},
            "pair",
            {
                "left": {"n": 1, "left": {"n": 1}, "right": {"n": 2}},
                "right": {"n": 2, "left": {"n": 1}, "right": {"n": 2}},
            },
        ),
    ],
)
def test_an_action_changes_what_it_selects(
    action: dict[str, Any], where: str, expected: object
) -> None:
    assert corrected(DOCUMENT, action).get(where) == expected


def test_actions_are_applied_in_order_to_a_copy() -> None:
    document = {"servers": [{"url": "a"}, {"url": "b"}]}
    actions: list[dict[str, Any]] = [
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
def test_matches_do_not_share_the_inserted_value(change: dict[str, Any]) -> None:
    document = {"source": {"new": {"list": [1]}}, "a": {}, "b": {}}
    actions = [{"target": "$['a', 'b']", **change}, {"target": "$.a.new.list", "update": 2}]
    assert corrected(document, *actions) == {
        "source": {"new": {"list": [1]}},
        "a": {"new": {"list": [1, 2]}},
        "b": {"new": {"list": [1]}},
    }
    assert actions[0] == {"target": "$['a', 'b']", **change}


@pytest.mark.parametrize(
    ("action", "said"),
    [
        ({"target": "$.text", "update": {"n": 1}}, "is a single value and takes a single value"),
        ({"target": "$.text", "update": [1]}, "is a single value and takes a single value"),
        ({"target": "$.pair", "update": "x"}, r"\$\['pair'\] is an object and takes an object"),
        ({"target": "$.pair", "update": {"left": [1]}}, r"\['left'\]: an object, .* do not merge"),
        ({"target": "$", "update": {"text": {"n": 1}}}, "do not merge"),
        ({"target": "$['list', 'pair']", "update": {"n": 1}}, "more than one kind"),
        ({"target": "$['list', 'text']", "update": "x"}, "more than one kind"),
        ({"target": "$", "remove": True}, "the whole document cannot be removed"),
        ({"target": "$.pair", "copy": "$.none"}, "copies from 0 places, not one"),
        ({"target": "$.pair", "copy": "$.things[*]"}, "copies from 3 places, not one"),
        ({"target": "$.pair", "copy": "$not a path"}, "is not an RFC 9535 JSONPath"),
        ({"target": "$.things[(@.length-1)]", "remove": True}, "is not an RFC 9535 JSONPath"),
        ({"target": "$.pair", "update": {}, "x-expect": True}, "x-expect is all, a number"),
        (
            {"target": "$.pair", "update": {}, "x-expect": {"v2": 1, "v3": "1"}},
            "x-expect is all, a num",
        ),
    ],
)
def test_an_action_that_cannot_be_applied_is_named_with_the_reason(
    action: dict[str, Any], said: str
) -> None:
    named = {"description": "Mend the pair", **action}
    harmless = {"target": "$.text", "update": "new"}
    with pytest.raises(OverlayError, match=rf"\Aoverlay action 2 \(Mend the pair\): .*{said}.*\Z"):
        corrected(DOCUMENT, harmless, named)


def test_a_document_that_is_a_single_value_cannot_be_replaced() -> None:
    with pytest.raises(
        OverlayError, match=r"action 1 \(\$\): .* a single value and takes a single"
    ):
        corrected("old", {"target": "$", "update": "new"})


def test_the_places_of_an_action_are_steps_from_the_root() -> None:
    (action,) = read_actions(overlay_of([{"target": "$.things[?@.k == 'a']", "update": {}}]))
    assert places(DOCUMENT, action) == [("things", 0), ("things", 1)]


OURS = {
    "target": "$.a",
    "description": " Why\n",
    "x-evidence": "How we know",
    "x-expect": 0,
    "update": {},
}


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"description": " "}, "our own actions need description, x-evidence and x-expect"),
        ({"x-evidence": ""}, "our own actions need description, x-evidence and x-expect"),
        ({"x-expect": None}, "our own actions need description, x-evidence and x-expect"),
        ({"update": None}, "it has no effect: add update, copy or remove"),
    ],
)
def test_our_actions_need_a_description_evidence_a_count_and_a_change(
    changed: dict[str, Any], said: str
) -> None:
    removal = {
        "target": "$.b",
        "remove": True,
        "x-evidence": "E",
        "x-expect": 1,
        "description": "D",
    }
    require_reasons(read_actions(overlay_of([OURS, removal])))
    action = {key: value for key, value in (OURS | changed).items() if value is not None}
    with pytest.raises(OverlayError, match=said):
        require_reasons(read_actions(overlay_of([action], "1.0.0")))


@pytest.mark.parametrize(
    ("expect", "version", "number"),
    [(0, "v1", 0), ({"v1": 1, "v2": 3}, "v2", 3), ({"v1": 1}, "v2", None), (None, "v1", None)],
)
def test_x_expect_is_a_number_of_places_or_one_for_each_version(
    expect: object, version: str, number: int | None
) -> None:
    action = {
        "target": "$.a",
        "remove": True,
        **({"x-expect": expect} if expect is not None else {}),
    }
    (read,) = read_actions(overlay_of([action]))
    assert read.expected(version) == number
