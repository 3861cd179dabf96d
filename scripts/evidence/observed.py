"""Compare recordings with the contract, or with earlier recordings."""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from scripts.diff.load import Contract
from scripts.diff.results import Review
from scripts.diff.review import compare_contracts
from scripts.evidence.propose import corrected
from scripts.evidence.recording import Recording, Shape, read
from scripts.openapi.documents import Document, dump
from scripts.openapi.references import Problem

WIRE = "the wire"


def compare_observed(contract: Contract, paths: Iterable[Path], lens: str = "both") -> Review:
    """Compare a contract with its correction by all observations."""
    document, actions, notes = corrected(contract.document, read(paths))
    compared = compare_contracts(contract, _contract(WIRE, document), lens)
    problems = (*compared.problems, *(Problem("new", "", note) for note in notes))
    return replace(compared, problems=problems, proposals=tuple(actions))


def compare_days(
    contract: Contract, before: Iterable[Path], after: Iterable[Path], lens: str = "both"
) -> Review:
    """Compare recordings with earlier ones, for the responses that both contain."""
    recordings = [read(each) for each in (before, after)]
    first, second = map(_bodies, recordings)
    both = [each for each in first if each in second]
    old, new = (
        _contract(f"{WIRE}, {each.when}", _as_contract(contract.document, each, both))
        for each in recordings
    )
    return compare_contracts(old, new, lens)


def _bodies(recording: Recording) -> dict[tuple[str, str], Shape]:
    found: dict[tuple[str, str], Shape] = {}
    for each in recording.bodies:
        if each.media == "json":
            found.setdefault((each.operation, each.status), Shape()).add(each.shape)
    return found


def _as_contract(
    document: Document, recording: Recording, responses_of: Iterable[tuple[str, str]]
) -> Document:
    """Return a document with observed responses; it requires fields that are always present."""
    paths: Document = {}
    bodies = _bodies(recording)
    for operation, status in responses_of:
        method, _, path = operation.partition(" ")
        responses = paths.setdefault(path, {}).setdefault(method.lower(), {"responses": {}})
        content = {"application/json": {"schema": bodies[operation, status].schema(strict=True)}}
        responses["responses"][status] = {"description": "", "content": content}
    facts = {name: {"answer": answer} for name, (answer, _) in recording.facts.items()}
    return {**{key: document[key] for key in ("openapi", "info")}, "paths": paths, "x-wire": facts}


def _contract(name: str, document: Document) -> Contract:
    return Contract(name, document, {"": dump(document)})
