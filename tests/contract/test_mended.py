"""Corrections clean themselves up: what HighLevel mends stops the run and names the action."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from scripts import generate as command
from scripts.contract.errors import CannotRunError
from scripts.contract.generate import Layout
from scripts.contract.openapi.documents import dump

from .published import state

TOP = Path(__file__).parents[2]
CAPTURED = json.loads((TOP / "openapi" / "captured" / "2021-07-28.json").read_bytes())

Mend = Callable[[dict[str, Any]], object]


def at(*path: str | int) -> Callable[[dict[str, Any]], Any]:
    def find(document: dict[str, Any]) -> Any:
        node: Any = document
        for step in path:
            node = node[step]
        return node

    return find


def setting(value: object, *path: str | int) -> Mend:
    return lambda document: at(*path[:-1])(document).__setitem__(path[-1], value)


def removing(*path: str | int) -> Mend:
    return lambda document: at(*path[:-1])(document).pop(path[-1])


def moving(start: str, end: str) -> Mend:
    def move(document: dict[str, Any]) -> None:
        document["paths"].setdefault(end, {}).update(document["paths"].pop(start))

    return move


def answering(method: str, path: str, status: str) -> Mend:
    body = ("content", "application/json", "schema", "$ref")
    mended = "#/components/schemas/BadRequestDTO"  # any but the one that is wrong
    return setting(mended, "paths", path, method, "responses", status, *body)


def schema(name: str, *more: str) -> tuple[str, ...]:
    return ("components", "schemas", name, *more)


PATHS = "/associations/", "/associations/objectKey/{objectKey}", "/associations/{associationId}"
LIST, BY_OBJECT, ONE = PATHS
ASSOCIATION = "GetPostSuccessfulResponseDto"
TEXT = {"type": "string"}


@pytest.mark.parametrize(
    ("mend", "action"),
    [
        (
            setting(True, "paths", BY_OBJECT, "get", "parameters", 1, "required"),
            "A path parameter is required",
        ),
        *(
            (
                setting("string", *schema(ASSOCIATION, "properties", name, "type")),
                "Labels, object keys and association types are text",
            )
            for name in ("firstObjectLabel", "secondObjectKey", "associationType")
        ),
        (
            setting("integer", "paths", LIST, "get", "parameters", 2, "schema", "type"),
            "Skip is a whole number from 0, and so is its example",
        ),
        (
            setting("integer", "paths", LIST, "get", "parameters", 3, "schema", "type"),
            "Limit is a whole number from 1, and so is its example",
        ),
        (
            removing("paths", ONE, "put", "parameters", 0),
            "The ten Version parameters are gone",
        ),
        (
            moving("/associations/relations/{recordId}", "/associations/relations/{id}"),
            "Listing relations moves to the one path",
        ),
        (
            moving("/associations/relations/{relationId}", "/associations/relation/{relationId}"),
            "Deleting a relation moves to the one path",
        ),
        (
            answering("get", LIST, "200"),
            "Listing associations answers with a page, not with one association",
        ),
        (
            answering("get", BY_OBJECT, "200"),
            "Listing by object key answers with a page, not with one association",
        ),
        (
            answering("put", ONE, "200"),
            "Updating answers with the association, in an envelope or flat",
        ),
        (
            answering("post", "/associations/relations", "201"),
            "Creating a relation answers with the relation, not with an association",
        ),
        (
            answering("get", "/associations/relations/{recordId}", "200"),
            "Listing relations answers with a page of relations, not with one association",
        ),
        (
            answering("delete", "/associations/relations/{relationId}", "200"),
            "Deleting a relation answers that it is deleted, not with an association",
        ),
        (
            setting(TEXT, *schema(ASSOCIATION, "properties", "traceId")),
            "Answers and errors carry a traceId",
        ),
        (
            setting(TEXT, *schema("DeleteAssociationsResponseDTO", "properties", "traceId")),
            "Answers and errors carry a traceId",
        ),
        (
            setting(TEXT, *schema("UnauthorizedDTO", "properties", "traceId")),
            "Answers and errors carry a traceId",
        ),
        (
            setting(TEXT, *schema("BadRequestDTO", "properties", "error")),
            "A 400 may name its error, as the others do",
        ),
        (
            setting(
                TEXT, *schema(ASSOCIATION, "properties", "firstObjectToSecondObjectCardinality")
            ),
            "An association has cardinalities where webhooks show them",
        ),
        (
            setting({"anyOf": []}, *schema("UnprocessableDTO", "properties", "message")),
            "The message of a 422 is a list or a text, so the list alone is gone",
        ),
        (
            removing(*schema(ASSOCIATION, "required")),
            "What is published as required of an association is kept",
        ),
        (
            setting([{"name": "Associations", "tags": ["Relations"]}], "x-tagGroups"),
            "x-tagGroups is one group, not a list of them, and nothing of ours reads it",
        ),
        (
            removing("components", "securitySchemes", "bearer", "in"),
            "An http security scheme has neither name nor in",
        ),
    ],
)
def test_what_highlevel_mends_stops_the_run_and_names_the_action(
    mend: Mend, action: str, project: Layout
) -> None:
    captured = json.loads(dump(CAPTURED))
    mend(captured)
    project.captured("2021-07-28").write_bytes(dump(captured))
    before = state(project.root)
    with pytest.raises(CannotRunError) as stopped:
        command.main([])
    assert f"({action})" in str(stopped.value)
    assert "HighLevel may have mended this: delete the action" in str(stopped.value)
    assert state(project.root) == before


def test_a_defect_in_one_place_more_stops_the_run_too(project: Layout) -> None:
    captured = json.loads(dump(CAPTURED))
    label = {"type": "object", "example": "student"}
    setting(label, *schema(ASSOCIATION, "properties", "label"))(captured)
    project.captured("2021-07-28").write_bytes(dump(captured))
    with pytest.raises(CannotRunError, match=r"hits 12 place\(s\), not 11\. see what is new there"):
        command.main([])
