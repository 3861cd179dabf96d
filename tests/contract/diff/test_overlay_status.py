"""What a change of the captured document means for the overlay."""

from scripts.contract.corrections import Corrections
from scripts.contract.diff.overlay_status import overlay_status
from scripts.contract.openapi.normal import normal_form
from scripts.contract.overlay import overlay_of, read_actions
from tests.contract.diff.documents import Json, operation

DEFECT = {"name": "limit", "in": "query", "schema": {"type": "number"}}
MENDED = {"name": "limit", "in": "query", "schema": {"type": "integer"}}
BY_DEFECT = "$.paths.*.*.parameters[?@.schema.type == 'number'].schema"


def action(target: str, update: Json) -> Corrections:
    """Read one action, and no names."""
    raw: Json = {"target": target, "description": "A limit is whole", "update": update}
    return Corrections(read_actions(overlay_of([{**raw, "x-expect": 1}], "1.0.0")))


CORRECTION = action(BY_DEFECT, {"type": "integer"})


def test_each_action_has_its_state_with_the_reason() -> None:
    old, new = operation(parameters=[DEFECT]), operation(parameters=[MENDED])
    settled = overlay_status(old, operation(parameters=[DEFECT], summary="Other"), CORRECTION)
    assert settled.is_settled
    (status,) = settled.actions
    assert status.state == "needed"
    mended = overlay_status(old, new, CORRECTION)
    assert not mended.is_settled
    (status,) = mended.unsettled
    assert str(status).startswith(f"mended: {status.action}: the place is there without the defect")


def test_findings_that_the_overlay_hides_or_causes_are_listed() -> None:
    old, new = operation(parameters=[DEFECT]), operation(parameters=[MENDED])
    given = overlay_status(old, new, CORRECTION)
    assert [each.rule for each in given.hides] == ["type-narrowed"]
    assert given.causes == ()
    only_new = action("$.paths.*.*.parameters[?@.schema.type == 'integer']", {"x": 1})
    caused = overlay_status(old, new, only_new).causes
    assert [each.rule for each in caused] == ["unclassified"]


def test_correcting_does_not_change_the_original_document() -> None:
    old = operation(parameters=[DEFECT])
    assert CORRECTION.apply(old) == normal_form(operation(parameters=[MENDED]))
    assert old == operation(parameters=[DEFECT])
