"""The targets of a document's references to other files become its components."""

import json
import time
from collections.abc import Mapping
from itertools import pairwise
from typing import Any

import pytest

from scripts.contract.errors import CannotRunError, MissingDocumentError
from scripts.contract.openapi.bundle import Bundle
from scripts.contract.places import Place, place

Files = dict[str, Any]
WORDS = ("default", "value", "example", "x-y", "headers")  # names that are OpenAPI keywords
FINE = {"description": ""}


def root(**parts: Any) -> dict[str, Any]:
    return {"openapi": "3.0.0", "info": {"title": "T", "version": "1"}, "paths": {}, **parts}


def schemas(**named: Any) -> dict[str, Any]:
    return root(components={"schemas": named})


def to(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


def made(document: Any, files: Files, mapped: Mapping[str, str] | None = None) -> Bundle:
    """Return the bundle of a document in the folder `in`, with files by their place."""
    every = {"in/a.json": document, **{f"in/{name}": each for name, each in files.items()}}

    def read(where: Place) -> bytes:
        if str(where) not in every:
            raise MissingDocumentError(f"{where} is away")
        return json.dumps(every[str(where)]).encode()

    return Bundle(place("in/a.json"), read, mapped or {})


def bundled(document: Any, files: Files) -> Any:
    return made(document, files).build()


@pytest.mark.parametrize(
    ("files", "components"),
    [
        pytest.param(
            {
                "b.json": {"A": {"items": {"$ref": "c.json#/B"}}},
                "c.json": {"B": {"items": {"$ref": "b.json#/A"}}},
            },
            {"A": {"items": to("B")}, "B": {"items": to("A")}},
            id="two files that refer to each other",
        ),
        pytest.param(
            {"b.json": {"A": {"items": {"$ref": "a.json#/components/schemas/Own"}}}},
            {"A": {"items": to("Own")}},
            id="a file that refers back to the document",
        ),
        pytest.param(
            {
                "b.json": {
                    "A": {
                        "properties": {"p": {"$ref": "#/A/$defs/D"}},
                        "$defs": {"D": {"items": {"$ref": "c.json"}}},
                    }
                },
                "c.json": {},
            },
            {
                "A": {"properties": {"p": to("D")}, "$defs": {"D": {"items": to("c")}}},
                "D": {"items": to("c")},
                "c": {},
            },
            id="parts of one file that overlap, and a whole file",
        ),
        pytest.param(
            {
                "b.json": {
                    "A": {"properties": {name: {"$ref": f"c.json#/{name}"} for name in WORDS}}
                },
                "c.json": {name: {} for name in WORDS},
            },
            {
                "A": {"properties": {name: to(name) for name in WORDS}},
                **{name: {} for name in WORDS},
            },
            id="properties that are called like keywords",
        ),
        pytest.param(
            {"b.json": {"A": {"example": {"$ref": "none.json"}, "x-data": {"$ref": "none.json"}}}},
            {"A": {"example": {"$ref": "none.json"}, "x-data": {"$ref": "none.json"}}},
            id="data that only looks like a reference",
        ),
        pytest.param(
            {"b.json": {"A": {"items": {"$ref": "#/a~1b%20c"}}, "a/b c": {}}},
            {"A": {"items": to("a_1b_c")}, "a_1b_c": {}},
            id="names that no component may have",
        ),
        pytest.param(
            {
                "b.json": {
                    "A": {"discriminator": {"mapping": {"cow": "c.json#/Cow", "own": "Own"}}}
                },
                "c.json": {"Cow": {}},
            },
            {
                "A": {"discriminator": {"mapping": {"cow": to("Cow")["$ref"], "own": "Own"}}},
                "Cow": {},
            },
            id="targets of a discriminator",
        ),
    ],
)
def test_chains_of_references_are_followed(files: Files, components: Files) -> None:
    own = {"Start": {"items": {"$ref": "b.json#/A"}}, "Own": {"type": "integer"}}
    if "discriminator" in files["b.json"]["A"]:
        files["b.json"] |= {"components": {"schemas": {"Own": {"type": "integer"}}}}
        components["A"]["discriminator"]["mapping"]["own"] = to("Own")["$ref"]
    found = bundled(schemas(**own), files)["components"]["schemas"]
    assert found == {**own, "Start": {"items": to("A")}, **components}


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
        ({"schema": {"$ref": "b.json#/components/headers/It"}}, "headers"),
    ],
)
def test_the_content_of_a_file_becomes_the_expected_kind_of_component(
    holder: dict[str, object], kind: str
) -> None:
    it = {"$ref": "#/Other"}
    file = {"It": it, "Other": {"x-mine": 1}, "components": {"headers": {"It": it}}}
    components = bundled(root(paths={"/a": {"get": holder}}), {"b.json": file})["components"]
    assert components == {
        kind: {"It": {"$ref": f"#/components/{kind}/Other"}, "Other": {"x-mine": 1}}
    }


def test_components_may_contain_arbitrary_data() -> None:
    document = root(components={"x-order": 1})
    assert bundled(document, {}) == document


LIST: dict[str, Any] = {"get": {"responses": {"200": {"$ref": "r.json#/Fine"}}}}


@pytest.mark.parametrize(
    ("item", "files", "expected"),
    [
        pytest.param({"$ref": "p.json"}, {"p.json": LIST}, LIST, id="a file"),
        pytest.param(
            {"$ref": "x/p.json#/paths/~1b"},
            {"x/p.json": root(paths={"/b": LIST}), "x/r.json": {"Fine": FINE}},
            LIST,
            id="a path of a document in another folder",
        ),
        pytest.param(
            {"$ref": "p.json#/One"},
            {"p.json": {"One": {"$ref": "#/Two", "summary": "Two"}, "Two": LIST}},
            {"summary": "Two", **LIST},
            id="a path that refers on",
        ),
        pytest.param(
            {"$ref": "p.json", "get": {"operationId": "own"}},
            {"p.json": {**LIST, "put": {"operationId": "put"}}},
            {"get": {"operationId": "own"}, "put": {"operationId": "put"}},
            id="siblings take precedence",
        ),
        pytest.param({"$ref": "#/x-shared"}, {}, LIST, id="another place of the document"),
        pytest.param(
            {"post": {"callbacks": {"done": {"{$request.body#/url}": {"$ref": "p.json"}}}}},
            {"p.json": LIST},
            {"post": {"callbacks": {"done": {"{$request.body#/url}": LIST}}}},
            id="a path of a callback",
        ),
    ],
)
def test_a_reference_to_a_path_is_replaced_by_the_path(
    item: dict[str, object], files: Files, expected: dict[str, object]
) -> None:
    document = root(paths={"/a": item}, **{"x-shared": LIST})
    found = bundled(document, {"r.json": {"Fine": FINE}, **files})["paths"]["/a"]
    local = json.dumps(expected).replace("r.json#/Fine", "#/components/responses/Fine")
    assert found == json.loads(local)


def test_components_that_differ_only_in_prose_are_merged_and_others_refused() -> None:
    def error(**more: object) -> Files:
        inner = {"cause": to("Cause"), "inner": to("Error")}
        named = {"Error": {"properties": inner}, "Cause": {"type": "string", **more}}
        return {"components": {"schemas": named}}

    both = {name: {"$ref": f"{name}.json#/components/schemas/Error"} for name in "bc"}
    document = schemas(Both={"properties": both})
    files = {"b.json": error(description="An error."), "c.json": error(description="Wrong.")}
    found = bundled(document, files)["components"]["schemas"]
    assert found.keys() == {"Both", "Error", "Cause"}
    for more in ({"type": "integer"}, {"nullable": True}):
        both = {name: {"$ref": f"{name}.json#/components/schemas/Error"} for name in "bc"}
        document = schemas(Both={"properties": both})
        with pytest.raises(
            CannotRunError,
            match=r"two different components are named schemas/Cause: in/b\.json#.*, in/c\.json#",
        ):
            bundled(document, {"b.json": error(), "c.json": error(**more)})


@pytest.mark.parametrize(
    ("document", "said"),
    [
        (schemas(S={"items": {"$ref": "#"}}), "a reference is empty: '#'"),
        (schemas(S={"items": {"$ref": ""}}), "a reference is empty: ''"),
        (
            schemas(S={"items": {"$ref": "no.json"}}),
            r"in/no.json is away; in/a.json refers to it; if .*, pass --map REF=PLACE",
        ),
        (
            schemas(S={"items": {"$ref": "https://h.example/b"}}),
            "in/a.json refers to 'https://h.example/b' at another origin: to read it, pass --map",
        ),
        (root(paths={"/a": {"$ref": "b.json#/Loop"}}), "target of a path's .ref, and it refers to"),
        (root(paths={"/a": {"$ref": "b.json#/no"}}), "in/b.json has nothing at '/no'"),
        (root(paths={"/a": {"$ref": "b.json#/One"}}), r"of a path's \$ref, and it is not an obj"),
    ],
)
def test_a_reference_that_cannot_be_followed_is_one_line(document: Any, said: str) -> None:
    files = {"b.json": {"Own": to("Gone"), "Loop": {"$ref": "#/Loop"}, "One": 1}}
    with pytest.raises(CannotRunError, match=rf"\A.*{said}.*\Z"):
        bundled(document, files)


@pytest.mark.parametrize(
    ("reference", "bundled_as", "problem"),
    [
        (
            "#/none",
            "#/none",
            "/components/schemas/S/items: the reference '#/none' points at nothing",
        ),
        ("b.json#/no", "#/components/schemas/no", "in/b.json has nothing at '/no'"),
    ],
)
def test_a_reference_that_points_at_nothing_stays_and_is_a_problem(
    reference: str, bundled_as: str, problem: str
) -> None:
    bundle = made(schemas(S={"items": {"$ref": reference}}), {"b.json": {}})
    assert bundle.build()["components"] == {"schemas": {"S": {"items": {"$ref": bundled_as}}}}
    assert bundle.problems[0].startswith(problem)


def test_no_added_component_becomes_the_target_of_a_reference_that_points_at_nothing() -> None:
    document = schemas(S={"anyOf": [to("Own"), {"$ref": "b.json#/Own"}]})
    bundle = made(document, {"b.json": {"Own": {"type": "string"}}})
    assert bundle.build()["components"]["schemas"] == {
        "S": {"anyOf": [to("Own"), to("Own_")]},
        "Own_": {"type": "string"},
    }
    assert bundle.problems == [
        "/components/schemas/S/anyOf/0: the reference '#/components/schemas/Own' points at nothing"
    ]


def test_of_a_document_with_other_apis_only_the_selected_paths_are_read() -> None:
    used = {"get": {"responses": {"200": {"description": "", "content": {}}}}}
    used["get"]["responses"]["200"]["content"] = {"application/json": {"schema": to("Pet")}}
    document = root(
        paths={"/pets": used, "/pets/{id}": {}, "/petshops": {"$ref": "away.json"}, "/x": {}},
        webhooks={"new": {"$ref": "away.json"}},
        components={
            "schemas": {"Pet": {"items": to("Toy")}, "Toy": {}, "Other": {"$ref": "away.json"}},
            "securitySchemes": {"bearer": {"type": "http"}},
        },
    )
    bundle = Bundle(
        place("in/a.json"), lambda where: json.dumps(document).encode(), {}, selected="/pets"
    )
    made_of = bundle.build()
    assert [*made_of["paths"]] == ["/pets", "/pets/{id}"]
    assert "webhooks" not in made_of
    assert made_of["components"] == {
        "schemas": {"Pet": {"items": to("Toy")}, "Toy": {}},
        "securitySchemes": {"bearer": {"type": "http"}},
    }
    none = Bundle(place("a"), lambda where: json.dumps(root()).encode(), {}, selected="/pets")
    with pytest.raises(CannotRunError, match="a has no path that starts with /pets"):
        none.build()


def test_an_absent_file_is_told_from_one_that_cannot_be_read() -> None:
    with pytest.raises(MissingDocumentError):
        bundled(schemas(S={"items": {"$ref": "no.json"}}), {})


def test_a_mapped_file_is_read_from_its_place_and_the_mapping_is_recorded() -> None:
    other = "https://h.example/b"
    bundle = made(
        schemas(S={"items": {"$ref": f"{other}#/It"}}),
        {"x/b.json": {"It": {}}},
        {other: "x/b.json", "unused": "c.json"},
    )
    assert bundle.build()["components"]["schemas"] == {"S": {"items": to("It")}, "It": {}}
    assert bundle.used == {other: "x/b.json"}
    assert bundle.bytes.keys() == {"in/a.json", "in/x/b.json"}


def test_a_whole_other_file_may_be_named_by_a_lone_hash() -> None:
    found = bundled(schemas(S={"items": {"$ref": "b.json"}}), {"b.json": {"items": {"$ref": "#"}}})
    assert found["components"]["schemas"] == {"S": {"items": to("b")}, "b": {"items": to("b")}}


def test_a_chain_of_references_may_be_long() -> None:
    names = [f"S{number}" for number in range(1500)]
    chain = {name: {"items": {"$ref": f"#/{after}"}} for name, after in pairwise(names)}
    files = {"b.json": {**chain, names[-1]: {}}}
    found = bundled(schemas(First={"$ref": "b.json#/S0"}), files)
    assert found["components"]["schemas"].keys() == {"First", *names}


@pytest.mark.parametrize(("files", "is_read"), [(99, True), (100, False)])
def test_at_most_a_hundred_files_are_read(files: int, is_read: bool) -> None:
    every = {f"{n}.json": {"items": {"$ref": f"{n + 1}.json"}} for n in range(files - 1)}
    document = schemas(S={"items": {"$ref": "0.json"}})
    bundle = made(document, {**every, f"{files - 1}.json": {}})
    if is_read:
        assert bundle.build()
        assert len(bundle.bytes) == 100
    else:
        with pytest.raises(CannotRunError, match="reading its files takes more than 100 files"):
            bundle.build()


def test_reading_ends_after_five_minutes(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    bundle = made(root(), {})
    now[0] = 301.0
    with pytest.raises(CannotRunError, match="more than 100 files or 300 seconds"):
        bundle.build()
