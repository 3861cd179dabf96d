"""The state of each overlay action after a change of the captured document."""

from typing import Any

import pytest

from scripts.contract.corrections import Corrections
from scripts.contract.diff.overlay_status import overlay_status
from scripts.contract.openapi.normal import normal_form
from scripts.contract.overlay import overlay_of, read_actions
from tests.contract.diff.documents import Json, document, operation

DEFECT = {"name": "limit", "in": "query", "schema": {"type": "number"}}
MENDED = {"name": "limit", "in": "query", "schema": {"type": "integer"}}
BY_DEFECT = "$.paths.*.*.parameters[?@.schema.type == 'number'].schema"
BY_PLACE = "$.paths['/pets/{id}'].get.parameters[?@.name == 'limit'].schema"


def actions(target: str, expect: int | None = 1, **change: Any) -> Corrections:
    """Read one action, and no names."""
    raw: Json = {"target": target, "description": "A limit is whole", "update": {"type": "integer"}}
    raw |= {"x-expect": expect, **change}
    return Corrections(read_actions(overlay_of([raw], "1.0.0")))


def state(old: Json, new: Json, given: Corrections) -> str:
    """Return the state of the only action."""
    (status,) = overlay_status(old, new, given).actions
    return status.state


OLD = operation(parameters=[DEFECT])
BY_ID = "$.paths.*[?@.operationId == 'get-pet']"
READ: Json = {"operationId": "read-pet"}
SUMMARY = {"summary": "Get a pet"}


@pytest.mark.parametrize(
    ("action", "old", "new", "expected"),
    [
        (actions(BY_DEFECT), OLD, operation(parameters=[DEFECT], summary="other words"), "needed"),
        (actions(BY_PLACE), OLD, operation(parameters=[DEFECT], summary="other words"), "needed"),
        (actions(BY_DEFECT), OLD, operation(parameters=[MENDED]), "mended"),
        (actions(BY_PLACE), OLD, operation(parameters=[MENDED]), "mended"),
        (  # there is nothing left to remove
            actions("$.paths.*.*['x-groups']", remove=True),
            operation(**{"x-groups": 1}),
            operation(),
            "mended",
        ),
        (  # what it adds is published, with other texts
            actions("$.paths[?@.get && !@.put]", update={"put": {"summary": "Ours"}}),
            operation(),
            document({"/pets/{id}": {"get": {}, "put": {"summary": "Theirs"}}}),
            "mended",
        ),
        (actions(BY_PLACE), OLD, {**OLD, "paths": {"/a": OLD["paths"]["/pets/{id}"]}}, "moved"),
        # Its target no longer selects the defect.
        (actions(BY_ID, update=SUMMARY), operation(), operation(**READ), "moved"),
        (actions(BY_ID, update=SUMMARY), operation(), operation(**READ, **SUMMARY), "mended"),
        (
            actions(f"{BY_ID}.tags", remove=True),
            operation(tags=["a"]),
            operation(**READ, tags=["a"]),
            "moved",
        ),
        (  # it hits more places
            actions(BY_DEFECT),
            OLD,
            operation(parameters=[DEFECT, {**DEFECT, "name": "skip"}]),
            "changed",
        ),
    ],
)
def test_an_action_is_needed_until_its_defect_is_gone(
    action: Corrections, old: Json, new: Json, expected: str
) -> None:
    assert state(old, new, action) == expected


def test_an_action_that_no_longer_fits_is_not_mended() -> None:
    given = operation(**SUMMARY)
    assert state(given, given, actions("$.paths.*.get.summary", update={"a": 1})) != "mended"


def test_findings_that_the_overlay_hides_or_causes_are_listed() -> None:
    old, new = OLD, operation(parameters=[MENDED])
    given = overlay_status(old, new, actions(BY_DEFECT))
    assert [each.rule for each in given.hides] == ["type-narrowed"]
    assert given.causes == ()
    only_new = actions("$.paths.*.*.parameters[?@.schema.type == 'integer']", update={"x": 1})
    caused = overlay_status(old, new, only_new).causes
    assert [each.rule for each in caused] == ["unclassified"]


def test_correcting_does_not_change_the_original_document() -> None:
    old = operation(parameters=[DEFECT])
    assert actions(BY_DEFECT).apply(old) == normal_form(operation(parameters=[MENDED]))
    assert old == operation(parameters=[DEFECT])
