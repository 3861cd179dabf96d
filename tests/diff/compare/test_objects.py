"""Objects and arrays: each mutation is found by its rule."""

# ruff: noqa: E501 - one row a line keeps the tables readable

from scripts.diff.compare import compare
from scripts.diff.rules import WIRE
from tests.diff.documents import Json, S, each_way, has, property_found_by_rule, responding
from tests.diff.examples import examples_of
from tests.diff.schemas import INT, lists, read_only

ANYTHING: Json = {"type": "object", "additionalProperties": {}}
LONGER: Json = {"additionalProperties": {**S, "maxLength": 5}}

test_the_examples_of_the_rules_are_found = examples_of(
    "property additional items prefix condition dependent"
)
test_a_change_of_an_object_or_an_array_is_found_by_its_rule = property_found_by_rule([
    ("other required properties", has("a"), has("b"), "property-became-optional, property-became-required"),
    ("additional properties", {"additionalProperties": S}, LONGER, "max-length-added"),
    ("any additional property", {"type": "object"}, {"type": "object", "additionalProperties": {"title": "any", "deprecated": True}}, ""),
    ("any item", {"type": "array"}, {"type": "array", "items": {"description": "any"}}, ""),
    ("an item by its place", {"prefixItems": [S, S]}, {"prefixItems": [S, INT]}, "type-changed"),
    ("an item that had the schema of all", {"items": S, "prefixItems": [S]}, {"items": S, "prefixItems": [S, S]}, ""),
    ("an item of another type than all had", {"items": S}, {"items": S, "prefixItems": [INT]}, "type-changed"),
    ("one more item", {"prefixItems": [S], "items": False}, {"prefixItems": [S, INT], "items": False}, "max-items-raised, prefix-item-added"),
    ("a property where a map stood", {"type": "object", "additionalProperties": S}, has(a=INT), "(type-changed), additional-properties-untyped, property-added-optional"),
    ("a property where anything stood", ANYTHING, {**ANYTHING, **has(a=INT)}, "property-added-optional"),
    ("a map where a property and another map stood", {"type": "object", "properties": {"a": INT}, "additionalProperties": S}, {"type": "object", "additionalProperties": INT}, "property-removed, type-changed"),
    ("a pattern where a map stood", {"type": "object", "additionalProperties": S}, {"type": "object", "additionalProperties": S, "patternProperties": {"^a": INT}}, "(type-changed), condition-added"),
    ("a property that was required without a schema", {"type": "object", "required": ["a"]}, has("a", a=S), "(type-narrowed), property-added-optional"),
    ("and is not now", {"type": "object", "required": ["a"]}, has(a=S), "(type-narrowed), property-added-optional, property-became-optional"),
    ("types that are excluded", {"not": {"type": ["object", "array"]}}, {"type": "integer", "not": {"minimum": 3}}, "became-non-nullable, condition-added, type-narrowed"),
    ("what must not be sent", {"not": {"maxProperties": 1}}, {"not": {"maxProperties": 2}}, "max-properties-raised"),
    ("a further pattern", {"patternProperties": {"^a": S}}, {"patternProperties": {"^a": S, "^b": S}}, "condition-added"),
    ("other dependent properties", {"dependentRequired": {"a": ["b", "c"]}}, {"dependentRequired": {"a": ["c", "d"]}}, "dependent-required-added, dependent-required-removed"),
])  # fmt: skip


def test_what_an_app_never_sends_cannot_break_it_until_it_must_send_it() -> None:
    text, number = read_only(S), read_only(INT)
    assert each_way(has(a=text), has("a", a=number)) == [
        ["property-became-required safe/breaking", "type-changed safe/breaking"],
        ["property-became-required safe/compatible", "type-changed breaking/breaking"],
    ]
    assert each_way(has("a", a=text), has("a", a=S)) == [
        ["property-became-required breaking/none", "property-became-writable risky/none"],
        ["property-became-writable safe/none"],
    ]
    assert each_way(has(a=text), has(a=INT))[0] == [
        "property-became-writable risky/none",
        "type-changed safe/breaking",
    ]
    assert each_way(has(a=S), has("a", a=number))[0] == [
        "property-became-read-only breaking/none",
        "property-became-required safe/breaking",
        "type-changed safe/breaking",
    ]
    typed = "items-typed safe/breaking"
    assert each_way(lists(maxItems=0), lists(S, maxItems=0)) == [[typed], [typed]]
    two = lists(S, prefixItems=[S], maxItems=1), lists(INT, prefixItems=[S], maxItems=1, minItems=1)
    assert [one[1] for one in each_way(*two)] == ["type-changed safe/breaking"] * 2


def test_a_finding_about_a_property_is_at_the_keyword_or_else_at_what_holds_it() -> None:
    plain, needed, quiet = has(a=S), has("a", a=S), has(a=read_only(S))
    holder = "/paths/~1pets/get/responses/200/content/application~1json/schema"
    for old, new, is_set, places in (
        (plain, needed, True, ("/properties/a", "/required/0")),
        (needed, plain, False, ("/required/0", "/properties/a")),
        (plain, quiet, True, ("", "/properties/a/readOnly")),
        (quiet, plain, False, ("/properties/a/readOnly", "")),
    ):
        (finding,) = compare(responding(old), responding(new)).findings
        assert (finding.before, finding.after) == (not is_set, is_set)
        assert finding.places == [tuple(holder + each for each in places)]


def test_what_must_not_be_sent_breaks_the_other_side() -> None:
    assert each_way({"not": {"maxProperties": 1}}, {"not": {"maxProperties": 2}}) == [
        ["max-properties-raised breaking/none"],
        ["max-properties-raised safe/none"],
    ]


def test_a_default_of_a_property_matters_only_if_it_is_optional() -> None:
    a, b = ({**S, "default": each} for each in "ab")
    safe, risky, breaking = (f"default-changed {each}/compatible" for each in WIRE)
    assert each_way(has("p", p=a), has("p", p=b)) == [[safe], [safe]]
    assert each_way(has(p=a), has(p=b)) == [[breaking], [risky]]
    # The sender is the old contract in a request, the new one in a response.
    assert each_way(has("p", p=a), has(p=b))[0][0] == safe
    assert each_way(has(p=a), has("p", p=b))[1][0] == safe
