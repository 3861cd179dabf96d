"""A schema as the set of values it accepts, in one form however it is written."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from scripts.contract.openapi.nodes import JOINT, Node

ANY = frozenset({"boolean", "object", "array", "string", "integer", "fraction"})
NUMBERS = frozenset({"integer", "fraction"})
BESIDE_REFERENCE = frozenset({"nullable", "default", "deprecated", "readOnly", "writeOnly"})
"""What may stand beside a single reference without making another model of it."""


@dataclass(slots=True)
class SchemaShape:
    """A schema with its references followed and its `allOf` merged."""

    node: Node  # where it stands, after references
    name: str | None = None  # the component it is
    keywords: dict[str, Node] = field(default_factory=dict)
    properties: dict[str, Node] = field(default_factory=dict)
    required: dict[str, Node] = field(default_factory=dict)
    alternatives: list[Node] = field(default_factory=list)  # of oneOf or anyOf, without null
    union: str = ""  # oneOf or anyOf, where there are alternatives
    parts: list[Node] = field(default_factory=list)  # of allOf, which no merge can express
    merged: dict[str, Node] = field(default_factory=dict)  # the components that allOf merged
    types: frozenset[str] = ANY
    nullable: bool = True

    @property
    def key(self) -> tuple[str, str]:
        """What identifies it in its document."""
        return self.node.file, self.node.pointer

    @property
    def constants(self) -> list[Any] | None:
        """The only values that it accepts, None where it does not list them."""
        if "const" in self.keywords:
            return [self.keywords["const"].value]
        node = self.keywords.get("enum")
        return list(node.value) if node is not None and isinstance(node.value, list) else None

    @property
    def takes_all(self) -> bool:
        """Whether it accepts any value, as a schema that says nothing does."""
        return self.types == ANY and self.nullable and self._says_only({"title", "deprecated"})

    @property
    def is_model(self) -> bool:
        """Whether generated code has a class for it."""
        return bool(self.properties) or "enum" in self.keywords or self.types == {"object"}

    @property
    def is_bare_conjunction(self) -> bool:
        """Whether it says nothing but the parts of its allOf."""
        return bool(self.parts) and self._says_only({*BESIDE_REFERENCE, "title"}, "parts")

    @property
    def is_bare_union(self) -> bool:
        """Whether it says nothing but its alternatives."""
        return bool(self.alternatives) and self._says_only(
            {*BESIDE_REFERENCE, "discriminator", "title"}, "alternatives"
        )

    def _says_only(self, keywords: set[str], part: str = "") -> bool:
        parts = {"properties", "required", "alternatives", "parts"} - {part}
        return not (self.keywords.keys() - keywords or any(getattr(self, each) for each in parts))


def types_of(shape: SchemaShape) -> tuple[frozenset[str], bool]:
    """Return the types that the keywords state or imply, and whether null is one of them."""
    stated = shape.keywords.get("type")
    names = _names(stated.value) if stated else _implied(shape)
    if names is None:
        return ANY, True
    types = names - {"null"}
    if "number" in types:
        types = types - {"number"} | NUMBERS
    return frozenset(types), "null" in names


def _names(stated: Any) -> set[str]:
    names = stated if isinstance(stated, list) else [stated]
    return {name for name in names if isinstance(name, str)}


def _implied(shape: SchemaShape) -> set[str] | None:
    if shape.constants is not None:
        return {type_of(value) for value in shape.constants}
    # Properties without a type are an object to everybody, the generator included.
    return {"object"} if shape.properties else None


def type_of(value: Any) -> str:
    """Name the type of a value as `type` does: a whole number is an integer."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int | float):
        return "integer" if isinstance(value, int) or value.is_integer() else "number"
    if isinstance(value, str):
        return "string"
    return "object" if isinstance(value, dict) else "array"


def joint(nodes: Sequence[Node]) -> Node:
    """Return the node of schemas that hold together; it stands where the first of them does."""
    first, *others = nodes
    pointer = JOINT.join([first.pointer, *(f"{each.file}#{each.pointer}" for each in others)])
    return Node({"allOf": [node.value for node in nodes]}, pointer, first.file)
