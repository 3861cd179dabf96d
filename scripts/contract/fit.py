"""Whether a correction is still needed by a document that was published later."""

import json
from dataclasses import replace
from typing import Any

from scripts.contract import overlay
from scripts.contract.corrections import Step
from scripts.contract.openapi.documents import Document


def state(before: Step, after: Step) -> tuple[str, str]:
    """Return the state of an action in a later document, and the reason.

    It is needed; or mended: its result is there without it; or moved: the defect is there and the
    action does not find it; or changed: a person must read it again.
    """
    action, new, count = after.action, after.before, len(after.places)
    in_old = overlay.places(before.before, action)
    expected = action.expect if isinstance(action.expect, int) else len(before.places)
    if after.problem:
        return "changed", after.problem.removeprefix(f"{action}: ")
    if count == expected or (count and action.expect == overlay.ALL):
        return "needed", f"{count} place(s)"
    if count:
        hits = f"it hits {count} place(s), not {expected}"
        return "changed", f"{hits}: read them, then change x-expect"
    if overlay.places(new, action):
        return "mended", "it changes nothing any more: delete it"
    gone = [] if action.remove else [steps for steps in in_old if not _exists(new, steps)]
    if gone or not in_old:
        where = "/".join(map(str, gone[0])) if gone else action.target
        return "moved", f"there is nothing at {where}: find where it went"
    left = [each for each in in_old if not _is_mended(new, each, action, before.before)]
    if not left:
        return "mended", "the place is there without the defect: delete it"
    return "moved", f"the defect is still there, such as at {_path(left[0])}: change the target"


def _changes_nothing(document: Document, action: overlay.Action) -> bool:
    try:
        return bool(overlay.apply(document, [replace(action, expect=None)]) == document)
    except overlay.OverlayError:
        return False


def _is_mended(
    document: Document, steps: overlay.Steps, action: overlay.Action, old: Document
) -> bool:
    """Return whether a place already looks as the action would make it; list items may have moved.

    If an action only adds members, any value of these members counts.
    """
    target = "".join("[*]" if isinstance(step, int) else f"[{json.dumps(step)}]" for step in steps)
    found = overlay.places(document, replace(action, target=f"${target}"))
    if action.remove:
        return not found or any(isinstance(step, int) for step in steps)
    update = action.change.get("update")
    if isinstance(update, dict) and not update.keys() & _member(old, steps).keys():
        return update.keys() <= _member(document, steps).keys()
    return any(_changes_nothing(document, replace(action, target=_path(each))) for each in found)


def _path(steps: overlay.Steps) -> str:
    return "$" + "".join(f"[{json.dumps(step)}]" for step in steps)


def _member(document: Any, steps: overlay.Steps) -> dict[Any, Any]:
    """Return the object at a place, or an empty one."""
    for step in steps:
        try:
            document = document[step]
        except (LookupError, TypeError):
            return {}
    return document if isinstance(document, dict) else {}


def _exists(document: Any, steps: overlay.Steps) -> bool:
    """Return whether a place exists; a list item may have another index."""
    for step in steps:
        if isinstance(document, list):
            return True
        if not isinstance(document, dict) or step not in document:
            return False
        document = document[step]
    return True
