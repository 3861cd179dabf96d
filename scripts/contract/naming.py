"""Rename and describe a document by `openapi/names.yaml`, before and after the overlay.

`rename` runs before it, so that its actions use our names whatever HighLevel's are; `describe` runs
after it and adds missing texts. A listed but unpublished name is ignored; a published but unlisted
item is named by rule.
"""

import copy
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from scripts.errors import CannotRunError
from scripts.openapi.documents import Document
from scripts.openapi.nodes import list_at, object_at
from scripts.openapi.paths import operation_objects, template
from scripts.openapi.references import references

_SCHEMAS = "#/components/schemas/"
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")
Words = dict[str, str]
"""The description of each name."""


@dataclass(frozen=True)
class OperationNames:
    operationId: str
    tag: str
    summary: str = ""
    parameters: Words = field(default_factory=dict)
    scopes: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class SchemaNames:
    roles: list[str] = field(default_factory=list)  # that identify a published schema
    description: str = ""
    properties: Words = field(default_factory=dict)


@dataclass(frozen=True)
class Names:
    """The content of names.yaml; if empty, everything is named by rule and gets no texts."""

    info: str = ""
    tags: Words = field(default_factory=dict)
    operations: dict[str, OperationNames] = field(default_factory=dict)  # by `GET /pets/{}`
    parameters: Words = field(default_factory=dict)
    responses: Words = field(default_factory=dict)
    schemas: dict[str, SchemaNames] = field(default_factory=dict)
    properties: Words = field(default_factory=dict)
    securitySchemes: Words = field(default_factory=dict)


def read_names(raw: Any, where: str) -> Names:
    """Read the names from parsed data; `where` is for errors."""
    try:
        listed = raw.get("operations", {})
        operations = {template(label): OperationNames(**each) for label, each in listed.items()}
        schemas = {name: SchemaNames(**each) for name, each in raw.get("schemas", {}).items()}
        names = Names(**{**raw, "operations": operations, "schemas": schemas})
    except (AttributeError, TypeError) as error:
        raise CannotRunError(f"{where}: {error}") from error
    ids = {each.operationId for each in operations.values()}
    if not len(listed) == len(operations) == len(ids):
        raise CannotRunError(f"{where}: operations: a path or an operationId is listed twice")
    return names


def rename(document: Document, names: Names) -> Document:
    """Return a copy in which operations, tags and schemas have our names."""
    result = copy.deepcopy(document)
    ids = {each.operationId for each in names.operations.values()}
    for path, method, operation in operation_objects(result):
        known = names.operations.get(template(f"{method.upper()} {path}"))
        if known:
            operation["operationId"], operation["tags"] = known.operationId, [known.tag]
        elif names.operations:
            name = snake_case(str(operation.get("operationId") or f"{method} {path}"))
            operation["operationId"] = _free(name, ids)
            operation["tags"] = [_tag(list_at(operation, "tags"), path)]
            ids.add(operation["operationId"])
    _rename_schemas(result, names)
    return result


def describe(document: Document, names: Names) -> Document:
    """Return a copy with missing texts and scopes, and with the tags of its operations listed."""
    result = copy.deepcopy(document)
    by_id = {each.operationId: each for each in names.operations.values()}
    used: dict[str, None] = {}
    for _, _, operation in operation_objects(result):
        known = by_id.get(str(operation.get("operationId")), OperationNames("", ""))
        _add_text(operation, "summary", known.summary)
        if known.scopes and not operation.get("security"):
            operation["security"] = [{"bearer": []}]
        for each in list_at(operation, "security"):
            if isinstance(each, dict) and each.get("bearer") == []:
                each["bearer"] = list(known.scopes)
        words = {**names.parameters, **known.parameters}
        for parameter in list_at(operation, "parameters"):
            text = words.get(str(_named(parameter)), "")
            for node in (parameter, object_at(parameter, "schema")):
                _add_text(node, "description", text)  # the generator uses the schema's
        for status, response in object_at(operation, "responses").items():
            of_class = names.responses.get(f"{status[:1]}XX", "")
            _add_text(response, "description", names.responses.get(status, of_class))
        used.update(dict.fromkeys(map(str, list_at(operation, "tags"))))
    _add_text(result.get("info"), "description", names.info)
    if names.tags:
        listed = [tag for tag in names.tags if tag in used]
        result["tags"] = [{"name": tag} for tag in dict.fromkeys([*listed, *used])]
        for tag in result["tags"]:
            _add_text(tag, "description", names.tags.get(tag["name"], ""))
    _describe_components(object_at(result, "components"), names)
    return result


def unfilled_roles(document: Document, names: Names) -> dict[str, str]:
    """Return what to say of each schema of ours that no role finds in a renamed document."""
    schemas = object_at(object_at(document, "components"), "schemas")
    operations, said = _bodies(document), {}
    for name, known in names.schemas.items():
        operation = known.roles[0].partition(" ")[0] if known.roles else ""
        if name not in schemas and operation in operations:
            label, bodies = operations[operation]
            have = ", ".join(f"{part} ({body})" if body else part for part, body in bodies.items())
            said[name] = f"role `{known.roles[0]}` has no body now; {label} has: {have}"
    return said


def snake_case(name: str) -> str:
    """Write a name in snake_case: `get-association-by-ID` is `get_association_by_id`."""
    return "_".join(_WORD.findall(name)).lower()


def _tag(tags: list[Any], path: str) -> str:
    """Return the tag of an unlisted operation: its first one, or the start of the path."""
    segments = [each for each in path.split("/") if each and not each.startswith("{")]
    return snake_case(str(next(iter([*tags, *segments]), ""))) or "default"


def _free(name: str, taken: set[str]) -> str:
    """Return a name that is not taken in code, with a number appended if needed."""
    known = {snake_case(each).replace("_", "") for each in taken}
    number, free = 1, name
    while snake_case(free).replace("_", "") in known:
        number += 1
        free = f"{name}_{number}" if name.islower() else f"{name}{number}"
    return free


def _rename_schemas(document: Document, names: Names) -> None:
    schemas = object_at(object_at(document, "components"), "schemas")
    if not schemas:
        return
    new: dict[str, str] = {}  # by published name
    operations = _bodies(document)
    for name, known in names.schemas.items():
        for role in known.roles:  # an operation with `request`, `404` or `2XX`
            operation, _, part = role.partition(" ")
            _, bodies = operations.get(operation, ("", {}))
            found = [body for key, body in bodies.items() if part in (key, f"{key[:1]}XX")]
            published = next(filter(None, found), "")
            if published in schemas and published not in new:
                new[published] = name
                break
    # What HighLevel calls as we do keeps its name.
    same = schemas.keys() & names.schemas.keys() - new.keys() - set(new.values())
    new |= {name: name for name in same}
    taken = set(names.schemas)
    for published in sorted(schemas.keys() - new.keys()):
        new[published] = _free(published, taken)
        taken.add(new[published])
    document["components"]["schemas"] = {new[name]: each for name, each in schemas.items()}
    for each in references(document):
        each.holder[each.key] = _renamed(each.text, new)


def _renamed(reference: str, new: Mapping[str, str]) -> str:
    name, slash, rest = reference.removeprefix(_SCHEMAS).partition("/")
    if not reference.startswith(_SCHEMAS) or name not in new:
        return reference
    return f"{_SCHEMAS}{new[name]}{slash}{rest}"


def _bodies(document: Document) -> dict[str, tuple[str, dict[str, str]]]:
    """Return by operationId its label, and the names of its bodies by `request` or status."""
    found: dict[str, tuple[str, dict[str, str]]] = {}
    for path, method, operation in operation_objects(document):
        request = {"request": operation["requestBody"]} if "requestBody" in operation else {}
        bodies = {}
        for key, holder in {**request, **object_at(operation, "responses")}.items():
            media = object_at(holder, "content").values()
            texts = [str(object_at(each, "schema").get("$ref", "")) for each in media]
            names = [each.removeprefix(_SCHEMAS) for each in texts if each.startswith(_SCHEMAS)]
            bodies[key] = next(iter(names), "")
        found.setdefault(str(operation.get("operationId")), (f"{method.upper()} {path}", bodies))
    return found


def _named(parameter: Any) -> Any:
    return parameter.get("name") if isinstance(parameter, dict) else None


def _describe_components(components: dict[str, Any], names: Names) -> None:
    for parameter in object_at(components, "parameters").values():
        _add_text(parameter, "description", names.parameters.get(str(_named(parameter)), ""))
    for name, scheme in object_at(components, "securitySchemes").items():
        _add_text(scheme, "description", names.securitySchemes.get(name, ""))
    for name, schema in object_at(components, "schemas").items():
        known = names.schemas.get(name, SchemaNames())
        _add_text(schema, "description", known.description)
        words = {**names.properties, **known.properties}
        for key, node in object_at(schema, "properties").items():
            _add_text(node, "description", words.get(key, ""))


def _add_text(node: Any, key: str, words: str) -> None:
    """Add a text to an object without one; not beside a reference, where it has no effect."""
    if words and isinstance(node, dict) and "$ref" not in node and not node.get(key):
        node[key] = words
