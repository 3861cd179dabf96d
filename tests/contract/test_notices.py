"""Corrections that HighLevel makes unnecessary are noticed, and the overlay is mended."""

import json
from typing import Any

import pytest

from scripts.contract.corrections import Corrections
from scripts.contract.generate import Layout, read_captured
from scripts.contract.notices import (
    Notice,
    mend,
    notices_of,
    open_notices,
    overlay_status,
    written,
)
from scripts.contract.overlay import read_actions
from scripts.errors import CannotRunError
from scripts.openapi.documents import parse
from tests.diff.documents import operation
from tests.openapi.conftest import Git

from . import defect
from .small import actions_of

Json = dict[str, Any]

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

  - target: $.groups.old
    description: Groups are gone
    x-evidence: E
    x-expect: 1
    remove: true
  - target: >-
      $['kept',
      'copy']
    description: What is kept is copied
    x-evidence: E
    update: [id]
    x-expect: 1  # one
"""
EXPECTING_ALL = OVERLAY.replace("x-expect: 2", "x-expect: all")
TEXT = {"type": "object", "example": "student"}
INFO = "overlay: 1.1.0\ninfo: {title: T, version: '1'}"
DOCUMENT: Json = {
    "fields": {"first": TEXT, "second": TEXT, "id": {"type": "string"}},
    "groups": {"old": 1},
    "kept": [],
}
AS_TEXT = {**DOCUMENT["fields"], "first": {"type": "string", "example": "student"}}
DELETE = "no Version needs it: delete the action, or correct the target of a new one"


def corrections(text: str = OVERLAY) -> Corrections:
    return Corrections(read_actions(parse(text.encode(), "overlay.yaml")))


def noticed(documents: dict[str, Json], text: str = OVERLAY) -> list[Notice]:
    """Return the notices for documents that contain only the differences."""
    whole = {name: DOCUMENT | each for name, each in documents.items()}
    return open_notices(corrections(text), whole)


def test_a_notice_has_the_line_of_the_action_the_change_and_what_to_do() -> None:
    fields = {"first": AS_TEXT["first"], "second": TEXT, "b/c": TEXT}
    documents = {"v1": DOCUMENT, "v2": {**DOCUMENT, "fields": fields}}
    assert open_notices(corrections(), documents, {"v2": DOCUMENT}) == []
    text = OVERLAY.replace("x-expect: 2", "x-expect: 1")
    found = open_notices(corrections(text), documents, {"v2": DOCUMENT})
    assert written(found, text.encode(), "overlay.yaml") == [
        "overlay.yaml:8: Labels are text",
        "  v1: it corrects 2 place(s), x-expect says 1",
        "    at /fields/first",
        "    at /fields/second",
        "  v2: it corrects 2 place(s), x-expect says 1",  # one of them as before
        '    new: /fields/b~1c is {"example": "student", "type": "object"}',
        '    now: /fields/first is {"example": "student", "type": "string"}',
        "  to do: read the places, then set x-expect: 2",
    ]


def test_what_is_captured_is_compared_with_what_is_committed(project: Layout, git: Git) -> None:
    assert notices_of(project) == []
    defect.plant(project)
    for words in (["init", "--quiet"], ["add", "openapi"], ["commit", "-qm", "A"]):
        git(project.root, *words)
    document = read_captured(project, "v3")
    defect.half_mended(document)
    project.captured("v3").write_text(json.dumps(document))
    (found,) = notices_of(project)
    assert found.findings == (
        "v3: it corrects 1 place(s), x-expect says 2",
        f"  now: /{defect.DEFECTS[0]} is not there",
    )


def test_at_most_four_places_are_listed() -> None:
    for count, last in ((4, "  at /fields/l3"), (6, "  and 2 more")):
        (found,) = noticed({"v1": {"fields": {f"l{number}": TEXT for number in range(count)}}})
        assert (len(found.findings), found.findings[-1]) == (min(count, 5) + 1, last)


def both(**parts: Any) -> dict[str, Json]:
    return {"v1": parts, "v2": parts}


def test_the_number_that_fits() -> None:
    for text, documents, expected in (
        (OVERLAY, both(fields=AS_TEXT), {"Labels are text": 1}),
        (OVERLAY, {"v1": {"fields": AS_TEXT}, "v2": {}}, {"Labels are text": "all"}),
        (OVERLAY, {"v1": {"fields": AS_TEXT}, "v2": {"fields": {}}}, {"Labels are text": 1}),
        (OVERLAY, both(fields={}), {"Labels are text": 0}),
        (OVERLAY, {"v1": {"kept": ["id"]}, "v2": {}}, {}),  # only one Version has been mended
        (EXPECTING_ALL, both(fields={}), {"Labels are text": 0}),
        (EXPECTING_ALL, {"v1": {}, "v2": {"fields": {}}}, {}),
    ):
        found = noticed(documents, text)
        assert {each.action.description: each.expect for each in found} == expected
        for each in found:
            to_do = f"read the places, then set x-expect: {each.expect}" if each.expect else DELETE
            assert (each.to_do, bool(each.findings)) == (to_do, bool(each.expect))


def test_the_reason_is_told_why_an_action_does_not_fit() -> None:
    (found,) = noticed({"v1": {"kept": 1}})
    assert found.findings[1].startswith("  $['kept'] is a single value and takes a single value")


def test_an_action_whose_defect_is_still_there_is_not_deleted() -> None:
    # The place is there without what the target looks for, and with what the action corrects.
    fields = {name: {"type": each["type"]} for name, each in DOCUMENT["fields"].items()}
    (found,) = open_notices(corrections(), both(**{**DOCUMENT, "fields": fields}), both(**DOCUMENT))
    assert found.to_do == (
        "this correction no longer finds its place: the defect is still there: change the target "
        'to $["fields"]["first"]'
    )
    assert mend([found], OVERLAY.encode(), "overlay.yaml") == OVERLAY.encode()


LABELS = OVERLAY[OVERLAY.index("  - target: $.fields") : OVERLAY.index("  # --- Places")]
GROUPS = OVERLAY[OVERLAY.index("  - target: $.groups") : OVERLAY.index("  - target: >-")]


@pytest.mark.parametrize(
    ("documents", "expected"),
    [
        # Comments before and between the actions stay, and one of two empty lines.
        (both(fields={}), OVERLAY.replace(LABELS, "")),
        (both(groups={}), OVERLAY.replace(GROUPS, "")),
        (both(kept={}), OVERLAY[: OVERLAY.index("  - target: >-")]),
        (both(fields=AS_TEXT), OVERLAY.replace("x-expect: 2", "x-expect: 1")),
        (both(copy=[]), OVERLAY.replace("x-expect: 1  # one", "x-expect: 2")),
    ],
)
def test_mending_resolves_every_notice_and_changes_nothing_else(
    documents: dict[str, Json], expected: str
) -> None:
    mended = mend(noticed(documents), OVERLAY.encode(), "overlay.yaml")
    assert mended == expected.encode()
    assert noticed(documents, expected) == []
    for each in documents.values():
        document = DOCUMENT | each
        assert corrections(expected).apply(document) == corrections().apply(document)


GONE = "{target: $.a, description: D, x-evidence: E, x-expect: 1, remove: true}"


def test_an_overlay_that_cannot_be_mended_is_not_changed() -> None:
    for text in (
        f"{INFO}\nactions: [{GONE}, {GONE.replace('$.a', '$.groups')}]\n",
        f"{INFO}\nactions: [\n{GONE.replace('$.a', '$.kept')},\n{GONE}]\n",
        f"{INFO}\nactions:\n- " + GONE.strip("{}").replace(", ", "\n  ") + "\n",
    ):
        with pytest.raises(CannotRunError, match=r"\Aoverlay.yaml cannot be mended automatically"):
            mend(noticed({"v1": {}}, text), text.encode(), "overlay.yaml")


STATUS_DEFECT = {"name": "limit", "in": "query", "schema": {"type": "number"}}
OLD = operation(parameters=[STATUS_DEFECT])
NEW = operation(parameters=[{**STATUS_DEFECT, "schema": {"type": "integer"}}])


def test_an_action_has_its_state_and_what_the_overlay_hides_or_causes_is_listed() -> None:
    for new, kind, update, state, hides, causes in (
        ({**OLD, "x-other": 1}, "number", {"type": "integer"}, "needed", [], []),
        (NEW, "number", {"type": "integer"}, "mended", ["type-narrowed"], []),
        (NEW, "integer", {"minimum": 1}, "changed", [], ["minimum-added"]),
    ):
        target = f"$.paths.*.*.parameters[?@.schema.type == '{kind}'].schema"
        raw = {"target": target, "description": "Whole", "update": update, "x-expect": 2}
        raw |= {"x-expect": 1} if kind == "number" else {}
        given = overlay_status(OLD, new, Corrections(actions_of(raw)))
        (status,) = given.actions
        assert (status.state, given.unsettled == [status]) == (state, state != "needed")
        assert str(status).startswith(f"{state}: overlay action 1 (Whole): ")
        assert [each.rule for each in given.hides] == hides
        assert [each.rule for each in given.causes] == causes
