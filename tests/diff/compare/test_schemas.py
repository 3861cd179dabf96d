"""Schemas: what a change means is known from the values that they accept."""

import random
from typing import Any

import pytest

from scripts.diff.compare import compare
from tests.diff.documents import (
    CAT,
    Json,
    S,
    found_by_rule,
    has,
    holding,
    ref,
    requesting,
    responding,
    using,
    worst,
)
from tests.diff.domain import WORLDS, any_instead_of_one
from tests.diff.schemas import INT, any_of, one_of, parts

CONDITIONS = using({"if": ref("A")}, A=S), using({"if": ref("A")}, A=INT)
test_only_what_is_comparable_is_compared = found_by_rule([
    ("two broken references", using(ref("A")), using(ref("B")), "unclassified"),
    ("one broken reference", using(ref("A")), using(S), "reference-mended"),
    ("a condition by reference", using({"if": S}), using({"if": ref("A")}, A=S), ""),
    ("another one", *CONDITIONS, "condition-changed, type-changed as safe"),
])  # fmt: skip


@pytest.mark.parametrize(
    "count", [60, pytest.param(2000, marks=[pytest.mark.proof, pytest.mark.long])]
)
@pytest.mark.parametrize("name", WORLDS)
def test_a_change_is_safe_exactly_if_a_validator_accepts_all_that_is_sent(
    name: str, count: int
) -> None:
    seed = 5 if count == 60 else random.SystemRandom().randrange(2**32)
    rng, world = random.Random(seed), WORLDS[name]  # noqa: S311 - a seed repeats it
    known = [
        (schema, accepted)
        for schema, accepted in zip(world.schemas, world.sets, strict=True)
        # Of a oneOf whose alternatives overlap, and of several unions, less is known.
        if world.accepted(any_instead_of_one(schema)) == accepted
        and "anyOf" not in str(schema.get("allOf"))
    ]
    for _ in range(count):
        (old, before), (new, after) = rng.choices(known, k=2)
        for make, refused in ((requesting, before & ~after), (responding, after & ~before)):
            pair = [make(holding(each), openapi="3.1.0") for each in (old, new)]
            # Of a union that is received, an app reads one alternative.
            is_apart = make is responding and "Of" in str((old, new)) and name == "kinds"
            found = worst(*pair)
            case = f"seed {seed}", make.__name__, old, new, world.shown(refused)
            is_right = (found == "safe") is (not refused)
            assert is_right or (is_apart and not refused and found == "risky"), case


def dog(required: str = "kind", **more: Any) -> Json:
    return has(required, kind=S, **more)


def test_what_another_alternative_accepts_is_risky_for_an_app_that_reads_this_one() -> None:
    barks, open_pet = any_of(dog(), dog("kind bark", bark=S)), dog()
    for changed in (dog("kind bark", bark=INT), dog("kind bark"), dog(bark=S)):
        new = any_of(open_pet, changed)
        found = compare(responding(barks), responding(new)).findings
        worst_found = [each for each in found if each.wire != "safe"]
        assert {each.wire for each in worst_found} == {"risky"}
        assert all("another alternative accepts the value" in each.message for each in worst_found)
    # A scalar is a value, whichever alternative it was meant for.
    short, long = (any_of(S, {**S, "maxLength": each}) for each in (1, 2))
    assert worst(responding(short), responding(long)) == "safe"


def rewritten(schema: Json) -> dict[str, tuple[Json, Json]]:
    """Return what means the same as a schema, by what was done, and further components."""
    named: Json = {"Same": schema}
    more = {"Same": ref("Same2"), "Same2": schema}
    return {
        "allOf of one": (parts(schema), {}),
        "allOf of one twice": (parts(parts(schema)), {}),
        "allOf beside anything": (parts(schema, {}), {}),
        "allOf twice the same": (parts(schema, schema), {}),
        "anyOf of one": (any_of(schema), {}),
        "oneOf of one": (one_of(schema), {}),
        "reference": (ref("Same"), named),
        "reference of a reference": (ref("Same"), more),
        "reference in allOf": (parts(ref("Same")), named),
        "reference in oneOf": (one_of(ref("Same")), named),
        "a description": ({**schema, "description": "It is one."}, {}),
        "an extension": ({**schema, "x-a": 1}, {}),
        "a comment": ({**schema, "$comment": "It is one."}, {}),
        "an example": ({**schema, "examples": [1]}, {}),
        "other order": (dict(reversed(schema.items())), {}),
        "no least length": ({**schema, "minLength": 0}, {}),
    }


PAIRS = [
    (S, {**S, "maxLength": 9}),
    ({**S, "enum": ["a"]}, {**S, "enum": ["a", "b"]}),
    ({**INT, "minimum": 1}, {**INT, "minimum": 2}),
    (dog(), dog("kind bark", bark=S)),
    (dog(bark=S), dog(bark=INT)),
    ({"type": "array", "items": S}, {"type": "array", "items": INT}),
    (any_of(S, INT), any_of(S, INT, {"type": "boolean"})),
    ({"type": "object", **any_of(dog(bark=S), CAT)}, {"type": "object", **any_of(CAT)}),
]


def test_what_means_the_same_has_the_same_verdict() -> None:
    for old, new in PAIRS:
        for make in (requesting, responding):
            for one, other in ((old, new), (new, old), (old, old)):
                expected = worst(make(holding(one)), make(holding(other)))
                ways = rewritten(one).items(), rewritten(other).items()
                for way, (schema, known) in ways[0]:
                    before = make(holding(schema), components={"schemas": known}, openapi="3.1.0")
                    after = make(holding(other), openapi="3.1.0")
                    assert worst(before, after) == expected, (way, one, other)
                for way, (schema, known) in ways[1]:
                    before = make(holding(one), openapi="3.1.0")
                    after = make(holding(schema), components={"schemas": known}, openapi="3.1.0")
                    assert worst(before, after) == expected, (way, one, other)
