"""Overlay actions: corrections as data, applied to a document in order.

The form is that of OpenAPI Overlay 1.1, as far as our overlay uses it. As an extension, an action
may have `x-expect`: the number of places it corrects in a document that has the defect, or `all`,
for a defect that new operations will have as well. `scripts.contract.notices` reports a wrong
number, and an action that corrects nothing.
"""

import copy
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from jsonpath import JSONPathEnvironment, JSONPathError, JSONPathMatch

from scripts.errors import CannotRunError
from scripts.openapi.validation import closed, validation_errors

_compiled = cache(JSONPathEnvironment(strict=True).compile)

ALL = "all"  # an action corrects as many places as there are

Steps = tuple[str | int, ...]
"""The keys and indexes of a place, from the root."""


class OverlayError(CannotRunError):
    """An action that is invalid or cannot be applied, with the reason."""


class NoFitError(OverlayError):
    """A valid action that cannot be applied to this document."""


@dataclass(frozen=True)
class Action:
    """One correction: its target, its change, its reason, and its number of places."""

    number: int
    target: str
    description: str
    expect: int | str  # a number, or ALL
    remove: bool
    update: Any  # None if it removes

    def __str__(self) -> str:
        return f"overlay action {self.number} ({self.description})"

    def error(self, why: str, kind: type[OverlayError] = OverlayError) -> OverlayError:
        return kind(f"{self}: {why}; target: {self.target}")


def _extensible(*required: str, **properties: Any) -> dict[str, Any]:
    return {**closed(*required, **properties), "patternProperties": {"^x-": True}}


_TEXT, _PATH = {"type": "string"}, {"type": "string", "pattern": r"^\$"}
_CHANGES = {"update": True, "remove": {"const": True}}
_EXPECT = {"anyOf": [{"type": "integer"}, {"const": ALL}]}
_REASON = {"type": "string", "pattern": r"\S"}
_REASONS = {"description": _REASON, "x-evidence": _REASON, "x-expect": _EXPECT}
_ITEMS = _extensible("target", *_REASONS, target=_PATH, **_REASONS, **_CHANGES)
_FORM = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    **_extensible(
        *("overlay", "info", "actions"),
        overlay={"type": "string", "pattern": r"^1\.1\.\d+$"},
        info=_extensible("title", "version", title=_TEXT, version=_TEXT, description=_TEXT),
        actions={"type": "array", "minItems": 1, "items": _ITEMS},
    ),
}


def read_actions(overlay: Any, name: str = "this") -> list[Action]:
    wrong = list(validation_errors(_FORM, overlay)) or [
        f"/actions/{index}: an action must have either update or remove"
        for index, each in enumerate(overlay["actions"])
        if len(each.keys() & _CHANGES.keys()) != 1
    ]
    if wrong:
        lines = "".join(f"\n  {line}" for line in wrong)
        raise OverlayError(f"{name} is not an OpenAPI Overlay document:{lines}")
    return [
        Action(
            number,
            raw["target"],
            raw["description"].strip(),
            raw["x-expect"],
            remove="remove" in raw,
            update=raw.get("update"),
        )
        for number, raw in enumerate(overlay["actions"], start=1)
    ]


def overlay_of(actions: Sequence[Any]) -> dict[str, Any]:
    info = {"title": "Proposed corrections", "version": "1.0.0"}
    return {"overlay": "1.1.0", "info": info, "actions": list(actions)}


def effect(document: Any, action: Action) -> tuple[Any, list[Steps]]:
    """Apply an action to a copy of a document; return the places in it, too."""
    result = copy.deepcopy(document)
    nodes = _select(result, action)
    found = [tuple(node.parts) for node in nodes]
    if action.remove:
        _remove(nodes, action)
    else:
        _change(nodes, action)
    return result, found


def places(document: Any, action: Action) -> list[Steps]:
    return [tuple(node.parts) for node in _select(document, action)]


def _select(document: Any, action: Action) -> list[JSONPathMatch]:
    try:
        # A path may select a place twice; it counts once.
        found = _compiled(action.target).finditer(document)
        return list({tuple(node.parts): node for node in found}.values())
    except JSONPathError as error:
        reason = str(error).splitlines()[0]
        raise action.error(f"it is not an RFC 9535 JSONPath: {reason}") from error


def _remove(nodes: list[JSONPathMatch], action: Action) -> None:
    # The last item of a list first, because removing one moves later indexes.
    for node in sorted(nodes, key=_index, reverse=True):
        if node.parent is None:
            raise action.error("the whole document cannot be removed")
        parent: Any = node.parent.obj
        del parent[node.parts[-1]]


def _index(node: JSONPathMatch) -> int:
    last = node.parts[-1] if node.parts else ""
    return last if isinstance(last, int) else -1


def _change(nodes: list[JSONPathMatch], action: Action) -> None:
    if len({_kind(node.obj) for node in nodes}) > 1:
        raise action.error(
            "its target selects places of more than one kind: objects, arrays, single values",
            NoFitError,
        )
    for node in nodes:
        own = copy.deepcopy(action.update)  # matches must not share a value
        if isinstance(node.obj, dict | list):
            _merge(node.obj, own, node.path, action)
        elif isinstance(own, dict | list) or node.parent is None:
            why = f"{node.path} is a single value and takes a single value"
            raise action.error(why, NoFitError)
        else:
            parent: Any = node.parent.obj
            parent[node.parts[-1]] = own


def _kind(value: object) -> str:
    return "object" if isinstance(value, dict) else "array" if isinstance(value, list) else "value"


def _merge(target: Any, value: Any, path: str, action: Action) -> None:
    """Merge objects property by property; append an item, or the items of an array, to an array.

    The standard does so even if the array has the item. We do not, so that an action has no effect
    where a publisher has adopted it.
    """
    if isinstance(target, list):
        items = value if isinstance(value, list) else [value]
        target.extend(each for each in items if each not in target)
        return
    if not isinstance(value, dict):
        raise action.error(f"{path} is an object and takes an object", NoFitError)
    for key, new in value.items():
        old = target.get(key)
        if key not in target or _kind(old) == _kind(new) == "value":
            target[key] = new
        elif _kind(old) == _kind(new):
            _merge(old, new, f"{path}[{key!r}]", action)
        else:
            why = f"{path}[{key!r}]: an object, an array and a value do not merge"
            raise action.error(why, NoFitError)
