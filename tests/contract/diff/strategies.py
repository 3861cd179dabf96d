"""Random contracts, and equivalent variations of them."""

import copy
from typing import Any

from hypothesis import strategies as st

Json = dict[str, Any]
NAMES = ("Alpha", "Beta", "Gamma")

_names = st.sampled_from(["id", "name", "kind", "owner"])
_values = st.lists(st.sampled_from(["a", "b", "c"]), min_size=1, max_size=3, unique=True)
_leaves = st.one_of(
    st.just({}),
    st.builds(lambda values: {"type": "string", "enum": values}, _values),
    st.fixed_dictionaries(
        {"type": st.sampled_from(["string", "integer", "number", "boolean"])},
        optional={"nullable": st.booleans(), "default": st.just("a"), "format": st.just("uuid")},
    ),
    st.builds(lambda low: {"type": "integer", "minimum": low}, st.integers(0, 3)),
    st.builds(lambda name: {"$ref": f"#/components/schemas/{name}"}, st.sampled_from(NAMES)),
)


def _objects(below: st.SearchStrategy[Json]) -> st.SearchStrategy[Json]:
    return st.fixed_dictionaries(
        {
            "type": st.just("object"),
            "properties": st.dictionaries(_names, below, max_size=3),
            "required": st.lists(_names, max_size=2, unique=True),
        },
        optional={"additionalProperties": st.one_of(st.booleans(), below)},
    )


def _nested(below: st.SearchStrategy[Json]) -> st.SearchStrategy[Json]:
    lists = st.lists(below, min_size=1, max_size=3)
    return st.one_of(
        _objects(below),
        st.builds(lambda items: {"type": "array", "items": items}, below),
        st.builds(
            lambda word, parts: {word: parts}, st.sampled_from(["oneOf", "anyOf", "allOf"]), lists
        ),
    )


schemas = st.recursive(_leaves, _nested, max_leaves=8)
_parameters = st.lists(
    st.fixed_dictionaries(
        {
            "name": _names,
            "in": st.sampled_from(["query", "header"]),
            "required": st.booleans(),
            "schema": schemas,
        }
    ),
    max_size=2,
    unique_by=lambda each: (each["name"], each["in"]),
)
_bodies = st.builds(lambda schema: {"content": {"application/json": {"schema": schema}}}, schemas)
_answers = st.dictionaries(
    st.sampled_from(["200", "201", "404"]),
    st.builds(lambda body: {"description": "", **body}, _bodies),
    max_size=2,
)
_security: st.SearchStrategy[list[Json]] = st.lists(
    st.dictionaries(st.sampled_from(["key", "token"]), st.just([]), max_size=2), max_size=2
)
_operations = st.fixed_dictionaries(
    {"operationId": st.sampled_from(["one", "two", "three"]), "responses": _answers},
    optional={
        "parameters": _parameters,
        "requestBody": _bodies,
        "security": _security,
        "deprecated": st.booleans(),
        "tags": st.lists(st.sampled_from(["x", "y"]), max_size=2, unique=True),
    },
)
_paths = st.dictionaries(
    st.sampled_from(["/a", "/a/{id}", "/b"]),
    st.dictionaries(st.sampled_from(["get", "put"]), _operations, max_size=2),
    max_size=2,
)
_SCHEMES = {
    "key": {"type": "apiKey", "in": "header", "name": "X-Key"},
    "token": {"type": "http", "scheme": "bearer"},
}
documents = st.builds(
    lambda paths, components: {
        "openapi": "3.0.3",
        "info": {"title": "T", "version": "1"},
        "paths": paths,
        "components": {"schemas": components, "securitySchemes": _SCHEMES},
    },
    _paths,
    st.fixed_dictionaries(dict.fromkeys(NAMES, _objects(_leaves))),
)

anything = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=5), st.just("$ref")),
    lambda below: st.one_of(
        st.lists(below, max_size=3),
        st.dictionaries(
            st.sampled_from(
                "$ref paths /a get parameters requestBody responses 200 content schema schemas "
                "type properties components security servers tags name in allOf oneOf enum".split()
            ),
            below,
            max_size=4,
        ),
    ),
    max_leaves=20,
)


def shuffled(draw: Any, item: Any, key: str = "") -> Any:
    """Return the same document with keys and unordered lists in another order."""
    if isinstance(item, dict):
        keys = draw(st.permutations(list(item)))
        return {name: shuffled(draw, item[name], name) for name in keys}
    if isinstance(item, list):
        items = [shuffled(draw, each) for each in item]
        unordered = ("enum", "required", "parameters", "oneOf", "anyOf", "allOf", "security")
        return draw(st.permutations(items)) if key in unordered else items
    return item


def inlined(document: Json, depth: int = 2) -> Json:
    """Return the same document with references replaced by their targets, some levels deep."""
    schemas = document["components"]["schemas"]

    def written_out(item: Any, left: int) -> Any:
        if isinstance(item, dict):
            if set(item) == {"$ref"} and left:
                return written_out(schemas[item["$ref"].rpartition("/")[2]], left - 1)
            return {key: written_out(each, left) for key, each in item.items()}
        return [written_out(each, left) for each in item] if isinstance(item, list) else item

    return {**copy.deepcopy(document), "paths": written_out(document["paths"], depth)}


def rereferenced(document: Json) -> Json:
    """Return the same document with renamed components and wrapped references."""

    def renamed(item: Any) -> Any:
        if isinstance(item, dict):
            if set(item) == {"$ref"}:
                return {"allOf": [{"$ref": item["$ref"] + "Renamed"}]}
            return {key: renamed(each) for key, each in item.items()}
        return [renamed(each) for each in item] if isinstance(item, list) else item

    given: Json = renamed(document)
    schemas = given["components"]["schemas"]
    given["components"]["schemas"] = {f"{name}Renamed": each for name, each in schemas.items()}
    return given
