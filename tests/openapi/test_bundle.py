"""The targets of a document's references to other files become its components."""

import json
from collections.abc import Mapping
from typing import Any

import pytest

from scripts.errors import CannotRunError, MissingDocumentError
from scripts.openapi.bundle import Bundle
from scripts.openapi.places import Place, place

Files = dict[str, Any]
FINE = {"description": ""}
AWAY = "https://h.example/b"
SCHEMAS = "#/components/schemas/"


def root(**parts: Any) -> Files:
    return {"openapi": "3.0.0", "info": {"title": "T", "version": "1"}, "paths": {}, **parts}


def schemas(**named: Any) -> Files:
    return root(components={"schemas": named})


def ref(target: str) -> dict[str, str]:
    return {"$ref": target}


def own(name: str) -> dict[str, str]:
    return ref(f"{SCHEMAS}{name}")


def made(document: Any, files: Files, mapped: Mapping[str, str] | None = None, of: str = "") -> Any:
    """Return the bundle of a document in the folder `in`, with files by their place."""
    every = {"in/a.json": document, **{f"in/{name}": each for name, each in files.items()}}

    def read(where: Place) -> bytes:
        if str(where) not in every:
            raise MissingDocumentError(f"{where} is away")
        return json.dumps(every[str(where)]).encode()

    return Bundle(place("in/a.json"), read, mapped or {}, of)


def bundled(document: Any, files: Files) -> Any:
    return made(document, files).build()


EXAMPLE = {"example": ref("none.json"), "x-data": ref("none.json")}


def one_of(cow: str, own: str) -> Files:
    return {"discriminator": {"mapping": {"cow": cow, "own": own}}}


@pytest.mark.parametrize(
    ("b", "c", "components"),
    [
        # a file that refers back to the document
        ({"A": ref("a.json#/components/schemas/Own")}, {}, {"A": own("Own")}),
        # parts of one file that overlap
        (
            {"A": [ref("#/A/1"), ref("c.json")]},
            {},
            {"A": [own("1"), own("c")], "1": own("c"), "c": {}},
        ),
        # a whole file, which refers to itself
        ({"A": ref("c.json")}, {"items": ref("#")}, {"A": own("c"), "c": {"items": own("c")}}),
        # data that only looks like a reference
        ({"A": EXAMPLE}, {}, {"A": EXAMPLE}),
        # a name that no component may have
        ({"A": ref("#/a~1b%20c"), "a/b c": {}}, {}, {"A": own("a_1b_c"), "a_1b_c": {}}),
        # targets of a discriminator
        (
            {"A": one_of("c.json#/Cow", "Own"), **schemas(Own={"type": "integer"})},
            {"Cow": {}},
            {"A": one_of(f"{SCHEMAS}Cow", f"{SCHEMAS}Own"), "Cow": {}},
        ),
    ],
)
def test_chains_of_references_are_followed(b: Files, c: Files, components: Files) -> None:
    document = schemas(Start=ref("b.json#/A"), Own={"type": "integer"})
    found = bundled(document, {"b.json": b, "c.json": c})["components"]["schemas"]
    assert found == {"Start": own("A"), "Own": {"type": "integer"}, **components}


IT = ref("b.json#/It")


def test_the_content_of_a_file_becomes_the_expected_kind_of_component() -> None:
    for item, kind in (
        ({"get": {"parameters": [IT]}}, "parameters"),
        ({"get": {"schema": ref("b.json#/components/headers/It")}}, "headers"),
        (IT, "pathItems"),
    ):
        it = ref("#/Other")
        file = {"It": it, "Other": {"x-mine": 1}, "components": {"headers": {"It": it}}}
        document = root(paths={"/a": json.loads(json.dumps(item))})
        assert bundled(document, {"b.json": file})["components"] == {
            kind: {"It": ref(f"#/components/{kind}/Other"), "Other": {"x-mine": 1}}
        }


def test_components_that_differ_only_in_prose_are_merged_and_others_refused() -> None:
    def file(**more: object) -> Files:
        return schemas(Error={"not": own("Cause")}, Cause={"type": "string", **more})

    both = {name: ref(f"{name}.json#/components/schemas/Error") for name in "bc"}
    document = schemas(Both={"properties": both})
    files = {"b.json": file(description="An error."), "c.json": file(description="Wrong.")}
    assert bundled(document, files)["components"]["schemas"].keys() == {"Both", "Error", "Cause"}
    why = r"two different components are named schemas/Cause: in/b\.json#.*, in/c\.json#"
    with pytest.raises(CannotRunError, match=why):
        bundled(document, {"b.json": file(), "c.json": file(nullable=True)})


def test_a_reference_that_cannot_be_followed_is_one_line() -> None:
    for document, said in (
        (schemas(S=ref("")), "a reference is empty: ''"),
        (schemas(S=ref("#")), "a reference is empty: '#'"),
        (schemas(S=ref("no.json")), r"in/no.json is away; in/a.json refers to it; if .*, pass --m"),
        (schemas(S=ref(AWAY)), f"in/a.json refers to '{AWAY}' at another origin: .*, pass --map"),
    ):
        with pytest.raises(CannotRunError, match=rf"\A.*{said}.*\Z") as caught:
            bundled(document, {})
        assert isinstance(caught.value, MissingDocumentError) == ("is away" in said)
        assert bool(caught.value.__cause__) == ("is away" in said)


def test_a_reference_that_points_at_nothing_stays_is_a_problem_and_no_added_component() -> None:
    given = [own("Own"), ref("b.json#/no"), ref("b.json#/Own")]
    bundle = made(schemas(S={"anyOf": given}), {"b.json": {"Own": {}}})
    found = bundle.build()["components"]["schemas"]
    assert found == {"S": {"anyOf": [own("Own"), own("no"), own("Own_")]}, "Own_": {}}
    assert bundle.problems[:2] == [
        "in/b.json has nothing at '/no'",
        f"/components/schemas/S/anyOf/0: the reference '{SCHEMAS}Own' points at nothing",
    ]


def test_of_a_document_with_other_apis_only_the_selected_paths_are_read() -> None:
    pets, away = {"Pet": {"items": own("Toy")}, "Toy": {}}, ref("away.json")
    kept = {"schemas": pets, "securitySchemes": {"bearer": {"type": "http"}}, "x-order": 1}
    document = root(
        paths={"/pets": {"get": {"x": own("Pet")}}, "/pets/{id}": {}, "/petshops": away, "/x": {}},
        webhooks={"new": away},
        components={**kept, "schemas": {**pets, "Other": away}},
    )
    found = made(document, {}, of="/pets").build()
    assert [*found["paths"]] == ["/pets", "/pets/{id}"]
    assert "webhooks" not in found
    assert found["components"] == kept
    with pytest.raises(CannotRunError, match=r"in/a.json has no path that starts with /pets"):
        made(root(), {}, of="/pets").build()
