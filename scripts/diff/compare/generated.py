"""How openapi-python-client treats bodies and responses, and how it names inline classes."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from scripts.diff.compare.canonical import ComparedDocument
from scripts.diff.compare.fields import structure
from scripts.diff.names import class_name
from scripts.openapi.nodes import JOIN_SEPARATOR, Node, canonical, text, value
from scripts.openapi.pointers import split

_SENT = {
    "application/x-www-form-urlencoded": "data",
    "multipart/form-data": "files",
    "application/octet-stream": "content",
}


def used_types(media_types: Iterable[str], *, is_sent: bool) -> dict[str, str]:
    """Return how generated code uses media types; of a response it reads only the first."""
    kinds = {each: media_type_kind(each, is_sent=is_sent) for each in media_types}
    known = [(each, kind) for each, kind in kinds.items() if kind]
    return dict(known if is_sent else known[:1])


def media_type_kind(media_type: str, *, is_sent: bool) -> str | None:
    """Return how the generator reads or writes a media type; None if it cannot."""
    if media_type == "application/json" or media_type.endswith("+json"):
        return "json"
    if is_sent:
        return _SENT.get(media_type)
    if media_type.startswith("text/"):
        return "text"
    return "content" if media_type == "application/octet-stream" else None


def response_type(document: ComparedDocument, response: Node) -> object:
    """Return the type of a response in code: equal for equal types, None if it is left out."""
    response = document.resolve(response)[0]
    content = response.get("content")
    if content is None or not content.value:
        return "Any"
    for name, media_type in content.members():
        if media_type_kind(name.lower().partition(";")[0], is_sent=False):
            schema = media_type.get("schema")
            return "Any" if schema is None else _type(document, schema)
    return None


def _type(document: ComparedDocument, schema: Node) -> object:
    if makes_class(document, schema):
        return object()  # a class of its own
    name = document.shape(schema).name if schema.get("$ref") else None
    return class_name(name) if name else canonical(structure(schema.value))


def makes_class(document: ComparedDocument, schema: Node) -> bool:
    """Return whether the generator makes a class for an inline schema, named after its place."""
    stated: Any = schema.value
    if not isinstance(stated, dict) or "$ref" in stated:
        return False
    below: list[Node] = []
    for keyword in ("allOf", "oneOf", "anyOf", "prefixItems"):
        listed = schema.get(keyword)
        below += listed.items() if listed is not None else []
    items = schema.get("items")
    if items is not None:
        below.append(items)
    parts = value(schema.get("allOf"))
    if isinstance(parts, list) and not _is_reference(parts):
        return True
    if stated.get("enum") and stated.get("type") != "boolean":
        return True
    if stated.get("type") == "object" or (stated.get("type") is None and "properties" in stated):
        return True
    return any(makes_class(document, each) for each in below)


def has_model(document: ComparedDocument, name: str) -> bool:
    """Return whether a document has a component that gives a class of this name."""
    known = document.components("schemas")
    return name in known or class_name(name) in map(class_name, known)


def is_own_class(document: ComparedDocument, other: ComparedDocument, schema: Node) -> bool:
    """Return whether another document lacks the class that is made for an alternative."""
    shape = document.shape(schema)
    if shape.name is None:
        return makes_class(document, schema)
    return shape.is_model and not has_model(other, shape.name)


def conjunction_kind(document: ComparedDocument, schema: Node) -> str:
    """Return the generated code of an allOf whose parts are not objects: `class` or `nothing`.

    Inline parts give an empty class. For a reference to something without a class of fields,
    the generator leaves out whatever contains the schema. Empty for all other schemas.
    """
    target = document.resolve(schema)[0]
    if JOIN_SEPARATOR in schema.pointer or not _is_conjunction(target):
        return ""
    if not _refers_to_fields(document, target):
        return "nothing"
    return "" if "object" in document.all_types(schema) else "class"


def _refers_to_fields(document: ComparedDocument, target: Node) -> bool:
    """Return whether all parts that an allOf refers to have classes with fields."""
    parts = target.get("allOf")
    referred = [part for part in parts.items() if part.get("$ref")] if parts is not None else []
    return all(_has_fields(document, part) for part in referred)


def _is_conjunction(target: Node) -> bool:
    """Return whether the generator merges the parts of a schema's allOf."""
    stated = target.value if isinstance(target.value, dict) else {}
    parts = stated.get("allOf")
    if not (isinstance(parts, list) and parts) or stated.get("type") not in (None, "object"):
        return False
    return not (_is_reference(parts) or stated.keys() & {"enum", "const", "anyOf", "oneOf"})


def _is_reference(parts: list[Any]) -> bool:
    """Return whether the parts of an allOf are one reference."""
    return len(parts) == 1 and isinstance(parts[0], dict) and "$ref" in parts[0]


def _has_fields(document: ComparedDocument, schema: Node) -> bool:
    target = document.resolve(schema)[0]
    key = (target.file, target.pointer)
    if key not in document.has_fields:
        document.has_fields[key] = True  # ends a cycle: a schema that contains itself is broken
        document.has_fields[key] = _is_class_with_fields(document, target)
    return document.has_fields[key]


def _is_class_with_fields(document: ComparedDocument, target: Node) -> bool:
    stated = target.value
    if not isinstance(stated, dict):
        return True  # reported as a problem already
    if stated.keys() & {"enum", "const", "anyOf", "oneOf"}:
        return False
    if stated.get("allOf") and stated.get("type") in (None, "object"):
        return _refers_to_fields(document, target)
    kind = stated.get("type")
    return kind == "object" or (kind is None and "properties" in stated)


class _Place(NamedTuple):
    """A schema, and its name within the class or the operation that contains it."""

    holder: str
    name: str
    schema: Node | None

    @property
    def title(self) -> str:
        """The title of the schema, empty if it has none."""
        return text(self.schema and self.schema.get("title"))

    @property
    def class_name(self) -> str:
        """The name of its class; a title replaces the name."""
        return class_name(class_name(self.holder) + class_name(self.title or self.name))


_Step = tuple[str, str, int]
"""The container and the name of a schema, and the number of pointer steps to it."""


def inline_class(root: Node, schema: Node) -> str | None:
    """Return the class name of an inline schema; None if the pointer does not determine it."""
    if schema.file or JOIN_SEPARATOR in schema.pointer:
        return None
    steps = split(schema.pointer)
    node, found = root, _first(root, steps)
    while found is not None:
        holder, name, length = found
        place = _Place(holder, name, _descendant(node, steps[:length]))
        steps = steps[length:]
        if not steps or place.schema is None:
            return place.class_name
        node, found = place.schema, _next(place, place.schema, steps)
    return None


def _first(root: Node, steps: list[str]) -> _Step | None:
    """Return the step to the schema of a component, of a parameter or of a body."""
    if steps[:2] == ["components", "schemas"]:
        return "", steps[2], 3
    operation = _descendant(root, steps[:3])
    holder = text(operation and operation.get("operationId"))
    match steps[3:] if holder else []:
        case ["parameters", _, "schema", *_]:
            parameter = _descendant(root, steps[:5])
            return holder, text(parameter and parameter.get("name")), 6
        case ["requestBody", "content", media_type, "schema", *_]:
            content = _descendant(root, steps[:5])
            if content is not None and len(list(content.members())) > 1:
                kind = media_type_kind(media_type.lower().partition(";")[0], is_sent=True)
                holder += f"_{kind}"
            return holder, "body", 7
        case ["responses", status, "content", _, "schema", *_]:
            return holder, f"response_{status}", 8
    return None


def _next(place: _Place, schema: Node, steps: list[str]) -> _Step | None:
    """Return the step from one schema to the next below it."""
    match steps:
        case ["properties", key, *_]:
            return place.class_name, key, 2
        case ["allOf", _, "properties", key, *_]:
            return place.class_name, key, 4
        case ["additionalProperties", *_]:
            return place.class_name, "AdditionalProperty", 1
        case ["items", *_]:
            return place.holder, f"{place.name}_item", 1
        case ["oneOf" | "anyOf" as union, index, *_]:
            alternative = _descendant(schema, [union, index])
            title = text(alternative and alternative.get("title"))
            earlier = schema.get("anyOf") if union == "oneOf" else None  # they are numbered first
            number = int(index) + (len(earlier.items()) if earlier is not None else 0)
            name = title if title and title != place.title else f"type_{number}"
            return place.holder, f"{place.name}_{name}", 2
    return None


def _descendant(node: Node, steps: list[str]) -> Node | None:
    found: Node | None = node
    for step in steps:
        if found is None:
            return None
        found = found.items()[int(step)] if isinstance(found.value, list) else found.get(step)
    return found
