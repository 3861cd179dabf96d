"""The overlay in review: what became of each action when HighLevel's document moves."""

import json
from pathlib import Path
from typing import Any

import pytest

from scripts.contract.diff.overlaid import corrected, review_overlay
from scripts.contract.overlay import Action, read_actions
from scripts.diff import main
from tests.contract.diff_documents import Json, operation

DEFECT = {"name": "limit", "in": "query", "schema": {"type": "number"}}
MENDED = {"name": "limit", "in": "query", "schema": {"type": "integer"}}
BY_DEFECT = "$.paths.*.*.parameters[?@.schema.type == 'number'].schema"
BY_PLACE = "$.paths['/pets/{id}'].get.parameters[?@.name == 'limit'].schema"


def actions(target: str, expect: int | None = 1, **change: Any) -> list[Action]:
    """Read one action."""
    raw: Json = {"target": target, "description": "A limit is whole", "update": {"type": "integer"}}
    raw |= {"x-expect": expect, **change}
    return read_actions({"overlay": "1.1.0", "actions": [raw]})


def state(old: Json, new: Json, given: list[Action]) -> str:
    """Say what became of the one action."""
    (judgement,) = review_overlay(old, new, given).actions
    return judgement.state


@pytest.mark.parametrize("target", [BY_DEFECT, BY_PLACE])
def test_an_action_is_needed_while_the_defect_is_there(target: str) -> None:
    old = operation(parameters=[DEFECT])
    new = operation(parameters=[DEFECT], summary="other words")
    assert state(old, new, actions(target)) == "needed"


@pytest.mark.parametrize("target", [BY_DEFECT, BY_PLACE])
def test_an_action_is_mended_when_the_place_is_right_by_itself(target: str) -> None:
    old, new = operation(parameters=[DEFECT]), operation(parameters=[MENDED])
    assert state(old, new, actions(target)) == "mended"


def test_an_action_that_removes_is_mended_when_there_is_nothing_left_to_remove() -> None:
    old, new = operation(**{"x-groups": 1}), operation()
    given = actions("$.paths.*.*['x-groups']", remove=True)
    assert state(old, new, given) == "mended"


def test_an_action_has_moved_when_its_operation_is_gone() -> None:
    old = operation(parameters=[DEFECT])
    new = {**old, "paths": {"/animals/{id}": old["paths"]["/pets/{id}"]}}
    assert state(old, new, actions(BY_PLACE)) == "moved"


def test_an_action_has_moved_when_its_target_no_longer_finds_what_it_corrects() -> None:
    target = "$.paths.*[?@.operationId == 'get-pet']"
    given = actions(target, update={"summary": "Get a pet"})
    assert state(operation(), operation(operationId="read-pet"), given) == "moved"
    renamed = operation(operationId="read-pet", summary="Get a pet")
    assert state(operation(), renamed, given) == "mended"
    doomed = actions(f"{target}.tags", remove=True)
    old, new = operation(tags=["a"]), operation(operationId="read-pet", tags=["a"])
    assert state(old, new, doomed) == "moved"


def test_an_action_that_fits_no_more_is_not_called_mended() -> None:
    given = actions("$.paths.*.get.summary", update={"a": 1})
    document = operation(summary="Get a pet")
    assert state(document, document, given) != "mended"


def test_an_action_that_hits_more_places_is_to_be_read_again() -> None:
    old = operation(parameters=[DEFECT])
    new = operation(parameters=[DEFECT, {**DEFECT, "name": "skip"}])
    assert state(old, new, actions(BY_DEFECT)) == "changed"


def test_what_the_overlay_hides_and_causes_is_told() -> None:
    old, new = operation(parameters=[DEFECT]), operation(parameters=[MENDED])
    given = review_overlay(old, new, actions(BY_DEFECT))
    assert [each.rule for each in given.hides] == ["type-narrowed"]
    assert given.causes == []
    only_new = actions("$.paths.*.*.parameters[?@.schema.type == 'integer']", update={"x": 1})
    caused = review_overlay(old, new, only_new).causes
    assert [each.rule for each in caused] == ["unclassified"]


def test_correcting_leaves_the_document_alone() -> None:
    old = operation(parameters=[DEFECT])
    assert corrected(old, actions(BY_DEFECT)) == operation(parameters=[MENDED])
    assert old == operation(parameters=[DEFECT])


def _project(folder: Path) -> None:
    action = {"target": BY_DEFECT, "update": {"type": "integer"}, "x-expect": 1}
    (folder / "openapi").mkdir()
    (folder / "openapi/overlay.yaml").write_text(
        json.dumps({"overlay": "1.1.0", "actions": [action]})
    )
    for name, each in (("old", DEFECT), ("new", MENDED)):
        (folder / f"{name}.json").write_text(json.dumps(operation(parameters=[each])))


def test_the_command_reviews_the_overlay_or_compares_behind_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsysbinary: Any
) -> None:
    monkeypatch.chdir(tmp_path)
    _project(tmp_path)
    assert main(["old.json", "new.json", "--overlay", "--fail-on", "never"]) == 0
    assert b"mended: overlay action 1" in capsysbinary.readouterr().out
    assert main(["old.json", "old.json", "--overlay"]) == 0
    assert main(["new.json", "new.json", "--overlay"]) == 1  # an action is no longer needed
    assert main(["old.json", "new.json", "--fail-on", "any"]) == 1
    assert main(["old.json", "new.json", "--contract", "--fail-on", "any"]) == 0
