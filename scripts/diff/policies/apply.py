"""Apply policies to findings, and note the effect of each."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import date, datetime
from functools import partial
from typing import NamedTuple

from scripts.diff.findings import Finding
from scripts.diff.policies.read import NO_POLICY, Acceptance, Policy, Severities, matches
from scripts.diff.results import PolicyNote, Review
from scripts.diff.reviewed import ReviewedFinding
from scripts.diff.rules import SDK, WIRE
from scripts.openapi.documents import Document
from scripts.openapi.nodes import object_at
from scripts.openapi.paths import operations_in, readable, template
from scripts.openapi.pointers import lookup
from scripts.openapi.references import Source

_UNSTABLE = ("alpha", "draft")
_VERSION = re.compile(r"(?!\d{4}-\d\d)v?(\d+)(?:\.\d+)*(?:[-+].*)?")  # but not a date


def without_paths(
    policy: Policy, old: Document, new: Document
) -> tuple[Document, Document, list[PolicyNote]]:
    """Return both documents without the excluded paths."""
    notes = []
    for pattern in policy.exclude_paths:
        before, after = object_at(old, "paths"), object_at(new, "paths")
        names = [name for name in {**before, **after} if matches(pattern, name)]
        changed = sum(before.get(name) != after.get(name) for name in names)
        text = f"left out: {_some(len(names), 'path')} as {pattern}, {changed} of them changed"
        notes.append(PolicyNote(text, changed > 0))
        old, new = _without(old, names), _without(new, names)
    return old, new, notes


def _without(document: Document, names: Iterable[str]) -> Document:
    paths = object_at(document, "paths")
    left = {name: item for name, item in paths.items() if name not in set(names)}
    return {**document, "paths": left} if "paths" in document else document


class _Row(NamedTuple):
    """One policy: what it makes of a finding that it is about, and its note."""

    change: Callable[[ReviewedFinding], ReviewedFinding | None]
    note: str
    more: str = ""
    expired: str = ""  # the message if it holds no longer and is about a finding


def apply(review: Review, today: date) -> Review:
    """Apply the policies of a review: its findings, the note of each, and what is stale."""
    if review.policy == NO_POLICY:
        return review
    findings, notes, stale = list(review.findings), [*review.notes], [*review.stale]
    unread: dict[str, None] = {}
    for row in _rows(review, today, unread):
        changed = [row.change(each) for each in findings]
        count = sum(each is not None for each in changed)
        if row.expired:
            stale += [row.expired] if count else []
            continue
        findings = [new or old for new, old in zip(changed, findings, strict=True)]
        notes.append(PolicyNote(f"{row.note}: {_some(count, 'finding')}{row.more}", count > 0))
    findings.sort(key=lambda each: (-WIRE.index(each.finding.wire), -SDK.index(each.finding.sdk)))
    notes += [PolicyNote(text, True) for text in unread]
    return replace(review, findings=tuple(findings), notes=tuple(notes), stale=tuple(stale))


def _rows(review: Review, today: date, unread: dict[str, None]) -> Iterator[_Row]:
    policy, (old, new) = review.policy, review.documents
    for rule, severities in policy.severity.items():
        reason = f"{rule} has its severity by policy"
        yield _Row(partial(_overridden, rule, severities, reason), reason, " changed")
    if "removal-after-sunset" in policy.flags:
        note = "removal after x-sunset is not breaking"
        yield _Row(partial(_after_sunset, old, today, unread), note)
    for entry in policy.accept:
        by = f", by {entry.owner}" if entry.owner else ""
        expired = ""
        if entry.until is not None and entry.until < today:
            until = f"expired on {entry.until}: decide again"
            expired = f"{entry.name} (accepted by policy{by}) {until}"
        reason = f"{entry.reason} (policy{by})"
        change = partial(_at_place, entry, reason)
        yield _Row(change, f"accepted {entry.name}", f" ({entry.reason})", expired)
    if "unstable-may-break" in policy.flags:
        note = "x-stability-level alpha or draft may break"
        yield _Row(partial(_unstable, stability_levels(old)), note)
    if "major-version-may-break" in policy.flags:
        before, after = stated_version(old), stated_version(new)
        versions = f"{before or 'none'} → {after or 'none'}"
        is_met = is_major_step(before, after)
        reason = f"info.version rises from {before} to {after} (policy)"
        change = partial(_breaking, lambda _: reason if is_met else "")
        yield _Row(change, f"a major info.version may break ({versions})")


def _overridden(
    rule: str, severities: Severities, reason: str, each: ReviewedFinding
) -> ReviewedFinding | None:
    now = each.finding.wire, each.finding.sdk
    wire, sdk = severities.of(*now)
    return (
        _set(each, wire, sdk, reason) if each.finding.rule == rule and (wire, sdk) != now else None
    )


def _after_sunset(
    old: Document, today: date, unread: dict[str, None], each: ReviewedFinding
) -> ReviewedFinding | None:
    """Set the removal of an item that was deprecated until a past day to safe."""
    finding = each.finding
    if not finding.rule.endswith("-removed"):
        return None
    days = [sunset(old, spot.old) for spot in finding.places]
    unread |= dict.fromkeys(day for day in days if isinstance(day, str))
    passed = [day for day in days if isinstance(day, date) and day < today]
    if len(passed) < len(days) or "breaking" not in (finding.wire, finding.sdk):
        return None
    sdk = min(finding.sdk, "compatible", key=SDK.index)
    return _set(each, "safe", sdk, f"deprecated, and x-sunset {max(passed)} has passed")


def _at_place(entry: Acceptance, reason: str, each: ReviewedFinding) -> ReviewedFinding | None:
    is_met = each.accepted is None and matches(entry.rule, each.finding.rule)
    return replace(each, accepted=reason) if is_met and _is_at(each.finding, entry.place) else None


def _unstable(levels: dict[str, str], each: ReviewedFinding) -> ReviewedFinding | None:
    """Accept a breaking finding that concerns only operations unstable in the old document."""

    def reason(finding: Finding) -> str:
        # The operations by their names in the old document.
        moved = finding.rule == "operation-moved"
        names = [finding.before] if moved else finding.operations
        names = finding.before if moved and isinstance(finding.before, list) else names
        found = {levels.get(template(name)) for name in names}
        stated = ", ".join(sorted(map(str, found)))
        return f"x-stability-level is {stated} (policy)" if found and found <= {*_UNSTABLE} else ""

    return _breaking(reason, each)


def _breaking(reason: Callable[[Finding], str], each: ReviewedFinding) -> ReviewedFinding | None:
    if each.accepted is None and "breaking" in (each.finding.wire, each.finding.sdk):
        why = reason(each.finding)
        return replace(each, accepted=why) if why else None
    return None


def _set(each: ReviewedFinding, wire: str, sdk: str, reason: str) -> ReviewedFinding:
    return replace(each, finding=replace(each.finding, wire=wire, sdk=sdk), policy=reason)


def _some(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"


def _is_at(finding: Finding, pattern: str) -> bool:
    if any(matches(pattern, text) for text in (finding.pointer, readable(finding.pointer))):
        return True
    return bool(finding.operations) and all(matches(pattern, each) for each in finding.operations)


def sunset(document: Document, pointer: str) -> date | str | None:
    """Return the last day of a deprecated item; an error message if it cannot be read."""
    try:
        found = lookup(document, pointer)
    except KeyError:
        return None
    if not isinstance(found, dict) or found.get("deprecated") is not True:
        return None
    stated = found.get("x-sunset")
    try:
        return None if stated is None else datetime.fromisoformat(stated).date()
    except (TypeError, ValueError):
        return f"x-sunset {stated!r:.40} at {readable(pointer)} is not a day as 2030-12-31"


def stability_levels(document: Document) -> dict[str, str]:
    """Return each `x-stability-level` by the template of its operation."""
    source = Source("old", document)
    found = {}
    for operation in operations_in(source, source.root.get("paths")):
        for holder in (operation.item.value, operation.node.value):
            level = holder.get("x-stability-level")
            if isinstance(level, str):
                found[template(operation.label)] = level
    return found


def stated_version(document: Document) -> str:
    """Return `info.version`, empty if there is none."""
    return str(object_at(document, "info").get("version", ""))


def is_major_step(old: str, new: str) -> bool:
    """Return whether a version rises by a major; False if either is not a version."""
    before, after = _VERSION.fullmatch(old), _VERSION.fullmatch(new)
    return before is not None and after is not None and int(after[1]) > int(before[1])
