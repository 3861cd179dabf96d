"""What is known of a schema in canonical form: its types, keywords, properties, alternatives."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from scripts.diff.compare.limits import Join, combined, joined_node
from scripts.diff.compare.scalars import ANY, NUMBERS, type_of
from scripts.openapi.nodes import Node

REFERENCE_SIBLINGS = frozenset({"nullable", "default", "deprecated", "readOnly", "writeOnly"})
"""Siblings of a single reference that do not create another model."""
_PARTS = frozenset({"properties", "required", "alternatives", "parts"})

Key = tuple[str, str]
"""The identity of a schema in its document: its file and its pointer."""


@dataclass(slots=True)
class SchemaShape:
    """The canonical form of a schema."""

    node: Node  # its place, after references
    name: str | None = None  # the name of the component, if it is one
    keywords: dict[str, Node] = field(default_factory=dict)
    properties: dict[str, Node] = field(default_factory=dict)
    required: dict[str, Node] = field(default_factory=dict)
    alternatives: list[Node] = field(default_factory=list)  # of oneOf or anyOf, without null
    union: str = ""  # oneOf or anyOf, where there are alternatives
    parts: list[Node] = field(default_factory=list)  # further unions, beside the alternatives
    merged: dict[str, Node] = field(default_factory=dict)  # the components that allOf merged
    types: frozenset[str] = ANY
    nullable: bool = True

    @property
    def key(self) -> Key:
        """Its identity in the document."""
        return self.node.file, self.node.pointer

    @property
    def constants(self) -> list[Any] | None:
        """The only values that it accepts; None if it does not list them."""
        return _constants({name: node.value for name, node in self.keywords.items()})

    def item(self, index: int) -> Node | None:
        """Return the schema of the item at an index of an array; None if it may be anything."""
        node = self.keywords.get("prefixItems")
        if node is not None and isinstance(node.value, list) and index < len(node.value):
            return node.child(index, node.value[index])
        return self.keywords.get("items")

    @property
    def prefix(self) -> list[Node]:
        """The schemas of the first items of an array."""
        node = self.keywords.get("prefixItems")
        return node.items() if node is not None else []

    def unlisted(self, name: str) -> Node | None:
        """Return the schema of a property without one of its own; None if nobody need send it."""
        others = self.keywords.get("additionalProperties")
        if others is None and name in self.required:
            return self.required[name]._replace(value={})
        return others

    @property
    def accepts_all(self) -> bool:
        """Whether it accepts any value, as the empty schema does."""
        return self.types == ANY and self.nullable and self.says_only_type

    @property
    def says_only_type(self) -> bool:
        """Whether its types are all that limits its values."""
        return self._says_only({"type", "title", "deprecated"})

    @property
    def is_model(self) -> bool:
        """Whether generated code has a class for it."""
        return bool(self.properties) or "enum" in self.keywords or self.types == {"object"}

    @property
    def is_bare_union(self) -> bool:
        """Whether it has no keywords except its alternatives."""
        others = {*REFERENCE_SIBLINGS, "discriminator", "title"}
        return bool(self.alternatives) and self._says_only(others, "alternatives")

    def _says_only(self, keywords: set[str], part: str = "") -> bool:
        said = self.keywords.keys() - keywords
        return not (said or any(getattr(self, each) for each in _PARTS - {part}))

    def add(self, parts: Iterable["SchemaShape"], join: Join) -> None:
        """Accept only what the parts accept as well; what they say counts after the own."""
        properties = {name: [node] for name, node in self.properties.items()}
        for part in parts:
            self._add(part, join)
            for name, node in part.properties.items():
                properties.setdefault(name, []).append(node)
        self.properties = {name: join(*nodes) for name, nodes in properties.items()}

    def _add(self, part: "SchemaShape", join: Join) -> None:
        self.types &= part.types
        self.nullable = self.nullable and part.nullable
        for name, node in part.keywords.items():
            known = self.keywords.get(name)
            self.keywords[name] = node if known is None else combined(name, known, node, join)
        self.required |= part.required
        self.parts += [each for each in part.parts if each not in self.parts]
        self.merged |= part.merged
        if part.name is not None:
            self.merged[part.name] = part.node
        if not self.alternatives:
            self.alternatives, self.union = part.alternatives, part.union
        elif part.alternatives and part.alternatives != self.alternatives:
            self.parts.append(union(part.union, part.alternatives))


def types_of(schema: Mapping[str, Any]) -> tuple[frozenset[str], bool]:
    """Return the types that the keywords state or imply, and whether null is among them."""
    if schema.get("type") is not None:
        stated = schema["type"]
        listed = stated if isinstance(stated, list) else [stated]
        names = {name for name in listed if isinstance(name, str)}
    elif (constants := _constants(schema)) is not None:
        names = {type_of(each).replace("fraction", "number") for each in constants}
    elif schema.get("properties"):
        names = {"object"}  # to the generator as well
    else:
        return ANY, True
    types = names - {"null"}
    if "number" in types:
        types = types - {"number"} | NUMBERS
    return frozenset(types), "null" in names


def _constants(schema: Mapping[str, Any]) -> list[Any] | None:
    if "const" in schema:
        return [schema["const"]]
    listed = schema.get("enum")
    return list(listed) if isinstance(listed, list) else None


def union(kind: str, alternatives: Sequence[Node]) -> Node:
    return joined_node(alternatives, {kind: [each.value for each in alternatives]})
