"""A capture includes the targets of a document's references."""

import json
from itertools import pairwise
from pathlib import Path

import pytest

from scripts.contract.errors import CannotRunError

from ..published import BUNDLED, ROOT, capture, captured, write

WORDS = ("default", "value", "example", "x-y", "headers")  # names that are OpenAPI keywords


def test_the_target_of_a_reference_becomes_a_component(empty_project: Path, docs: Path) -> None:
    assert capture(docs / "apps" / "a.json") == 0
    assert captured(empty_project) == BUNDLED


@pytest.mark.parametrize(
    ("files", "components"),
    [
        pytest.param(
            {"b.json": {"A": {"$ref": "c.json#/B"}}, "c.json": {"B": {"type": "string"}}},
            {"schemas": {"A": {"$ref": "#/components/schemas/B"}, "B": {"type": "string"}}},
            id="a file that refers to a third",
        ),
        pytest.param(
            {
                "b.json": {"A": {"items": {"$ref": "c.json#/B"}}},
                "c.json": {"B": {"items": {"$ref": "b.json#/A"}}},
            },
            {
                "schemas": {
                    "A": {"items": {"$ref": "#/components/schemas/B"}},
                    "B": {"items": {"$ref": "#/components/schemas/A"}},
                }
            },
            id="two files that refer to each other",
        ),
        pytest.param(
            {"b.json": {"A": {"items": {"$ref": "a.json#/components/schemas/Own"}}}},
            {
                "schemas": {
                    "A": {"items": {"$ref": "#/components/schemas/Own"}},
                }
            },
            id="a file that refers back to the document",
        ),
        pytest.param(
            {
                "b.json": {
                    "A": {
                        "properties": {"p": {"$ref": "#/A/$defs/D"}},
                        "$defs": {"D": {"items": {"$ref": "c.json#/B"}}},
                    }
                },
                "c.json": {"B": {}},
            },
            {
                "schemas": {
                    "A": {
                        "properties": {"p": {"$ref": "#/components/schemas/D"}},
                        "$defs": {"D": {"items": {"$ref": "#/components/schemas/B"}}},
                    },
                    "D": {"items": {"$ref": "#/components/schemas/B"}},
                    "B": {},
                }
            },
            id="parts of one file that overlap",
        ),
        pytest.param(
            {
                "b.json": {
                    "A": {"properties": {name: {"$ref": f"c.json#/{name}"} for name in WORDS}}
                },
                "c.json": {name: {} for name in WORDS},
            },
            {
                "schemas": {
                    "A": {
                        "properties": {
                            name: {"$ref": f"#/components/schemas/{name}"} for name in WORDS
                        }
                    },
                    **{name: {} for name in WORDS},
                }
            },
            id="properties that are called like keywords",
        ),
        pytest.param(
            {"b.json": {"A": {"example": {"$ref": "none.json"}, "x-data": {"$ref": "none.json"}}}},
            {"schemas": {"A": {"example": {"$ref": "none.json"}, "x-data": {"$ref": "none.json"}}}},
            id="data that only looks like a reference",
        ),
        pytest.param(
            {"b.json": {"A": {"items": {"$ref": "#/a~1b%20c"}}, "a/b c": {"type": "string"}}},
            {
                "schemas": {
                    "A": {"items": {"$ref": "#/components/schemas/a_1b_c"}},
                    "a_1b_c": {"type": "string"},
                }
            },
            id="names that no component may have",
        ),
    ],
)
def test_chains_of_references_are_followed(
    files: dict[str, object], components: dict[str, object], empty_project: Path, tmp_path: Path
) -> None:
    schemas = {"Start": {"items": {"$ref": "b.json#/A"}}, "Own": {"type": "integer"}}
    root = write(
        tmp_path / "in" / "a.json", {**ROOT, "paths": {}, "components": {"schemas": schemas}}
    )
    for name, document in files.items():
        write(tmp_path / "in" / name, document)
    capture(root)
    found = captured(empty_project)["components"]
    assert found["schemas"].pop("Start") == {"items": {"$ref": "#/components/schemas/A"}}
    assert found["schemas"].pop("Own") == {"type": "integer"}
    assert found == components


@pytest.mark.parametrize(
    ("holder", "kind"),
    [
        ({"parameters": [{"$ref": "b.json#/It"}]}, "parameters"),
        ({"requestBody": {"$ref": "b.json#/It"}}, "requestBodies"),
        ({"responses": {"default": {"$ref": "b.json#/It"}}}, "responses"),
        ({"responses": {"200": {"headers": {"x-limit": {"$ref": "b.json#/It"}}}}}, "headers"),
        ({"responses": {"200": {"links": {"next": {"$ref": "b.json#/It"}}}}}, "links"),
        ({"parameters": [{"schema": {"$ref": "b.json#/It"}}]}, "schemas"),
        ({"parameters": [{"examples": {"one": {"$ref": "b.json#/It"}}}]}, "examples"),
        ({"callbacks": {"done": {"$ref": "b.json#/It"}}}, "callbacks"),
    ],
)
def test_the_content_of_a_file_becomes_the_expected_kind_of_component(
    holder: dict[str, object], kind: str, empty_project: Path, tmp_path: Path
) -> None:
    root = write(tmp_path / "a.json", {**ROOT, "paths": {"/a": {"get": holder}}})
    write(tmp_path / "b.json", {"It": {"$ref": "#/Other"}, "Other": {"x-mine": 1}})
    capture(root)
    found = captured(empty_project)["components"][kind]
    assert found["It"] == {"$ref": f"#/components/{kind}/Other"}
    assert found["Other"]["x-mine"] == 1


def test_components_may_contain_arbitrary_data(empty_project: Path, tmp_path: Path) -> None:
    document = {**ROOT, "paths": {}, "components": {"x-order": 1}}
    assert capture(write(tmp_path / "a.json", document)) == 0
    assert captured(empty_project)["components"] == {"x-order": 1}


def test_a_local_reference_may_percent_encode_a_template(
    empty_project: Path, tmp_path: Path
) -> None:
    schema = {"schema": {"$ref": "#/paths/~1a~1%7Bid%7D/x-it"}}
    document = {**ROOT, "paths": {"/a/{id}": {"x-it": {}, "get": {"parameters": [schema]}}}}
    assert capture(write(tmp_path / "a.json", document)) == 0


def at(path: str, item: dict[str, object], **more: object) -> dict[str, object]:
    return {**ROOT, "paths": {path: item}, **more}


LIST: dict[str, object] = {
    "get": {"operationId": "list", "responses": {"200": {"$ref": "r.json#/Fine"}}}
}
FINE = {"description": ""}


@pytest.mark.parametrize(
    ("item", "files", "expected"),
    [
        pytest.param(
            {"$ref": "p.json"},
            {"p.json": LIST, "r.json": {"Fine": FINE}},
            LIST,
            id="a path that is a file",
        ),
        pytest.param(
            {"$ref": "in/p.json#/paths/~1b"},
            {"in/p.json": at("/b", LIST), "in/r.json": {"Fine": FINE}},
            LIST,
            id="a path of a document in another folder",
        ),
        pytest.param(
            {"$ref": "p.json#/One"},
            {"p.json": {"One": {"$ref": "#/Two"}, "Two": LIST}, "r.json": {"Fine": FINE}},
            LIST,
            id="a path that refers on",
        ),
        pytest.param(
            {"$ref": "p.json", "get": {"operationId": "own"}, "summary": "Own"},
            {"p.json": {**LIST, "put": {"operationId": "put"}}, "r.json": {"Fine": FINE}},
            {"get": {"operationId": "own"}, "put": {"operationId": "put"}},
            id="siblings take precedence",
        ),
        pytest.param(
            {"$ref": "#/x-shared"},
            {"r.json": {"Fine": FINE}},
            LIST,
            id="a path at another place of the document",
        ),
        pytest.param(
            {"post": {"callbacks": {"done": {"{$request.body#/url}": {"$ref": "p.json"}}}}},
            {"p.json": LIST, "r.json": {"Fine": FINE}},
            {"post": {"callbacks": {"done": {"{$request.body#/url}": LIST}}}},
            id="a path of a callback",
        ),
    ],
)
def test_a_reference_to_a_path_is_replaced_by_the_path(
    item: dict[str, object],
    files: dict[str, object],
    expected: dict[str, object],
    empty_project: Path,
    tmp_path: Path,
) -> None:
    for name, document in files.items():
        write(tmp_path / name, document)
    capture(write(tmp_path / "a.json", at("/a", item, **{"x-shared": LIST})))
    local = json.dumps(expected).replace("r.json#/Fine", "#/components/responses/Fine")
    assert captured(empty_project)["paths"]["/a"] == json.loads(local)


def error(prose: str, **more: object) -> dict[str, object]:
    """Write a file of errors; its schema refers to itself and to another."""
    cause = {"$ref": "#/components/schemas/Cause", "x-mine": True}
    properties = {"cause": cause, "inner": {"$ref": "#/components/schemas/Error"}}
    schemas = {
        "Error": {"description": prose, "type": "object", "properties": properties},
        "Cause": {"type": "string", "description": prose, **more},
    }
    return {"components": {"schemas": schemas}}


def two_files(folder: Path, first: object, second: object) -> Path:
    write(folder / "b.json", first)
    write(folder / "c.json", second)
    media = {
        name: {"schema": {"$ref": f"{name[-1]}.json#/components/schemas/Error"}}
        for name in ("x/b", "x/c")
    }
    return write(folder / "a.json", at("/a", {"put": {"requestBody": {"content": media}}}))


def test_components_that_differ_only_in_prose_are_merged(
    empty_project: Path, tmp_path: Path
) -> None:
    capture(two_files(tmp_path, error("An error."), error("What went wrong.")))
    document = captured(empty_project)
    assert document["components"]["schemas"].keys() == {"Error", "Cause"}
    content = document["paths"]["/a"]["put"]["requestBody"]["content"]
    assert content["x/b"] == content["x/c"] == {"schema": {"$ref": "#/components/schemas/Error"}}


@pytest.mark.parametrize("more", [{"type": "integer"}, {"nullable": True}, {"maxLength": 1.5}])
def test_components_that_differ_indirectly_are_refused(
    more: dict[str, object], empty_project: Path, tmp_path: Path
) -> None:
    with pytest.raises(
        CannotRunError, match=r"two different components .* schemas/Cause: .*b\.json"
    ):
        capture(two_files(tmp_path, error("An error."), error("An error.", **more)))


def test_a_chain_of_references_may_be_long(empty_project: Path, tmp_path: Path) -> None:
    names = [f"S{number}" for number in range(1500)]
    chain = {name: {"items": {"$ref": f"#/{after}"}} for name, after in pairwise(names)}
    write(tmp_path / "b.json", {**chain, names[-1]: {}})
    first = {"First": {"$ref": "b.json#/S0"}}
    root = {**ROOT, "paths": {}, "components": {"schemas": first}}
    assert capture(write(tmp_path / "a.json", root)) == 0
    assert captured(empty_project)["components"]["schemas"].keys() == {"First", *names}
