"""The canonical form of a schema: references followed, `allOf` merged, one spelling of each limit.

Comparers and proofs read no other form, so how a schema is written is decided here alone. A union
of one is its alternative, a null among alternatives is a flag, a type that all alternatives state
is dropped beside them, and limits that exclude nothing are gone (`limits.py`).
"""

from typing import Any, NamedTuple

from scripts.diff.compare.fields import FIELDS
from scripts.diff.compare.limits import joined_node, simplify, with_numeric_bounds
from scripts.diff.compare.scalars import ANY
from scripts.diff.compare.shapes import (
    Key,
    SchemaShape,
    types_of,
    union,
)
from scripts.openapi.nodes import Node, canonical, list_at, value
from scripts.openapi.references import Fetch, Source

_WAIVED = FIELDS["schema"].waived.keys()


class ComparedDocument(Source):
    """One of the two documents, with the canonical form of each of its schemas."""

    def __init__(
        self, name: str, document: dict[str, Any], fetch: Fetch | None = None, location: str = ""
    ) -> None:
        super().__init__(name, document, fetch)
        self.location = location  # the base of relative URLs
        self.has_fields: dict[Key, bool] = {}  # of a schema's generated class
        self._made: dict[Key, SchemaShape | None] = {}  # None: being made
        self._joined: dict[Key, dict[str, Node]] = {}  # the schemas that a node joins, by structure

    def shape(self, node: Node) -> SchemaShape:
        """Return the canonical form of the schema at a place."""
        target, name = self.resolve(node)
        beside = self._reference_siblings(node)
        if beside:
            # Last, so that the other parts keep their places.
            parts = [*list_at(beside, "allOf"), {"$ref": node.value["$ref"]}]
            return self._cached(node._replace(value={**beside, "allOf": parts}))
        shape = self._cached(target)
        if name is not None and shape.name is None:
            shape.name = name
        return shape

    def join(self, *nodes: Node) -> Node:
        """Return the node of a schema that accepts what all of these accept."""
        if len(nodes) == 1:
            return nodes[0]
        parts: dict[str, Node] = {}
        for node in nodes:
            for structure, part in self._parts_of(node).items():
                parts.setdefault(structure, part)
        if len(parts) == 1:
            return nodes[0]
        joined = joined_node([*parts.values()], {"allOf": [each.value for each in parts.values()]})
        self._joined[joined.file, joined.pointer] = parts
        return joined

    def _parts_of(self, node: Node) -> dict[str, Node]:
        """Return the schemas that a node joins, by structure; the node itself if it joins none."""
        known = self._joined.get((node.file, node.pointer))
        return known if known is not None else {canonical(node.value): node}

    def all_types(self, node: Node) -> frozenset[str]:
        """Return the types that a schema accepts, including those of its alternatives."""
        shape = self.shape(node)
        if shape.types != ANY or not shape.alternatives:
            return shape.types
        return frozenset().union(*(self.shape(each).types for each in shape.alternatives))

    def _reference_siblings(self, node: Node) -> dict[str, Any]:
        """Return the effective siblings of a reference; OpenAPI 3.0 ignores all of them."""
        if not (self.three_one and isinstance(node.value, dict) and "$ref" in node.value):
            return {}
        return {name: each for name, each in node.value.items() if _has_effect(name)}

    def _cached(self, node: Node) -> SchemaShape:
        key = (node.file, node.pointer)
        if key not in self._made:
            self._made[key] = None
            self._made[key] = self._canonical(node)
        shape = self._made[key]
        if shape is None:
            self.problem(node, "the schema contains itself through allOf")
        return shape or SchemaShape(node)

    def _canonical(self, node: Node) -> SchemaShape:
        shape = SchemaShape(node)
        if not isinstance(node.value, dict):
            if node.value is False:
                shape.types, shape.nullable = frozenset(), False
            elif node.value is not True:
                self.problem(node, "a schema must be an object")
            return shape
        shape.keywords = {name: each for name, each in node.members() if _has_effect(name)}
        parts = _popped(shape, "allOf")
        if shape.key in self._joined:
            parts = list(self._joined[shape.key].values())
        if len(parts) == 1 and not shape.keywords:
            return self.shape(parts[0])
        self._extract(shape)
        with_numeric_bounds(shape.keywords)
        is_nullable = may_be_null = value(shape.keywords.pop("nullable", None)) is True
        shape.types, shape.nullable = types_of(node.value)
        excluded = self.shape(shape.keywords["not"]) if "not" in shape.keywords else None
        if excluded is not None and excluded.says_only_type:
            del shape.keywords["not"]  # the types say it
            shape.types -= excluded.types
            shape.nullable = shape.nullable and not excluded.nullable
        alone, must_take_null = [*parts, *shape.alternatives], [*parts, *shape.parts]
        if shape.alternatives:
            self._drop_implied_type(shape)
            others = [each for each in shape.alternatives if not self._is_null(each)]
            is_typed = "type" in shape.keywords
            has_null = len(others) < len(shape.alternatives)
            may_be_null = is_nullable or (has_null and (shape.nullable or not is_typed))
            shape.alternatives = others
            if not others:
                shape.types = frozenset()
            if not is_typed:
                shape.nullable = may_be_null
            if len(others) < 2:
                said = shape.keywords.keys() - {"title"}
                if shape.is_bare_union and not (parts or may_be_null or said):
                    return self.shape(others[0])
                parts, shape.alternatives, shape.parts = [*parts, *others, *shape.parts], [], []
                shape.nullable = shape.nullable or (bool(others) and not is_typed)
        shape.add(map(self.shape, parts), self.join)
        # A null of the union must be accepted by all other parts as well.
        if is_nullable or (
            may_be_null and all(self.shape(each).nullable for each in must_take_null)
        ):
            shape.nullable = True
        if len(parts) == 1 and isinstance(parts[0].value, dict) and "$ref" in parts[0].value:
            # The generator ignores the siblings of a single reference.
            shape.name = self.shape(parts[0]).name if len(alone) <= 2 else None
        simplify(shape.keywords, shape.types, len(shape.prefix))
        if "object" not in shape.types:
            shape.properties, shape.required = {}, {}
        return shape

    def _extract(self, shape: SchemaShape) -> None:
        properties = shape.keywords.pop("properties", None)
        shape.properties = dict(properties.members()) if properties else {}
        required = shape.keywords.pop("required", None)
        if required is not None:
            listed = required.items()
            shape.required = {each.value: each for each in listed if isinstance(each.value, str)}
            if not isinstance(required.value, list):
                self.problem(required, "`required` of a schema must be a list")
        for kind in ("oneOf", "anyOf"):
            alternatives = _popped(shape, kind)
            if alternatives and not shape.alternatives:
                shape.alternatives, shape.union = alternatives, kind
            elif alternatives:
                shape.parts.append(union(kind, alternatives))

    def _drop_implied_type(self, shape: SchemaShape) -> None:
        """Remove the type beside a bare union if each alternative has such a type itself."""
        stated = shape.keywords.pop("type", None)
        if stated is None:
            return
        types, is_nullable = set[str](), False
        for node in shape.alternatives:
            target = self._unwrapped(node)
            own, takes_null = types_of(target.value if isinstance(target.value, dict) else {})
            types |= own
            is_nullable |= takes_null or value(target.get("nullable")) is True
        if shape.is_bare_union and types <= shape.types and is_nullable is shape.nullable:
            shape.types = ANY
        else:
            shape.keywords["type"] = stated

    def _unwrapped(self, node: Node) -> Node:
        """Return what a reference, or an allOf of nothing else, refers to."""
        found = self.resolve(node)[0]
        for _ in range(8):
            parts = found.get("allOf")
            if parts is None or len(parts.items()) != 1 or len(found.value) > 1:
                break
            found = self.resolve(parts.items()[0])[0]
        return found

    def _is_null(self, node: Node) -> bool:
        stated = self.resolve(node)[0].value
        return isinstance(stated, dict) and stated.get("type") in ("null", ["null"])


class SchemaSide(NamedTuple):
    """A schema and the document that contains it."""

    document: ComparedDocument
    shape: SchemaShape

    def of(self, node: Node) -> "SchemaSide":
        """Return another schema of the same document."""
        return SchemaSide(self.document, self.document.shape(node))


def _has_effect(keyword: str) -> bool:
    return keyword not in _WAIVED and not keyword.startswith("x-")


def _popped(shape: SchemaShape, keyword: str) -> list[Node]:
    node = shape.keywords.pop(keyword, None)
    return node.items() if node is not None else []
