"""The whole way: observations and contract in, findings and proposed actions out."""

import copy
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from scripts.contract.diff.load import Contract
from scripts.contract.diff.review import Review, review
from scripts.contract.observed.infer import schema
from scripts.contract.observed.judge import Judge
from scripts.contract.observed.propose import Action, Proposer
from scripts.contract.observed.seen import SEVERAL, Seen, Shape, read
from scripts.contract.openapi.documents import dump
from scripts.contract.openapi.references import Problem

WIRE = "the wire"
_ROUNDS = 5  # one correction may uncover the next


def review_observed(contract: Contract, paths: Iterable[Path], lens: str = "both") -> Review:
    """Compare a contract with what was seen: as it is, and as the wire would have it."""
    seen = read(paths)
    document, actions, notes = corrected(contract.document, seen)
    result = review(contract, _contract(WIRE, document), lens)
    result.proposals = actions
    result.problems += [Problem("new", "", note) for note in notes]
    return result


def corrected(document: dict[str, Any], seen: Seen) -> tuple[Any, list[Action], list[str]]:
    """Correct a contract until nothing that was seen contradicts it; give the corrections too."""
    proposer = Proposer(copy.deepcopy(document), seen.when)
    judge = Judge(proposer.document)
    deviations = judge.deviations(seen)
    for _ in range(_ROUNDS):
        if not deviations:
            break
        for each in deviations:
            proposer.propose(each, judge)
        judge = Judge(proposer.document)
        deviations = judge.deviations(seen)
    left = [f"{each.kind} {each.name} remains at {each.node.where}" for each in deviations]
    return proposer.document, proposer.actions, [*judge.notes, *left]


def review_days(
    contract: Contract, before: Iterable[Path], after: Iterable[Path], lens: str = "both"
) -> Review:
    """Compare what was seen with what was seen before, in answers that came both times."""
    old, new = read(before), read(after)
    both = _answered(old) & _answered(new)
    ours, theirs = (
        _contract(f"{WIRE}, {seen.when}", _as_seen(contract.document, seen, both))
        for seen in (old, new)
    )
    return review(ours, theirs, lens)


def _answered(seen: Seen) -> set[tuple[str, str]]:
    return {(each.operation, each.status) for each in seen.bodies if each.media == "json"}


def _as_seen(
    document: dict[str, Any], seen: Seen, answered: set[tuple[str, str]]
) -> dict[str, Any]:
    """Give a document whose answers are what came, and that requires what always came."""
    bodies: dict[tuple[str, str], Shape] = {}
    for each in seen.bodies:
        if each.media == "json":
            bodies.setdefault((each.operation, each.status), Shape()).add(each.shape)
    paths: dict[str, Any] = {}
    for operation, status in sorted(answered):
        method, _, path = operation.partition(" ")
        responses = paths.setdefault(path, {}).setdefault(method.lower(), {"responses": {}})
        content = {"application/json": {"schema": _tight(bodies[operation, status])}}
        responses["responses"][status] = {"description": "", "content": content}
    facts = {fact: {"answer": SEVERAL.join(each.answers)} for fact, each in seen.answers.items()}
    kept = {key: document[key] for key in ("openapi", "info")}
    return {**kept, "paths": paths, "x-wire": facts}


def _tight(shape: Shape) -> dict[str, Any]:
    """Infer a schema, and require what always came."""
    found = schema(shape)
    if shape.fields and found.get("type") == "object":
        found["properties"] = {name: _tight(each) for name, each in sorted(shape.fields.items())}
        always = sorted(name for name, each in shape.fields.items() if each.n == shape.n)
        if always:
            found["required"] = always
    if shape.items and found.get("type") == "array":
        found["items"] = _tight(shape.items)
    return found


def _contract(name: str, document: dict[str, Any]) -> Contract:
    return Contract(name, document, {"": dump(document)})
