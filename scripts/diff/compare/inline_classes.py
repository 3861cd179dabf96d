"""How openapi-python-client names the class of an inline schema: after all that contains it."""

from typing import NamedTuple

from scripts.diff.compare.generated import media_type_kind
from scripts.diff.names import class_name
from scripts.openapi.nodes import JOIN_SEPARATOR, Node, text
from scripts.openapi.pointers import split


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
    """Return the node that the steps lead to."""
    found: Node | None = node
    for step in steps:
        if found is None:
            return None
        found = found.items()[int(step)] if isinstance(found.value, list) else found.get(step)
    return found
