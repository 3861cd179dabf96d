"""OpenAPI Overlay 1.1: corrections as data, applied to a document in order.

As an extension of the standard, an action may have `x-expect`: the number of places it corrects in
a document that has the defect, or `all`, for a defect that new operations will have as well.
`scripts.contract.notices` reports a wrong number, and an action that corrects nothing.
"""

import copy
from collections.abc import Sequence
from dataclasses import dataclass, field
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
    description: str = ""
    remove: bool = False
    change: dict[str, Any] = field(default_factory=dict)  # {"update": value}, {"copy": path} or {}
    evidence: str = ""
    expect: int | str | None = None  # a number, or ALL

    def __str__(self) -> str:
        return f"overlay action {self.number} ({self.description or self.target})"

    def error(self, why: str, kind: type[OverlayError] = OverlayError) -> OverlayError:
        return kind(f"{self}: {why}; target: {self.target}")


def _extensible(*required: str, **properties: Any) -> dict[str, Any]:
    return {**closed(*required, **properties), "patternProperties": {"^x-": True}}


_TEXT, _PATH = {"type": "string"}, {"type": "string", "pattern": r"^\$"}
_CHANGES = {"update": True, "copy": _PATH, "remove": {"type": "boolean"}}
_EXPECT = {"x-expect": {"anyOf": [{"type": "integer"}, {"const": ALL}]}}
_ITEMS = _extensible("target", target=_PATH, description=_TEXT, **_CHANGES, **_EXPECT)
_FORM = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    **_extensible(
        *("overlay", "info", "actions"),
        overlay={"type": "string", "pattern": r"^1\.[01]\.\d+$"},
        info=_extensible("title", "version", title=_TEXT, version=_TEXT, description=_TEXT),
        extends=_TEXT,
        actions={"type": "array", "minItems": 1, "uniqueItems": True, "items": _ITEMS},
    ),
}


def read_actions(overlay: Any) -> list[Action]:
    """Read the actions of an Overlay document; of 1.0, it accepts what 1.1 has added."""
    wrong = list(validation_errors(_FORM, overlay))
    if not wrong and not overlay["overlay"].startswith("1.0."):
        wrong = [
            f"/actions/{index}: an action must have one of update, copy and remove"
            for index, each in enumerate(overlay["actions"])
            if len(each.keys() & _CHANGES.keys()) != 1
        ]
    if wrong:
        lines = "".join(f"\n  {line}" for line in wrong)
        raise OverlayError(f"this is not an OpenAPI Overlay document:{lines}")
    return [
        Action(
            number,
            raw["target"],
            description=str(raw.get("description", "")).strip(),
            remove=raw.get("remove", False),
            change={key: raw[key] for key in ("update", "copy") if key in raw},
            evidence=str(raw.get("x-evidence", "")).strip(),
            expect=raw.get("x-expect"),
        )
        for number, raw in enumerate(overlay["actions"], start=1)
    ]


def overlay_of(actions: Sequence[Any], version: str = "1.1.0") -> dict[str, Any]:
    info = {"title": "Proposed corrections", "version": "1.0.0"}
    return {"overlay": version, "info": info, "actions": list(actions)}


def require_reasons(actions: list[Action]) -> None:
    """Require a description, evidence and the number of places for each action."""
    for action in actions:
        if not action.description or not action.evidence or action.expect is None:
            raise action.error("our own actions need description, x-evidence and x-expect")
        if not action.remove and not action.change:
            raise action.error("it has no effect: add update, copy or remove")


def apply(document: Any, actions: list[Action]) -> Any:
    """Return a document with actions applied in order."""
    for action in actions:
        document, _ = effect(document, action)
    return document


def effect(document: Any, action: Action) -> tuple[Any, list[Steps]]:
    """Apply an action to a copy of a document; return the places in it, too."""
    result = copy.deepcopy(document)
    nodes = _select(result, action.target, action)
    found = [tuple(node.parts) for node in nodes]
    if action.remove:
        _remove(nodes, action)
    elif action.change:
        _change(result, nodes, action)
    return result, found


def places(document: Any, action: Action) -> list[Steps]:
    return [tuple(node.parts) for node in _select(document, action.target, action)]


def _select(document: Any, path: str, action: Action) -> list[JSONPathMatch]:
    try:
        # A path may select a place twice; it counts once.
        found = _compiled(path).finditer(document)
        return list({tuple(node.parts): node for node in found}.values())
    except JSONPathError as error:
        reason = str(error).splitlines()[0]
        raise action.error(f"{path!r} is not an RFC 9535 JSONPath: {reason}") from error


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


def _change(document: Any, nodes: list[JSONPathMatch], action: Action) -> None:
    if len({_kind(node.obj) for node in nodes}) > 1:
        raise action.error(
            "its target selects places of more than one kind: objects, arrays, single values",
            NoFitError,
        )
    value = copy.deepcopy(_value(document, action))  # it may be part of what is changed
    for node in nodes:
        own = copy.deepcopy(value)  # matches must not share a value
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


def _value(document: Any, action: Action) -> Any:
    if "update" in action.change:
        return action.change["update"]
    found = _select(document, str(action.change["copy"]), action)
    if len(found) != 1:
        why = f"it copies from {len(found)} places, not one: {action.change['copy']}"
        raise action.error(why, NoFitError)
    return found[0].obj


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
