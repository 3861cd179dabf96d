"""The normal form of a document: one spelling of what OpenAPI allows to be written in several ways.

Operations are complete: parameters, bodies, responses and security are in them, not above them or
in components. Each JSON body is a component. Statuses are listed one by one, servers have no
variables, and the version is 3.0.
"""

import copy
from collections.abc import Container, Iterator
from typing import Any

from scripts.openapi.documents import Document
from scripts.openapi.nodes import canonical, list_at, object_at
from scripts.openapi.normal_schemas import normal_schemas
from scripts.openapi.paths import (
    METHODS,
    arguments,
    operation_objects,
    template,
    with_arguments,
)
from scripts.openapi.references import followed

VERSION = "3.0.0"  # which every generator reads
# What a class of statuses stands for, with those of the class that any operation lists.
_USUAL = {"2": ("200",), "4": ("400", "401", "403", "404", "422", "429"), "5": ("500",)}
# What no component refers to, once it is in its operations; and what 3.0 does not have.
_INLINED = ("parameters", "requestBodies", "responses", "headers", "examples", "pathItems")
_NOT_IN_3_0 = ("webhooks", "jsonSchemaDialect", "$self")
_IGNORED = ("accept", "authorization", "content-type")  # headers with words of their own
_BEARER = {"type": "http", "scheme": "bearer"}
_JSON = "application/json"
_SCHEMAS = "#/components/schemas/"


def normal_form(document: Document) -> Document:
    """Return a document in its normal form; a reference that points at nothing stays as it is."""
    result = copy.deepcopy(document)
    is_newer = not str(document.get("openapi", "")).startswith("3.0")
    result["openapi"] = VERSION
    for key in _NOT_IN_3_0:
        result.pop(key, None)
    result.setdefault("paths", {})
    paths = object_at(result, "paths")
    for path, item in list(paths.items()):
        paths[path] = followed(result, item)
    operations = list(operation_objects(result))
    for path, _, operation in operations:
        _complete(result, paths[path], operation)
    listed = {str(status) for *_, each in operations for status in object_at(each, "responses")}
    for *_, operation in operations:
        if "responses" in operation:
            operation["responses"] = _listed_statuses(object_at(operation, "responses"), listed)
    for item in paths.values():
        if isinstance(item, dict):
            item.pop("parameters", None)
    _merge_templates(paths)
    result.pop("security", None)
    for section in _INLINED:
        object_at(result, "components").pop(section, None)
    if "servers" in result:
        result["servers"] = [_server(each) for each in list_at(result, "servers")]
    _normalise_schemes(object_at(object_at(result, "components"), "securitySchemes"))
    normal_schemas(result, is_newer=is_newer)
    _name_bodies(result)
    return result


def _complete(document: Document, item: dict[str, Any], operation: dict[str, Any]) -> None:
    found: dict[str, Any] = {}
    for raw in [*list_at(item, "parameters"), *list_at(operation, "parameters")]:
        parameter = _with_content(document, followed(document, raw))
        named = isinstance(parameter, dict) and "name" in parameter
        found[canonical([parameter["name"], parameter.get("in")] if named else raw)] = parameter
    if found:
        operation["parameters"] = [each for each in found.values() if not _is_ignored(each)]
    if "requestBody" in operation:
        body = followed(document, operation["requestBody"])
        operation["requestBody"] = _with_content(document, body)
    for status, raw in list(object_at(operation, "responses").items()):
        response = _with_content(document, followed(document, raw))
        operation["responses"][status] = response
        headers = object_at(response, "headers")
        for name, header in list(headers.items()):
            headers[name] = _with_content(document, followed(document, header))
    if "security" in document:
        operation.setdefault("security", copy.deepcopy(document["security"]))


def _is_ignored(parameter: Any) -> bool:
    is_header = isinstance(parameter, dict) and parameter.get("in") == "header"
    return is_header and str(parameter.get("name")).lower() in _IGNORED


def _with_content(document: Document, node: Any) -> Any:
    """Give a parameter, body or response one example, and its JSON one name."""
    _choose_example(document, node)
    content = object_at(node, "content")
    for name, media in list(content.items()):
        _choose_example(document, media)
        plain = name.partition(";")[0].strip().lower()
        if plain != name and plain == _JSON and plain not in content:
            content[plain] = content.pop(name)
    return node


def _choose_example(document: Document, node: Any) -> None:
    """Replace named examples by the value of the first one that has one, and put it in its schema.

    In a schema that others refer to, it would be an example of theirs, too.
    """
    examples = node.pop("examples", None) if isinstance(node, dict) else None
    for each in examples.values() if isinstance(examples, dict) else ():
        example = followed(document, each)
        if isinstance(example, dict) and "value" in example:
            node.setdefault("example", example["value"])
            break
    schema = object_at(node, "schema")
    if schema and "$ref" not in schema and "example" in node:
        schema.setdefault("example", node.pop("example"))


def _listed_statuses(responses: dict[str, Any], listed: set[str]) -> dict[str, Any]:
    """Replace `4XX` and `default` by the statuses that are not listed beside them."""
    found = {status: each for status, each in responses.items() if str(status).isdecimal()}
    for status in ("1XX", "2XX", "3XX", "4XX", "5XX", "default"):
        response = next((responses[key] for key in (status, status.lower()) if key in responses), 0)
        if response == 0:
            continue
        has_success = any(each.startswith("2") for each in found)
        # A server may fail with a 5XX whatever is documented: `default` adds none.
        classes = status[0] if status != "default" else "4" if has_success else "24"
        for each in _statuses(classes, listed):
            found.setdefault(each, copy.deepcopy(response))
    others = {key: each for key, each in responses.items() if str(key).startswith("x-")}
    return {**found, **others}


def _statuses(classes: str, listed: set[str]) -> Iterator[str]:
    for each in classes:
        known = {status for status in listed if status.isdecimal() and status[0] == each}
        yield from sorted(known | {*_USUAL.get(each, (f"{each}00",))})


def _merge_templates(paths: dict[str, Any]) -> None:
    """Make one path of several that differ only in a name: OpenAPI calls them identical."""
    by_template: dict[str, list[str]] = {}
    for path, item in paths.items():
        if isinstance(item, dict):
            by_template.setdefault(template(path), []).append(path)
    for same in by_template.values():
        methods = [method for path in same for method in paths[path] if method in METHODS]
        if len(same) == 1 or len(set(methods)) < len(methods):
            continue
        each_name = zip(*map(arguments, same), strict=True)
        names = [of[0] if len({*of}) == 1 else "" for of in each_name]
        for index, name in enumerate(names):
            names[index] = name or _free("id", names)
        merged: dict[str, Any] = {}
        for path in same:
            new = dict(zip(arguments(path), names, strict=True))
            item = paths.pop(path)
            for parameter in (one for each in item.values() for one in list_at(each, "parameters")):
                name = parameter.get("name") if isinstance(parameter, dict) else None
                if isinstance(name, str) and name in new and parameter.get("in") == "path":
                    parameter["name"] = new[name]
            merged |= item
        paths[with_arguments(same[0], names)] = merged


def _server(server: Any) -> Any:
    """Return a server with the defaults of its variables, and without a slash at its end."""
    if not isinstance(server, dict) or not isinstance(server.get("url"), str):
        return server
    url: str = server["url"]
    for name, variable in object_at(server, "variables").items():
        if isinstance(variable, dict):
            url = url.replace(f"{{{name}}}", str(variable.get("default", "")))
    others = {key: value for key, value in server.items() if key not in ("url", "variables")}
    return {**others, "url": url.rstrip("/")}


def _normalise_schemes(schemes: dict[str, Any]) -> None:
    """Write each scheme that sends a bearer token as one: this is all that OAuth is on the wire."""
    for name, scheme in schemes.items():
        kind = scheme.get("type") if isinstance(scheme, dict) else None
        is_header = kind == "apiKey" and scheme.get("name") == "Authorization"
        if kind in ("oauth2", "openIdConnect") or is_header:
            schemes[name] = {**_BEARER}
        elif kind == "http":
            scheme.pop("bearerFormat", None)  # a hint for readers


def _name_bodies(document: Document) -> None:
    """Make a component of each JSON body that is none; equal bodies become the same one."""
    components = document.setdefault("components", {})
    schemas: dict[str, Any] = object_at(components, "schemas")
    names = {canonical(each): name for name, each in sorted(schemas.items(), reverse=True)}
    for path, method, operation in operation_objects(document):
        bodies = (
            ("request", operation.get("requestBody")),
            *object_at(operation, "responses").items(),
        )
        for part, holder in bodies:
            media = object_at(object_at(holder, "content"), _JSON)
            schema = media.get("schema")
            if not isinstance(schema, dict) or not schema or "$ref" in schema:
                continue
            label = str(operation.get("operationId") or f"{method} {path}")
            name = names.setdefault(canonical(schema), _free(f"{label} {part}", schemas))
            schemas[name] = schema
            media["schema"] = {"$ref": f"{_SCHEMAS}{name}"}
    if schemas:
        components["schemas"] = schemas
    if not components:
        del document["components"]


def _free(label: str, taken: Container[str]) -> str:
    name = "".join(each if each.isalnum() and each.isascii() else "_" for each in label)
    while name in taken:
        name += "_"
    return name
