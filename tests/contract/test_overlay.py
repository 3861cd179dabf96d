"""OpenAPI Overlay 1.1, and our own requirements of actions."""

from typing import Any

import pytest

from scripts.contract.overlay import OverlayError, apply, overlay_of, read_actions, require_reasons


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
        ({"target": "$.list[0, 1]", "remove": True}, "list", [3]),
        ({"target": "$.list[?@ > 1]", "remove": True}, "list", [1]),
        ({"target": "$.list[0, 0, -3]", "remove": True}, "list", [2, 3]),
        ({"target": "$.list", "remove": False}, "list", [1, 2, 3]),
        ({"target": "$..['pair', 'left']", "remove": True}, "pair", None),
        # filters
        (
            {"target": "$.things[?@.n > 1 && @.k == 'a']", "update": {"hit": True}},
            "things",
            [{"n": 1, "k": "a"}, {"n": 2, "k": "a", "hit": True}, {"n": 3, "k": "b"}],
        ),
        (
            {"target": "$.things[?match(@.k, '[b-z]') || !@.k]", "remove": True},
            "things",
            [{"n": 1, "k": "a"}, {"n": 2, "k": "a"}],
        ),
        # allowed targets
        ({"target": "$.list", "update": 4}, "list", [1, 2, 3, 4]),
        ({"target": "$.list", "update": {"n": 4}}, "list", [1, 2, 3, {"n": 4}]),
        ({"target": "$.list", "update": [4, 5]}, "list", [1, 2, 3, 4, 5]),
        ({"target": "$", "update": {"list": [4]}}, "list", [1, 2, 3, 4]),
        ({"target": "$.text", "update": "new"}, "text", "new"),
        ({"target": "$.list[*]", "update": 0}, "list", [0, 0, 0]),
        (
            {"target": "$.pair.*", "update": {"n": 9, "m": 8}},
            "pair",
            {"left": {"n": 9, "m": 8}, "right": {"n": 9, "m": 8}},
        ),
        # places are counted once
        (
            {"target": "$['pair', 'pair'].left", "update": {"l": [1]}, "x-expect": 1},
            "pair",
            {"left": {"n": 1, "l": [1]}, "right": {"n": 2}},
        ),
        ({"target": "$.list[0, -3]", "update": 7, "x-expect": 1}, "list", [7, 2, 3]),
        # no matches
        ({"target": "$.none", "update": {"n": 1}}, "none", None),
        ({"target": "$.none[*]", "remove": True, "x-expect": 0}, "none", None),
        # copy
        (
            {"target": "$.pair.left", "copy": "$.things[2]"},
            "pair",
            {"left": {"n": 3, "k": "b"}, "right": {"n": 2}},
        ),
        ({"target": "$.list", "copy": "$.list"}, "list", [1, 2, 3, 1, 2, 3]),
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


@pytest.mark.parametrize(
    ("action", "where", "expected"),
    [
        ({"target": "$.list"}, "list", [1, 2, 3]),
        ({"target": "$.list", "remove": False, "update": 4}, "list", [1, 2, 3, 4]),
        ({"target": "$.text", "remove": True, "update": "new"}, "text", None),
    ],
)
def test_under_overlay_1_0_remove_overrides_update(
    action: dict[str, Any], where: str, expected: object
) -> None:
    assert corrected(DOCUMENT, action, version="1.0.0").get(where) == expected


def test_a_document_is_corrected_in_a_copy() -> None:
    document = {"list": [{"n": 1}]}
    corrected(
        document, {"target": "$.list[0]", "update": {"n": 2}}, {"target": "$.list", "update": 3}
    )
    assert document == {"list": [{"n": 1}]}


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
        ({"target": "$.pair", "update": "x"}, "is an object and takes an object"),
        ({"target": "$.pair", "update": [1]}, "is an object and takes an object"),
        ({"target": "$.pair", "update": {"left": [1]}}, "do not merge"),
        ({"target": "$.pair", "update": {"left": "x"}}, "do not merge"),
        ({"target": "$", "update": {"list": {"n": 1}}}, "do not merge"),
        ({"target": "$", "update": {"text": {"n": 1}}}, "do not merge"),
        ({"target": "$['list', 'pair']", "update": {"n": 1}}, "more than one kind"),
        ({"target": "$['list', 'text']", "update": "x"}, "more than one kind"),
        ({"target": "$", "remove": True}, "the whole document cannot be removed"),
        ({"target": "$.pair", "copy": "$.none"}, "copies from 0 places, not one"),
        ({"target": "$.pair", "copy": "$.things[*]"}, "copies from 3 places, not one"),
        ({"target": "$.pair", "copy": "$not a path"}, "is not an RFC 9535 JSONPath"),
        ({"target": "$pair", "update": {}}, "is not an RFC 9535 JSONPath"),
        ({"target": "$.things[?@.n >]", "remove": True}, "is not an RFC 9535 JSONPath"),
        ({"target": "$.things[(@.length-1)]", "remove": True}, "is not an RFC 9535 JSONPath"),
        ({"target": "$.pair", "update": {}, "x-expect": "1"}, "x-expect is a number"),
        ({"target": "$.pair", "update": {}, "x-expect": True}, "x-expect is a number"),
        ({"target": "$.pair", "update": {}, "x-expect": {"v3": "1"}}, "x-expect is a number"),
    ],
)
def test_an_action_that_cannot_be_applied_is_named_with_the_reason(
    action: dict[str, Any], said: str
) -> None:
    named = {"description": "Mend the pair", **action}
    harmless = {"target": "$.text", "update": "new"}
    with pytest.raises(OverlayError, match=rf"\Aoverlay action 2 \(Mend the pair\): .*{said}.*\Z"):
        corrected(DOCUMENT, harmless, named)


# --- Our own -------------------------------------------------------------------------------------

ACTION = {
    "target": "$.a",
    "description": "Why",
    "x-evidence": "How we know",
    "x-expect": 1,
    "update": {},
}


@pytest.mark.parametrize("missing", ["description", "x-evidence", "x-expect", "update"])
def test_our_actions_need_a_description_evidence_a_count_and_a_change(missing: str) -> None:
    require_reasons(read_actions(overlay_of([ACTION])))
    action = {key: value for key, value in ACTION.items() if key != missing}
    with pytest.raises(OverlayError, match="overlay action 1"):
        require_reasons(read_actions(overlay_of([action], "1.0.0")))


def test_a_document_that_is_a_single_value_cannot_be_replaced() -> None:
    with pytest.raises(OverlayError, match="is a single value and takes a single value"):
        corrected("old", {"target": "$", "update": "new"})


@pytest.mark.parametrize(
    ("expect", "version", "number"),
    [(2, "v1", 2), ({"v1": 1, "v2": 3}, "v2", 3), ({"v1": 1}, "v2", None), (None, "v1", None)],
)
def test_x_expect_is_a_number_of_places_or_one_for_each_version(
    expect: object, version: str, number: int | None
) -> None:
    action = {"target": "$.a", "remove": True, **({"x-expect": expect} if expect else {})}
    (read,) = read_actions(overlay_of([action]))
    assert read.expected(version) == number
