"""A captured document becomes the contract: renamed, corrected, described, in this order."""

import json
from pathlib import Path
from typing import Any

import pytest

from scripts.contract.corrections import Corrections, Recaptured, read_corrections
from scripts.contract.naming import read_names
from scripts.contract.overlay import overlay_of
from scripts.errors import CannotRunError

from .small import REASONS, actions_of

Json = dict[str, Any]

PUBLISHED: Json = {
    "openapi": "3.0.0",
    "paths": {"/pets": {"get": {"operationId": "PetController_list", "responses": {}}}},
}
LIST = {"operationId": "list_pets", "tag": "pets", "summary": "List them."}
NAMES = {"operations": {"GET /pets": LIST}}
BY_NAME = "$.paths.*[?@.operationId == 'list_pets']"
DEPRECATE = {"target": BY_NAME, "update": {"deprecated": True}}
WORD = {"target": "$.paths.*.get", "update": {"summary": "Ours."}}
NEW = {"get": {"operationId": "get-a", "responses": {}}}
MISFIT = {"target": "$.openapi", "update": {"a": 1}}


def corrections(*actions: Json) -> Corrections:
    read = actions_of(*actions) if actions else []
    return Corrections(read, read_names(NAMES, "names.yaml"))


def operation(document: Json) -> Json:
    found: Json = document["paths"]["/pets"]["get"]
    return found


def test_actions_use_our_names_and_their_texts_are_kept() -> None:
    before = json.dumps(PUBLISHED)
    named = {"operationId": "list_pets", "tags": ["pets"], "responses": {}}
    described = {**named, "summary": "List them."}
    assert operation(corrections().apply(PUBLISHED)) == described
    assert operation(corrections(DEPRECATE).apply(PUBLISHED)) == {**described, "deprecated": True}
    assert operation(corrections(WORD).apply(PUBLISHED)) == {**named, "summary": "Ours."}
    assert json.dumps(PUBLISHED) == before
    assert operation(Corrections([]).apply(PUBLISHED)) == operation(PUBLISHED)


def test_a_body_that_we_name_is_looked_for_under_our_names() -> None:
    names = {**NAMES, "schemas": {"Pets": {"roles": ["list_pets 200"]}}}
    given = Corrections([], read_names(names, "names.yaml"))
    assert given.of(PUBLISHED).unfilled_roles == []  # nothing refers to it
    needing = {**PUBLISHED, "components": {"schemas": {"A": {"$ref": "#/components/schemas/Pets"}}}}
    (unfilled,) = given.of(needing).unfilled_roles
    assert unfilled.startswith("role `list_pets 200` has no body now; GET /pets has: ")


def test_each_step_starts_from_the_previous_result_and_has_its_places_or_the_reason() -> None:
    absent = {"target": "$.none", "remove": True}
    given = corrections(DEPRECATE, MISFIT, absent, {**DEPRECATE, "target": "$.paths.*.get"})
    first, misfit, gone, idle = given.of(PUBLISHED).steps
    assert operation(first.before)["operationId"] == "list_pets"
    changed = [operation(each).get("deprecated") for each in (first.before, first.after)]
    assert changed == [None, True]
    assert misfit.before == misfit.after == first.after == gone.before
    assert [each.action.number for each in (first, misfit, gone, idle)] == [1, 2, 3, 4]
    assert first.places == [("paths", "/pets", "get")]
    assert [each.places for each in (misfit, gone, idle)] == [[], [], []]
    assert misfit.problem.endswith(" takes a single value; target: $.openapi")
    assert [each.problem for each in (first, gone, idle)] == ["", "", ""]


def test_changes_are_in_highlevels_names_and_messages_in_ours_without_those_of_tags() -> None:
    changed = {**PUBLISHED, "tags": [{"name": "new"}], "paths": {**PUBLISHED["paths"], "/a": NEW}}
    old, new = map(corrections().of, (PUBLISHED, changed))
    assert old.problems != []
    pair = Recaptured(old, new)
    assert [each.message for each in pair.changes] == [
        "GET /a is new",
        "tag new declares a tag",
    ]
    for form in ("published", "corrected"):
        assert pair.messages(form) == {("operation-added", "GET /a is new"): "GET /a is new"}


def test_corrections_are_read_from_a_folder_and_a_broken_file_is_named(tmp_path: Path) -> None:
    for name, text, why in (
        ("overlay.yaml", None, "cannot read {}: No such file"),
        ("overlay.yaml", "{broken", "{} is neither JSON nor YAML"),
        ("overlay.yaml", "{overlay: 1}", "{} is not an OpenAPI Overlay document:"),
        ("names.yaml", "{operation: {}}", "{}: Names.__init__() got an unexpected"),
    ):
        (tmp_path / "overlay.yaml").write_text(json.dumps(overlay_of([REASONS | DEPRECATE])))
        (tmp_path / "names.yaml").write_text(json.dumps(NAMES))
        assert read_corrections(tmp_path) == corrections(DEPRECATE)
        path = tmp_path / name
        path.unlink() if text is None else path.write_text(text)
        with pytest.raises(CannotRunError) as caught:
            read_corrections(tmp_path)
        said = str(caught.value).replace(f"{tmp_path.parent}/", "")
        assert said.startswith(why.replace("{}", f"{tmp_path.name}/{name}"))
