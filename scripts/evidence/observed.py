"""Compare recordings with the contract, or with earlier recordings."""

import copy
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

from scripts.contract.diff.load import Contract
from scripts.contract.diff.review import Review, compare_contracts
from scripts.contract.openapi.documents import Document, dump
from scripts.contract.openapi.references import Problem
from scripts.evidence.mismatches import Checker
from scripts.evidence.propose import Proposer, RawAction
from scripts.evidence.recording import ANSWER_SEPARATOR, Recording, Shape, read

WIRE = "the wire"
_ROUNDS = 5  # one correction may reveal the next mismatch


def compare_observed(contract: Contract, paths: Iterable[Path], lens: str = "both") -> Review:
    """Compare a contract with its correction by all observations."""
    document, actions, notes = corrected(contract.document, read(paths, contract.document))
    compared = compare_contracts(contract, _contract(WIRE, document), lens)
    problems = (*compared.problems, *(Problem("new", "", note) for note in notes))
    return replace(compared, problems=problems, proposals=tuple(actions))


def corrected(
    document: Document, recording: Recording
) -> tuple[Document, list[RawAction], list[str]]:
    """Return a contract that matches the recording, the needed actions, and notes."""
    proposer = Proposer(copy.deepcopy(document), recording.origin)
    checker = Checker(proposer.document)
    mismatches = checker.check(recording)
    for _ in range(_ROUNDS):
        if not mismatches:
            break
        for each in mismatches:
            proposer.propose(each, checker)
        checker = Checker(proposer.document)
        mismatches = checker.check(recording)
    left = [f"{each.kind} {each.name} remains at {each.node.where}" for each in mismatches]
    return proposer.document, proposer.actions, [*checker.notes, *left]


def compare_days(
    contract: Contract, before: Iterable[Path], after: Iterable[Path], lens: str = "both"
) -> Review:
    """Compare recordings with earlier ones, for the responses that both contain."""
    recordings = read(before, contract.document), read(after, contract.document)
    both = _answered(recordings[0]) & _answered(recordings[1])
    old, new = (
        _contract(f"{WIRE}, {each.when}", _as_contract(contract.document, each, both))
        for each in recordings
    )
    return compare_contracts(old, new, lens)


def _answered(recording: Recording) -> set[tuple[str, str]]:
    return {(each.operation, each.status) for each in recording.bodies if each.media == "json"}


def _as_contract(
    document: Document, recording: Recording, answered: set[tuple[str, str]]
) -> Document:
    """Return a document with the observed responses; it requires fields that are always present."""
    bodies: dict[tuple[str, str], Shape] = {}
    for each in recording.bodies:
        if each.media == "json":
            bodies.setdefault((each.operation, each.status), Shape()).add(each.shape)
    paths: Document = {}
    for operation, status in sorted(answered):
        method, _, path = operation.partition(" ")
        responses = paths.setdefault(path, {}).setdefault(method.lower(), {"responses": {}})
        content = {"application/json": {"schema": _strict(bodies[operation, status])}}
        responses["responses"][status] = {"description": "", "content": content}
    facts = {
        name: {"answer": ANSWER_SEPARATOR.join(each.answers)}
        for name, each in recording.facts.items()
    }
    kept = {key: document[key] for key in ("openapi", "info")}
    return {**kept, "paths": paths, "x-wire": facts}


def _strict(shape: Shape) -> dict[str, Any]:
    """Infer a schema that requires the fields that are always present."""
    found = shape.schema()
    if shape.fields and found.get("type") == "object":
        found["properties"] = {name: _strict(each) for name, each in sorted(shape.fields.items())}
        always = sorted(name for name, each in shape.fields.items() if each.n == shape.n)
        if always:
            found["required"] = always
    if shape.items and found.get("type") == "array":
        found["items"] = _strict(shape.items)
    return found


def _contract(name: str, document: Document) -> Contract:
    return Contract(name, document, {"": dump(document)})
