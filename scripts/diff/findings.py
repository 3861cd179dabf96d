"""Group differences of the same cause into one finding that lists all its places."""

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

from scripts.diff.changes import Change, Difference, Owner
from scripts.diff.rules import SDK, WIRE, rules
from scripts.openapi.nodes import canonical
from scripts.openapi.references import Problem

_COLLECTED = frozenset(
    "operation-id-renamed operation-moved operation-module-changed model-renamed".split()
)
"""Rules whose values differ per place: the cause is the edit, and the finding lists all names."""

_ABSORBED = "; another alternative accepts the value, so only an app that reads this one breaks"


class Spot(NamedTuple):
    """A place of a finding, as a pointer into each document."""

    old: str
    new: str


@dataclass(slots=True)
class Finding:
    """All differences of one cause."""

    rule: str
    wire: str
    sdk: str
    message: str
    operations: list[str]
    pointer: str
    before: Any
    after: Any
    places: list[Spot]
    fingerprint: str
    directions: list[str]  # request, response, unused
    reason: str = ""  # who writes the value, and why that matters


@dataclass(slots=True)
class Comparison:
    """The result of comparing two documents."""

    findings: list[Finding]
    problems: list[Problem]


OperationsOf = Callable[[Iterable[Owner]], list[str]]
"""Return the operations that reach the owners of differences."""


def group(differences: Iterable[Difference], operations_of: OperationsOf) -> list[Finding]:
    """Group differences into findings, the most severe first."""
    causes: dict[tuple[str, ...], list[Difference]] = {}
    for difference in differences:
        causes.setdefault(_cause(difference), []).append(difference)
    findings = [_finding(same, operations_of) for same in _join_replaced(causes)]
    worst = sorted(findings, key=lambda each: (each.pointer, each.rule))
    return sorted(worst, key=lambda each: (-WIRE.index(each.wire), -SDK.index(each.sdk)))


def _cause(difference: Difference) -> tuple[str, ...]:
    change, cause = difference.change, difference.scope.cause
    before, after = canonical(change.before), canonical(change.after)
    if change.rule in _COLLECTED and cause is not None:
        return change.rule, cause
    if change.rule.startswith("enum-values-"):
        # All copies of one list of values are one cause.
        replaced = change.rule == "enum-values-replaced"
        return change.rule, cause if replaced and cause else "", before, after
    if cause is None:
        # The key of a removal is its old place, that of an addition its new place.
        if change.after is None and change.before is not None:
            return change.rule, change.old.where, before
        if change.before is None and change.after is not None:
            return change.rule, change.new.where, after
        return change.rule, change.old.where, change.new.where, before, after
    return change.rule, cause, before, after


def _join_replaced(causes: dict[tuple[str, ...], list[Difference]]) -> Iterable[list[Difference]]:
    """Join the replaced values of one parameter that share the values before or those after."""
    found: list[list[Difference]] = []
    known: dict[tuple[str, ...], list[Difference]] = {}
    for key, same in causes.items():
        if key[0] == "enum-values-replaced" and key[1]:
            rule, cause, before, after = key
            ends = (rule, cause, "from", before), (rule, cause, "to", after)
            earlier = next((known[end] for end in ends if end in known), None)
            known |= dict.fromkeys(ends, same if earlier is None else earlier)
            if earlier is not None:
                earlier += same
                continue
        found.append(same)
    return found


def _finding(same: list[Difference], operations_of: OperationsOf) -> Finding:
    first = same[0].change
    rule = rules()[first.rule]
    severities = [rule.severities(difference.position) for difference in same]
    wire = max((wire for wire, _ in severities), key=WIRE.index)
    worst = [each for each, (at, _) in zip(same, severities, strict=True) if at == wire]
    owners = (each.scope.owner for each in worst if each.scope.owner)
    reasons = dict.fromkeys(rule.reason(each.position.direction, wire) for each in worst)
    is_absorbed = wire == "risky" and any(rule.is_absorbed(each.position) for each in same)
    changes = [difference.change for difference in same]
    places = _places(changes)
    before, after = _values(first.rule, [(each.before, each.after) for each in changes])
    shown = _values(first.rule, [each.classes or (each.before, each.after) for each in changes])
    pointer = places[0].old if first.after is None else places[0].new
    return Finding(
        rule=first.rule,
        wire=wire,
        sdk=max((sdk for _, sdk in severities), key=SDK.index),
        message=f"{_subject(same)} {rule.sentence}{_ABSORBED if is_absorbed else ''}",
        operations=operations_of(owners),
        pointer=pointer,
        before=shown[0],
        after=shown[1],
        places=places,
        fingerprint=_fingerprint(first.rule, pointer, before, after),
        directions=sorted({difference.position.direction.value for difference in same}),
        reason="; ".join(filter(None, reasons)),
    )


def _places(changes: list[Change]) -> list[Spot]:
    """Return the places of the changes; a removal or an addition is in one document only."""
    found: dict[str | Spot, Spot] = {}
    for each in changes:
        spot = Spot(each.old.where, each.new.where)
        is_gone, is_new = each.after is None, each.before is None
        found.setdefault(spot if is_gone == is_new else spot.old if is_gone else spot.new, spot)
    return list(found.values())


def _values(rule: str, pairs: list[tuple[Any, Any]]) -> tuple[Any, ...]:
    sides = zip(*pairs, strict=True)
    if rule.startswith("enum-values-"):
        return tuple(_union(values) for values in sides)
    return tuple(
        values[0] if all(value == values[0] for value in values) else list(values)
        for values in sides
    )


def _union(lists: Iterable[list[Any]]) -> list[Any]:
    values = {canonical(value): value for values in lists for value in values}
    return [values[key] for key in sorted(values)]


def _subject(same: list[Difference]) -> str:
    first, *others = dict.fromkeys(difference.scope.subject for difference in same)
    return f"{first} (and {len(others)} more)" if others else first


def _fingerprint(rule: str, pointer: str, before: Any, after: Any) -> str:
    """Identify a finding by its structure, not by its wording."""
    parts = canonical([rule, pointer, before, after])
    return hashlib.sha256(parts.encode()).hexdigest()[:16]
