"""Any change by HighLevel gives a valid contract, and mending once settles the overlay."""

import json

import pytest

from scripts.contract.corrections import Corrections, read_corrections
from scripts.contract.notices import mend, open_notices
from scripts.contract.openapi.documents import dump, parse
from scripts.contract.openapi.lint import problems
from scripts.contract.openapi.walking import normalise
from scripts.contract.overlay import read_actions

from .changes import CHANGES, OPENAPI, Json

CAPTURED = {
    path.stem: path.read_bytes()
    for path in (OPENAPI / "captured").glob("*.json")
    if path.stem != "lock"
}
OVERLAY = (OPENAPI / "overlay.yaml").read_bytes()
OURS = read_corrections(OPENAPI)


def published(name: str, *versions: str) -> dict[str, Json]:
    """Publish the captured documents again, those of some Versions with a change."""
    documents: dict[str, Json] = {version: json.loads(data) for version, data in CAPTURED.items()}
    for version in versions:
        CHANGES[name](documents[version])
    return {version: normalise(each) for version, each in documents.items()}


def mended(text: bytes, documents: dict[str, Json]) -> bytes:
    corrections = Corrections(read_actions(parse(text, "overlay.yaml")), OURS.names)
    return mend(open_notices(corrections, documents), text, "overlay.yaml")


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_gives_a_valid_contract(name: str) -> None:
    assert problems(OURS.apply(published(name, "v3")["v3"])) == []


@pytest.mark.parametrize("versions", [["v3"], ["2021-07-28", "v3"]])
@pytest.mark.parametrize("name", CHANGES)
def test_a_change_is_mended_at_once_and_the_contract_is_the_same(
    name: str, versions: list[str]
) -> None:
    documents = published(name, *versions)
    settled = read_actions(parse(mended(OVERLAY, documents), "overlay.yaml"))
    corrections = Corrections(settled, OURS.names)
    assert open_notices(corrections, documents) == []
    for document in documents.values():
        assert corrections.apply(document) == OURS.apply(document)


@pytest.mark.parametrize(
    "name",
    ["prose only", "operationIds renamed", "components renamed", "tags renamed", "labels mended"],
)
def test_a_change_of_names_or_of_corrected_places_does_not_change_the_contract(name: str) -> None:
    for version, document in published(name, *CAPTURED).items():
        assert dump(OURS.apply(document)) == dump(OURS.apply(json.loads(CAPTURED[version])))


def test_after_a_defect_is_mended_in_all_versions_one_number_is_left() -> None:
    once = mended(OVERLAY, published("labels mended", "v3"))
    twice = mended(once, published("labels mended", *CAPTURED))
    assert twice == mended(OVERLAY, published("labels mended", *CAPTURED))


def test_a_new_field_reaches_the_contract_as_it_is_published() -> None:
    document = published("a response field: free object", "v3")["v3"]
    schemas = OURS.apply(document)["components"]["schemas"]
    assert schemas["AssociationPayload"]["properties"]["unpublishedField"] == {"type": "object"}
