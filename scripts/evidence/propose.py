"""Propose overlay actions that resolve mismatches, and write them into the overlay."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from scripts.contract import overlay
from scripts.contract.corrections import read_corrections
from scripts.errors import CannotRunError
from scripts.evidence.mismatches import Checker, Mismatch
from scripts.evidence.recording import Recording
from scripts.files import write_whole
from scripts.openapi.documents import Document, parse
from scripts.openapi.nodes import Node
from scripts.openapi.pointers import parent, split

RawAction = dict[str, Any]
"""An overlay action as plain data."""

_EXAMPLES: dict[str, Any] = {"string": "text", "integer": 1, "number": 1.5, "boolean": True}
_REPLACED = ("$ref", "type", "items", "properties", "required", "enum", "format", "example")
_MOST = 100  # corrections of one recording
_TEXT = {"type": "string"}
_UNDOCUMENTED = "Returned by the API, and documented nowhere."
_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


class _Correction(NamedTuple):
    why: str
    target: str
    update: Any = None  # None removes the target


def corrected(
    document: Document, recording: Recording
) -> tuple[Document, list[RawAction], list[str]]:
    """Return a contract that matches the recording, the needed actions, and notes.

    One mismatch is corrected at a time, because that may reveal or resolve the next one.
    """
    actions: list[RawAction] = []
    mismatches = (checker := Checker(document)).check(recording)
    for _ in range(_MOST):
        if not mismatches:
            break
        each = mismatches[0]
        evidence = f"{recording.origin}: {each.shape.n} of {each.of}"
        for word, names in (("times in", each.operations), ("under", each.versions)):
            evidence += f" {word} {', '.join(sorted(names))}" if names else ""
        for why, target, update in _corrections(each, checker):
            change = {"remove": True} if update is None else {"update": update}
            raw: RawAction = {"target": target, "description": why, "x-evidence": evidence}
            raw |= {"x-expect": overlay.ALL, **change}
            (action,) = overlay.read_actions(overlay.overlay_of([raw]))
            document, places = overlay.effect(document, action)
            actions.append({**raw, "x-expect": len(places)})
        mismatches = (checker := Checker(document)).check(recording)
    remains = [f"{each.kind} {each.name} remains at {each.node.where}" for each in mismatches]
    return document, actions, [*checker.notes, *remains]


def apply_proposals(actions: Sequence[RawAction], root: Path = Path()) -> int:
    """Write actions into the overlay; return how many it lacked.

    `x-expect` becomes right for all captured Versions. CannotRunError if a contract is not valid
    with them, and nothing is written.
    """
    from scripts.contract.generate import Layout, build_contract, read_captured  # slow to import
    from scripts.contract.notices import mend, open_notices

    layout = Layout(root)
    name, before = layout.name(layout.overlay), layout.overlay.read_bytes()
    if not re.findall(rb"(?m)^[\w-]+:", before)[-1] == b"actions:":
        raise CannotRunError(f"{name} does not end with its actions: add the proposed ones by hand")
    block = yaml.safe_dump(list(actions), sort_keys=False, allow_unicode=True, width=100)
    lines = "".join(f"  {line}\n" if line else "\n" for line in block.splitlines())
    written = before.rstrip() + b"\n\n" + lines.encode()
    known, read = len(parse(before, name)["actions"]), overlay.read_actions(parse(written, name))
    documents = {each: read_captured(layout, each) for each in layout.versions}
    corrections = replace(read_corrections(layout.openapi), actions=read)
    for each in documents:
        build_contract(layout, each, corrections)
    notices = open_notices(corrections, documents)
    written = mend([each for each in notices if each.action.number > known], written, name)
    added = len(parse(written, name)["actions"]) - known
    if added:
        write_whole(layout.overlay, written)
    return added


def _corrections(each: Mismatch, checker: Checker) -> Iterator[_Correction]:
    """Yield the corrections of a mismatch; each selects a place only while it has the defect."""
    node, name, shape = each.node, each.name, each.shape
    where, path = _of(node), _path(node.pointer)
    match each.kind:
        case "field":
            new = {name: {**shape.schema(), "description": _UNDOCUMENTED}}
            known = next(iter(node.value.get("properties", {})), None)
            target = path if known is None else f"{path}[?@{_step(known)} && !@{_step(name)}]"
            update = {"properties": new} if known is None else new
            yield _Correction(f"{where} has {name}", target, update)
        case "missing":
            target = f"{path}.required[?@ == {_quoted(name)}]"
            if len(node.value["required"]) == 1:  # an empty list is not allowed
                target = f"{path}[?@[0] == {_quoted(name)} && !@[1]]"
            yield _Correction(f"{where} may lack {name}", target)
        case "type":
            yield from _retyped(each, checker)
        case "null" if "$ref" not in node.value:
            target = _filtered(node, ".nullable", "!")
            yield _Correction(f"{where} may be null", target, {"nullable": True})
        case "null":  # a reference has no siblings
            yield from _widened(node, f"{where} may be null", None)
        case "body":
            found, schema = checker.component(shape) or ("a body of its own", shape.schema())
            yield from _widened(node, f"{where} may be {found}", schema)
        case "media":
            target = _filtered(node, "['application/json']")
            yield _Correction(f"{where} may be {name}", target, {name: {"schema": _TEXT}})
        case "status":
            response: dict[str, Any] = {"description": _UNDOCUMENTED}
            if shape.types:
                _, schema = checker.component(shape) or ("", shape.schema())
                response["content"] = {"application/json": {"schema": schema}}
            target = (
                f"{_path(parent(node.pointer))}[?@['{next(iter(node.value))}'] && !@['{name}']]"
            )
            yield _Correction(f"{where} may be {name}", target, {name: response})
        case "fact":
            (answer,) = shape.values
            if name in node.value:
                before = node.value[name]["answer"]
                target = f"$['x-wire']['{name}'][?@ == {_quoted(before)}]"
                yield _Correction(f"{name}: {answer}, not {before}", target, answer)
            else:
                update = {"x-wire": {name: {"answer": answer}}}
                yield _Correction(f"{name}: {answer}", "$", update)


def _retyped(each: Mismatch, checker: Checker) -> Iterator[_Correction]:
    node, declared, observed = each.node, each.node.value.get("type"), sorted(each.shape.types)
    why = f"{_of(node)} is returned as {' or '.join(observed)}"
    never = each.shape.n == each.of and node.pointer not in checker.matching
    if not (declared in _EXAMPLES and len(observed) == 1 and observed[0] in _EXAMPLES and never):
        yield from _widened(node, why, each.shape.schema())
        return
    new: RawAction = {"type": observed[0]}
    if "example" in node.value:
        new["example"] = _EXAMPLES[observed[0]]
    yield _Correction(why, _filtered(node, f".type == '{declared}'"), new)


def _widened(node: Node, why: str, new: dict[str, Any] | None) -> Iterator[_Correction]:
    """Allow `new` as an alternative of the present schema; None stands for null."""
    if "anyOf" in node.value:
        yield _Correction(why, f"{_path(node.pointer)}.anyOf", [new])
        return
    old = {key: node.value[key] for key in _REPLACED if key in node.value}
    update = {"anyOf": [old, *([new] if new else [])], **({} if new else {"nullable": True})}
    mark = next((key for key in ("$ref", "type") if key in old), "anyOf")
    yield _Correction(why, _filtered(node, _step(mark)), update)
    moved = ", ".join(f"'{key}'" for key in old)
    target = f"{_path(node.pointer)}[{moved}]"
    yield _Correction(f"{why}: its former schema is one of the alternatives", target)


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"


def _step(name: str) -> str:
    return f".{name}" if _PLAIN.fullmatch(name) else f"['{name}']"


def _path(pointer: str) -> str:
    return "$" + "".join(
        f"[{step}]" if step.isdecimal() and len(step) < 3 else _step(step)
        for step in split(pointer)
    )


def _filtered(node: Node, condition: str, negate: str = "") -> str:
    """Return a JSONPath that selects a place only as long as it has the defect."""
    *_, last = split(node.pointer)
    there = f"@{_step(last)}"
    test = f"{there} && {negate}{there}{condition}" if negate else f"{there}{condition}"
    return f"{_path(parent(parent(node.pointer)))}[?{test}]{_step(last)}"


def _of(node: Node) -> str:
    unnamed = ("components", "schemas", "properties")
    steps = [step for step in split(node.pointer) if step not in unnamed]
    if steps[0] == "paths":
        status = next((step for step in steps if step.isdecimal()), "")
        return f"{steps[2].upper()} {steps[1]} {status}".strip()
    return ".".join(steps)
