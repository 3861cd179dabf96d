"""Each change that HighLevel could publish is followed, or stops the update with its cause."""

import json
import re
from datetime import date
from functools import cache

import pytest

from scripts.contract.advice import Advice, Pair, drift_lines
from scripts.contract.corrections import Corrected, read_corrections
from scripts.contract.diff.load import Contract
from scripts.contract.diff.review import Review, compare_contracts, review
from scripts.contract.generate import DEFAULT_VERSION, Layout, read_captured
from scripts.contract.notices import open_notices

from . import changes, more_changes
from .changes import CHANGES, Change, Json
from .openapi.spellings import SPELLINGS
from .published import TOP

LAYOUT = Layout(TOP)
OURS = read_corrections(LAYOUT.openapi)
ASSOCIATIONS = "facade must change (facade/_async/associations.py"
RELATIONS = "facade must change (facade/_async/relations.py"
LOST = "a correction no longer finds its place"
INVALID = "HighLevel's document is not valid"
NO_BODY = "a body that we name is not where it was"
MOVED = "an operation has moved"
# Which changes stop an update, and the start of the first line that it prints.
STOPPED = {
    "a response field gone": f"{ASSOCIATIONS}, Association.association_type): AssociationPayload.",
    "servers changed": "facade must change",
    "labels without examples": LOST,
    "answers without body": NO_BODY,
    "a response field: a number now": f"{ASSOCIATIONS}, Association.id): AssociationPayload.id has",
    "a response field: renamed": f"{ASSOCIATIONS}, Association.location_id): AssociationPayload.l",
    "a request field required": f"{ASSOCIATIONS}): UpdateAssociationBody.unpublishedField is a new",
    "a request field of a relation required": f"{RELATIONS}): CreateRelationBody.unpublishedField",
    "a request field renamed": f"{ASSOCIATIONS}): UpdateAssociationBody.firstObjectLabel is gone",
    "a request field gone": f"{ASSOCIATIONS}): UpdateAssociationBody.secondObjectLabel is gone",
    "a request field: a number": f"{RELATIONS}): CreateRelationBody.firstRecordId has another type",
    "a parameter required": f"{ASSOCIATIONS}): query parameter unpublished must be sent now",
    "a parameter gone": f"{ASSOCIATIONS}): query parameter skip is no longer understood",
    "a parameter renamed": f"{ASSOCIATIONS}): query parameter pageSize must be sent now",
    "a parameter: at most 50": f"{ASSOCIATIONS}): query parameter limit",  # 100 by default
    "a parameter: a text": "query parameter limit has another type (in GET /associations/), and",
    "a Version replaced": "a document is of another Version now",
    "a server with a path": "facade must change",
    "an apiKey of another header": "security scheme bearer is another kind of scheme (in",
    "an association without body": f"{ASSOCIATIONS}): response 200 of GET /associations/{{associat",
    "a page of associations": "find_associations_200.associationType is gone (in GET /associati",
    "a page under another name": f"{ASSOCIATIONS}): find_associations_200.associations is gone",
    "an association in an envelope": "get_association_by_ID_200.associationType is gone (in GET /",
    "a request in XML alone": f"{ASSOCIATIONS}): request body of PUT /associations/{{associationId",
    "no request": f"{ASSOCIATIONS}): request body of PUT /associations/{{associationId}} is no",
    "a bare list of associations": f"{ASSOCIATIONS}): find_associations_200 has another type",
    "no success": f"{ASSOCIATIONS}): response 200 is no longer answered",
    "no servers": "facade must change (facade/_core/client_options.py): server https://services",
    "PUT is PATCH": f"{ASSOCIATIONS}): PUT /associations/{{associationId}} is gone",
    "a path": MOVED,
    "a path without its slash": MOVED,
    "all paths": MOVED,
    "an argument to the query": MOVED,
    "PUT gone": f"{ASSOCIATIONS}): PUT /associations/{{associationId}} is gone",
    "GET gone": f"{ASSOCIATIONS}): GET /associations/{{associationId}} is gone",
    "a list gone": f"{ASSOCIATIONS}): GET /associations/ is gone",
    "a creation gone": f"{ASSOCIATIONS}): POST /associations/ is gone",
    "a look-up gone": f"{ASSOCIATIONS}): GET /associations/key/{{key_name}} is gone",
    "relations gone": f"{RELATIONS}): POST /associations/relations is gone",
    "everything gone": f"{ASSOCIATIONS}, facade/_async/relations.py",
    "an operation of ours that refers to nothing": "HighLevel's document refers to nothing",
    "a type that does not exist": f"{ASSOCIATIONS}, Association.key): AssociationPayload.key has",
    "a parameter without name": f"{ASSOCIATIONS}): query parameter limit is no longer understood",
    "an argument that the path does not have": "the contract is not valid",
}
ALL: dict[str, Change] = {
    **CHANGES,
    "labels without examples": changes.labels_without_examples,
    "answers without body": changes.answers_without_body,
    **{each.__name__: each for each in SPELLINGS},
    **more_changes.ALL,
}


@cache
def before() -> dict[str, Corrected]:
    return {name: OURS.of(read_captured(LAYOUT, name)) for name in LAYOUT.versions}


def published(change: Change) -> dict[str, Corrected]:
    """Publish the captured documents with a change."""
    found = {}
    for name in LAYOUT.versions:
        document: Json = json.loads(json.dumps(before()[name].captured))
        change(document)
        found[name] = OURS.of(document)
    return found


def reviewed(after: dict[str, Corrected]) -> Review:
    old, new = (Contract("", each[DEFAULT_VERSION].contract, {}, "") for each in (before(), after))
    return review(compare_contracts(old, new), [], date(2030, 1, 1), root=TOP)


def stop_of(change: Change) -> tuple[str, list[str], str]:
    """Return why a change stops an update: the first line, the places, and the file to edit."""
    after = published(change)
    captured = (
        {name: each.captured for name, each in found.items()} for found in (after, before())
    )
    notices = open_notices(OURS, *captured)
    pairs = {name: Pair(each, after[name]) for name, each in before().items()}
    for each in Advice(LAYOUT, pairs, notices, reviewed(after), [*pairs]).causes():
        return each.title, list(each.lines), each.file
    return "", [], ""


@pytest.mark.parametrize("name", ALL)
def test_a_change_is_followed_or_stops_with_the_true_cause_in_the_first_line(name: str) -> None:
    title, lines, _ = stop_of(ALL[name])
    assert title.startswith(STOPPED.get(name, "")), title
    assert bool(title) == (name in STOPPED), title
    assert bool(lines) == bool(title)


def test_the_table_has_each_stop_and_sixty_changes() -> None:
    assert ALL.keys() >= STOPPED.keys()
    assert len(ALL) >= 60


@pytest.mark.parametrize(
    ("change", "line", "file"),
    [
        (
            more_changes.MOVES["a path"],
            "openapi/names.yaml: GET /associations/key/{key_name} is GET "
            "/associations/by-key/{key_name} now, put it there; associations.create, "
            "associations.ensure, associations.get_by_key sent it (in 2021-07-28, v3)",
            "names.yaml",
        ),
        (
            more_changes.RETIREMENTS["PUT gone"],
            "facade/_async/associations.py:N: associations.update: PUT "
            "/associations/{associationId} is gone",
            "",
        ),
        (
            more_changes.BODIES["a page of associations"],
            "openapi/overlay.yaml:N: Listing associations answers with a page, not with one "
            "association: this correction no longer finds its place: the defect is still there: "
            'change the target to $["paths"]["/associations/"]["get"]["responses"]["200"]'
            '["content"]["application/json"]["schema"]',
            "overlay.yaml",
        ),
    ],
)
def test_the_places_name_what_sent_an_operation_or_the_right_file(
    change: Change, line: str, file: str
) -> None:
    _, lines, edited = stop_of(change)
    assert (re.sub(r":\d+:", ":N:", lines[0]), edited) == (line, file)


def test_what_highlevel_changed_is_told_in_its_own_words_once_for_all_versions() -> None:
    after = published(more_changes.RETIREMENTS["PUT gone"])
    assert drift_lines({name: Pair(each, each) for name, each in before().items()}) == ["nothing"]
    assert drift_lines({name: Pair(each, after[name]) for name, each in before().items()}) == [
        "2021-07-28, v3: breaking: PUT /associations/{associationId} is gone"
    ]
