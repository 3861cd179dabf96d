"""Schemas: what a change means is known from the values that they accept."""

import random

import pytest

from tests.diff.documents import (
    S,
    found_by_rule,
    holding,
    ref,
    requesting,
    responding,
    using,
    worst,
)
from tests.diff.domain import WORLDS, any_instead_of_one

test_a_broken_reference_is_not_compared_with_another_schema = found_by_rule([
    ("two broken references", using(ref("A")), using(ref("B")), "unclassified"),
    ("one broken reference", using(ref("A")), using(S), ""),
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
