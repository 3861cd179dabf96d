"""Hold what was seen against the contract: each way in which they disagree, with its counts."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from scripts.contract.observed.seen import SEVERAL, Body, Seen, Shape
from scripts.contract.openapi.nodes import Node
from scripts.contract.openapi.references import Source

_WEIGHTS = {"field": 1, "null": 1, "type": 3, "missing": 10}
_STRUCTURE = 10  # from here on a body may as well be another one
_ANOTHER = 100  # no value of this type fits at all
_FITS_ALL = "traceId"  # a field of every answer tells nothing


@dataclass(slots=True)
class Deviation:
    """One disagreement at one place of the contract."""

    kind: str  # field, missing, type, null, body, media, status, fact
    node: Node  # the schema, response or operation that is contradicted
    name: str  # the field, status or fact
    shape: Shape  # what came
    of: int  # how many could have been otherwise
    operations: set[str] = field(default_factory=set)
    versions: set[str] = field(default_factory=set)

    @property
    def key(self) -> tuple[str, str, str]:
        """Tell what is the same disagreement, wherever it was met."""
        return self.kind, self.node.pointer, self.name


class Judge:
    """A contract, and how what was seen disagrees with it."""

    def __init__(self, document: dict[str, Any]) -> None:
        self._source = Source("the contract", document)
        self.notes: list[str] = []
        self.kept = set[str]()  # places where the declared type came, too

    def deviations(self, seen: Seen) -> list[Deviation]:
        """Give every disagreement once, the deepest places first."""
        found: dict[tuple[str, str, str], Deviation] = {}
        for body in seen.bodies:
            for each in self._body(body):
                each.operations, each.versions = {body.operation}, {body.version}
                known = found.get(each.key)
                if known is None:
                    found[each.key] = each
                    continue
                merged = Shape()
                merged.add(known.shape)
                merged.add(each.shape)
                known.shape, known.of = merged, known.of + each.of
                known.operations |= each.operations
                known.versions |= each.versions
        for each in self._facts(seen):
            found[each.key] = each
        return sorted(found.values(), key=lambda each: (-each.node.pointer.count("/"), each.key))

    # One body

    def _body(self, body: Body) -> Iterator[Deviation]:
        if any(shape.unnamed for _, shape in _all(body.shape)):
            self._note(f"{body.operation} answered {body.status} with names that may be data")
        method, _, path = body.operation.partition(" ")
        operation = self._at("paths", path, method.lower())
        responses = operation and operation.get("responses")
        if responses is None:
            if not path.endswith("/associations"):  # the one that the probe asks about
                self._note(f"{body.operation} is no operation of the contract; it was called")
            return
        response = responses.get(body.status)
        if response is None:
            yield Deviation("status", responses, body.status, body.shape, body.shape.n)
            return
        response, _ = self._source.resolve(response)
        content = response.get("content")
        if body.media != "json":
            yield from self._other_media(body, response, content)
            return
        media = content and content.get("application/json")
        holder = media and media.get("schema")
        if holder is not None:
            yield from self._whole(holder, body.shape)

    def _other_media(self, body: Body, response: Node, content: Node | None) -> Iterator[Deviation]:
        if body.media == "empty" or content is None:
            if content is not None:
                self._note(f"{body.operation} answered {body.status} without a body")
            return
        media = "text/html" if body.media == "html" else "text/plain"
        if content.get(media) is None:
            yield Deviation("media", content, media, body.shape, body.shape.n)

    def _whole(self, holder: Node, shape: Shape) -> Iterator[Deviation]:
        """Judge a body; where it contradicts its schema as a whole, it may be another body."""
        found = list(self.disagree(holder, shape))
        weight = _weight(found, holder)
        unknown = sum(each.kind == "field" for each in found)
        if unknown > max(2, len(shape.fields) / 2):
            weight += _STRUCTURE
        if weight >= _ANOTHER or (weight >= _STRUCTURE and self.component(shape) is not None):
            found = [Deviation("body", holder, "", shape, shape.n)]
        yield from found

    def component(self, shape: Shape) -> dict[str, Any] | None:
        """Give the schema of the contract that a body fits, for one that is not where it came."""
        if set(shape.types) == {"array"} and shape.items is not None:
            item = self.component(shape.items)
            return item and {"type": "array", "items": item}
        fits, kept = [], set(self.kept)
        schemas = self._at("components", "schemas")
        for name, schema in schemas.members() if schemas is not None else ():
            properties = schema.get("properties")
            named = set(shape.fields) - {_FITS_ALL}
            telling = len(named) > 1 or named & set(schema.value.get("required", ()))
            if properties is None or not telling or set(shape.types) != {"object"}:
                continue
            if not list(self.disagree(schema, shape)):
                fits.append((len(properties.value), name))
        self.kept = kept  # only tried
        return {"$ref": f"#/components/schemas/{min(fits)[1]}"} if fits else None

    # One schema

    def disagree(self, holder: Node, shape: Shape) -> Iterator[Deviation]:
        """Give what contradicts a schema. `holder` is its place, be it a reference or not."""
        node, _ = self._source.resolve(holder)
        nullable = holder.value.get("nullable") or node.value.get("nullable")
        for kind in sorted(shape.types):
            part = shape.only(kind)
            if kind == "null":
                if not nullable and not self._is_any(node) and not self._nullable_below(node):
                    yield Deviation("null", holder, "", part, shape.n)
                continue
            yield from self._one_type(holder, node, kind, part, shape.n)

    def _one_type(
        self, holder: Node, node: Node, kind: str, part: Shape, of: int
    ) -> Iterator[Deviation]:
        alternatives = node.get("anyOf") or node.get("oneOf")
        if alternatives is not None:
            tries = [(each, list(self.disagree(each, part))) for each in alternatives.items()]
            nearest, found = min(tries, key=lambda each: _weight(each[1], each[0]))
            if _weight(found, nearest) >= _ANOTHER:
                found = [Deviation("type", holder, "", part, of)]
            yield from found
            return
        declared = node.value.get("type")
        if declared is None or declared == kind or (declared, kind) == ("number", "integer"):
            self.kept.add(holder.pointer)
            if kind == "object":
                yield from self._object(node, part)
            items = node.get("items")
            if kind == "array" and items is not None and part.items is not None:
                yield from self.disagree(items, part.items)
            return
        yield Deviation("type", holder, "", part, of)

    def _object(self, node: Node, shape: Shape) -> Iterator[Deviation]:
        properties = node.get("properties")
        known = dict(properties.members()) if properties is not None else {}
        for name in node.value.get("required", ()):
            came = shape.fields[name].n if name in shape.fields else 0
            if came < shape.n:
                yield Deviation("missing", node, name, Shape(shape.n - came), shape.n)
        for name, each in shape.fields.items():
            if name in known:
                yield from self.disagree(known[name], each)
            elif known or not self._is_any(node):
                yield Deviation("field", node, name, each, shape.n)

    # Facts

    def _facts(self, seen: Seen) -> Iterator[Deviation]:
        facts = self._at("x-wire") or Node({}, "/x-wire")
        said = {fact: each.answers for fact, each in seen.answers.items()}
        counts = {fact: each.n for fact, each in seen.answers.items()}
        for name, values in _values(seen).items():
            fact = f"values-of-{name}"
            known = set(_answer(facts, fact).split(", ")) - {""}
            if not set(values) <= known:
                said[fact] = [", ".join(sorted(known | set(values)))]
                counts[fact] = sum(count for value, count in values.items() if value not in known)
        for fact, answers in said.items():
            if SEVERAL.join(answers) != _answer(facts, fact):
                came = Shape(counts[fact], values={SEVERAL.join(answers): counts[fact]})
                yield Deviation("fact", facts, fact, came, counts[fact])

    def _at(self, *keys: str) -> Node | None:
        node: Node | None = self._source.root
        for key in keys:
            node = node and node.get(key)
        return node

    def _is_any(self, node: Node) -> bool:
        return not (node.value.keys() & {"type", "anyOf", "oneOf", "allOf", "properties"})

    def _nullable_below(self, node: Node) -> bool:
        alternatives = node.get("anyOf") or node.get("oneOf")
        below = alternatives.items() if alternatives is not None else []
        return any(self._source.resolve(each)[0].value.get("nullable") for each in below)

    def _note(self, text: str) -> None:
        if text not in self.notes:
            self.notes.append(text)


def _weight(found: list[Deviation], top: Node) -> int:
    """Tell how far something is from what stands at `top`."""
    whole = any(each.kind == "type" and each.node == top for each in found)
    return _ANOTHER if whole else sum(_WEIGHTS[each.kind] for each in found)


def _answer(facts: Node, fact: str) -> str:
    known = facts.get(fact)
    return str(known.value.get("answer", "")) if known is not None else ""


def _values(seen: Seen) -> dict[str, dict[str, int]]:
    """Count the values of closed vocabularies, by field, wherever they came."""
    found: dict[str, dict[str, int]] = {}
    for name, shape in (each for body in seen.bodies for each in _all(body.shape)):
        for value, count in shape.values.items():
            counts = found.setdefault(name, {})
            counts[value] = counts.get(value, 0) + count
    return found


def _all(top: Shape) -> Iterator[tuple[str, Shape]]:
    """Give a shape and all below it, each with the name of its field."""
    pending = [("", top)]
    while pending:
        name, shape = pending.pop()
        yield name, shape
        pending += shape.fields.items()
        pending += [(name, shape.items)] if shape.items is not None else []
