"""Further changes that a publisher could make, by what they change."""

import copy
from typing import Any

from .changes import ASSOCIATION, BY_OBJECT, NEW_VERSION, Change, Json, answer, operations, schema

CREATE = ("/associations/", "post")
LIST = ("/associations/", "get")
GET = (ASSOCIATION, "get")
PUT = (ASSOCIATION, "put")
DELETE = (ASSOCIATION, "delete")
BY_KEY = "/associations/key/{key_name}"
RELATE = ("/associations/relations", "post")
RELATIONS = ("/associations/relations/{recordId}", "get")
UNRELATE = ("/associations/relations/{relationId}", "delete")
Place = tuple[str, str]
TEXT = {"type": "string"}


def at(document: Json, place: Place) -> Json:
    """Return an operation."""
    found: Json = document["paths"][place[0]][place[1]]
    return found


def body(document: Json, place: Place) -> Json:
    """Return the schema of a request."""
    return schema(document, at(document, place)["requestBody"])


def parameter(document: Json, place: Place, name: str) -> Json:
    return next(each for each in at(document, place)["parameters"] if each["name"] == name)


def top(**values: Any) -> Change:
    return lambda document: document.update(copy.deepcopy(values))


def of(place: Place, **values: Any) -> Change:
    """Set keys of an operation."""
    return lambda document: at(document, place).update(copy.deepcopy(values))


def field(name: str, **values: Any) -> Change:
    """Set keys of a property of an association."""
    return lambda document: answer(document)["properties"][name].update(values)


def sent(place: Place, name: str, **values: Any) -> Change:
    """Set keys of a property of a request, which may be new."""
    return lambda document: body(document, place)["properties"].setdefault(name, {}).update(values)


def with_required(place: Place, name: str) -> Change:
    def change(document: Json) -> None:
        sent(place, name, **TEXT)(document)
        body(document, place)["required"].append(name)

    return change


def asked(place: Place, which: str, /, **values: Any) -> Change:
    """Set keys of a parameter."""
    return lambda document: parameter(document, place, which).update(copy.deepcopy(values))


def unasked(place: Place, name: str) -> Change:
    """Remove a parameter."""
    return lambda document: at(document, place)["parameters"].remove(
        parameter(document, place, name)
    )


def renamed(holder: Any, old: str, new: str) -> Change:
    """Rename a key of what `holder` finds, and in the list of what is required."""

    def change(document: Json) -> None:
        found = holder(document)
        members = found.get("properties", found)
        members[new] = members.pop(old)
        if "properties" in found:
            found["required"] = [new if each == old else each for each in found["required"]]

    return change


def status(place: Place, old: str, new: str) -> Change:
    return renamed(lambda document: at(document, place)["responses"], old, new)


def without_body(place: Place, code: str, *, now: str = "") -> Change:
    def change(document: Json) -> None:
        responses = at(document, place)["responses"]
        responses[now or code] = {"description": responses.pop(code)["description"]}

    return change


def answered(place: Place, code: str, value: Json) -> Change:
    """Set the schema of a response."""

    def change(document: Json) -> None:
        content = at(document, place)["responses"][code]["content"]
        content["application/json"]["schema"] = copy.deepcopy(value)

    return change


def listed_as(place: Place, name: str, *, is_bare: bool = False) -> Change:
    """Answer with a page of what is answered now."""

    def change(document: Json) -> None:
        media = at(document, place)["responses"]["200"]["content"]["application/json"]
        items = {"type": "array", "items": media["schema"]}
        page = {"type": "object", "required": [name], "properties": {name: items}}
        media["schema"] = items if is_bare else page

    return change


def moved(old: str, new: str) -> Change:
    return renamed(lambda document: document["paths"], old, new)


def gone(path: str, method: str = "") -> Change:
    def change(document: Json) -> None:
        if method:
            del document["paths"][path][method]
        else:
            del document["paths"][path]

    return change


def all_moved(document: Json) -> None:
    document["paths"] = {f"/v4{path}": each for path, each in document["paths"].items()}


def all_relations_gone(document: Json) -> None:
    for path in [each for each in document["paths"] if "/relations" in each]:
        del document["paths"][path]


def versions(change: Change) -> Change:
    """Change each Version parameter."""

    def edit(document: Json) -> None:
        for _, _, operation in operations(document):
            for each in operation["parameters"]:
                if each["name"] == "Version":
                    change(each)

    return edit


def without_version(document: Json) -> None:
    for _, _, operation in operations(document):
        operation["parameters"] = [
            each for each in operation["parameters"] if each["name"] != "Version"
        ]


def secured(*schemes: Json) -> Change:
    def change(document: Json) -> None:
        for _, _, operation in operations(document):
            operation["security"] = copy.deepcopy(list(schemes))

    return change


def scheme(**value: Any) -> Change:
    return lambda document: document["components"]["securitySchemes"].update(bearer=value)


def errors_as(code: str) -> Change:
    """List one error for all of them."""

    def change(document: Json) -> None:
        for _, _, operation in operations(document):
            found = operation["responses"]
            found[code] = found.pop("400")
            del found["401"], found["422"]

    return change


def without_errors(document: Json) -> None:
    for _, _, operation in operations(document):
        for each in ("400", "401", "422"):
            operation["responses"].pop(each, None)


def error_without_body(document: Json) -> None:
    for _, _, operation in operations(document):
        operation["responses"]["422"].pop("content")


def unused(**operation: Any) -> Change:
    """Add an operation that nothing of ours sends."""
    value = {"operationId": "count-unpublished", "responses": {"200": {"description": ""}}}
    return lambda document: document["paths"].update(
        {"/associations/unpublished": {"get": copy.deepcopy(value | operation)}}
    )


def dangling(value: str = "#/components/schemas/UnpublishedGone") -> Json:
    content = {"application/json": {"schema": {"$ref": value}}}
    return {"200": {"description": "", "content": content}}


def recorded_twice(document: Json) -> None:
    at(document, GET)["operationId"] = at(document, PUT)["operationId"]


def upside_down(document: Json) -> None:
    for holder in (document["paths"], document["components"]["schemas"]):
        members = dict(reversed(holder.items()))
        holder.clear()
        holder.update(members)


def merged_templates(document: Json) -> None:
    paths = document["paths"]
    paths["/associations/relations/{id}"] = item = {
        **paths.pop(RELATIONS[0]),
        **paths.pop(UNRELATE[0]),
    }
    for operation in item.values():
        for each in operation["parameters"]:
            each["name"] = "id" if each["in"] == "path" else each["name"]


def argument_renamed(document: Json) -> None:
    moved(ASSOCIATION, "/associations/{id}")(document)
    for operation in document["paths"]["/associations/{id}"].values():
        for each in operation["parameters"]:
            each["name"] = "id" if each["in"] == "path" else each["name"]


def as_3_2(document: Json) -> None:
    document |= {"openapi": "3.2.0", "$self": "https://a.test/associations.json"}


def wrapped(document: Json) -> None:
    for _, _, operation in operations(document):
        for each in [*operation["responses"].values(), operation.get("requestBody")]:
            if each:
                media = each["content"]["application/json"]
                media["schema"] = {"allOf": [media["schema"]]}


MEANING: dict[str, Change] = {
    "a response field: a number now": field("id", type="number"),
    "a response field: may be null": field("key", nullable=True),
    "a response field: one of a few": field("key", enum=["a", "b"]),
    "a response field: renamed": renamed(answer, "locationId", "subAccountId"),
    "a response field: deprecated": field("key", deprecated=True),
    "a closed response": lambda document: answer(document).update(additionalProperties=False),
    "a request field required": with_required(PUT, "unpublishedField"),
    "a request field of a relation required": with_required(RELATE, "unpublishedField"),
    "a request field renamed": renamed(lambda d: body(d, PUT), "firstObjectLabel", "label"),
    "a request field gone": lambda d: (
        body(d, PUT)["properties"].pop("secondObjectLabel"),
        body(d, PUT)["required"].remove("secondObjectLabel"),
    )[1],
    "a request field: shorter": sent(CREATE, "key", maxLength=9),
    "a request field: a number": sent(RELATE, "firstRecordId", type="number"),
    "a closed request": lambda document: body(document, PUT).update(additionalProperties=False),
    "a parameter required": lambda document: at(document, GET)["parameters"].append(
        {"name": "unpublished", "in": "query", "required": True, "schema": TEXT}
    ),
    "a parameter gone": unasked(LIST, "skip"),
    "a parameter renamed": asked(LIST, "limit", name="pageSize"),
    "a parameter: a text": asked(LIST, "limit", schema=TEXT),
    "a parameter: at most 50": lambda d: parameter(d, LIST, "limit")["schema"].update(maximum=50),
    "a parameter: optional": asked(LIST, "skip", required=False),
}
FORM: dict[str, Change] = {
    "upside down": upside_down,
    "merged templates": merged_templates,
    "OpenAPI 3.2": as_3_2,
    "an allOf of one": wrapped,
    "4XX": errors_as("4XX"),
    "default": errors_as("default"),
    "errors listed nowhere": without_errors,
    "a path argument renamed": argument_renamed,
}
VERSION: dict[str, Change] = {
    "a Version replaced": versions(lambda each: each["schema"].update(enum=[NEW_VERSION])),
    "a Version optional": versions(lambda each: each.update(required=False)),
    "a Version of any text": versions(lambda each: each["schema"].pop("enum")),
    "a Version header gone": without_version,
}
URL = "https://services.leadconnectorhq.com"
SERVER: dict[str, Change] = {
    "a server with a variable": top(
        servers=[{"url": "https://{host}/", "variables": {"host": {"default": URL[8:]}}}]
    ),
    "a server with a slash": top(servers=[{"url": f"{URL}/"}]),
    "a second server": top(servers=[{"url": URL}, {"url": "https://b.example"}]),
    "a server with a path": top(servers=[{"url": f"{URL}/v4"}]),
    "no servers": lambda document: document.pop("servers"),
}
SECURITY: dict[str, Change] = {
    "an oauth2 scheme": scheme(type="oauth2", flows={}),
    "an apiKey of another header": scheme(type="apiKey", name="X-Key", **{"in": "header"}),
    "another scope": of(PUT, security=[{"bearer": ["associations.unpublished"]}]),
    "an alternative scheme": secured({"bearer": ["associations.write"]}, {"Agency-Access": []}),
    "a second key needed": secured({"bearer": ["associations.write"], "Agency-Access": []}),
    "no security": secured(),
}
BODIES: dict[str, Change] = {
    "a created association without body": without_body(CREATE, "201"),
    "an association without body": without_body(GET, "200"),
    "a page of associations": listed_as(LIST, "associations"),
    "a bare list of associations": listed_as(LIST, "", is_bare=True),
    "a page under another name": listed_as(LIST, "data"),
    "an association in an envelope": listed_as(GET, "association"),
    "an error without body": error_without_body,
    "a request in XML alone": renamed(
        lambda d: at(d, PUT)["requestBody"]["content"], "application/json", "application/xml"
    ),
    "no request": lambda document: at(document, PUT).pop("requestBody"),
}
STATUSES: dict[str, Change] = {
    "201 is 200": status(CREATE, "201", "200"),
    "200 is 202": status(PUT, "200", "202"),
    "200 is 204": without_body(DELETE, "200", now="204"),
    "a 503": lambda d: at(d, GET)["responses"].update({"503": {"description": ""}}),
    "no success": lambda d: at(d, GET)["responses"].pop("200"),
}
MOVES: dict[str, Change] = {
    "PUT is PATCH": renamed(lambda document: document["paths"][ASSOCIATION], "put", "patch"),
    "a path": moved(BY_KEY, "/associations/by-key/{key_name}"),
    "a path without its slash": moved("/associations/", "/associations"),
    "all paths": all_moved,
    "an argument to the query": lambda document: (
        parameter(document, (BY_OBJECT, "get"), "objectKey").update({"in": "query"}),
        moved(BY_OBJECT, "/associations/by-object")(document),
    )[1],
}
RETIREMENTS: dict[str, Change] = {
    "PUT gone": gone(*PUT),
    "GET gone": gone(*GET),
    "a list gone": gone(*LIST),
    "a creation gone": gone(*CREATE),
    "a look-up gone": gone(BY_KEY),
    "relations gone": all_relations_gone,
    "everything gone": top(paths={}),
    "PUT deprecated": of(PUT, deprecated=True, **{"x-sunset": "2099-12-31"}),
}
DEFECTS: dict[str, Change] = {
    "an unused operation that refers to nothing": unused(responses=dangling()),
    "an operation of ours that refers to nothing": of(GET, responses=dangling()),
    "an operationId twice": recorded_twice,
    "a type that does not exist": field("key", type="nothing"),
    "an unused operation with a wrong type": unused(
        parameters=[{"name": "a", "in": "query", "schema": {"type": "nothing"}}]
    ),
    "an argument that the path does not have": moved(ASSOCIATION, "/associations/{id}"),
    "a parameter without name": lambda d: parameter(d, LIST, "limit").pop("name"),
}
ALL: dict[str, Change] = {
    **MEANING,
    **FORM,
    **VERSION,
    **SERVER,
    **SECURITY,
    **BODIES,
    **STATUSES,
    **MOVES,
    **RETIREMENTS,
    **DEFECTS,
}
