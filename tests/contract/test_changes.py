"""What HighLevel adopts of our corrections is deleted, and mending once settles the overlay."""

import json
from collections.abc import Iterator
from functools import cache

import pytest

from scripts.contract.corrections import Corrections, effects, read_corrections
from scripts.contract.notices import mend, open_notices
from scripts.contract.overlay import Action, read_actions
from scripts.openapi.documents import parse

from .changes import OPENAPI
from .editing import Json

CAPTURED = {
    path.stem: path.read_bytes()
    for path in (OPENAPI / "captured").glob("*.json")
    if path.stem != "lock"
}
OVERLAY = (OPENAPI / "overlay.yaml").read_bytes()
OURS = read_corrections(OPENAPI)


@cache
def contract_of(version: str) -> Json:
    return OURS.apply(json.loads(CAPTURED[version]))


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
