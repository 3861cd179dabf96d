"""Every field of OpenAPI's own object model is compared, or waived with a reason."""

import json
import re
from pathlib import Path

import openapi_spec_validator
import pytest
from jsonschema_specifications import REGISTRY  # type: ignore[import-untyped] # it has no stubs

from scripts.diff.compare.fields import FIELDS, structure
from tests.diff.documents import Json, S, document, found, using
from tests.diff.schemas import AB

SCHEMAS = Path(openapi_spec_validator.__file__).parent / "resources" / "schemas"
VOCABULARY = "https://json-schema.org/draft/2020-12/meta/"
# Objects that are compared as a whole, waived as a whole, or only contain others.
WITHOUT_FIELDS = set(
    "link xml encoding server-variable security-requirement contact license "
    "external-documentation example example-xorexamples examples specification-extensions callback "
    "callbacks paths responses reference content map-of-strings parameter-location "
    "schema-xorcontent explode-for-form parameters".split()
)


def kind_of(name: str) -> str:
    """Return the kind of an object that OpenAPI's schema defines by this name."""
    for end, kind in (("SecurityScheme", "security-scheme"), ("Flow", "oauth-flow")):
        if name.endswith(end):
            return kind
    dashed = name if "-" in name else re.sub("(?<=[a-z])([A-Z])", r"-\1", name)
    return dashed.lower().removesuffix("-or-reference")


@pytest.mark.parametrize("version", ["v3.0", "v3.1", "v3.2"])
def test_every_object_and_field_of_openapi_is_compared_or_waived(version: str) -> None:
    whole = json.loads((SCHEMAS / version / "schema.json").read_bytes())
    defined = {"document": whole, **(whole.get("definitions") or whole["$defs"])}
    assert {kind_of(name) for name in defined} - WITHOUT_FIELDS <= FIELDS.keys()
    for name, definition in defined.items():
        if kind_of(name) in FIELDS:
            assert definition.get("properties", {}).keys() <= FIELDS[kind_of(name)].known, name


def test_every_keyword_of_json_schema_is_compared_or_waived() -> None:
    vocabularies = [REGISTRY.contents(uri) for uri in REGISTRY if uri.startswith(VOCABULARY)]
    keywords = {name for each in vocabularies for name in each.get("properties", {})}
    assert len(keywords) > 50
    # The target of a dynamic reference depends on its user: a difference is left unclassified.
    assert keywords - FIELDS["schema"].known == {"$dynamicRef"}
    old, new = (using({"$dynamicRef": name}) for name in ("#a", "#b"))
    assert found(old, new) == ["unclassified risky/compatible"]


def test_wording_and_order_are_no_part_of_a_structure() -> None:
    named: Json = {"properties": {"description": S, "enum": S}, "default": ["b", "a"]}
    old = {**named, "type": ["null", "object"], "oneOf": [{**AB, "enum": ["b", "a"]}, S]}
    new = {**named, "type": ["object", "null"], "oneOf": [{**S, "example": 1}, AB]}
    assert structure(old) == structure(new)
    assert structure({**named, "title": "A"}) == {**named, "title": "A"}
    ordered: Json = {"prefixItems": [{"title": "b"}, {"title": "a"}], "properties": 1, "enum": "ba"}
    assert structure(ordered) == ordered
    assert structure({"items": {**S, "example": 1}}) == {"items": S}


def test_an_extension_causes_no_finding() -> None:
    old, new = document(colour=1), document(colour=1)
    assert found(old, {**new, "x-order": 1}) == []
