"""Small worlds of schemas and values, in which a validator knows what each schema accepts."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations, product
from typing import Any

from jsonschema import Draft202012Validator  # type: ignore[import-untyped] # it has no stubs

from scripts.diff.compare.canonical import ComparedDocument, SchemaSide
from scripts.openapi.nodes import Node
from tests.diff.documents import Json, S, document
from tests.diff.schemas import FLAG, INT, NULL, NUMBER, any_of, integers, one_of, parts


@dataclass
class World:
    """Schemas, and values that tell any two of them apart."""

    schemas: list[Json]
    values: list[Any]

    @cached_property
    def sets(self) -> list[int]:
        """The values that each schema accepts, as bits."""
        return [self.accepted(each) for each in self.schemas]

    @cached_property
    def null(self) -> int:
        """The value null, as a bit; 0 if it is not among the values."""
        return sum(1 << i for i, each in enumerate(self.values) if each is None)

    def accepted(self, schema: Json) -> int:
        """Return the values that a validator accepts, as bits."""
        validator = Draft202012Validator(schema)
        return sum(1 << i for i, each in enumerate(self.values) if validator.is_valid(each))

    def shown(self, bits: int) -> list[Any]:
        return [each for i, each in enumerate(self.values) if bits >> i & 1][:3]

    def sides(self, document: ComparedDocument) -> list[SchemaSide]:
        nodes = [Node(schema, f"/x{i}") for i, schema in enumerate(self.schemas)]
        return [SchemaSide(document, document.shape(node)) for node in nodes]


def any_instead_of_one(schema: Json) -> Json:
    """Return a schema that also accepts what fits several alternatives of a oneOf."""
    return {"anyOf" if key == "oneOf" else key: each for key, each in schema.items()}


def rendered(side: SchemaSide) -> Json:
    """Return the schema that a shape stands for; null apart."""
    shape = side.shape
    types = sorted(
        shape.types - {"fraction"} | ({"number"} if "fraction" in shape.types else set())
    )
    keywords = {name: node.value for name, node in shape.keywords.items() if name != "type"}
    patterns = keywords.pop("pattern", [])
    parts = [{"pattern": each} for each in ([patterns] if isinstance(patterns, str) else patterns)]
    alternatives = [node.value for node in shape.alternatives]
    return {
        "type": types,
        "properties": {name: node.value for name, node in shape.properties.items()},
        "required": list(shape.required),
        "allOf": [*parts, *(node.value for node in shape.parts), {}],
        **keywords,
        **({shape.union: alternatives} if alternatives else {}),
    }


def new_document(name: str = "old") -> ComparedDocument:
    """Return a document of OpenAPI 3.1 without operations."""
    return ComparedDocument(name, document(openapi="3.1.0"))


def _each(schema: Json, **limits: tuple[Any, ...]) -> Iterator[Json]:
    """Yield a schema with each combination of limits, and without."""
    for chosen in product(*([None, *values] for values in limits.values())):
        stated = zip(limits, chosen, strict=True)
        yield {**schema, **{name: limit for name, limit in stated if limit is not None}}


def _world(schemas: Iterator[Json], values: list[Any]) -> World:
    """Return a world without the schemas that accept nothing."""
    whole = World([], values)
    return World([each for each in schemas if whole.accepted(each)], values)


def _words(alphabet: list[Any], longest: int) -> list[tuple[Any, ...]]:
    return [word for size in range(longest + 1) for word in product(alphabet, repeat=size)]


def _numbers() -> Iterator[Json]:
    yield from _each(INT, minimum=(0, 2), maximum=(4, 6), multipleOf=(2,))
    low = {"minimum": (0, 2), "exclusiveMinimum": (0, 1)}
    yield from _each(NUMBER, **low, maximum=(4,), exclusiveMaximum=(6,))
    yield from _each(NUMBER, minimum=(0,), multipleOf=(0.5, 1))


def _texts() -> Iterator[Json]:
    yield from _each(S, maxLength=(0, 3, 4))
    yield from _each({**S, "minLength": 1}, maxLength=(3, 4), pattern=("^a", "b$", "^b"))
    yield from _each({**S, "minLength": 2}, maxLength=(3, 4), pattern=("^a", "b$", "^b"))


_LIMITED: list[Json] = [{**S, "maxLength": 1}, {"enum": ["a"]}, integers(minimum=3)]
_LEAVES: list[Json] = [S, INT, NUMBER, FLAG, NULL, *_LIMITED, integers(maximum=1)]
_LISTED: list[Json] = [
    *({}, {"type": ["string", "null"]}, {"type": ["string", "integer"]}),
    *({"type": ["number", "boolean"]}, {**FLAG, "enum": [True, False]}, {"const": 1}),
    *({"enum": ["a", 1]}, {"enum": ["a", None]}, {"enum": [1, 1.5]}, {"maxLength": 1}),
]


def _unions() -> Iterator[Json]:
    yield from _LEAVES
    yield from _LISTED
    for pair in combinations(_LEAVES, 2):
        yield from (any_of(*pair), one_of(*pair), parts(*pair))
    yield from [any_of(S, INT, FLAG), one_of(S, INT, FLAG), one_of(INT, S, NUMBER)]
    yield one_of({"type": ["string", "null"]}, {"type": ["integer", "null"]})
    yield from [one_of(S, any_of(INT, FLAG)), any_of(S, one_of(INT, NULL)), any_of(S, S, NULL)]
    yield from [any_of(S, INT, maxLength=1), parts(any_of(S, INT), any_of(INT, FLAG))]
    yield from [any_of(S, INT, type="string"), one_of({**S, "enum": ["a"]}, {"const": 2})]


def _lists() -> Iterator[Json]:
    items: list[Json] = [S, INT, {**S, "maxLength": 1}, any_of(S, INT)]
    for each in [{}, *({"items": item} for item in items)]:
        limits = {"minItems": (1,), "maxItems": (2, 3), "uniqueItems": (True,)}
        yield from _each({"type": "array", **each}, **limits)
    yield from [any_of({"type": "array", "items": item}, item) for item in items]
    yield from [one_of(*({"type": "array", "items": each} for each in (S, INT)))]


def _objects() -> Iterator[Json]:
    """Yield objects that name the same properties: what names mean is not a matter of values."""
    named: list[Json] = [S, {**S, "maxLength": 1}, INT]
    for each in named:
        for required in ([], ["a"], ["a", "b"]):
            known = {"type": "object", "properties": {"a": each, "b": {}}, "required": required}
            yield from _each(known, additionalProperties=(False, S, {}))
            yield {**known, "minProperties": 2}


def _kinds() -> Iterator[Json]:
    """Yield objects that one property tells apart."""
    alone = [
        {"type": "object", "properties": {"k": kind, "a": more}, "required": ["k"]}
        for kind, more in (({"const": "x"}, {}), ({"const": "y"}, {}), ({"const": "x"}, S), (S, {}))
    ]
    yield from alone
    for pair in combinations(alone, 2):
        yield from (any_of(*pair), one_of(*pair), parts(*pair))
    yield one_of(*alone[:2], {"type": "object", "properties": {"k": INT, "a": {}}})


_SCALARS: list[Any] = [None, True, False, "", "a", "b", "ab", *range(-1, 6), 0.5, 1.5, 2.5, {}, []]
_SOME = ("a", "ab", 1)
_BETWEEN: list[Any] = [-10, 20, -0.5, 0.25, 0.5, 1.5, 2.25, 2.5, 4.5, 9.5, 9.25]
NUMBERS = _world(_numbers(), [*range(-3, 10), *_BETWEEN])
TEXTS = _world(_texts(), ["".join(each) for each in _words(["a", "b"], 5)])
UNIONS = _world(_unions(), _SCALARS)
LISTS = _world(
    _lists(),
    [
        *map(list, _words(["a", "b", "ab", 1, 2], 2)),
        *([*"abc"], [*"aaa"], ["ab", "bc", "cd"], ["ab"] * 3, [1, 2, 3], [1] * 3, [1, "a", 2]),
        *([*"abcd"], ["ab", "bc", "cd", "de"], [*range(4)], [1, "a", 2, "b"], [1] * 4, ["ab"] * 4),
        *([None], [None, True], [None] * 2, [None, True, {}], [None] * 3, [None, True, {}, []]),
        *("a", "ab", 1),
    ],
)
OBJECTS = _world(
    _objects(),
    [
        dict(zip(names, values, strict=True))
        for names in ("", "a", "b", "c", "ab", "ac", "bc", "abc")
        for values in product(_SOME, repeat=len(names))
    ],
)
_MORE: list[Json] = [{}, {"a": "a"}, {"a": 1}]
KINDS = _world(
    _kinds(), [*_MORE, *({"k": kind, **more} for kind in ("x", "y", "z", 1) for more in _MORE)]
)
_NAMES = "numbers texts unions lists objects kinds".split()
WORLDS = dict(zip(_NAMES, (NUMBERS, TEXTS, UNIONS, LISTS, OBJECTS, KINDS), strict=True))


def random_world(rng: random.Random, size: int) -> World:
    """Return a world of schemas of any form, which need not be told apart."""

    def schema(depth: int) -> Json:
        form = rng.randrange(8) if depth else 0
        if form < 4:
            return rng.choice([*NUMBERS.schemas, *TEXTS.schemas, *UNIONS.schemas, *KINDS.schemas])
        if form == 4:
            return {"type": "array", "items": schema(depth - 1), "minItems": rng.randrange(3)}
        if form == 5:
            closed = rng.choice([{}, {"additionalProperties": rng.choice([False, schema(0)])}])
            inner = {"a": schema(depth - 1), "b": schema(0)}
            required = rng.choice([[], ["a"], ["a", "b"]])
            return {"type": "object", "properties": inner, "required": required, **closed}
        beside = schema(0) if rng.random() < 0.2 else {}
        union = rng.choice(["oneOf", "anyOf", "allOf"])
        return {**beside, union: [schema(depth - 1) for _ in range(rng.randint(1, 3))]}

    values = [*_SCALARS, *TEXTS.values[:20], *KINDS.values, *LISTS.values[:30], *OBJECTS.values]
    return World([schema(3) for _ in range(size)], values)


WRITTEN = World(
    [
        *(S, {**S, "maxLength": 1}, {**S, "minLength": 6}, {"enum": ["a"]}, {"enum": ["1"]}),
        *(INT, {**INT, "minimum": 3}, {"enum": [1, 2]}, {"const": 1}, {"enum": ["a", 1]}),
        *(NUMBER, FLAG, {"enum": [True, False]}, {"type": ["boolean", "null"]}),
        *({"type": ["integer", "boolean"]}, {"type": ["string", "integer"]}, any_of(INT, FLAG)),
        any_of({**S, "maxLength": 1}, INT),
    ],
    [
        *"a12",
        *("ab", "abcdef", "12", "5", "true", "false", "-1", "1.5"),
        *(1, 2, 5, -1, 12, 1.5, True, False),
    ],
)
"""What is written into a URL: a number and a text may be one text."""
