"""Which operation of the old document is which of the new one."""

from typing import NamedTuple

from scripts.contract.openapi.paths import Operation, template


class Matches(NamedTuple):
    """Both documents' operations side by side."""

    same: list[tuple[Operation, Operation]]
    moved: list[tuple[Operation, Operation]]
    gone: list[Operation]
    added: list[Operation]


def match(old: list[Operation], new: list[Operation]) -> Matches:
    """Match by text, by template, and what is left by operationId."""
    same: list[tuple[Operation, Operation]] = []
    for by in (_text, _template_and_id, _template):
        waiting: dict[tuple[str, ...], list[Operation]] = {}
        for operation in old:
            waiting.setdefault(by(operation), []).append(operation)
        found = []
        for other in new:
            candidates = waiting.get(by(other))
            if candidates:
                found.append((candidates.pop(0), other))
        same += found
        old, new = _rest(old, new, found)
    ours, theirs = _by_id(old), _by_id(new)
    moved = [(operation, theirs[key]) for key, operation in ours.items() if key in theirs]
    old, new = _rest(old, new, moved)
    return Matches(same, moved, old, new)


def _text(operation: Operation) -> tuple[str, ...]:
    return operation.method, operation.path


def _template_and_id(operation: Operation) -> tuple[str, ...]:
    return operation.method, template(operation.path), operation.id


def _template(operation: Operation) -> tuple[str, ...]:
    return operation.method, template(operation.path)


def _by_id(operations: list[Operation]) -> dict[tuple[str, str], Operation]:
    """File operations under their operationId, where it is given and given once."""
    found: dict[tuple[str, str], list[Operation]] = {}
    for operation in operations:
        found.setdefault((operation.method, operation.id), []).append(operation)
    return {key: same[0] for key, same in found.items() if key[1] and len(same) == 1}


def _rest(
    old: list[Operation], new: list[Operation], found: list[tuple[Operation, Operation]]
) -> tuple[list[Operation], list[Operation]]:
    ours = {_text(operation) for operation, _ in found}
    theirs = {_text(other) for _, other in found}
    return (
        [operation for operation in old if _text(operation) not in ours],
        [other for other in new if _text(other) not in theirs],
    )
