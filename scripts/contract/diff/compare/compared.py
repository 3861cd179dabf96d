"""The two documents of a comparison, each with its references and the shapes of its schemas.

A shape is made once: references followed, `allOf` merged, one form for all ways to say the same.
"""

from collections.abc import Iterator
from typing import Any

from scripts.contract.diff.compare.fields import FIELDS
from scripts.contract.diff.compare.inclusion import Inclusion
from scripts.contract.diff.compare.merge import merge
from scripts.contract.diff.compare.shapes import (
    ANY,
    BESIDE_REFERENCE,
    SchemaShape,
    joint,
    types_of,
)
from scripts.contract.diff.compare.simplify import simplify, with_numeric_bounds
from scripts.contract.diff.compare.unchanged import Unchanged
from scripts.contract.diff.rules import Direction, Position
from scripts.contract.openapi.nodes import JOINT, Node, canonical, value
from scripts.contract.openapi.references import Fetch, Source, is_unresolved

_WAIVED = FIELDS["schema"].waived.keys()


class ComparedDocument(Source):
    """One of the two documents."""

    def __init__(
        self, name: str, document: dict[str, Any], fetch: Fetch | None = None, location: str = ""
    ) -> None:
        super().__init__(name, document, fetch)
        self.location = location  # the URL that relative ones are resolved against
        self.has_fields: dict[tuple[str, str], bool] = {}  # of a schema's generated class
        self._made: dict[tuple[str, str], SchemaShape] = {}
        self._making: set[tuple[str, str]] = set()
        self._joined: dict[
            tuple[str, str], dict[str, Node]
        ] = {}  # what holds together, by its node

    def shape(self, node: Node) -> SchemaShape:
        """Return the shape of the schema at a place."""
        target, name = self.resolve(node)
        beside = self._beside_reference(node)
        if beside:
            return self._made_once(
                Node({"allOf": [{"$ref": node.value["$ref"]}], **beside}, *node[1:])
            )
        shape = self._made_once(target)
        if name is not None and shape.name is None:
            shape.name = name
        return shape

    def join(self, one: Node, other: Node) -> Node:
        """Return the node of a schema that accepts what both accept."""
        nodes = {**self._parts_of(one)}
        for text, node in self._parts_of(other).items():
            nodes.setdefault(text, node)
        if len(nodes) == 1:
            return one
        both = joint(list(nodes.values()))
        self._joined[both.file, both.pointer] = nodes
        return both

    def _parts_of(self, node: Node) -> dict[str, Node]:
        """Return the schemas that a node joined, by what they say; itself, if it joins none."""
        known = self._joined.get((node.file, node.pointer))
        return known if known is not None else {canonical(node.value): node}

    def all_types(self, node: Node) -> frozenset[str]:
        """Return the types that a schema accepts, those of its alternatives counted."""
        shape = self.shape(node)
        if shape.types != ANY or not shape.alternatives:
            return shape.types
        return frozenset().union(*(self.shape(each).types for each in shape.alternatives))

    def _beside_reference(self, node: Node) -> dict[str, Any]:
        """Return what stands beside a reference and counts: OpenAPI 3.0 ignores it."""
        if not (self.three_one and isinstance(node.value, dict) and "$ref" in node.value):
            return {}
        return {
            key: value
            for key, value in node.value.items()
            if key not in _WAIVED and not key.startswith("x-")
        }

    def _made_once(self, node: Node) -> SchemaShape:
        key = (node.file, node.pointer)
        if key not in self._made:
            if key in self._making:
                self.problem(node, "the schema contains itself through allOf")
                return SchemaShape(node)
            self._making.add(key)
            try:
                self._made[key] = self._make(node)
            finally:
                self._making.discard(key)
        return self._made[key]

    def _make(self, node: Node) -> SchemaShape:
        shape = SchemaShape(node)
        if node.value is False:
            shape.types, shape.nullable = frozenset(), False
        if not isinstance(node.value, dict):
            if not isinstance(node.value, bool):
                self.problem(node, "a schema must be an object")
            return shape
        for key, item in node.value.items():
            if key not in _WAIVED and not key.startswith("x-"):
                shape.keywords[key] = node.child(key, item)
        stated = _taken(shape, "allOf")
        joined = self._joined.get((node.file, node.pointer))
        parts = stated if joined is None else list(joined.values())
        if len(parts) == 1 and not shape.keywords:
            return self.shape(parts[0])
        self._lift_out(shape)
        may_be_null = value(shape.keywords.pop("nullable", None)) is True
        shape.types, shape.nullable = types_of(shape)
        with_numeric_bounds(shape)
        alone = [*parts, *shape.alternatives]
        if shape.alternatives:
            others = [each for each in shape.alternatives if not self._is_null(each)]
            is_typed = "type" in shape.keywords
            may_be_null = may_be_null or (len(others) < len(shape.alternatives) and not is_typed)
            shape.alternatives = others
            if not others:
                shape.types = frozenset()
            if not is_typed:
                shape.nullable = may_be_null
            if len(others) == 1:
                if (
                    shape.is_bare_union
                    and not may_be_null
                    and not shape.keywords.keys() & BESIDE_REFERENCE
                ):
                    return self.shape(others[0])
                parts, shape.alternatives = [*parts, others[0]], []
                shape.nullable = shape.nullable or not is_typed
        merge(shape, [self.shape(part) for part in parts], self.join)
        shape.nullable = shape.nullable or may_be_null
        if len(parts) == 1 and isinstance(parts[0].value, dict) and "$ref" in parts[0].value:
            # The generator passes through a single reference, whatever stands beside it.
            shape.name = self.shape(parts[0]).name if len(alone) <= 2 else None
        simplify(shape)
        return shape

    def _lift_out(self, shape: SchemaShape) -> None:
        properties = shape.keywords.pop("properties", None)
        shape.properties = dict(properties.members()) if properties else {}
        required = shape.keywords.pop("required", None)
        if required is not None:
            shape.required = {
                item.value: item for item in required.items() if isinstance(item.value, str)
            }
            if not isinstance(required.value, list):
                self.problem(required, "`required` of a schema must be a list")
        for kind in ("oneOf", "anyOf"):
            alternatives = _taken(shape, kind)
            if alternatives and not shape.alternatives:
                shape.alternatives, shape.union = alternatives, kind
            elif alternatives:
                pointer = shape.node.child(kind, None).pointer
                whole = {kind: [each.value for each in alternatives]}
                shape.parts.append(Node(whole, f"{pointer}{JOINT}", shape.node.file))

    def _is_null(self, node: Node) -> bool:
        value = self.resolve(node)[0].value
        return isinstance(value, dict) and value.get("type") in ("null", ["null"])


class Documents:
    """Both documents."""

    def __init__(self, old: ComparedDocument, new: ComparedDocument) -> None:
        self.old, self.new = old, new
        self._unchanged = Unchanged(self)
        self._inclusions: dict[Position, Inclusion] = {}

    def __iter__(self) -> Iterator[ComparedDocument]:
        return iter((self.old, self.new))

    def resolve(self, old: Node, new: Node) -> tuple[Node, Node] | None:
        """Follow references on both documents; None where one leads nowhere, which is a problem."""
        found = self.old.resolve(old)[0], self.new.resolve(new)[0]
        return None if is_unresolved(*found) else found

    def are_unchanged(self, old: Node | None, new: Node | None) -> bool:
        """Return whether two places are there and the same, with all that they refer to."""
        return old is not None and new is not None and self._unchanged.holds(old, new)

    def is_proved(self, old: SchemaShape, new: SchemaShape, position: Position) -> bool:
        """Return whether all that is sent at a position is accepted, as far as can be shown."""
        if position.direction is Direction.UNUSED:
            return False
        known = Position(position.direction, text=position.text)
        if known not in self._inclusions:
            self._inclusions[known] = Inclusion(self.old, self.new, known)
        return self._inclusions[known].holds(old, new)


def _taken(shape: SchemaShape, keyword: str) -> list[Node]:
    node = shape.keywords.pop(keyword, None)
    return node.items() if node is not None else []
