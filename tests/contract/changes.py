"""What HighLevel could publish: each change edits a document, under whatever names it has.

What a change adds has a name that HighLevel never publishes, so that the change is one whatever is
captured. What it renames is only what we recognise: the rest is called as it is published. Where an
update stops, the row has the start of the first line that it prints.
"""

# ruff: noqa: E501 - one row a line keeps the table readable

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from scripts.contract.corrections import read_corrections
from scripts.contract.naming import rename
from scripts.openapi.paths import template
from tests.contract.editing import (
    Change,
    Json,
    both,
    edit,
    moved,
    nodes,
    operations,
    status,
    to,
    without,
)

OPENAPI = Path(__file__).parents[2] / "openapi"
NAMES = read_corrections(OPENAPI).names
CONTRACT: Json = json.loads((OPENAPI / "associations.json").read_bytes())
NEW_VERSION = "2099-01-01"

ASSOCIATION = "/associations/{associationId}"
BY_OBJECT, BY_KEY = "/associations/objectKey/{objectKey}", "/associations/key/{key_name}"
CREATE, LIST = "post /associations/", "get /associations/"
GET, PUT, DELETE = f"get {ASSOCIATION}", f"put {ASSOCIATION}", f"delete {ASSOCIATION}"
RELATE = "post /associations/relations"
RELATIONS = "/associations/relations/{recordId}"
UNRELATE = "/associations/relations/{relationId}"
URL = "https://services.leadconnectorhq.com"
TEXT = {"type": "string"}
WORDS = {"summary": "Other words.", "description": "Other words."}


def answer(document: Json) -> Json:
    return nodes(document, GET, "200")[0]


def listed(document: Json) -> Iterator[tuple[str, str, Json]]:
    for path, method, operation in operations(document):
        if template(f"{method.upper()} {path}") in NAMES.operations:
            yield path, method, operation


def answered(key: str, **value: Any) -> Change:
    return edit(GET, "200", properties={key: value})


def sent(where: str, key: str, **value: Any) -> Change:
    return edit(where, "request", properties={key: value})


def required(where: str, key: str) -> Change:
    return both(sent(where, key, **TEXT), edit(where, "request", required=[key]))


def new_operation(document: Json) -> None:
    operation = json.loads(json.dumps(document["paths"][ASSOCIATION]["get"]))
    operation |= {"operationId": "count-unpublished", "tags": ["Relations"]}
    body = operation["responses"]["200"]["content"]["application/json"]
    body["schema"] = {"$ref": "#/components/schemas/UnpublishedDto"}
    document["components"]["schemas"]["UnpublishedDto"] = {
        "type": "object",
        "properties": {"count": {"type": "number", "example": 3}},
        "required": ["count"],
    }
    document["paths"][f"{ASSOCIATION}/unpublished"] = {"get": operation}


def operation_ids_renamed(document: Json) -> None:
    for path, method, operation in listed(document):
        operation["operationId"] = f"AssociationsController_{method}{len(path)}"


def components_renamed(document: Json) -> None:
    text = json.dumps(document)
    published = document["components"]["schemas"]
    ours = rename(document, NAMES)["components"]["schemas"]
    for name, our_name in zip(published, ours, strict=True):
        if our_name in CONTRACT["components"]["schemas"] and our_name not in NAMES.schemas:
            continue
        text = text.replace(f'"{name}"', f'"V2{name}"')
        text = text.replace(f'schemas/{name}"', f'schemas/V2{name}"')
    document.update(json.loads(text))


def tags_renamed(document: Json) -> None:
    document["tags"] = [{"name": "Object Associations"}]
    for _, _, operation in listed(document):
        operation["tags"] = ["Object Associations"]


def of_fields(edited: Any) -> Change:
    def change(document: Json) -> None:
        for found in document["components"]["schemas"].values():
            for name, value in found["properties"].items():
                edited(name, value)

    return change


def other_example(_: str, value: Json) -> None:
    if isinstance(value.get("example"), str):
        value["example"] = f"{value['example']}2"


def answers_without_body(document: Json) -> None:
    for _, _, operation in operations(document):
        for code in {"200", "201"} & operation["responses"].keys():
            operation["responses"][code].pop("content")


def merged_templates(document: Json) -> None:
    both(moved(RELATIONS, "/a", "id"), moved(UNRELATE, "/b", "id"))(document)
    paths = document["paths"]
    paths["/associations/relations/{id}"] = {**paths.pop("/a"), **paths.pop("/b")}


def page(schema: Json) -> Json:
    items = {"associations": {"type": "array", "items": schema}}
    return {"type": "object", "required": [*items], "properties": items}


query = edit(LIST, parameters=[{"name": "unpublishedSearch", "in": "query", "schema": TEXT}])
response_field = edit(GET, "200", properties={"unpublishedField": TEXT})
servers_changed = edit("", servers=to([{"url": "https://api.example.com"}]))
version_accepted = edit("*", "?Version", schema={"enum": [NEW_VERSION]})
scope_added = edit(
    PUT,
    security=lambda old: [
        {name: [*each, "unpublished.write"] for name, each in one.items()} for one in old
    ],
)
labels_without_examples = of_fields(lambda _, value: value.pop("example", None))
GONE = {"$ref": "#/components/schemas/UnpublishedGone"}
DANGLING = {"200": {"description": "", "content": {"application/json": {"schema": GONE}}}}

# The beginning of what a body without a name is called.
CAPTURED = json.loads((OPENAPI / "captured/2021-07-28.json").read_bytes())
LISTED = nodes(CAPTURED, LIST)[0]["operationId"].replace("-", "_")
FACADE = "facade must change (facade/_async/associations.py"
OF_RELATIONS = "facade must change (facade/_async/relations.py"
OF_SERVER = f"facade must change (facade/_core/client_options.py): server {URL} is no longer served"
LOST = "a correction no longer finds its place"
NO_BODY = "a body that we name is not where it was"
MOVED = "an operation has moved"

Rows = dict[str, Change | tuple[Change, str]]
# Those that `make proof` publishes, too.
PROVED: Rows = {
    "prose only": both(edit("", "/info", description="Other words."), edit("*", **WORDS)),
    "a response field: text": answered("unpublishedField", type="string", example="a"),
    "a response field: date-time": answered("unpublishedField", type="string", format="date-time"),
    "a response field: object": answered("unpublishedField", type="object", properties={}),
    "a response field: free object": answered("unpublishedField", type="object"),
    "a response field: array": answered("unpublishedField", type="array", items=TEXT),
    "a response field: required": both(response_field, edit(GET, "200", required=["unpublishedField"])),
    "a response field gone": (edit(GET, "200", properties={"associationType": None}, required=without("associationType")), f"{FACADE}, Association.association_type): AssociationPayload."),
    "a request field": sent(CREATE, "unpublishedNote", type="string", example="a"),
    "a query parameter": query,
    "an error status": edit(PUT, responses=lambda old: {**old, "409": old["400"], "404": old["400"]}),
    "an operation": new_operation,
    "operationIds renamed": operation_ids_renamed,
    "components renamed": components_renamed,
    "tags renamed": tags_renamed,
    "a Version accepted": version_accepted,
    "labels mended": of_fields(lambda name, value: value.update(TEXT if name.endswith("Label") else {})),
    "objectKey mended": edit(f"get {BY_OBJECT}", "?objectKey", required=True),
    "examples changed": of_fields(other_example),
    "servers changed": (servers_changed, OF_SERVER),
    "a scope added": scope_added,
}  # fmt: skip
FURTHER: Rows = {
    # meaning
    "a response field: a number now": (answered("id", type="number"), f"{FACADE}, Association.id): AssociationPayload.id has"),
    "labels without examples": (labels_without_examples, LOST),
    "a request field required": (required(PUT, "unpublishedField"), f"{FACADE}): UpdateAssociationBody.unpublishedField is a new"),
    "a request field: shorter": sent(CREATE, "key", maxLength=9),  # its example is longer
    "a request field: a number": (sent(RELATE, "firstRecordId", type="number"), f"{OF_RELATIONS}): CreateRelationBody.firstRecordId has another type"),
    "a parameter gone": (edit(LIST, parameters=without("skip")), f"{FACADE}): query parameter skip is no longer understood"),
    "a parameter: at most 50": (edit(LIST, "?limit", schema={"maximum": 50}), f"{FACADE}): query parameter limit"),  # a method sends 100
    # form
    "merged templates": merged_templates,
    "OpenAPI 3.2": edit("", openapi="3.2.0", **{"$self": "https://a.test/associations.json"}),
    "a path argument renamed": moved(ASSOCIATION, "/associations/{id}", "id"),
    # Versions
    "a Version replaced": (edit("*", "?Version", schema={"enum": to([NEW_VERSION])}), "a document is of another Version now"),
    # servers
    "no servers": (edit("", servers=None), OF_SERVER),
    # security
    "an apiKey of another header": (edit("", "/components/securitySchemes", bearer=to({"type": "apiKey", "name": "X-Key", "in": "header"})), "security scheme bearer is another kind of scheme (in"),
    "no security": edit("*", security=to([])),
    # bodies
    "an association without body": (edit(GET, "=200", content=None), f"{FACADE}): response 200 of GET /associations/{{associat"),
    "answers without body": (answers_without_body, NO_BODY),
    "a page of associations": (edit(LIST, "=200", content={"application/json": {"schema": page}}), f"{LISTED}_200.associationType is gone (in GET /associati"),
    "no request": (edit(PUT, requestBody=None), f"{FACADE}): request body of PUT /associations/{{associationId}} is no"),
    # statuses
    "201 is 200": status(CREATE, "201", "200"),
    # moves
    "a path": (moved(BY_KEY, "/associations/by-key/{key_name}"), MOVED),
    "PUT is PATCH": (edit("", "/paths", **{ASSOCIATION: lambda old: {"patch" if each == "put" else each: old[each] for each in old}}), MOVED),
    "all paths": (edit("", paths=lambda old: {f"/v4{path}": each for path, each in old.items()}), MOVED),
    "an argument to the query": (both(edit(f"get {BY_OBJECT}", "?objectKey", **{"in": "query"}), moved(BY_OBJECT, "/associations/by-object")), MOVED),
    # retirements
    "PUT gone": (edit("", "/paths", **{ASSOCIATION: {"put": None}}), f"{FACADE}): PUT /associations/{{associationId}} is gone"),
    "everything gone": (edit("", paths=to({})), f"{FACADE}, facade/_async/relations.py"),
    # defects
    "an unused operation that refers to nothing": edit("", "/paths", **{"/associations/unpublished": {"get": {"responses": DANGLING}}}),
    "an operation of ours that refers to nothing": (edit(GET, responses=to(DANGLING)), "HighLevel's document refers to nothing"),
    "an operationId twice": edit(GET, operationId="update-association"),
    "a new field of no type": (answered("unpublishedField", type="nothing"), "HighLevel's document is not valid"),
    "a contact that is none": edit("", "/info", contact={"email": 1}),
    "an argument that the path does not have": (moved(ASSOCIATION, "/associations/{id}"), "HighLevel's document is not valid"),
}  # fmt: skip


def _rows() -> Iterator[tuple[str, tuple[Change, str]]]:
    """Yield each change that stops an update, and the others in ten groups, which do not stop it.

    Neighbours, which may be of one place, are in different groups.
    """
    followed: dict[str, Change] = {}
    for name, row in (PROVED | FURTHER).items():
        if isinstance(row, tuple):
            yield name, row
        else:
            followed[name] = row
    for start in range(10):
        names = [*followed][start::10]
        yield ", ".join(names), (both(*map(followed.__getitem__, names)), "")


ROWS = dict(_rows())
CHANGES = {name: row[0] if isinstance(row, tuple) else row for name, row in PROVED.items()}
