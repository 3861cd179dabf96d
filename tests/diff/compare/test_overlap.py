"""A schema is split into cases; a value may match several alternatives, which oneOf refuses."""

import pytest

from scripts.diff.compare import compare
from scripts.diff.compare.canonical import SchemaSide
from scripts.diff.compare.overlap import accepts_null, are_apart, cases, overlaps
from tests.diff.documents import Json, S, found, has, mirrors, requesting
from tests.diff.domain import WORLDS, World, any_instead_of_one, new_document, rendered
from tests.diff.schemas import (
    AB,
    FLAG,
    INT,
    NULL,
    any_of,
    integers,
    lists,
    one_of,
    parts,
    side,
    texts,
)


@pytest.mark.parametrize("world", WORLDS.values(), ids=WORLDS)
def test_a_schema_accepts_the_objects_and_arrays_that_any_of_its_cases_accepts(
    world: World,
) -> None:
    for schema, given in zip(world.schemas, world.sides(new_document()), strict=True):
        apart, others = 0, world.accepted({"not": {"type": ["object", "array"]}})
        for case in cases(given) or ():
            assert not case.alternatives
            apart |= world.accepted(rendered(SchemaSide(given.document, case)))
        whole = world.accepted(any_instead_of_one(schema))
        assert apart | others == whole | others, schema


UNIONS = parts(any_of(has(a=S), INT), any_of(has(b=S), lists()))
NULLABLE: Json = {"type": ["string", "null"]}


def test_null_is_accepted_if_an_alternative_is_null() -> None:
    once = [NULLABLE, any_of(NULLABLE, NULLABLE), one_of(S, any_of(INT, NULLABLE))]
    once += [any_of(S, NULLABLE, type=["string", "null"])]
    # It matches two alternatives of a oneOf; none of them is null.
    loosely = [one_of(NULL, NULLABLE, INT), any_of(S, AB, type=["string", "null"])]
    loosely += [any_of(INT, one_of(NULLABLE, {"type": ["boolean", "null"]}))]
    assert [each for each in [*once, *loosely] if not accepts_null(side(each))] == []
    strict = [each for each in [*once, *loosely, S] if accepts_null(side(each), is_strict=True)]
    assert strict == once


def test_up_to_sixty_four_alternatives_and_five_levels_are_cases() -> None:
    for count, known in ((64, 64), (65, 0)):
        union = any_of(*(lists(minItems=each) for each in range(count)))
        assert len(cases(side(union)) or ()) == known
    schema: Json = lists()
    for depth in range(1, 7):
        schema = one_of(lists(minItems=depth), schema)
        assert (cases(side(schema)) is not None) is (depth < 6)


def test_the_cases_of_a_schema_leave_it_as_it_was() -> None:
    given = side(any_of(UNIONS, has("b", b=S), **has("a", a=S), minProperties=1))
    before = repr(given.shape)
    assert len(cases(given) or ()) == 2
    assert repr(given.shape) == before


UNDECIDED = {
    "numbers": 16,  # multiples of which a range may have one
    "texts": 576,  # patterns beside others or beside a length
    "unions": 0,
    "lists": 196,  # items of which only the empty list has none
    "objects": 441,  # a number of properties
    "kinds": 0,
}
"""How many pairs of each world are not decided, and why."""


def test_two_schemas_overlap_if_a_validator_finds_a_value_that_both_accept() -> None:
    for name in WORLDS:
        world, undecided = WORLDS[name], 0
        sides = world.sides(new_document())
        without_null = ~world.null
        # A oneOf within is taken for an anyOf: rather two that overlap than two that do not.
        loose = [world.accepted(any_instead_of_one(each)) & without_null for each in world.schemas]
        for i, one in enumerate(sides):
            for j, other in enumerate(sides):
                answer = overlaps([one, other])
                pair = world.schemas[i], world.schemas[j], answer
                assert answer is not True or loose[i] & loose[j], pair
                assert answer is not False or not world.sets[i] & world.sets[j] & without_null, pair
                undecided += answer is None
        assert undecided == UNDECIDED[name]


# two schemas, and whether a value is valid against both; None if undecidable
PAIRS: list[tuple[Json, Json, bool | None]] = [
    (integers(minimum=1), {"type": "number", "maximum": 1, "exclusiveMaximum": 1}, False),
    (AB, texts(**{"not": AB}), False),
    (texts(format="date"), texts(format="uuid"), False),
    (texts(format="date"), texts(format="uri"), None),
    (texts(pattern="^a"), texts(pattern="^ab"), None),
    (texts(pattern="^a|c"), texts(pattern="^b"), None),
    (lists(S, minItems=1), lists(INT), False),
    (lists(minItems="2"), lists(maxItems=1), True),  # no limit
    (lists(prefixItems=[S, S], maxItems=1), lists(prefixItems=[S, INT], minItems=1), True),
    (has("a", a=S), has("b", b=S), False),  # a client of the first schema never sends b
    ({**has("a b", a=S)}, has("b", b=S), True),
    ({**has(), "additionalProperties": True}, has("b", closed=True, b=S), True),
    (has("a", a=S), has(closed=True, b=S), False),
    (has("a", a=texts(pattern="a")), has("a", a=texts(pattern="b")), None),
    (has(a=S), {**has(a=S), "minProperties": 1}, None),
    (UNIONS, UNIONS, None),
]


def test_what_an_app_never_sends_and_what_is_not_decided_overlap_by_rule() -> None:
    for one, other, expected in PAIRS:
        assert overlaps([side(one), side(other)]) is expected


def test_of_several_limits_the_tightest_counts() -> None:
    for make, low, high in (
        (integers, "minimum", "maximum"),
        (texts, "minLength", "maxLength"),
        (lists, "minItems", "maxItems"),
    ):
        for limits in (({low: 3}, {high: 2}, {high: 9}), ({low: 1}, {low: 3}, {high: 2})):
            assert overlaps([side(make(**each)) for each in limits]) is False


def test_too_deep_nesting_and_too_many_cases_are_undecided() -> None:
    nested, found = S, []
    for _ in range(7):
        nested = has("a", a=nested)
        found.append(overlaps([side(nested)] * 2))
    assert found == [True] * 6 + [None]
    many = any_of(*(has("a", a={"const": number}) for number in range(30)))
    assert overlaps([side(many), side(many)]) is None
    assert overlaps([side(any_of(S, many))] * 2) is True
    assert overlaps([side(any_of(*(lists(minItems=n) for n in range(65)))), side(lists())]) is None
    assert overlaps([side(many), side(any_of(*(texts(minLength=n) for n in range(17))))]) is False


LONG, A, B, C = texts(minLength=9), *(texts(pattern=each) for each in "abc")
OVERLAP, MAY_OVERLAP = "alternatives-overlap breaking/none", "alternatives-may-overlap risky/none"
NARROWED, WIDENED = "type-narrowed breaking/breaking", "type-widened safe/breaking"
TEXT_OR_FLAG: Json = {"type": ["boolean", "string"]}
LETS_IN = "alternative-added safe/compatible"
SELECTED: Json = {"discriminator": {"propertyName": "k"}}
INT_OR_TEXT: Json = {"type": ["integer", "string"]}
K: list[Json] = [has("k", k=S, x=S), has("k", k=S, y=S), has("k", k=S, z=S)]

# old, new, and the findings of what is sent
REFUSED: list[tuple[Json, Json, list[str]]] = [
    (any_of(S, LONG), one_of(S, LONG), [OVERLAP]),
    (any_of(A, B), one_of(A, B), [MAY_OVERLAP]),
    (any_of(A, B, S), one_of(A, B, S), [OVERLAP]),  # one that is sure is enough
    (any_of(S, LONG, **SELECTED), one_of(S, LONG, **SELECTED), []),
    (any_of(S, LONG), one_of(S, LONG, **SELECTED), ["discriminator-added risky/none"]),
    (one_of(LONG, INT), one_of(LONG, INT, S), [LETS_IN, OVERLAP]),
    (one_of(A, INT), one_of(A, INT, B), [LETS_IN, MAY_OVERLAP]),
    (
        one_of(S, LONG, INT),
        one_of(S, LONG, INT, AB),
        [LETS_IN, MAY_OVERLAP],
    ),  # oneOf was not meant so
    (INT, one_of(INT, {"type": "number"}), [LETS_IN, OVERLAP]),
    (one_of(*K[:2], **SELECTED), one_of(*K, **SELECTED), [LETS_IN]),
    (one_of(INT, TEXT_OR_FLAG), one_of(INT, FLAG, A, B), [LETS_IN, MAY_OVERLAP, NARROWED]),
    (one_of(INT, AB), one_of(AB, INT_OR_TEXT), [OVERLAP, WIDENED]),
    (one_of(S, LONG), one_of(S, texts(minLength=8)), ["min-length-lowered safe/none"]),  # as before
    (one_of(INT), one_of(INT, LONG, S), [LETS_IN]),  # none of them was accepted before
]


def test_one_of_refuses_what_was_accepted_and_matches_two_alternatives() -> None:
    for old, new, expected in REFUSED:
        kept = [each for each in found(requesting(old), requesting(new)) if "model" not in each]
        assert kept == expected
        assert mirrors(requesting(old), requesting(new))


def test_the_first_of_several_pairs_that_may_overlap_is_named() -> None:
    findings = compare(requesting(any_of(A, B, C)), requesting(one_of(A, B, C))).findings
    assert [each.after for each in findings] == [[A, B]]


def test_a_required_constant_tells_objects_apart_unless_one_side_never_sends_it() -> None:
    cat, dog, number = (has("k", k={"const": each}) for each in ("cat", "dog", 1.0))
    quiet = has("k", k={"const": "dog", "readOnly": True})
    for one, other, expected in (
        (cat, dog, True),
        (cat, cat, False),
        (number, has("k", k={"enum": [1, 2]}), False),
        (cat, has(k={"const": "dog"}), False),
        (cat, has("k"), False),
        (cat, quiet, False),
        (cat, {**dog, "type": ["object", "string"]}, False),
    ):
        assert are_apart(side(one), side(other)) is expected
        assert are_apart(side(other), side(one)) is expected
