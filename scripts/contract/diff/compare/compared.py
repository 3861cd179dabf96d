"""The two documents of a comparison, each with its references and the shapes of its schemas.

A shape is made once: references followed, `allOf` merged, one form for all ways to say the same.
"""

from dataclasses import replace
from typing import Any, NamedTuple

from scripts.contract.diff.compare.fields import FIELDS
from scripts.contract.diff.compare.shapes import ANY, BESIDE_REFERENCE, SchemaShape, types_of
from scripts.contract.openapi.nodes import Node, canonical
from scripts.contract.openapi.references import Fetch, Source, is_unresolved

_WAIVED = FIELDS["schema"].waived.keys()
_HIGHEST = (
    "minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties", "minContains",
    "uniqueItems", "readOnly", "writeOnly", "deprecated",
)  # fmt: skip
_LOWEST = (
    "maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties", "maxContains",
)  # fmt: skip
# Where two parts of allOf state a keyword, both hold: the tighter one says it.
_ORDERED = {**dict.fromkeys(_HIGHEST, max), **dict.fromkeys(_LOWEST, min)}


class ComparedDocument(Source):
    """One of the two documents."""

    def __init__(self, name: str, document: dict[str, Any], fetch: Fetch | None = None) -> None:
        super().__init__(name, document, fetch)
        self._made: dict[tuple[str, str], SchemaShape] = {}
        self._making: set[tuple[str, str]] = set()

    def shape(self, node: Node) -> SchemaShape:
        """Return the shape of the schema at a place."""
        target, name = self.resolve(node)
        beside = self._beside_reference(node)
        if beside:
            return self._made_once(
                Node({"allOf": [{"$ref": node.value["$ref"]}], **beside}, *node[1:])
            )
        shape = self._made_once(target)
        if name is not None and shape.name != name and shape.name is None:
            shape.name = name
        return shape

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
        for key, value in node.value.items():
            if key not in _WAIVED and not key.startswith("x-"):
                shape.keywords[key] = node.child(key, value)
        parts = _taken(shape, "allOf")
        if len(parts) == 1 and not shape.keywords:
            return self.shape(parts[0])
        self._lift_out(shape)
        if not self._merge(shape, [self.shape(part) for part in parts]):
            shape.parts = parts
        if len(parts) == 1 and not (node.value.keys() - {"allOf"} - BESIDE_REFERENCE - _WAIVED):
            shape.name = self.shape(parts[0]).name
        return self._with_types(shape)

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
            node = shape.keywords.get(kind)
            if node is not None:
                shape.alternatives += node.items()

    def _merge(self, shape: SchemaShape, parts: list[SchemaShape]) -> bool:
        """Take in all parts of allOf; none of them, and False, where that would lose something."""
        merged = dict(shape.keywords)
        for part in parts:
            for key, node in part.keywords.items():
                known = merged.get(key)
                if known is None or canonical(known.value) == canonical(node.value):
                    merged[key] = node
                elif key in _ORDERED and _is_number(node, known):
                    merged[key] = _ORDERED[key](known, node, key=lambda each: each.value)
                else:
                    return False
        shape.keywords = merged
        for part in parts:
            shape.alternatives += [
                each for each in part.alternatives if each not in shape.alternatives
            ]
            shape.parts += part.parts
            shape.required |= part.required
            for name, node in part.properties.items():
                known = shape.properties.get(name)
                shape.properties[name] = node if known is None else _both(known, node)
        return True

    def _with_types(self, shape: SchemaShape) -> SchemaShape:
        shape.types, shape.nullable = types_of(shape)
        nullable = shape.keywords.pop("nullable", None)
        if nullable is not None and nullable.value is True:
            shape.nullable = True
        if shape.alternatives:
            others = [node for node in shape.alternatives if not self._is_null(node)]
            had_null = len(others) < len(shape.alternatives)
            shape.alternatives = others
            if "type" not in shape.keywords:
                shape.nullable = had_null or bool(nullable and nullable.value is True)
            if len(others) == 1 and shape.is_bare_union:
                return self._sole(shape, others[0])
        return shape

    def _sole(self, shape: SchemaShape, node: Node) -> SchemaShape:
        """Return the one alternative itself, with what stood around it."""
        only = self.shape(node)
        keywords = {key: each for key, each in shape.keywords.items() if key in BESIDE_REFERENCE}
        if not shape.nullable and not keywords:
            return only
        return replace(
            only,
            node=shape.node,
            keywords={**only.keywords, **keywords},
            nullable=only.nullable or shape.nullable,
        )

    def _is_null(self, node: Node) -> bool:
        value = self.resolve(node)[0].value
        return isinstance(value, dict) and value.get("type") in ("null", ["null"])


class Documents(NamedTuple):
    """Both documents."""

    old: ComparedDocument
    new: ComparedDocument

    def resolve(self, old: Node, new: Node) -> tuple[Node, Node] | None:
        """Follow references on both documents; None where one leads nowhere, which is a problem."""
        found = self.old.resolve(old)[0], self.new.resolve(new)[0]
        return None if is_unresolved(*found) else found


def _both(first: Node, second: Node) -> Node:
    """Return the schema of what two parts say of one property."""
    if first.value == second.value:
        return second
    return Node({"allOf": [first.value, second.value]}, f"{second.pointer}/&", second.file)


def _taken(shape: SchemaShape, keyword: str) -> list[Node]:
    node = shape.keywords.pop(keyword, None)
    return node.items() if node is not None else []


def _is_number(*nodes: Node) -> bool:
    return all(isinstance(node.value, int | float) for node in nodes)
