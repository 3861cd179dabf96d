"""The normal form of a schema: the set of values that it accepts."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from scripts.openapi.nodes import JOIN_SEPARATOR, Node

ANY = frozenset({"boolean", "object", "array", "string", "integer", "fraction"})
NUMBERS = frozenset({"integer", "fraction"})
STRUCTURED = frozenset({"object", "array"})
REFERENCE_SIBLINGS = frozenset({"nullable", "default", "deprecated", "readOnly", "writeOnly"})
"""Siblings of a single reference that do not create another model."""


@dataclass(slots=True)
class SchemaShape:
    """A schema with its references followed and its `allOf` merged."""

    node: Node  # its place, after references
    name: str | None = None  # the name of the component, if it is one
    keywords: dict[str, Node] = field(default_factory=dict)
    properties: dict[str, Node] = field(default_factory=dict)
    required: dict[str, Node] = field(default_factory=dict)
    alternatives: list[Node] = field(default_factory=list)  # of oneOf or anyOf, without null
    union: str = ""  # oneOf or anyOf, where there are alternatives
    parts: list[Node] = field(default_factory=list)  # of allOf, that cannot be merged
    merged: dict[str, Node] = field(default_factory=dict)  # the components that allOf merged
    types: frozenset[str] = ANY
    nullable: bool = True

    @property
    def key(self) -> tuple[str, str]:
        """Its identity in the document."""
        return self.node.file, self.node.pointer

    @property
    def constants(self) -> list[Any] | None:
        """The only values that it accepts; None if it does not list them."""
        if "const" in self.keywords:
            return [self.keywords["const"].value]
        node = self.keywords.get("enum")
        return list(node.value) if node is not None and isinstance(node.value, list) else None

    def item(self, index: int) -> Node | None:
        """Return the schema of the item at an index of an array; None if it may be anything."""
        prefix = self.prefix
        return prefix[index] if index < len(prefix) else self.keywords.get("items")

    @property
    def prefix(self) -> list[Node]:
        """The schemas of the first items of an array."""
        node = self.keywords.get("prefixItems")
        return node.items() if node is not None else []

    @property
    def accepts_all(self) -> bool:
        """Whether it accepts any value, as the empty schema does."""
        return self.types == ANY and self.nullable and self._says_only({"title", "deprecated"})

    @property
    def is_model(self) -> bool:
        """Whether generated code has a class for it."""
        return bool(self.properties) or "enum" in self.keywords or self.types == {"object"}

    @property
    def is_bare_conjunction(self) -> bool:
        """Whether it has no keywords except the parts of its allOf."""
        return bool(self.parts) and self._says_only({*REFERENCE_SIBLINGS, "title"}, "parts")

    @property
    def is_bare_union(self) -> bool:
        """Whether it has no keywords except its alternatives."""
        return bool(self.alternatives) and self._says_only(
            {*REFERENCE_SIBLINGS, "discriminator", "title"}, "alternatives"
        )

    def _says_only(self, keywords: set[str], part: str = "") -> bool:
        parts = {"properties", "required", "alternatives", "parts"} - {part}
        return not (self.keywords.keys() - keywords or any(getattr(self, each) for each in parts))


def types_of(shape: SchemaShape) -> tuple[frozenset[str], bool]:
    """Return the types that the keywords state or imply, and whether null is accepted."""
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
        return {type_of(value).replace("fraction", "number") for value in shape.constants}
    # A schema with properties and no type is an object, to the generator as well.
    return {"object"} if shape.properties else None


def type_of(value: Any) -> str:
    """Return the type of a value; a whole number is an integer."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int | float):
        return "integer" if isinstance(value, int) or value.is_integer() else "fraction"
    if isinstance(value, str):
        return "string"
    return "object" if isinstance(value, dict) else "array"


def joined_node(nodes: Sequence[Node]) -> Node:
    """Return one node for schemas that all apply, with the pointer of the first."""
    first, *others = nodes
    pointer = JOIN_SEPARATOR.join(
        [first.pointer, *(f"{each.file}#{each.pointer}" for each in others)]
    )
    return Node({"allOf": [node.value for node in nodes]}, pointer, first.file)
