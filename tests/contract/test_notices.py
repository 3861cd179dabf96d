"""Corrections that HighLevel makes unnecessary are noticed, and the overlay is mended."""

import json
from codecs import BOM_UTF8
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from scripts.contract.corrections import Corrections, read_corrections
from scripts.contract.diff.overlay_status import overlay_status
from scripts.contract.errors import CannotRunError
from scripts.contract.generate import Layout, read_captured
from scripts.contract.notices import Notice, mend, notices_of, open_notices, written
from scripts.contract.openapi.documents import parse
from scripts.contract.openapi.lint import problems
from scripts.contract.overlay import overlay_of, read_actions

from . import defect

Json = dict[str, Any]
OPENAPI = Path(__file__).parents[2] / "openapi"
OURS = read_corrections(OPENAPI)
VERSIONS = [path.stem for path in (OPENAPI / "captured").glob("*.json") if path.stem != "lock"]
CAPTURED = {
    name: json.loads((OPENAPI / "captured" / f"{name}.json").read_bytes()) for name in VERSIONS
}

OVERLAY = """# Ours.
overlay: 1.1.0
info: {title: T, version: '1'}
actions:

  # --- Types

  - target: $.fields[?@.type == 'object' && match(@.example, '.*')]
    description: Labels are text
    x-evidence: E
    x-expect: 2
    # why it is so
    update:
      type: string

  # --- Places

  - target: $.groups
    description: Groups are gone
    x-evidence: E
    x-expect:
      v1: 1
      v2: 1
    remove: true
  - target: >-
      $['kept',
      'copy']
    description: What is kept is copied
    x-evidence: E
    copy: $.required
    x-expect: 1  # one
"""
TEXT = {"type": "object", "example": "student"}
INFO = "overlay: 1.1.0\ninfo: {title: T, version: '1'}"
DOCUMENT: Json = {
    "fields": {"first": TEXT, "second": TEXT, "id": {"type": "string"}},
    "groups": {},
    "kept": [],
    "required": ["id"],
}
AS_TEXT = {**DOCUMENT["fields"], "first": {"type": "string", "example": "student"}}


def corrections(text: str = OVERLAY) -> Corrections:
    return Corrections(read_actions(parse(text.encode(), "overlay.yaml")))


def noticed(documents: dict[str, Json], text: str = OVERLAY) -> list[Notice]:
    """Return the notices for documents that contain only the differences."""
    whole = {name: DOCUMENT | each for name, each in documents.items()}
    return open_notices(corrections(text), whole)


def without(name: str) -> Json:
    return {key: value for key, value in DOCUMENT.items() if key != name}


# --- Ours ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("version", VERSIONS)
def test_no_notice_is_open_for_the_captured_documents(version: str) -> None:
    assert open_notices(OURS, {version: CAPTURED[version]}) == []


@pytest.mark.parametrize("version", VERSIONS)
def test_a_target_selects_the_defect_so_that_mending_is_noticed(
    version: str,
) -> None:
    for step in OURS.steps(CAPTURED[version]):
        if step.places and "[?" in step.action.target:
            again = Corrections([step.action])
            assert again.apply(step.after) == step.after, step.action


BULK = "/associations/relations/bulk"
UNPUBLISHED = [each.description for each in OURS.actions if BULK in each.change.get("update", ())]


def published(document: Json) -> Json:
    """Return a document in which HighLevel publishes the overlay's additions with other texts."""
    found: Json = deepcopy(document)
    single = deepcopy(found["paths"]["/associations/relations"]["post"])
    found["paths"][BULK] = {"post": single | {"operationId": "add-many"}}
    return found


@pytest.mark.parametrize("added", UNPUBLISHED)  # empty once HighLevel publishes it
def test_an_operation_that_is_published_no_longer_needs_the_overlay(added: str) -> None:
    documents = {name: published(each) for name, each in CAPTURED.items()}
    notices = {each.action.description: each for each in open_notices(OURS, documents)}
    assert notices[added].to_do.startswith("no Version needs it: delete the action")
    for name, document in documents.items():
        contract = OURS.apply(document)
        assert problems(contract) == []
        operation = contract["paths"][BULK]["post"]
        assert operation["operationId"] == "create_relations"
        assert "x-unpublished" not in operation
        states = {
            each.action.partition("(")[2].removesuffix(")"): each.state
            for each in overlay_status(CAPTURED[name], document, OURS).actions
        }
        assert states[added] == "mended"


# --- Notices -------------------------------------------------------------------------------------


def test_a_notice_has_the_line_of_the_action_the_change_and_what_to_do() -> None:
    fields = {"first": AS_TEXT["first"], "id": {"type": "string"}, "nickname": TEXT}
    documents = {"v1": DOCUMENT, "v2": {**DOCUMENT, "fields": fields}}
    found = open_notices(corrections(), documents, {"v1": DOCUMENT, "v2": DOCUMENT})
    assert written(found, OVERLAY.encode(), "overlay.yaml") == [
        "overlay.yaml:8: Labels are text",
        "  v2: it corrects 1 place(s), x-expect says 2",
        '    new: /fields/nickname is {"example": "student", "type": "object"}',
        '    now: /fields/first is {"example": "student", "type": "string"}',
        "    now: /fields/second is not there",
        '  to do: read the places, then set x-expect: {"v1": 2, "v2": 1}',
    ]


def test_a_place_that_stays_as_it_was_is_not_named() -> None:
    more = {**DOCUMENT, "fields": {**DOCUMENT["fields"], "nickname": TEXT}}
    (found,) = open_notices(corrections(), {"v1": DOCUMENT, "v2": more}, {"v2": DOCUMENT})
    assert found.findings == (
        "v2: it corrects 3 place(s), x-expect says 2",
        '  new: /fields/nickname is {"example": "student", "type": "object"}',
    )


def test_an_action_that_corrects_nothing_as_it_expects_is_not_needed() -> None:
    text = OVERLAY.replace("x-expect: 2", "x-expect: 0")
    (found,) = noticed({"v1": {"fields": {}}, "v2": {"fields": {}}}, text)
    assert (found.expect, found.findings) == (0, ())


@pytest.mark.parametrize("is_given", [True, False])
def test_what_is_captured_is_compared_with_what_is_given_or_committed(
    project: Layout, git: Callable[..., None], is_given: bool
) -> None:
    defect.plant(project)
    earlier = {name: read_captured(project, name) for name in project.versions}
    if not is_given:
        git(project.root, "init", "--quiet")
        git(project.root, "add", "openapi")
        git(project.root, "commit", "--quiet", "--message", "A")
    document = read_captured(project, "v3")
    defect.half_mended(document)
    project.captured("v3").write_text(json.dumps(document))
    (found,) = notices_of(project, earlier if is_given else None)
    assert found.findings == (
        "v3: it corrects 1 place(s), x-expect says 2",
        f"  now: /{defect.DEFECTS[0]} is not there",
    )


def test_without_an_earlier_document_the_places_are_listed() -> None:
    more = {f"label{number}": TEXT for number in range(6)}
    found = noticed({"v1": {"fields": more}, "v2": {"fields": more}})
    assert written(found, OVERLAY.encode(), "overlay.yaml")[:7] == [
        "overlay.yaml:8: Labels are text",
        "  v1: it corrects 6 place(s), x-expect says 2",
        "    at /fields/label0",
        "    at /fields/label1",
        "    at /fields/label2",
        "    at /fields/label3",
        "    and 2 more",
    ]


@pytest.mark.parametrize(
    ("documents", "expected"),
    [
        ({"v1": {}, "v2": {}}, {}),
        ({"v1": {"fields": AS_TEXT}, "v2": {}}, {"Labels are text": {"v1": 1, "v2": 2}}),
        ({"v1": {"fields": AS_TEXT}, "v2": {"fields": AS_TEXT}}, {"Labels are text": 1}),
        ({"v1": {"fields": {}}, "v2": {"fields": {}}}, {"Labels are text": 0}),
        ({"v1": {"kept": ["id"]}, "v2": {}}, {}),  # a list gets the items a second time
        ({"v1": {"copy": []}, "v2": {}}, {"What is kept is copied": {"v1": 2, "v2": 1}}),
        ({"v1": {"kept": {}}, "v2": {}}, {"What is kept is copied": {"v1": 0, "v2": 1}}),
        ({"v1": {}, "v2": {}, "v3": {}}, {"Groups are gone": 1}),  # v3 has no number yet
    ],
)
def test_the_number_that_fits(documents: dict[str, Json], expected: Json) -> None:
    found = {each.action.description: each.expect for each in noticed(documents)}
    assert found == expected


def test_an_action_that_does_not_fit_is_skipped_with_a_reason() -> None:
    (notice,) = open_notices(corrections(), {"v1": without("required"), "v2": without("required")})
    assert notice.findings[1].startswith("  it copies from 0 places, not one: $.required")
    assert (
        notice.to_do == "no Version needs it: delete the action, or correct the target of a new one"
    )
    assert corrections().apply(without("required"))["kept"] == []


# --- Mending -------------------------------------------------------------------------------------

LABELS = OVERLAY[OVERLAY.index("  - target: $.fields") : OVERLAY.index("  # --- Places")]


@pytest.mark.parametrize(
    ("documents", "expected"),
    [
        # Comments before and between the actions stay, and one of two empty lines.
        ({"v1": {"fields": {}}, "v2": {"fields": {}}}, OVERLAY.replace(LABELS, "")),
        (
            {"v1": {"kept": {}}, "v2": {"kept": {}}},
            OVERLAY[: OVERLAY.index("  - target: >-")],
        ),
        (
            {"v1": {"fields": AS_TEXT}, "v2": {}},
            OVERLAY.replace("x-expect: 2", "x-expect: {'v1': 1, 'v2': 2}"),
        ),
        (
            {"v1": {}, "v2": {}, "v3": {}},
            OVERLAY.replace("x-expect:\n      v1: 1\n      v2: 1", "x-expect: 1"),
        ),
        (
            {"v1": {"copy": []}, "v2": {"copy": []}},
            OVERLAY.replace("x-expect: 1  # one", "x-expect: 2"),
        ),
    ],
)
def test_mending_resolves_every_notice_and_changes_nothing_else(
    documents: dict[str, Json], expected: str
) -> None:
    mended = mend(noticed(documents), OVERLAY.encode(), "overlay.yaml").decode()
    assert mended == expected
    assert noticed(documents, mended) == []
    for each in documents.values():
        document = DOCUMENT | each
        assert corrections(mended).apply(document) == corrections().apply(document)


def test_mending_keeps_a_byte_order_mark() -> None:
    documents: dict[str, Json] = {"v1": {"fields": {}}, "v2": {"fields": {}}}
    mended = mend(noticed(documents), BOM_UTF8 + OVERLAY.encode(), "overlay.yaml")
    assert mended == BOM_UTF8 + OVERLAY.replace(LABELS, "").encode()


@pytest.mark.parametrize(
    "text",
    [
        json.dumps(overlay_of([{"target": "$.a", "x-expect": 1, "remove": True}])),
        INFO + "\nactions: [{target: $.a, x-expect: 1, remove: true},\n"
        "  {target: $.b, x-expect: 1, remove: true}]\n",
        INFO + "\nactions: [{target: $.a, x-expect: 1, remove: true},"
        " {target: $.groups, x-expect: 1, remove: true}]\n",
        INFO + "\nactions:\n- target: $.a\n  x-expect: 1\n  remove: true\n",
    ],
)
def test_an_overlay_that_cannot_be_mended_is_not_changed(text: str) -> None:
    with pytest.raises(CannotRunError, match=r"\Aoverlay.yaml cannot be mended automatically"):
        mend(noticed({"v1": {}}, text), text.encode(), "overlay.yaml")
