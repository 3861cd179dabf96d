"""From a disagreement to the overlay actions that end it."""

import re
from collections.abc import Callable
from typing import Any

from scripts.contract import overlay
from scripts.contract.observed.infer import schema
from scripts.contract.observed.judge import Deviation, Judge
from scripts.contract.openapi.nodes import Node
from scripts.contract.openapi.pointers import lookup, split

Action = dict[str, Any]
Document = dict[str, Any]

_SCALARS: dict[str, Any] = {"string": "text", "integer": 1, "number": 1.5, "boolean": True}
_REPLACED = ("$ref", "type", "items", "properties", "required", "enum", "format", "example")
_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


class Proposer:
    """Makes actions for a document, one disagreement after the other, and applies them."""

    def __init__(self, document: Document, when: str) -> None:
        self.document = document
        self.actions: list[Action] = []
        self._when = when

    def propose(self, deviation: Deviation, judge: Judge) -> None:
        """Add the actions that end a disagreement, and apply them."""
        pointer = deviation.node.pointer
        try:  # what was corrected meanwhile may stand otherwise, or be gone: the next round sees
            deviation.node = Node(lookup(self.document, pointer), pointer)
        except KeyError:
            if deviation.kind != "fact":
                return
        _MAKERS[deviation.kind](self, deviation, judge)

    def field(self, each: Deviation, judge: Judge) -> None:
        """Let a field come that is published nowhere."""
        node, name = each.node, each.name
        new = {name: {**schema(each.shape), "description": "Comes, and is published nowhere."}}
        known = next(iter(node.value.get("properties", {})), None)
        why = f"{_of(node)} has {name}"
        if known is None:
            self._act(each, why, _path(node.pointer), {"properties": new})
        else:
            target = f"{_path(node.pointer)}[?@{_step(known)} && !@{_step(name)}]"
            self._act(each, why, target, new)

    def missing(self, each: Deviation, judge: Judge) -> None:
        """Promise a field no longer."""
        required = each.node.value["required"]
        target = f"{_path(each.node.pointer)}.required[?@ == '{each.name}']"
        if len(required) == 1:  # an empty list is not allowed
            target = f"{_path(each.node.pointer)}[?@[0] == '{each.name}' && !@[1]]"
        self._act(each, f"{_of(each.node)} may come without {each.name}", target, None)

    def type(self, each: Deviation, judge: Judge) -> None:
        """Give a value the type that comes, or let it have both."""
        node = each.node
        declared, came = node.value.get("type"), sorted(each.shape.types)
        why = f"{_of(node)} comes as {' or '.join(came)}"
        never = each.shape.n == each.of and node.pointer not in judge.kept
        if declared in _SCALARS and len(came) == 1 and came[0] in _SCALARS and never:
            new: Action = {"type": came[0]}
            if "example" in node.value:
                new["example"] = _SCALARS[came[0]]
            self._act(each, why, _filtered(node, f".type == '{declared}'"), new)
            return
        self._widen(each, why, schema(each.shape))

    def null(self, each: Deviation, judge: Judge) -> None:
        """Let a value be null."""
        why = f"{_of(each.node)} may be null"
        if "$ref" in each.node.value:
            self._widen(each, why, None)
        else:
            self._act(each, why, _filtered(each.node, ".nullable", "!"), {"nullable": True})

    def body(self, each: Deviation, judge: Judge) -> None:
        """Let a body be another one, of the contract where one fits."""
        fits = judge.component(each.shape)
        name = str(fits).rpartition("/")[2].strip("'}") if fits else "a body of its own"
        self._widen(each, f"{_of(each.node)} may be {name}", fits or schema(each.shape))

    def media(self, each: Deviation, judge: Judge) -> None:
        """Let a body come that is no JSON."""
        target = _filtered(each.node, "['application/json']")
        new = {each.name: {"schema": {"type": "string"}}}
        self._act(each, f"{_of(each.node)} may be {each.name}", target, new)

    def status(self, each: Deviation, judge: Judge) -> None:
        """Declare a status."""
        response: dict[str, Any] = {"description": "Comes, and is published nowhere."}
        if each.shape.types:
            fits = judge.component(each.shape) or schema(each.shape)
            response["content"] = {"application/json": {"schema": fits}}
        known = next(iter(each.node.value))
        parent = each.node.pointer.rpartition("/")[0]
        target = f"{_path(parent)}[?@['{known}'] && !@['{each.name}']]"
        self._act(each, f"{_of(each.node)} may be {each.name}", target, {each.name: response})

    def fact(self, each: Deviation, judge: Judge) -> None:
        """Note another answer to an open question."""
        (answer,) = each.shape.values
        known = each.node.value.get(each.name)
        if known is None:
            new = {"x-wire": {each.name: {"answer": answer}}}
            self._act(each, f"{each.name}: {answer}", "$", new)
            return
        before = known["answer"]
        target = f"$['x-wire']['{each.name}'][?@ == '{before}']"
        self._act(each, f"{each.name}: {answer}, not {before}", target, answer)

    def _widen(self, each: Deviation, why: str, new: dict[str, Any] | None) -> None:
        """Let a place be what it was or `new`; None is null."""
        node = each.node
        if "anyOf" in node.value:
            self._act(each, why, f"{_path(node.pointer)}.anyOf", [new])
            return
        old = {key: node.value[key] for key in _REPLACED if key in node.value}
        update = {"anyOf": [old, *([new] if new else [])], **({} if new else {"nullable": True})}
        mark = next(key for key in ("$ref", "type", "anyOf") if key in old or key == "anyOf")
        self._act(each, why, _filtered(node, f"{_step(mark)}"), update)
        gone = ", ".join(f"'{key}'" for key in old)
        target = f"{_path(node.pointer)}[{gone}]"
        self._act(each, f"{why}, so that what stood there alone is gone", target, None)

    def _act(self, each: Deviation, why: str, target: str, update: Any) -> None:
        """Add one action, with how often it hits, and apply it."""
        raw: Action = {"target": target, "description": why, "x-evidence": self._evidence(each)}
        raw["x-expect"] = len(overlay.places(self.document, _read(raw)))
        raw.update({"remove": True} if update is None else {"update": update})
        self.document = overlay.apply(self.document, [_read(raw)])
        self.actions.append(raw)

    def _evidence(self, each: Deviation) -> str:
        where = f" times in {', '.join(sorted(each.operations))}" if each.operations else ""
        under = f" under {', '.join(sorted(each.versions))}" if each.versions else ""
        return f"seen on the wire {self._when}: {each.shape.n} of {each.of}{where}{under}"


_MAKERS: dict[str, Callable[[Proposer, Deviation, Judge], None]] = {
    "field": Proposer.field,
    "missing": Proposer.missing,
    "type": Proposer.type,
    "null": Proposer.null,
    "body": Proposer.body,
    "media": Proposer.media,
    "status": Proposer.status,
    "fact": Proposer.fact,
}


def _read(raw: Action) -> overlay.Action:
    (action,) = overlay.read_actions({"overlay": "1.1.0", "actions": [raw]})
    return action


def _step(name: str) -> str:
    return f".{name}" if _PLAIN.fullmatch(name) else f"['{name}']"


def _path(pointer: str) -> str:
    """Write a JSON pointer as a JSONPath."""
    return "$" + "".join(
        f"[{step}]" if step.isdecimal() and len(step) < 3 else _step(step)
        for step in split(pointer)
    )


def _filtered(node: Node, condition: str, negate: str = "") -> str:
    """Select a place only while it still has the defect: a filter looks at it from above."""
    *above, _, last = split(node.pointer)
    pointer = node.pointer.rpartition("/")[0].rpartition("/")[0]
    if not above or last.isdecimal():
        return _path(node.pointer)
    there = f"@{_step(last)}"
    test = f"{there} && {negate}{there}{condition}" if negate else f"{there}{condition}"
    return f"{_path(pointer)}[?{test}]{_step(last)}"


def _of(node: Node) -> str:
    """Name a place of the contract as a person would."""
    steps = [step for step in split(node.pointer) if step not in ("components", "schemas")]
    if steps[0] == "paths":
        status = next((step for step in steps if step.isdecimal()), "")
        return f"{steps[2].upper()} {steps[1]} {status}".strip()
    return ".".join(step for step in steps if step not in ("properties",))
