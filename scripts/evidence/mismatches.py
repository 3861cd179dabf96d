"""Compare a recording with the contract: each mismatch, with its counts."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from scripts.evidence.recording import RecordedBody, Recording, Shape
from scripts.openapi.nodes import Node, object_at
from scripts.openapi.references import Source

_WEIGHTS = {"field": 1, "null": 1, "type": 3, "missing": 10}
_ANOTHER_BODY = 10  # from this weight on, another schema of the contract may match better
_ANOTHER_TYPE = 100  # no value has this type
_IN_EVERY_BODY = "traceId"  # does not distinguish schemas
_WITHOUT_SLASH = "/associations"  # the probe asks for it on purpose


@dataclass(slots=True)
class Mismatch:
    """A difference between observed values and one place of the contract."""

    kind: str  # field, missing, type, null, body, media, status, fact
    node: Node  # the contradicted schema, response or operation
    name: str  # the field, status or fact
    shape: Shape  # of the observed values
    of: int  # the number of all observations at this place
    operations: set[str] = field(default_factory=set)
    versions: set[str] = field(default_factory=set)

    @property
    def key(self) -> tuple[str, str, str]:
        """The identity of the mismatch; equal for all recordings of it."""
        return self.kind, self.node.pointer, self.name


class Checker:
    def __init__(self, document: dict[str, Any]) -> None:
        self._source = Source("the contract", document)
        self.notes: dict[str, None] = {}  # what no overlay action can correct, in order
        self.matching = set[str]()  # pointers to schemas with an observed value of their type

    def check(self, recording: Recording) -> list[Mismatch]:
        """Return each mismatch once, the deepest places first."""
        found = {each.key: each for each in self._facts(recording)}
        for body in recording.bodies:
            for each in self._body(body):
                new = Mismatch(each.kind, each.node, each.name, Shape(), 0)
                known = found.setdefault(each.key, new)
                known.shape.add(each.shape)
                known.of += each.of
                known.operations.add(body.operation)
                known.versions.add(body.version)
        return sorted(found.values(), key=lambda each: (-each.node.pointer.count("/"), each.key))

    def component(self, shape: Shape) -> tuple[str, dict[str, Any]] | None:
        """Return the name of the schema that a body matches, and a reference; None without one.

        A list matches by its items.
        """
        if set(shape.types) == {"array"} and shape.items is not None:
            item = self.component(shape.items)
            return item and (item[0], {"type": "array", "items": item[1]})
        if set(shape.types) != {"object"}:
            return None
        matching, named = set(self.matching), set(shape.fields) - {_IN_EVERY_BODY}
        fits = [
            (len(object_at(schema.value, "properties")), name)
            for name, schema in self._source.components("schemas").items()
            if len(named) > 1 or named & set(schema.value.get("required", ()))
            if "properties" in schema.value and not list(self._schema(schema, shape))
        ]
        self.matching = matching  # trial matches do not count
        if not fits:
            return None
        _, name = min(fits)
        return name, {"$ref": f"#/components/schemas/{name}"}

    def _body(self, body: RecordedBody) -> Iterator[Mismatch]:
        what = f"{body.operation} answered {body.status}"
        if any(shape.unnamed for _, shape in body.shape.descendants()):
            self.notes[f"{what} with names that may be data"] = None
        method, _, path = body.operation.partition(" ")
        responses = self._at("paths", path, method.lower(), "responses")
        response = responses and responses.get(body.status)
        if responses is None and not path.endswith(_WITHOUT_SLASH):
            self.notes[f"{body.operation} was called, but the contract does not have it"] = None
        if responses is not None and response is None:
            yield Mismatch("status", responses, body.status, body.shape, body.shape.n)
        content = self._source.resolve(response)[0].get("content") if response else None
        if content is None:
            return
        if body.media == "json":
            media = content.get("application/json")
            schema = media and media.get("schema")
            if schema is not None:
                yield from self._whole(schema, body.shape)
        elif body.media == "empty":
            self.notes[f"{what} without a body"] = None
        else:
            media_type = "text/html" if body.media == "html" else "text/plain"
            if content.get(media_type) is None:
                yield Mismatch("media", content, media_type, body.shape, body.shape.n)

    def _whole(self, holder: Node, shape: Shape) -> Iterator[Mismatch]:
        found = list(self._schema(holder, shape))
        weight = _weight(found, holder)
        if sum(each.kind == "field" for each in found) > max(2, len(shape.fields) / 2):
            weight += _ANOTHER_BODY
        is_another = weight >= _ANOTHER_BODY and self.component(shape) is not None
        if is_another or weight >= _ANOTHER_TYPE:
            found = [Mismatch("body", holder, "", shape, shape.n)]
        yield from found

    def _schema(self, holder: Node, shape: Shape) -> Iterator[Mismatch]:
        """Yield the mismatches of a schema. `holder` is the schema or a reference to it."""
        node, _ = self._source.resolve(holder)
        either = [node, holder, *(self._source.resolve(each)[0] for each in _alternatives(node))]
        for kind in sorted(shape.types):
            part = shape.only(kind)
            if kind != "null":
                yield from self._one_type(holder, node, part, shape.n)
            elif not _allows_all(node) and not any(each.value.get("nullable") for each in either):
                yield Mismatch("null", holder, "", part, shape.n)

    def _one_type(self, holder: Node, node: Node, part: Shape, of: int) -> Iterator[Mismatch]:
        (kind,) = part.types
        if alternatives := _alternatives(node):
            tries = [(each, list(self._schema(each, part))) for each in alternatives]
            nearest, found = min(tries, key=lambda each: _weight(each[1], each[0]))
            if _weight(found, nearest) >= _ANOTHER_TYPE:
                found = [Mismatch("type", holder, "", part, of)]
            yield from found
            return
        declared = node.value.get("type")
        if declared not in (None, kind) and (declared, kind) != ("number", "integer"):
            yield Mismatch("type", holder, "", part, of)
            return
        self.matching.add(holder.pointer)
        if kind == "object":
            yield from self._object(node, part)
        items = node.get("items")
        if kind == "array" and items is not None and part.items is not None:
            yield from self._schema(items, part.items)

    def _object(self, node: Node, shape: Shape) -> Iterator[Mismatch]:
        properties = node.get("properties")
        known = dict(properties.members()) if properties is not None else {}
        for name in node.value.get("required", ()):
            missing = shape.n - (shape.fields[name].n if name in shape.fields else 0)
            if missing > 0:
                yield Mismatch("missing", node, name, Shape(missing), shape.n)
        for name, each in shape.fields.items():
            if name in known:
                yield from self._schema(known[name], each)
            elif not _allows_all(node):
                yield Mismatch("field", node, name, each, shape.n)

    def _facts(self, recording: Recording) -> Iterator[Mismatch]:
        """Compare the answers that OpenAPI cannot express, `x-wire` in the contract."""
        facts = self._at("x-wire") or Node({}, "/x-wire")
        answers = dict(recording.facts)
        for vocabulary, values in _values(recording).items():
            name = f"values-of-{vocabulary}"
            known = set(_answer(facts, name).split(", ")) - {""}
            if unknown := values.keys() - known:
                n = sum(values[value] for value in unknown)
                answers[name] = ", ".join(sorted(known | unknown)), n
        for name, (answer, n) in answers.items():
            if answer != _answer(facts, name):
                yield Mismatch("fact", facts, name, Shape(n, values=Counter({answer: n})), n)

    def _at(self, *keys: str) -> Node | None:
        node: Node | None = self._source.root
        for key in keys:
            node = node and node.get(key)
        return node


def _alternatives(node: Node) -> list[Node]:
    found = node.get("anyOf") or node.get("oneOf")
    return found.items() if found is not None else []


def _allows_all(node: Node) -> bool:
    return not (node.value.keys() & {"type", "anyOf", "oneOf", "allOf", "properties"})


def _weight(found: list[Mismatch], top: Node) -> int:
    """Return how much a value differs from the schema at `top`."""
    is_another = any(each.kind == "type" and each.node == top for each in found)
    return _ANOTHER_TYPE if is_another else sum(_WEIGHTS[each.kind] for each in found)


def _answer(facts: Node, name: str) -> str:
    return str(object_at(facts.value, name).get("answer", ""))


def _values(recording: Recording) -> dict[str, Counter[str]]:
    """Count the values of closed vocabularies by field, over all places."""
    found = defaultdict[str, Counter[str]](Counter)
    for body in recording.bodies:
        for name, shape in body.shape.descendants():
            found[name].update(shape.values)
    return found
