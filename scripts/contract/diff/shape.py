"""A schema as the set of values it accepts: references followed, `allOf` merged, one form each."""

from dataclasses import dataclass, field
from typing import Any

from scripts.contract.diff.fields import FIELDS
from scripts.contract.openapi.nodes import Node, canonical
from scripts.contract.openapi.references import Source

ANY = frozenset({"boolean", "object", "array", "string", "integer", "fraction"})
_WAIVED = FIELDS["schema"].waived.keys()
# What may stand beside a single reference without making another model of it.
_BESIDE = {"nullable", "default", "deprecated", "readOnly", "writeOnly"}
_HIGHEST = (
    "minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties", "minContains",
    "uniqueItems", "readOnly", "writeOnly", "deprecated",
)  # fmt: skip
_LOWEST = (
    "maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties", "maxContains",
)  # fmt: skip
# Where two parts of allOf state a keyword, both hold: the tighter one says it.
_ORDERED = {**dict.fromkeys(_HIGHEST, max), **dict.fromkeys(_LOWEST, min)}


@dataclass(slots=True)
class Shape:
    """A schema in its one form."""

    node: Node  # where it stands, after references
    name: str | None = None  # the component it is
    keywords: dict[str, Node] = field(default_factory=dict)
    properties: dict[str, Node] = field(default_factory=dict)
    required: dict[str, Node] = field(default_factory=dict)
    alternatives: list[Node] = field(default_factory=list)  # of oneOf and anyOf, without null
    parts: list[Node] = field(default_factory=list)  # of allOf, where merging would lose something
    types: frozenset[str] = ANY
    nullable: bool = True

    @property
    def key(self) -> tuple[str, str]:
        """What tells it from any other schema of its document."""
        return self.node.file, self.node.pointer

    @property
    def takes_all(self) -> bool:
        """Whether it accepts any value, as a schema that says nothing does."""
        says = self.properties or self.required or self.alternatives or self.parts
        return self.types == ANY and not says and not self.keywords.keys() - {"title", "deprecated"}

    @property
    def is_model(self) -> bool:
        """Whether generated code has a class for it."""
        return bool(self.properties) or "enum" in self.keywords or self.types == {"object"}

    @property
    def is_bare_conjunction(self) -> bool:
        """Whether it says nothing but the parts of its allOf."""
        return bool(self.parts) and not (
            self.properties
            or self.required
            or self.alternatives
            or self.keywords.keys() - _BESIDE - {"title"}
        )

    @property
    def is_bare_union(self) -> bool:
        """Whether it says nothing but its alternatives."""
        return bool(self.alternatives) and not (
            self.properties
            or self.required
            or self.parts
            or self.keywords.keys() - _BESIDE - {"oneOf", "anyOf", "discriminator", "title"}
        )


class Shapes:
    """The shapes of one document, each made once."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self._made: dict[tuple[str, str], Shape] = {}
        self._making: set[tuple[str, str]] = set()

    def of(self, node: Node) -> Shape:
        """Give the shape of the schema at a place."""
        target, name = self.source.resolve(node)
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
        """Give the types that a schema accepts, those of its alternatives counted."""
        shape = self.of(node)
        if shape.types != ANY or not shape.alternatives:
            return shape.types
        return frozenset().union(*(self.of(each).types for each in shape.alternatives))

    def _beside_reference(self, node: Node) -> dict[str, Any]:
        """Give what stands beside a reference and counts: OpenAPI 3.0 ignores it."""
        if not (self.source.three_one and isinstance(node.value, dict) and "$ref" in node.value):
            return {}
        return {
            key: value
            for key, value in node.value.items()
            if key not in _WAIVED and not key.startswith("x-")
        }

    def _made_once(self, node: Node) -> Shape:
        key = (node.file, node.pointer)
        if key not in self._made:
            if key in self._making:
                self.source.problem(node, "the schema contains itself through allOf")
                return Shape(node)
            self._making.add(key)
            try:
                self._made[key] = self._make(node)
            finally:
                self._making.discard(key)
        return self._made[key]

    def _make(self, node: Node) -> Shape:
        shape = Shape(node)
        if node.value is False:
            shape.types, shape.nullable = frozenset(), False
        if not isinstance(node.value, dict):
            if not isinstance(node.value, bool):
                self.source.problem(node, "a schema must be an object")
            return shape
        for key, value in node.value.items():
            if key not in _WAIVED and not key.startswith("x-"):
                shape.keywords[key] = node.child(key, value)
        parts = _taken(shape, "allOf")
        if len(parts) == 1 and not shape.keywords:
            return self.of(parts[0])
        self._lift_out(shape)
        if not self._merge(shape, [self.of(part) for part in parts]):
            shape.parts = parts
        if len(parts) == 1 and not (node.value.keys() - {"allOf"} - _BESIDE - _WAIVED):
            shape.name = self.of(parts[0]).name
        return self._with_types(shape)

    def _lift_out(self, shape: Shape) -> None:
        properties = shape.keywords.pop("properties", None)
        shape.properties = dict(properties.members()) if properties else {}
        required = shape.keywords.pop("required", None)
        if required is not None:
            shape.required = {
                item.value: item for item in required.items() if isinstance(item.value, str)
            }
            if not isinstance(required.value, list):
                self.source.problem(required, "`required` of a schema must be a list")
        for kind in ("oneOf", "anyOf"):
            node = shape.keywords.get(kind)
            if node is not None:
                shape.alternatives += node.items()

    def _merge(self, shape: Shape, parts: list[Shape]) -> bool:
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

    def _with_types(self, shape: Shape) -> Shape:
        stated = shape.keywords.get("type")
        names = _names(stated.value) if stated else _implied(shape)
        shape.types, shape.nullable = _expanded(names)
        nullable = shape.keywords.pop("nullable", None)
        if nullable is not None and nullable.value is True:
            shape.nullable = True
        if shape.alternatives:
            others = [node for node in shape.alternatives if not self._is_null(node)]
            had_null = len(others) < len(shape.alternatives)
            shape.alternatives = others
            if stated is None:
                shape.nullable = had_null or bool(nullable and nullable.value is True)
            if len(others) == 1 and shape.is_bare_union:
                return self._sole(shape, others[0])
        return shape

    def _sole(self, shape: Shape, node: Node) -> Shape:
        """Give the one alternative itself, with what stood around it."""
        only = self.of(node)
        keywords = {key: each for key, each in shape.keywords.items() if key in _BESIDE}
        if not shape.nullable and not keywords:
            return only
        return Shape(
            shape.node,
            only.name,
            {**only.keywords, **keywords},
            only.properties,
            only.required,
            only.alternatives,
            only.parts,
            only.types,
            only.nullable or shape.nullable,
        )

    def _is_null(self, node: Node) -> bool:
        value = self.source.resolve(node)[0].value
        return isinstance(value, dict) and value.get("type") in ("null", ["null"])


def _both(first: Node, second: Node) -> Node:
    """Give the schema of what two parts say of one property."""
    if first.value == second.value:
        return second
    return Node({"allOf": [first.value, second.value]}, f"{second.pointer}/&", second.file)


def _taken(shape: Shape, keyword: str) -> list[Node]:
    node = shape.keywords.pop(keyword, None)
    return node.items() if node is not None else []


def _is_number(*nodes: Node) -> bool:
    return all(isinstance(node.value, int | float) for node in nodes)


def _names(stated: Any) -> set[str]:
    names = stated if isinstance(stated, list) else [stated]
    return {name for name in names if isinstance(name, str)}


def _implied(shape: Shape) -> set[str] | None:
    values = constants(shape)
    if values is not None:
        return {_type_of(value) for value in values}
    # Properties without a type are an object to everybody, the generator included.
    return {"object"} if shape.properties else None


def _expanded(names: set[str] | None) -> tuple[frozenset[str], bool]:
    if names is None:
        return ANY, True
    types = names - {"null"}
    if "number" in types:
        types = types - {"number"} | {"integer", "fraction"}
    return frozenset(types), "null" in names


def _type_of(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int | float):
        return "integer" if isinstance(value, int) else "number"
    if isinstance(value, str):
        return "string"
    return "object" if isinstance(value, dict) else "array"


def constants(shape: Shape) -> list[Any] | None:
    """Give the only values that a schema accepts, None where it does not list them."""
    if "const" in shape.keywords:
        return [shape.keywords["const"].value]
    node = shape.keywords.get("enum")
    return list(node.value) if node is not None and isinstance(node.value, list) else None
