"""A proof is right, and found: a validator says so of every pair of schemas of small worlds."""

import json
import random
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from scripts.diff.compare.inclusion import Inclusion
from scripts.diff.rules import Direction, Position
from scripts.openapi.nodes import Node
from tests.diff.documents import Json, S, has, ref
from tests.diff.domain import WORLDS, WRITTEN, World, any_instead_of_one, new_document, random_world
from tests.diff.schemas import (
    AB,
    FLAG,
    INT,
    NULL,
    any_of,
    lists,
    one_of,
    parts,
    read_only,
    side,
    texts,
    write_only,
)

REQUEST, RESPONSE = Direction.REQUEST, Direction.RESPONSE
both = pytest.mark.parametrize("direction", [REQUEST, RESPONSE])


def pairs(world: World, direction: Direction) -> Iterator[tuple[Json, Json, bool, list[Any]]]:
    """Yield what is sent, what is accepted, whether this is proved, and values that are refused."""
    old, new = new_document("old"), new_document("new")
    inclusion, news = Inclusion(old, new, Position(direction)), world.sides(new)
    for i, one in enumerate(world.sides(old)):
        for j, other in enumerate(news):
            sent, accepted = (i, j) if direction is REQUEST else (j, i)
            refused = world.shown(world.sets[sent] & ~world.sets[accepted])
            is_proved = inclusion.holds(one.shape, other.shape)
            yield world.schemas[sent], world.schemas[accepted], is_proved, refused


def is_opaque(world: World, schema: Json) -> bool:
    """Return whether a schema accepts less than its cases say, so that a proof may be missed.

    These are a oneOf with alternatives that overlap, and an allOf of two unions.
    """
    if "oneOf" in schema:
        return world.accepted(any_instead_of_one(schema)) != world.accepted(schema)
    return sum("anyOf" in part for part in schema.get("allOf", ())) > 1


@both
@pytest.mark.parametrize("world", WORLDS.values(), ids=WORLDS)
def test_a_schema_is_proved_to_be_accepted_exactly_if_every_value_of_it_is(
    world: World, direction: Direction
) -> None:
    for sent, accepted, is_proved, refused in pairs(world, direction):
        is_right = is_proved is not bool(refused) or (not is_proved and is_opaque(world, sent))
        assert is_right, (sent, accepted, refused)


@both
@pytest.mark.parametrize(
    "size", [40, pytest.param(400, marks=[pytest.mark.proof, pytest.mark.long])]
)
def test_a_proof_is_right_for_schemas_of_any_form(size: int, direction: Direction) -> None:
    seed = 0 if size == 40 else random.SystemRandom().randrange(2**32)
    world = random_world(random.Random(seed), size)  # noqa: S311 - a seed repeats it
    proofs = 0
    for sent, accepted, is_proved, refused in pairs(world, direction):
        assert not (is_proved and refused), (f"seed {seed}", sent, accepted, refused)
        proofs += is_proved
    assert proofs > 3 * size


@pytest.mark.parametrize("text", ["once", "exploded"])
def test_a_value_that_is_written_as_text_is_accepted_if_its_text_is(text: str) -> None:
    values = [each if isinstance(each, str) else json.dumps(each) for each in WRITTEN.values]
    known = [{each for i, each in enumerate(values) if bits >> i & 1} for bits in WRITTEN.sets]
    old, new = new_document("old"), new_document("new")
    inclusion = Inclusion(old, new, Position(REQUEST, text=text))
    for one, written in zip(WRITTEN.sides(old), known, strict=True):
        for other, read in zip(WRITTEN.sides(new), known, strict=True):
            case = one.shape.node.value, other.shape.node.value, written - read
            assert inclusion.holds(one.shape, other.shape) is (written <= read), case


COMPONENTS: Json = {
    "X": S,
    "Y": texts(maxLength=1),
    "Pet": has("k", k=S),
    **{name: has("k", k={"const": name}) for name in ("Cat", "Dog", "Cow")},
    "Twin": has("k", k={"const": "Cat"}),
}


def is_proved(old: Json, new: Json, direction: Direction = REQUEST, text: str = "") -> bool:
    """Return whether one of two schemas provably accepts what the other sends."""
    one, other = side(old, **COMPONENTS), side(new, **COMPONENTS)
    inclusion = Inclusion(one.document, other.document, Position(direction, text=text))
    return inclusion.holds(one.shape, other.shape)


def test_a_list_is_written_with_commas_or_item_by_item() -> None:
    ways: list[tuple[Json, Json, list[bool]]] = [
        (INT, lists(INT, minItems=1), [True, True]),  # a single value is a list of one
        (S, lists(S), [False, True]),  # unless commas could split it
        (INT, lists(INT, minItems=2), [False, False]),
        (INT, lists(FLAG), [False, False]),
        (lists(INT), S, [False, False]),
        (INT, one_of(S, INT), [False, False]),  # a text may be both
    ]
    for sent, accepted, expected in ways:
        assert [is_proved(sent, accepted, text=text) for text in ("once", "exploded")] == expected


# old, new; whether what an app sends is proved to be read, and what it receives to be as before
NAMED: list[tuple[Json, Json, bool, bool]] = [
    (has(a=S), has(a=S, b=S), True, True),  # an app that knows no b sends none
    (has(a=S, b={}), has(a=S), False, False),  # b is no longer read, no longer sent
    (has(a=S, b={}), {**has(a=S), "additionalProperties": True}, True, False),
    (has(a=S, b={}), any_of(has(b=S), has(a=S, b={})), True, False),
    (has(a=S, b={}), {**any_of(has(), INT), **has(a=S, b={})}, True, True),  # named beside it
    (has(a=S, b={}), parts(any_of(has(a=S), INT), any_of(has(b={}), FLAG)), False, False),
    ({"required": ["a"], **lists()}, lists(), True, True),
    # What a map sends under any name.
    ({**has(), "additionalProperties": S}, {**has(a=S), "additionalProperties": S}, True, True),
    ({**has(), "additionalProperties": S}, {**has(a=INT), "additionalProperties": S}, False, False),
    ({**has(), "additionalProperties": {}}, has(a=S), True, True),
    # Each item by its place.
    (lists(S, prefixItems=[INT]), lists(S, prefixItems=[INT, S]), True, True),
    (lists(S, prefixItems=[INT]), lists(S, prefixItems=[INT, FLAG]), False, False),
    (lists(S, prefixItems=[INT]), lists(S, prefixItems=[INT, S, FLAG]), False, False),
    (lists(False, prefixItems=[INT]), lists(prefixItems=[INT, FLAG]), True, False),
    (lists(S, minItems=2), lists(minItems=1), True, False),
    (lists(prefixItems=[{}]), lists(prefixItems=[S]), False, True),
    # Properties that only one side sends.
    (has("a", a=read_only(S)), has("a", a=S), False, True),
    (has("a", a=S), has("a", a=read_only(S)), False, True),
    (has(a=read_only(S)), has(a=S), True, True),
    (has(a=S), has(a=read_only(S)), False, True),
    (has("a", a=write_only(S)), has("a", a=S), True, True),
    (has("a", a=S), has("a", a=write_only(S)), True, False),
    (has(a=S), has(a=write_only(S)), True, False),
    (has("a", a=read_only(S)), has("a", a=read_only(INT)), True, False),
    (has("a", a=write_only(S)), has("a", a=write_only(INT)), False, True),
]


def test_a_property_must_be_read_and_sent_as_before() -> None:
    for old, new, sent, received in NAMED:
        assert [is_proved(old, new, each) for each in (REQUEST, RESPONSE)] == [sent, received]


def by_kind(*names: str) -> Json:
    return one_of(*map(ref, names), discriminator={"propertyName": "k"})


ANYTHING: Json = {"type": "object", "additionalProperties": True}
UNNAMED = {**by_kind(), **one_of(COMPONENTS["Cat"], COMPONENTS["Dog"])}
SHORT = [has(a=ref("Y"), b=each) for each in (INT, {})]


def test_only_what_every_part_accepts_is_proved() -> None:
    for sent, accepted, expected in (
        # A discriminator accepts the alternatives that it can name.
        (by_kind("Cat", "Dog"), by_kind("Cat", "Cow"), False),
        (one_of(ref("Cat")), by_kind("Cat", "Dog"), True),
        (one_of(COMPONENTS["Cat"], COMPONENTS["Dog"]), by_kind("Cat", "Dog"), False),  # no name
        (UNNAMED, UNNAMED, False),
        (by_kind("Cat", "Dog"), by_kind("Twin", "Dog"), False),
        (by_kind("Cat", "Dog"), {**by_kind(), **one_of(ref("Cat"), ref("Dog"), has(k=INT))}, True),
        (lists(), lists(minimalItems=0), False),  # an unknown keyword may mean anything
        # Objects and arrays apart, and values that are listed.
        ({"type": ["array", "object"]}, any_of(lists(), {"type": "object"}), True),
        ({"const": {"a": 1}}, {"const": {"a": 1}}, True),
        ({"const": {"a": 1}}, {"const": {"a": 2}}, False),
        ({"type": "object"}, {"const": {}}, False),
        (lists(S), lists(S, contains=S), False),
        # What it must not be.
        (ref("Cat"), {**ANYTHING, "not": ref("Dog")}, True),
        (ref("Pet"), {**ANYTHING, "not": ref("Dog")}, False),
        # Two alternatives fit, and the discriminator selects one of them.
        (by_kind("Cat", "Pet"), by_kind("Cat", "Pet"), True),
        # What is not proved in one alternative is not assumed in another.
        (has(a=ref("X"), b={}), any_of(*SHORT), False),
        (has(a=ref("Y")), has(a=ref("X")), True),
        # A null of a union must be accepted by what stands beside it.
        (NULL, {**one_of(NULL, S), "allOf": [INT]}, False),
        (NULL, {**one_of(NULL, S), "anyOf": [INT, FLAG]}, False),
    ):
        assert is_proved(sent, accepted) is expected


def test_a_schema_that_contains_itself_is_assumed_to_hold_while_it_is_proved() -> None:
    text, short = (
        side(S, Tree=has(twig=ref("Twig"), leaf=leaf), Twig=has(tree=ref("Tree"))).document
        for leaf in (S, texts(maxLength=1))
    )
    for one, other, expected in ((text, short, False), (short, text, True)):
        inclusion = Inclusion(one, other, Position(REQUEST))
        for name in ("Tree", "Twig", "Tree"):  # what was proved of a twig does not outlive its tree
            old, new = (each.shape(Node(ref(name), "")) for each in (one, other))
            assert inclusion.holds(old, new) is expected


def test_a_reference_leads_into_the_document_of_its_own_side() -> None:
    short, text = (side(has(a=ref("X")), X=each) for each in (texts(maxLength=1), S))
    for direction in (REQUEST, RESPONSE):
        inclusion = Inclusion(short.document, text.document, Position(direction))
        assert inclusion.holds(short.shape, text.shape) is (direction is REQUEST)


@pytest.mark.parametrize(
    "wrap", [lists, lambda each: has("a", a=each), lambda each: any_of(each, FLAG)]
)
def test_too_deep_nesting_is_not_proved(wrap: Callable[[Json], Json]) -> None:
    text, wide = AB, S
    for level in range(1, 71):
        text, wide = wrap(text), wrap(wide)
        if level in (3, 70):
            assert is_proved(text, wide) is (level == 3)
