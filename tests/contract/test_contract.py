"""The committed contract has our operations under our names and with our texts."""

import json

import pytest

from scripts.contract.corrections import read_corrections
from scripts.contract.tables import operations_of
from scripts.openapi.documents import parse
from scripts.openapi.paths import template

from .changes import CONTRACT, OPENAPI
from .published import TOP

OPERATIONS = operations_of(CONTRACT)
NAMES = read_corrections(OPENAPI).names


@pytest.mark.parametrize("name", OPERATIONS)
def test_an_operation_is_generated_under_the_name_that_is_listed(name: str) -> None:
    known = NAMES.operations.get(template(OPERATIONS[name].label))
    tag = known.tag if known else OPERATIONS[name].node.value["tags"][0]
    assert known is None or known.operationId == name
    modules = (TOP / "generated_client/api").glob(f"{tag}*/*.py")
    assert name in {each.stem.rstrip("_") for each in modules}  # a word of Python has one


def test_an_operation_that_no_captured_document_has_is_marked_with_its_witnesses() -> None:
    captured = [(OPENAPI / f"captured/{name}.json").read_bytes() for name in ("2021-07-28", "v3")]
    published = {
        template(each.label)
        for data in captured
        for each in operations_of(json.loads(data)).values()
    }
    for each in OPERATIONS.values():
        witnesses = str(each.node.value.get("x-unpublished", "")).split(", ")
        assert (witnesses == [""]) == (template(each.label) in published)
        for name in filter(None, witnesses):
            assert (OPENAPI / "witnesses" / f"{name}.yaml").is_file()


def test_names_are_used_errors_declared_and_corrections_described_each_in_its_own_words() -> None:
    removed = {"UnauthorizedPayload"}  # by the overlay
    assert NAMES.schemas.keys() - removed <= CONTRACT["components"]["schemas"].keys()
    assert [tag["name"] for tag in CONTRACT["tags"]][:2] == ["associations", "relations"]
    for each in OPERATIONS.values():
        statuses = each.node.value["responses"].keys()
        assert any(each.startswith("2") for each in statuses)
        assert statuses >= {"400", "401", "403", "404", "422", "429"}
    overlay = parse((OPENAPI / "overlay.yaml").read_bytes(), "overlay.yaml")
    descriptions = [raw["description"] for raw in overlay["actions"]]
    assert len(set(descriptions)) == len(descriptions)  # a description identifies an action
