"""Anything but an OpenAPI Overlay is refused with all reasons."""

import json
from typing import Any

import pytest

from scripts.contract.overlay import OverlayError, overlay_of, read_actions
from scripts.contract.overlay_form import errors_of

INFO = {"title": "T", "version": "1"}
REMOVE = {"target": "$.a", "remove": True}
UPDATE = {"target": "$.a", "update": {}}


def overlay(version: str = "1.1.0", **parts: Any) -> dict[str, Any]:
    return {"overlay": version, "info": INFO, "actions": [REMOVE], **parts}


def action(version: str = "1.1.0", **fields: Any) -> dict[str, Any]:
    return overlay(version, actions=[{"target": "$.a", **fields}])


@pytest.mark.parametrize(
    "sound",
    [
        overlay(),
        overlay("1.0.0"),
        overlay("1.1.12"),
        overlay(extends="./a.yaml"),
        {**overlay(), "x-mine": [1]},
        overlay(info={**INFO, "description": "D", "x-mine": None}),
        overlay("1.0.3", info={**INFO, "x-mine": {}}),
        overlay(actions=[REMOVE, UPDATE]),
        action(remove=False),
        action(update=None),
        overlay(actions=[{**UPDATE, "description": "D", "x-mine": 1}]),
        action(copy="$.b"),
        action("1.0.0"),
        action("1.0.0", update={}, remove=True),
    ],
)
def test_a_valid_overlay_has_no_errors(sound: dict[str, Any]) -> None:
    assert list(errors_of(sound)) == []


NO_VERSION = "/overlay: the version must be 1.0 or 1.1, such as 1.1.0"


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (None, NO_VERSION),
        ("text", NO_VERSION),
        (1, NO_VERSION),
        ([overlay()], NO_VERSION),
        ({}, NO_VERSION),
        (overlay(""), NO_VERSION),
        (overlay("1"), NO_VERSION),
        (overlay("1.2.0"), NO_VERSION),
        (overlay("2.0.0"), NO_VERSION),
        ({**overlay(), "overlay": 1.1}, NO_VERSION),
        ({**overlay(), "overlay": None}, NO_VERSION),
        (overlay("1.1."), "/overlay: '1.1.' does not match"),
        (overlay("1.0.x"), "/overlay: '1.0.x' does not match"),
        (overlay("1.1.0-rc1"), "/overlay: '1.1.0-rc1' does not match"),
        # the whole
        ({"overlay": "1.1.0", "actions": [REMOVE]}, "/: 'info' is a required property"),
        ({"overlay": "1.1.0", "info": INFO}, "/: 'actions' is a required property"),
        (overlay(extends=1), "/extends: 1 is not of type 'string'"),
        (overlay(other=1), "/: 'other' does not match any of the regexes"),
        (overlay("1.0.0", other=1), "/: 'other' does not match any of the regexes"),
        # info
        (overlay(info=None), "/info: None is not of type 'object'"),
        (overlay(info="T"), "/info: 'T' is not of type 'object'"),
        (overlay(info={"title": "T"}), "/info: 'version' is a required property"),
        (overlay(info={"version": "1"}), "/info: 'title' is a required property"),
        (overlay(info={**INFO, "title": 1}), "/info/title: 1 is not of type 'string'"),
        (overlay(info={**INFO, "version": 1.0}), "/info/version: 1.0 is not of type 'string'"),
        (overlay(info={**INFO, "description": 1}), "/info/description: 1 is not of type 'string'"),
        (
            overlay("1.0.0", info={**INFO, "description": "D"}),
            "/info: 'description' does not match",
        ),
        (overlay(info={**INFO, "contact": {}}), "/info: 'contact' does not match"),
        # actions
        (overlay(actions=None), "/actions: None is not of type 'array'"),
        (overlay(actions={}), "/actions: {} is not of type 'array'"),
        (overlay(actions=[]), "/actions: [] should be non-empty"),
        (overlay(actions=[REMOVE, UPDATE, REMOVE]), "has non-unique elements"),
        (overlay("1.0.0", actions=[UPDATE, UPDATE]), "has non-unique elements"),
        (overlay(actions=["$"]), "/actions/0: '$' is not of type 'object'"),
        (overlay(actions=[REMOVE, None]), "/actions/1: None is not of type 'object'"),
        (overlay(actions=[{"update": {}}]), "/actions/0: 'target' is a required property"),
        # an action
        (action(target=["$"], remove=True), "/actions/0/target: ['$'] is not of type 'string'"),
        (action(target=None, remove=True), "/actions/0/target: None is not of type 'string'"),
        (action(target="", remove=True), "/actions/0/target: '' does not match"),
        (action(target="a.b", remove=True), "/actions/0/target: 'a.b' does not match"),
        (action(description=["D"], remove=True), "/actions/0/description: ['D'] is not of type"),
        (action(remove="yes"), "/actions/0/remove: 'yes' is not of type 'boolean'"),
        (action(remove=1), "/actions/0/remove: 1 is not of type 'boolean'"),
        (action("1.0.0", remove=None), "/actions/0/remove: None is not of type 'boolean'"),
        (action(copy=1), "/actions/0/copy: 1 is not of type 'string'"),
        (action(copy=""), "/actions/0/copy: '' does not match"),
        (action("1.0.0", copy="$.b"), "/actions/0: 'copy' does not match any of the regexes"),
        (action(removed=True), "/actions/0: 'removed' does not match any of the regexes"),
        (action(), "/actions/0: an action must have one of update, copy and remove"),
        (action(update={}, remove=True), "/actions/0: an action must have one of"),
        (action(update={}, copy="$.b"), "/actions/0: an action must have one of"),
        (action(copy="$.b", remove=False), "/actions/0: an action must have one of"),
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


def test_proposed_actions_are_a_valid_overlay() -> None:
    assert list(errors_of(json.loads(json.dumps(overlay_of([REMOVE]))))) == []
