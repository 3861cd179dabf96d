"""Anything but an OpenAPI Overlay is refused with all reasons."""

from typing import Any

import pytest

from scripts.contract.overlay import OverlayError, errors_of, overlay_of, read_actions

INFO = {"title": "T", "version": "1"}
REMOVE = {"target": "$.a", "remove": True}
UPDATE = {"target": "$.a", "update": None}
ONE = "/actions/0: an action must have one of update, copy and remove"


def overlay(version: str = "1.1.0", **parts: Any) -> dict[str, Any]:
    return {"overlay": version, "info": INFO, "actions": [REMOVE], **parts}


def action(version: str = "1.1.0", **fields: Any) -> dict[str, Any]:
    return overlay(version, actions=[{"target": "$.a", **fields}])


@pytest.mark.parametrize(
    "sound",
    [
        overlay_of([REMOVE, UPDATE]),
        {**overlay("1.1.12", extends="./a.yaml"), "x-mine": [1]},
        overlay(info={**INFO, "description": "D", "x-mine": None}),
        overlay(actions=[{**REMOVE, "remove": False, "description": "D", "x-mine": 1}]),
        action(copy="$.b"),
        action("1.0.3"),
        action("1.0.0", update={}, remove=True),
    ],
)
def test_a_valid_overlay_has_no_errors(sound: dict[str, Any]) -> None:
    assert list(errors_of(sound)) == []


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ([overlay()], "/: [{'overlay': '1.1.0'"),
        (overlay("2.0.0"), "/overlay: '2.0.0' does not match"),
        ({**overlay(), "overlay": 1.1}, "/overlay: 1.1 is not of type 'string'"),
        (overlay("1.1.0-rc1"), "/overlay: '1.1.0-rc1' does not match"),
        ({"overlay": "1.1.0", "actions": [REMOVE]}, "/: 'info' is a required property"),
        (overlay(info={"title": "T"}), "/info: 'version' is a required property"),
        (overlay(actions={}), "/actions: {} is not of type 'array'"),
        (overlay(actions=[]), "/actions: [] should be non-empty"),
        (overlay(actions=[REMOVE, UPDATE, REMOVE]), "has non-unique elements"),
        (overlay(actions=[{"update": {}}]), "/actions/0: 'target' is a required property"),
        (action(target="a.b", remove=True), "/actions/0/target: 'a.b' does not match"),
        (action(remove=1), "/actions/0/remove: 1 is not of type 'boolean'"),
        (action(copy=""), "/actions/0/copy: '' does not match"),
        (action(removed=True), "/actions/0: 'removed' does not match any of the regexes"),
        (action(), ONE),
        (action(copy="$.b", remove=False), ONE),
    ],
)
def test_an_invalid_overlay_is_refused_with_the_reason_and_its_place(wrong: Any, said: str) -> None:
    with pytest.raises(OverlayError) as caught:
        read_actions(wrong)
    title, line = str(caught.value).split("\n")
    assert title == "this is not an OpenAPI Overlay document:"
    assert line.strip().startswith(said) or said in line


def test_all_errors_are_reported_at_once() -> None:
    wrong = overlay(info={}, actions=[{"target": ""}, {"update": 1}])
    assert len(list(errors_of(wrong))) == 4
