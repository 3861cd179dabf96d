"""Decide which booleans, numbers and texts schemas accept, by samples that stand for all others.

The limits that schemas state divide the values into classes, of which one sample each is enough.
What cannot be computed, such as a pattern, is true or false of a sample: each combination has one.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import combinations, pairwise, product
from math import ceil, floor
from typing import Any

from scripts.diff.compare.canonical import SchemaSide
from scripts.diff.compare.scalars import (
    ANY,
    INTEGERS,
    NUMBERS,
    SCALARS,
    STRUCTURED,
    Condition,
    Sample,
    applies,
    computed,
    divides,
    is_met,
    limits,
    plain,
    type_of,
)
from scripts.diff.compare.shapes import SchemaShape
from scripts.openapi.nodes import Node, value

_CONDITIONS = ("not", "if", "then", "else")
_ABOUT_TEXT = {"pattern", "enum", "const", "format", "maxLength", "contentEncoding", *_CONDITIONS}
_WHOLE = re.compile(r"-?[0-9]{1,300}")  # int() refuses much longer numbers
_LITERAL = re.compile(r"\^([\w /:-]+)(?![*?{+|])")
_DISTINCT_FORMATS = {"date", "date-time", "uuid", "email", "ipv4", "ipv6", "time"}
_LENGTHS = {"uuid": 36, "date": 10}
_MAX_CONDITIONS = 6
_MAX_DEPTH = 8
_MAX_CHECKS = 20_000  # of a sample against a schema, to keep long unions cheap
_FEW = 8  # numbers that are tried one by one


class UndecidedError(Exception):
    """There are too many conditions or checks, or the schemas are nested too deeply."""


def are_accepted(sent: SchemaSide, accepted: SchemaSide, text: str = "") -> bool:
    """Return whether one schema provably accepts each scalar that the other one accepts."""
    if sent.shape.types - ANY:
        return False  # nobody knows what a type is that JSON Schema does not have
    try:
        decider = _Decider([sent, accepted], sent.shape.types)
        return all(
            decider.accepts(accepted, each, text)
            for each in decider.samples()
            if decider.accepts(sent, each)
        )
    except UndecidedError:
        return False


def share_scalar(sides: Sequence[SchemaSide]) -> bool | None:
    """Return whether all schemas accept some scalar; None if undecidable."""
    try:
        decider = _Decider(sides, frozenset.intersection(*(side.shape.types for side in sides)))
        found = [
            decider.exists(each)
            for each in decider.samples()
            if all(decider.accepts(side, each) for side in sides)
        ]
    except UndecidedError:
        return None
    return True if any(found) else None if found else False


class _Decider:
    """The limits of some schemas, and what they mean for one value."""

    def __init__(self, sides: Sequence[SchemaSide], kinds: frozenset[str]) -> None:
        self._kinds = kinds & SCALARS
        self._cuts: set[Any] = set()
        self._lengths: set[int] = {1}
        self._constants: dict[str, Any] = {}
        self._conditions: dict[Condition, frozenset[str]] = {}  # and the types that they limit
        self._known: dict[int, tuple[list[tuple[str, Any]], frozenset[str] | None]] = {}
        self._unions: dict[int, tuple[list[SchemaSide], dict[str, list[SchemaSide]]]] = {}
        self._has_lengths = False
        self._checks = 0
        pending, known = list(sides) if self._kinds else [], set[tuple[int, str, str]]()
        while pending:
            side = pending.pop()
            key = (id(side.document), *side.shape.key)
            if key not in known and side.shape.types & self._kinds:
                known.add(key)
                self._collect(side)
                pending += map(side.of, _inner(side.shape))
        if len(self._conditions) > _MAX_CONDITIONS:
            raise UndecidedError

    def _collect(self, side: SchemaSide) -> None:
        shape = side.shape
        for each in shape.constants or ():
            kind = type_of(each)
            if kind in SCALARS:
                self._constants[plain(each)] = each
                if kind in NUMBERS:
                    self._cuts.add(each)
        for name, limit in _limits(side):
            if isinstance(limit, tuple):
                kinds = frozenset(kind for kind in self._kinds if applies(name, frozenset({kind})))
                numeric = NUMBERS if limit == ("format", "float") else None
                kinds &= numeric or ({"string"} if name == "format" else kinds)
                if kinds & shape.types:
                    self._conditions[limit] = kinds
                self._lengths |= {_LENGTHS.get(limit[1], 1) + each for each in (-1, 0, 1)}
            elif name == "format":
                self._cuts |= {*INTEGERS[limit]}
            elif name.endswith("Length"):
                self._has_lengths = True
                self._lengths |= {max(0, ceil(limit) + each) for each in (-1, 0, 1)}
            else:
                self._cuts.add(limit)
        if any(name == "multipleOf" for name, _ in self._conditions):
            self._cuts.add(0)

    def samples(self) -> Iterator[Sample]:
        """Yield the samples of all classes of values."""
        for kind, each, is_exact in self._classes():
            if kind not in self._kinds:
                continue
            sample = Sample(kind, each, is_exact)
            free = [
                condition
                for condition, kinds in self._conditions.items()
                if kind in kinds and computed(sample, condition) is None
            ]
            for chosen in product((False, True), repeat=len(free)):
                met = frozenset(name for name, is_met in zip(free, chosen, strict=True) if is_met)
                if _is_possible(sample, met, free):
                    yield sample._replace(met=met)

    def _classes(self) -> Iterator[tuple[str, Any, bool]]:
        yield from (("boolean", each, True) for each in (True, False))
        for each in self._constants.values():
            if isinstance(each, str):
                yield "string", each, True
        if "" not in self._constants:
            yield "string", "", True
        yield from (("string", each, False) for each in self._lengths if each)
        if self._kinds & NUMBERS:
            yield from _number_classes(sorted(self._cuts))

    def exists(self, sample: Sample) -> bool:
        """Return whether there certainly is a value like the sample."""
        names = {name for name, _ in sample.met}
        is_likely = names == {"format"} or (names == {"pattern"} and not self._has_lengths)
        return not names or (len(sample.met) == 1 and is_likely and not sample.is_exact)

    def accepts(self, side: SchemaSide, sample: Sample, text: str = "", depth: int = 0) -> bool:
        """Return whether a schema accepts a sample; `text` tells how it is written, if as text."""
        shape = side.shape
        self._checks += 1
        if depth > _MAX_DEPTH or self._checks > _MAX_CHECKS:
            raise UndecidedError
        if not (self._reads(side, sample, text, depth) if text else self._meets(side, sample)):
            return False
        inner = (self.accepts(side.of(part), sample, text, depth + 1) for part in shape.parts)
        if not all(inner):
            return False
        refused = shape.keywords.get("not")
        if refused is not None and self.accepts(side.of(refused), sample, text, depth + 1):
            return False
        if not shape.alternatives:
            return True
        fitting = (
            self.accepts(each, sample, text, depth + 1)
            for each in self._alternatives(side, sample, text)
        )
        is_any = shape.union == "anyOf" or "discriminator" in shape.keywords
        return any(fitting) if is_any else sum(fitting) == 1

    def _alternatives(self, side: SchemaSide, sample: Sample, text: str) -> list[SchemaSide]:
        """Return the alternatives that may accept a sample: all but those of other constants."""
        if id(side.shape) not in self._unions:
            others: list[SchemaSide] = []
            listed: dict[str, list[SchemaSide]] = {}
            for each in map(side.of, side.shape.alternatives):
                is_listed = each.shape.constants is not None and not each.shape.types & STRUCTURED
                for constant in set(map(plain, each.shape.constants or ())) if is_listed else ():
                    listed.setdefault(constant, []).append(each)
                others += [] if is_listed else [each]
            self._unions[id(side.shape)] = others, listed
        others, listed = self._unions[id(side.shape)]
        readings = _readings(sample) if text else [sample]
        names = {plain(each.value) for each in readings}
        found = [each for name in names for each in listed.get(name, ())]
        return [*others, *{id(each): each for each in found}.values()]

    def _reads(self, side: SchemaSide, sample: Sample, text: str, depth: int) -> bool:
        """Return whether a value is accepted that reads like the text of a sample."""
        shape = side.shape
        if any(self._meets(side, each) for each in _readings(sample)):
            return True
        if "array" in shape.types:
            # A single value is a list of one, unless commas could split it.
            least, item = value(shape.keywords.get("minItems"), 0), shape.item(0)
            if least in (0, 1) and (text == "exploded" or sample.kind != "string"):
                return item is None or self.accepts(side.of(item), sample, text, depth + 1)
        is_free = not shape.keywords.keys() & _ABOUT_TEXT
        least = value(shape.keywords.get("minLength"), 0)
        return "string" in shape.types and is_free and least in (0, 1)

    def _meets(self, side: SchemaSide, sample: Sample) -> bool:
        """Return whether a value meets the type and the limits of a schema."""
        shape = side.shape
        if sample.kind not in shape.types:
            return False
        if id(shape) not in self._known:
            listed = None if shape.constants is None else frozenset(map(plain, shape.constants))
            self._known[id(shape)] = list(_limits(side)), listed
        known, listed = self._known[id(shape)]
        if listed is not None and not (sample.is_exact and plain(sample.value) in listed):
            return False
        return all(
            limit[1] in sample.met if (found := is_met(sample, *limit)) is None else found
            for limit in known
        )


def _limits(side: SchemaSide) -> Iterator[tuple[str, Any]]:
    return limits(side.shape.keywords, str(id(side.document)))


def _inner(shape: SchemaShape) -> list[Node]:
    refused = shape.keywords.get("not")
    return [*shape.alternatives, *shape.parts, *([refused] if refused is not None else [])]


def _is_possible(sample: Sample, met: frozenset[Condition], free: list[Condition]) -> bool:
    """Return whether a value may meet these conditions and no others."""
    stated = {name: [text for each, text in met if each == name] for name, _ in {*met, *free}}
    formats = stated.get("format", [])
    if len(_DISTINCT_FORMATS.intersection(formats)) > 1:
        return False
    if sample.kind == "string" and any(
        _LENGTHS.get(each, sample.length) != sample.length for each in formats
    ):
        return False
    media = [name for name in free if name[0] == "contentMediaType"]
    if media and ("format", "binary") in free:
        is_binary = "binary" in formats
        if any((name in met) is not is_binary for name in media):
            return False
    patterns = stated.get("pattern", [])
    starts = [found[1] for each in patterns if (found := _LITERAL.match(each)) and "|" not in each]
    if any(not (a.startswith(b) or b.startswith(a)) for a, b in combinations(starts, 2)):
        return False
    multiples = [name for name in free if name[0] == "multipleOf" and name not in met]
    return not any(
        divides(name[1], each) for name in multiples for each in stated.get("multipleOf", [])
    )


def _number_classes(cuts: list[Any]) -> Iterator[tuple[str, Any, bool]]:
    """Yield the cuts, and of what is below, between and above them an integer and a fraction."""
    yield from ((type_of(each), each, True) for each in cuts)
    low, high = (cuts[0], cuts[-1]) if cuts else (0, 0)
    for number, inwards in ((floor(low) - 1, 0.5), (ceil(high) + 1, -0.5)):
        yield "integer", number, False
        yield "fraction", number + inwards, False
    for one, other in pairwise(cuts):
        first, last = floor(one) + 1, ceil(other) - 1
        if last - first < _FEW:
            yield from (("integer", each, True) for each in range(first, last + 1))
        else:
            yield "integer", first, False
        yield "fraction", (one + other) / 2, False


def _readings(sample: Sample) -> Iterator[Sample]:
    """Yield the values that may be read from the text of a sample, as far as this is certain."""
    yield sample
    if not sample.is_exact:
        return
    if sample.kind != "string":
        yield Sample("string", plain(sample.value), is_exact=True)
    elif sample.value in ("true", "false"):
        yield Sample("boolean", sample.value == "true", is_exact=True)
    elif _WHOLE.fullmatch(sample.value):
        yield Sample("integer", int(sample.value), is_exact=True)
