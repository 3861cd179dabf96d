"""The two documents of a comparison, with their references and the shapes of their schemas.

A shape is the normal form of a schema: references followed, `allOf` merged. It is cached.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

from scripts.diff.compare.fields import FIELDS
from scripts.diff.compare.merge import merge
from scripts.diff.compare.shapes import (
    ANY,
    REFERENCE_SIBLINGS,
    SchemaShape,
    joined_node,
    types_of,
)
from scripts.diff.compare.simplify import simplify, with_numeric_bounds
from scripts.openapi.nodes import JOIN_SEPARATOR, Node, canonical, value
from scripts.openapi.references import Fetch, Source, is_unresolved

_WAIVED = FIELDS["schema"].waived.keys()


class ComparedDocument(Source):
    """One of the two documents."""

    def __init__(
        self, name: str, document: dict[str, Any], fetch: Fetch | None = None, location: str = ""
    ) -> None:
        super().__init__(name, document, fetch)
        self.location = location  # the base of relative URLs
        self.has_fields: dict[tuple[str, str], bool] = {}  # of a schema's generated class
        self._made: dict[tuple[str, str], SchemaShape] = {}
        self._making: set[tuple[str, str]] = set()
        self._joined: dict[
            tuple[str, str], dict[str, Node]
        ] = {}  # the schemas joined in a node, by that node

    def shape(self, node: Node) -> SchemaShape:
        """Return the shape of the schema at a place."""
        target, name = self.resolve(node)
        beside = self._reference_siblings(node)
        if beside:
            return self._cached_shape(
                Node({"allOf": [{"$ref": node.value["$ref"]}], **beside}, *node[1:])
            )
        shape = self._cached_shape(target)
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
        both = joined_node(list(nodes.values()))
        self._joined[both.file, both.pointer] = nodes
        return both

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
        return {
            key: value
            for key, value in node.value.items()
            if key not in _WAIVED and not key.startswith("x-")
        }

    def _cached_shape(self, node: Node) -> SchemaShape:
        key = (node.file, node.pointer)
        if key not in self._made:
            if key in self._making:
                self.problem(node, "the schema contains itself through allOf")
                return SchemaShape(node)
            self._making.add(key)
            try:
                self._made[key] = self._make_shape(node)
            finally:
                self._making.discard(key)
        return self._made[key]

    def _make_shape(self, node: Node) -> SchemaShape:
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
        stated = _popped(shape, "allOf")
        joined = self._joined.get((node.file, node.pointer))
        parts = stated if joined is None else list(joined.values())
        if len(parts) == 1 and not shape.keywords:
            return self.shape(parts[0])
        self._extract(shape)
        is_nullable = may_be_null = value(shape.keywords.pop("nullable", None)) is True
        shape.types, shape.nullable = types_of(shape)
        with_numeric_bounds(shape)
        alone = [*parts, *shape.alternatives]
        if shape.alternatives:
            self._drop_implied_type(shape)
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
                    and not shape.keywords.keys() & REFERENCE_SIBLINGS
                ):
                    return self.shape(others[0])
                parts, shape.alternatives = [*parts, others[0]], []
                shape.nullable = shape.nullable or not is_typed
        merge(shape, [self.shape(part) for part in parts], self.join)
        # A null of the union must be accepted by all other parts as well.
        if is_nullable or (
            may_be_null and all(self.shape(part).nullable for part in [*stated, *shape.parts])
        ):
            shape.nullable = True
        if len(parts) == 1 and isinstance(parts[0].value, dict) and "$ref" in parts[0].value:
            # The generator ignores the siblings of a single reference.
            shape.name = self.shape(parts[0]).name if len(alone) <= 2 else None
        simplify(shape)
        return shape

    def _extract(self, shape: SchemaShape) -> None:
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
            alternatives = _popped(shape, kind)
            if alternatives and not shape.alternatives:
                shape.alternatives, shape.union = alternatives, kind
            elif alternatives:
                pointer = shape.node.child(kind, None).pointer
                whole = {kind: [each.value for each in alternatives]}
                shape.parts.append(Node(whole, f"{pointer}{JOIN_SEPARATOR}", shape.node.file))

    def _drop_implied_type(self, shape: SchemaShape) -> None:
        """Remove the type beside a bare union if each alternative has such a type itself."""
        stated = shape.keywords.pop("type", None)
        if stated is None:
            return
        types, is_nullable = set[str](), False
        for node in shape.alternatives:
            target = self._unwrapped(node)
            part = SchemaShape(target)
            part.keywords = {"type": each} if (each := target.get("type")) is not None else {}
            part.properties = {} if target.get("properties") is None else {"": target}
            own, takes_null = types_of(part)
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
        value = self.resolve(node)[0].value
        return isinstance(value, dict) and value.get("type") in ("null", ["null"])


class SchemaSide(NamedTuple):
    """A schema and the document that contains it."""

    document: ComparedDocument
    shape: SchemaShape

    def of(self, node: Node) -> "SchemaSide":
        """Return another schema of the same document."""
        return SchemaSide(self.document, self.document.shape(node))


class DocumentPair:
    """The old and the new document."""

    def __init__(self, old: ComparedDocument, new: ComparedDocument) -> None:
        self.old, self.new = old, new

    def __iter__(self) -> Iterator[ComparedDocument]:
        return iter((self.old, self.new))

    def resolve(self, old: Node, new: Node) -> tuple[Node, Node] | None:
        """Follow references in both documents; None, and a problem, if one is broken."""
        found = self.old.resolve(old)[0], self.new.resolve(new)[0]
        return None if is_unresolved(*found) else found


def _popped(shape: SchemaShape, keyword: str) -> list[Node]:
    node = shape.keywords.pop(keyword, None)
    return node.items() if node is not None else []
