"""What a change of the captured document means for the overlay."""

from scripts.contract.corrections import Corrections
from scripts.contract.notices import overlay_status
from scripts.contract.overlay import overlay_of, read_actions
from tests.diff.documents import Json, operation

DEFECT = {"name": "limit", "in": "query", "schema": {"type": "number"}}
OLD = operation(parameters=[DEFECT])
NEW = operation(parameters=[{**DEFECT, "schema": {"type": "integer"}}])


def action(kind: str, update: Json) -> Corrections:
    """Read one action on the parameters of this type, and no names."""
    target = f"$.paths.*.*.parameters[?@.schema.type == '{kind}'].schema"
    raw: Json = {"target": target, "description": "A limit is whole", "update": update}
    return Corrections(read_actions(overlay_of([{**raw, "x-expect": 1}], "1.0.0")))


CORRECTION = action("number", {"type": "integer"})


def test_each_action_has_its_state_with_the_reason() -> None:
    settled = overlay_status(OLD, {**OLD, "x-other": 1}, CORRECTION)
    assert settled.is_settled
    assert [each.state for each in settled.actions] == ["needed"]
    mended = overlay_status(OLD, NEW, CORRECTION)
    assert not mended.is_settled
    (status,) = mended.unsettled
    assert str(status).startswith(f"mended: {status.action}: no Version needs it")


def test_findings_that_the_overlay_hides_or_causes_are_listed() -> None:
    given = overlay_status(OLD, NEW, CORRECTION)
    assert [each.rule for each in given.hides] == ["type-narrowed"]
    assert given.causes == ()
    caused = overlay_status(OLD, NEW, action("integer", {"minimum": 1})).causes
    assert [each.rule for each in caused] == ["minimum-added"]
