"""Whether a defect that a correction has mended is still in a document published later."""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from itertools import takewhile
from operator import eq
from typing import Any

from scripts.contract import overlay
from scripts.contract.corrections import Step, effects
from scripts.openapi.documents import Document
from scripts.openapi.nodes import object_at
from scripts.openapi.paths import template
from scripts.openapi.pointers import join, lookup


def lost_places(before: Step, after: Step) -> Iterator[str]:
    """Yield each place that was corrected and is not, although its defect persists, with a target.

    What is retired as a whole has no defect left, unless an equal value is at a new place.
    """
    action, old, new = after.action, before.before, after.before
    if after.problem:
        yield after.problem.removeprefix(f"{action}: ")
        return
    unmatched = Counter(map(_alike, after.places))
    renamed = {template(path): path for path in object_at(new, "paths")}
    for place in before.places:
        steps = place
        if place[:1] == ("paths",) and len(place) > 1:  # its arguments may have other names now
            steps = ("paths", renamed.get(template(str(place[1])), place[1]), *place[2:])
        if unmatched[_alike(steps)]:
            unmatched[_alike(steps)] -= 1
        elif _exists(new, steps):
            if not _is_mended(new, steps, action, _at(old, place)):
                target = _path(_anywhere(steps))
                yield f"the defect is still there: change the target to {target}"
        elif not action.remove:
            where = "/".join(map(str, steps))
            if moved := _moved(old, new, place, after.places):
                yield f"there is nothing at {where}: change the target to {_path(moved)}"
            elif _exists(new, _whole(steps)):
                yield f"there is nothing at {where}: find where it went"


def _moved(
    old: Document, new: Document, steps: overlay.Steps, corrected: list[overlay.Steps]
) -> overlay.Steps | None:
    """Return the nearest place that is new and has the value that was at a place."""
    value, known = _at(old, steps), dict(_nodes(old))
    found = [
        each
        for each, node in _nodes(new)
        if node == value and known.get(each) != value and each not in corrected
        if each[-1:] == steps[-1:] or (isinstance(value, dict) and "$ref" not in value)
    ]
    # The nearest has the most keys in common, from the start.
    return max(found, key=lambda each: len([*takewhile(bool, map(eq, each, steps))]), default=None)


def _nodes(node: Any, where: overlay.Steps = ()) -> Iterator[tuple[overlay.Steps, Any]]:
    yield where, node
    members = node.items() if isinstance(node, dict) else enumerate(node)
    for key, each in members:
        if isinstance(each, dict | list):
            yield from _nodes(each, (*where, key))


def _anywhere(steps: overlay.Steps) -> overlay.Steps:
    """Return a place whose list items may have any index."""
    return tuple("*" if isinstance(step, int) else step for step in steps)


def _alike(steps: overlay.Steps) -> overlay.Steps:
    """Return a place whose list items may have any index, and whose success any status."""
    steps = _anywhere(steps)
    if steps[3:4] == ("responses",) and str(*steps[4:5]).startswith("2"):
        return (*steps[:4], "2XX", *steps[5:])
    return steps


def _whole(steps: overlay.Steps) -> overlay.Steps:
    """Return what can be retired as a whole: an operation, one of its responses, a component."""
    if steps[:1] in (("paths",), ("components",)):
        return steps[: 5 if steps[3:4] == ("responses",) else 3]
    return ()


def _is_mended(document: Document, steps: overlay.Steps, action: overlay.Action, old: Any) -> bool:
    """Return whether a place already looks as the action would make it; list items may have moved.

    If an action only adds members, any value of these members counts.
    """
    found = overlay.places(document, replace(action, target=_path(_anywhere(steps))))
    if action.remove:
        return not found or any(isinstance(step, int) for step in steps)
    update = action.update
    if isinstance(old, dict) and not update.keys() & old.keys():
        member = _at(document, steps)
        return isinstance(member, dict) and update.keys() <= member.keys()
    given = (replace(action, target=_path(each)) for each in found)
    made = (step for each in given for step in effects([each], document))
    return any(not each.problem and each.after == document for each in made)


def _path(steps: overlay.Steps) -> str:
    return "$" + "".join("[*]" if step == "*" else f"[{json.dumps(step)}]" for step in steps)


def _at(document: Any, steps: overlay.Steps) -> Any:
    try:
        return lookup(document, join(steps))
    except KeyError:
        return None


def _exists(document: Any, steps: overlay.Steps) -> bool:
    """Return whether a place exists; a list item may have another index."""
    for step in steps:
        if isinstance(document, list):
            return True
        if not isinstance(document, dict) or step not in document:
            return False
        document = document[step]
    return True
