"""Any change by HighLevel gives a valid contract, and mending once settles the overlay."""

import json
from collections.abc import Iterator
from functools import cache
from itertools import product

import pytest

from scripts.contract.corrections import Corrections, effects, read_corrections
from scripts.contract.notices import mend, open_notices
from scripts.contract.overlay import Action, read_actions
from scripts.openapi.documents import dump, parse
from scripts.openapi.lint import problems
from scripts.openapi.walking import normalise

from .changes import CHANGES, OPENAPI
from .editing import Json

CAPTURED = {
    path.stem: path.read_bytes()
    for path in (OPENAPI / "captured").glob("*.json")
    if path.stem != "lock"
}
OVERLAY = (OPENAPI / "overlay.yaml").read_bytes()
OURS = read_corrections(OPENAPI)
# Changes of names, and of places that we correct.
SETTLED = "prose only, operationIds renamed, components renamed, tags renamed, labels mended"
# Each at another place. Where an added field is, and not its schema, matters.
FURTHER = (
    "a response field: required, a response field gone, a request field, a query parameter, "
    "an error status, an operation, a Version accepted, objectKey mended, examples changed, "
    "servers changed, a scope added"
)


def published(names: str, *versions: str) -> dict[str, Json]:
    """Publish the captured documents again, those of some Versions with changes."""
    documents: dict[str, Json] = {version: json.loads(data) for version, data in CAPTURED.items()}
    for version, name in product(versions, names.split(", ")):
        CHANGES[name](documents[version])
    return {version: normalise(each) for version, each in documents.items()}


@cache
def contract_of(version: str) -> Json:
    return OURS.apply(json.loads(CAPTURED[version]))


def mended(text: bytes, documents: dict[str, Json]) -> bytes:
    corrections = Corrections(read_actions(parse(text, "overlay.yaml")), OURS.names)
    return mend(open_notices(corrections, documents), text, "overlay.yaml")


def test_no_notice_is_open_and_a_target_selects_the_defect_so_that_mending_is_noticed() -> None:
    captured = {version: json.loads(data) for version, data in CAPTURED.items()}
    assert open_notices(OURS, captured) == []
    for document in captured.values():
        for step in OURS.of(document).steps:
            if step.places and "[?" in step.action.target:
                (again,) = effects([step.action], step.after)
                assert again.after == step.after, step.action


def adoptions() -> Iterator[list[Action]]:
    """Yield all actions, and halves so that of any two some half has only the one or the other."""
    yield OURS.actions
    for bit in range(len(OURS.actions).bit_length()):
        for value in (0, 1):
            yield [each for each in OURS.actions if each.number >> bit & 1 == value]


@pytest.mark.parametrize("adopted", [*adoptions()])
def test_what_highlevel_adopts_of_our_corrections_is_deleted_and_the_contract_stays(
    adopted: list[Action],
) -> None:
    captured: dict[str, Json] = {name: json.loads(data) for name, data in CAPTURED.items()}
    documents = {}
    for name, document in captured.items():
        (*_, last) = effects(adopted, OURS.of(document).published)
        documents[name] = last.after
    notices = open_notices(OURS, documents, captured)
    text = mend(notices, OVERLAY, "overlay.yaml")
    corrections = Corrections(read_actions(parse(text, "overlay.yaml")), OURS.names)
    assert [each.lost for each in notices if each.lost] == []
    for name, document in documents.items():
        assert corrections.apply(document) == contract_of(name)
    assert open_notices(corrections, documents) == []


@pytest.mark.parametrize("names", [SETTLED, FURTHER])
def test_changes_give_a_valid_contract_that_stays_when_the_overlay_is_mended(names: str) -> None:
    documents = published(names, *(CAPTURED if names == SETTLED else ["v3"]))
    settled = read_actions(parse(mended(OVERLAY, documents), "overlay.yaml"))
    corrections = Corrections(settled, OURS.names)
    assert open_notices(corrections, documents) == []
    for version, document in documents.items():
        contract = OURS.apply(document)
        assert corrections.apply(document) == contract
        if document != json.loads(CAPTURED[version]):
            assert problems(contract) == []
        if names == SETTLED:
            assert dump(contract) == dump(contract_of(version))


def test_after_a_defect_is_mended_in_all_versions_one_number_is_left() -> None:
    once = mended(OVERLAY, published("labels mended", "v3"))
    twice = mended(once, published("labels mended", *CAPTURED))
    assert twice == mended(OVERLAY, published("labels mended", *CAPTURED))


def test_a_new_field_reaches_the_contract_as_it_is_published() -> None:
    document = published("a response field: free object", "v3")["v3"]
    schemas = OURS.apply(document)["components"]["schemas"]
    assert schemas["AssociationPayload"]["properties"]["unpublishedField"] == {"type": "object"}
