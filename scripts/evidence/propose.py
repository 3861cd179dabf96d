"""Propose overlay actions that resolve mismatches."""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from scripts.contract import overlay
from scripts.contract.openapi.documents import Document
from scripts.contract.openapi.nodes import Node
from scripts.contract.openapi.pointers import lookup, parent, split
from scripts.evidence.mismatches import Checker, Mismatch

RawAction = dict[str, Any]
"""An overlay action as plain data."""

_EXAMPLES: dict[str, Any] = {"string": "text", "integer": 1, "number": 1.5, "boolean": True}
_REPLACED = ("$ref", "type", "items", "properties", "required", "enum", "format", "example")
_UNDOCUMENTED = "Returned by the API, and documented nowhere."
_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


class Proposer:
    """Proposes actions for one mismatch after the other, and applies each to the document."""

    def __init__(self, document: Document, origin: str) -> None:
        self.document = document
        self.actions: list[RawAction] = []
        self._origin = origin

    def propose(self, mismatch: Mismatch, checker: Checker) -> None:
        """Add and apply the actions that resolve a mismatch."""
        pointer = mismatch.node.pointer
        try:  # the next round handles a place that an earlier action changed or removed
            mismatch = replace(mismatch, node=Node(lookup(self.document, pointer), pointer))
        except KeyError:
            if mismatch.kind != "fact":
                return
        _PROPOSERS[mismatch.kind](self, mismatch, checker)

    def field(self, each: Mismatch, checker: Checker) -> None:
        """Document a field."""
        node, name = each.node, each.name
        new = {name: {**each.shape.schema(), "description": _UNDOCUMENTED}}
        known = next(iter(node.value.get("properties", {})), None)
        why = f"{_of(node)} has {name}"
        if known is None:
            self._act(each, why, _path(node.pointer), {"properties": new})
        else:
            target = f"{_path(node.pointer)}[?@{_step(known)} && !@{_step(name)}]"
            self._act(each, why, target, new)

    def missing(self, each: Mismatch, checker: Checker) -> None:
        """Make a field optional."""
        required = each.node.value["required"]
        target = f"{_path(each.node.pointer)}.required[?@ == '{each.name}']"
        if len(required) == 1:  # an empty list is not allowed
            target = f"{_path(each.node.pointer)}[?@[0] == '{each.name}' && !@[1]]"
        self._act(each, f"{_of(each.node)} may lack {each.name}", target, None)

    def type(self, each: Mismatch, checker: Checker) -> None:
        """Declare the observed type, or allow both."""
        node = each.node
        declared, observed = node.value.get("type"), sorted(each.shape.types)
        why = f"{_of(node)} is returned as {' or '.join(observed)}"
        never = each.shape.n == each.of and node.pointer not in checker.matching
        if declared in _EXAMPLES and len(observed) == 1 and observed[0] in _EXAMPLES and never:
            new: RawAction = {"type": observed[0]}
            if "example" in node.value:
                new["example"] = _EXAMPLES[observed[0]]
            self._act(each, why, _filtered(node, f".type == '{declared}'"), new)
            return
        self._widen(each, why, each.shape.schema())

    def null(self, each: Mismatch, checker: Checker) -> None:
        """Allow null."""
        why = f"{_of(each.node)} may be null"
        if "$ref" in each.node.value:
            self._widen(each, why, None)
        else:
            self._act(each, why, _filtered(each.node, ".nullable", "!"), {"nullable": True})

    def body(self, each: Mismatch, checker: Checker) -> None:
        """Allow another body: a schema of the contract if one matches."""
        name, schema = checker.component(each.shape) or ("a body of its own", each.shape.schema())
        self._widen(each, f"{_of(each.node)} may be {name}", schema)

    def media(self, each: Mismatch, checker: Checker) -> None:
        """Allow a body that is not JSON."""
        target = _filtered(each.node, "['application/json']")
        new = {each.name: {"schema": {"type": "string"}}}
        self._act(each, f"{_of(each.node)} may be {each.name}", target, new)

    def status(self, each: Mismatch, checker: Checker) -> None:
        """Declare a status."""
        response: dict[str, Any] = {"description": _UNDOCUMENTED}
        if each.shape.types:
            fits = checker.component(each.shape)
            schema = fits[1] if fits else each.shape.schema()
            response["content"] = {"application/json": {"schema": schema}}
        known = next(iter(each.node.value))
        target = f"{_path(parent(each.node.pointer))}[?@['{known}'] && !@['{each.name}']]"
        self._act(each, f"{_of(each.node)} may be {each.name}", target, {each.name: response})

    def fact(self, each: Mismatch, checker: Checker) -> None:
        """Correct the answer to a question that OpenAPI cannot express."""
        (answer,) = each.shape.values
        known = each.node.value.get(each.name)
        if known is None:
            new = {"x-wire": {each.name: {"answer": answer}}}
            self._act(each, f"{each.name}: {answer}", "$", new)
            return
        before = known["answer"]
        target = f"$['x-wire']['{each.name}'][?@ == '{before}']"
        self._act(each, f"{each.name}: {answer}, not {before}", target, answer)

    def _widen(self, each: Mismatch, why: str, new: dict[str, Any] | None) -> None:
        """Allow `new` as an alternative of the present schema; None stands for null."""
        node = each.node
        if "anyOf" in node.value:
            self._act(each, why, f"{_path(node.pointer)}.anyOf", [new])
            return
        old = {key: node.value[key] for key in _REPLACED if key in node.value}
        update = {"anyOf": [old, *([new] if new else [])], **({} if new else {"nullable": True})}
        mark = next(key for key in ("$ref", "type", "anyOf") if key in old or key == "anyOf")
        self._act(each, why, _filtered(node, f"{_step(mark)}"), update)
        moved = ", ".join(f"'{key}'" for key in old)
        target = f"{_path(node.pointer)}[{moved}]"
        self._act(each, f"{why}: its former schema is one of the alternatives", target, None)

    def _act(self, each: Mismatch, why: str, target: str, update: Any) -> None:
        """Append an action with the number of its places as x-expect, and apply it."""
        raw: RawAction = {"target": target, "description": why, "x-evidence": self._evidence(each)}
        change: RawAction = {"remove": True} if update is None else {"update": update}
        raw["x-expect"] = len(overlay.places(self.document, _read({**raw, **change})))
        raw |= change
        self.document = overlay.apply(self.document, [_read(raw)])
        self.actions.append(raw)

    def _evidence(self, each: Mismatch) -> str:
        where = f" times in {', '.join(sorted(each.operations))}" if each.operations else ""
        versions = f" under {', '.join(sorted(each.versions))}" if each.versions else ""
        return f"{self._origin}: {each.shape.n} of {each.of}{where}{versions}"


_PROPOSERS: dict[str, Callable[[Proposer, Mismatch, Checker], None]] = {
    "field": Proposer.field,
    "missing": Proposer.missing,
    "type": Proposer.type,
    "null": Proposer.null,
    "body": Proposer.body,
    "media": Proposer.media,
    "status": Proposer.status,
    "fact": Proposer.fact,
}


def _read(raw: RawAction) -> overlay.Action:
    (action,) = overlay.read_actions(overlay.overlay_of([raw]))
    return action


def _step(name: str) -> str:
    return f".{name}" if _PLAIN.fullmatch(name) else f"['{name}']"


def _path(pointer: str) -> str:
    """Convert a JSON pointer to a JSONPath."""
    return "$" + "".join(
        f"[{step}]" if step.isdecimal() and len(step) < 3 else _step(step)
        for step in split(pointer)
    )


def _filtered(node: Node, condition: str, negate: str = "") -> str:
    """Return a JSONPath that selects a place only as long as it has the defect."""
    *above, _, last = split(node.pointer)
    if not above or last.isdecimal():
        return _path(node.pointer)
    there = f"@{_step(last)}"
    test = f"{there} && {negate}{there}{condition}" if negate else f"{there}{condition}"
    return f"{_path(parent(parent(node.pointer)))}[?{test}]{_step(last)}"


def _of(node: Node) -> str:
    """Return the name of a place of the contract."""
    unnamed = ("components", "schemas", "properties")
    steps = [step for step in split(node.pointer) if step not in unnamed]
    if steps[0] == "paths":
        status = next((step for step in steps if step.isdecimal()), "")
        return f"{steps[2].upper()} {steps[1]} {status}".strip()
    return ".".join(steps)
