"""Apply policies to findings, and note the effect of each."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from typing import Any, NamedTuple

from scripts.diff.findings import Finding
from scripts.diff.policies.patterns import matches
from scripts.diff.policies.promises import (
    is_major_step,
    stability_levels,
    stated_version,
    sunset,
)
from scripts.diff.policies.read import NO_POLICY, Acceptance, Policy, Severities
from scripts.diff.reviewed import ReviewedFinding
from scripts.diff.rules import SDK, WIRE
from scripts.openapi.documents import Document
from scripts.openapi.paths import readable, template

_UNSTABLE = ("alpha", "draft")


class PolicyNote(NamedTuple):
    """The effect of a policy, for the report."""

    text: str
    has_effect: bool


def without_paths(
    policy: Policy, old: Document, new: Document
) -> tuple[Document, Document, list[PolicyNote]]:
    """Return both documents without the excluded paths."""
    notes = []
    for pattern in policy.exclude_paths:
        before, after = _paths(old), _paths(new)
        names = [name for name in {**before, **after} if matches(pattern, name)]
        changed = sum(before.get(name) != after.get(name) for name in names)
        text = f"left out: {_some(names, 'path')} as {pattern}, {changed} of them changed"
        notes.append(PolicyNote(text, changed > 0))
        old, new = _without(old, names), _without(new, names)
    return old, new, notes


def _paths(document: Document) -> dict[str, Any]:
    paths = document.get("paths")
    return paths if isinstance(paths, dict) else {}


def _without(document: Document, names: Iterable[str]) -> Document:
    left = {name: item for name, item in _paths(document).items() if name not in set(names)}
    return {**document, "paths": left} if "paths" in document else document


def apply(
    policy: Policy,
    findings: Iterable[ReviewedFinding],
    documents: tuple[Document, Document],
    today: date,
) -> tuple[list[ReviewedFinding], list[PolicyNote], list[str]]:
    """Return the findings after all policies, the effect of each, and the stale acceptances."""
    if policy == NO_POLICY:
        return list(findings), [], []
    applied = _Applied(list(findings), *documents, today)
    for rule, severities in policy.severity.items():
        applied.override_severity(rule, severities)
    if "removal-after-sunset" in policy.flags:
        applied.allow_removal_after_sunset()
    for each in policy.accept:
        applied.accept_by_place(each)
    if "unstable-may-break" in policy.flags:
        applied.accept_unstable()
    if "major-version-may-break" in policy.flags:
        applied.accept_major()
    applied.findings.sort(
        key=lambda each: (-WIRE.index(each.finding.wire), -SDK.index(each.finding.sdk))
    )
    return applied.findings, applied.notes, applied.stale


class _Applied:
    """The findings while policies are applied."""

    def __init__(
        self, findings: list[ReviewedFinding], old: Document, new: Document, today: date
    ) -> None:
        self.findings = findings
        self.notes: list[PolicyNote] = []
        self.stale: list[str] = []
        self._old, self._new, self._today = old, new, today

    def override_severity(self, rule: str, severities: Severities) -> None:
        """Set the severities of the findings of a rule."""
        reason = f"{rule} has its severity by policy"
        count = 0
        for index, each in enumerate(self.findings):
            wire, sdk = severities.of(each.finding.wire, each.finding.sdk)
            if each.finding.rule == rule and (wire, sdk) != (each.finding.wire, each.finding.sdk):
                self._set(index, wire, sdk, reason)
                count += 1
        self._note(f"{reason}: {_some(count, 'finding')} changed", count)

    def allow_removal_after_sunset(self) -> None:
        """Set the removal of an item that was deprecated until a past day to safe."""
        count, unread = 0, list[str]()
        for index, each in enumerate(self.findings):
            finding = each.finding
            if not finding.rule.endswith("-removed"):
                continue
            days = [sunset(self._old, spot.old) for spot in finding.places]
            unread += [day for day in days if isinstance(day, str)]
            passed = [day for day in days if isinstance(day, date) and day < self._today]
            if len(passed) == len(days) and "breaking" in (finding.wire, finding.sdk):
                sdk = min(finding.sdk, "compatible", key=SDK.index)
                self._set(index, "safe", sdk, f"deprecated, and x-sunset {max(passed)} has passed")
                count += 1
        self._note(f"removal after x-sunset is not breaking: {_some(count, 'finding')}", count)
        for text in dict.fromkeys(unread):
            self._note(text, 1)

    def accept_by_place(self, entry: Acceptance) -> None:
        """Accept findings by rule and place."""
        met = [
            index
            for index, each in enumerate(self.findings)
            if each.accepted is None and matches(entry.rule, each.finding.rule)
            if _is_at(each.finding, entry.place)
        ]
        by = f", by {entry.owner}" if entry.owner else ""
        if entry.until is not None and entry.until < self._today:
            if met:
                expired = f"expired on {entry.until}: decide again"
                self.stale.append(f"{entry.name} (accepted by policy{by}) {expired}")
            return
        for index in met:
            self._accept(index, f"{entry.reason} (policy{by})")
        self._note(
            f"accepted {entry.name}: {_some(len(met), 'finding')} ({entry.reason})", len(met)
        )

    def accept_unstable(self) -> None:
        """Accept breaking findings that concern only operations unstable in the old document."""
        levels = stability_levels(self._old)
        met = 0
        for index, each in self._breaking():
            found = {
                template(name): levels.get(template(name)) for name in _operations(each.finding)
            }
            if found and all(level in _UNSTABLE for level in found.values()):
                stated = ", ".join(sorted({str(level) for level in found.values()}))
                self._accept(index, f"x-stability-level is {stated} (policy)")
                met += 1
        self._note(f"x-stability-level alpha or draft may break: {_some(met, 'finding')}", met)

    def accept_major(self) -> None:
        """Accept all breaking findings if info.version rises by a major."""
        old, new = stated_version(self._old), stated_version(self._new)
        met = 0
        if is_major_step(old, new):
            for index, _ in self._breaking():
                self._accept(index, f"info.version rises from {old} to {new} (policy)")
                met += 1
        versions = f"{old or 'none'} → {new or 'none'}"
        self._note(f"a major info.version may break ({versions}): {_some(met, 'finding')}", met)

    def _breaking(self) -> Iterator[tuple[int, ReviewedFinding]]:
        for index, each in enumerate(self.findings):
            if each.accepted is None and "breaking" in (each.finding.wire, each.finding.sdk):
                yield index, each

    def _set(self, index: int, wire: str, sdk: str, reason: str) -> None:
        finding = replace(self.findings[index].finding, wire=wire, sdk=sdk)
        self.findings[index] = replace(self.findings[index], finding=finding, policy=reason)

    def _accept(self, index: int, reason: str) -> None:
        self.findings[index] = replace(self.findings[index], accepted=reason)

    def _note(self, text: str, effects: int) -> None:
        self.notes.append(PolicyNote(text, effects > 0))


def _some(items: list[str] | int, noun: str) -> str:
    count = items if isinstance(items, int) else len(items)
    return f"{count} {noun}{'' if count == 1 else 's'}"


def _is_at(finding: Finding, pattern: str) -> bool:
    if any(matches(pattern, text) for text in (finding.pointer, readable(finding.pointer))):
        return True
    return bool(finding.operations) and all(matches(pattern, each) for each in finding.operations)


def _operations(finding: Finding) -> list[str]:
    """Return the operations of a finding by their names in the old document."""
    return [finding.before] if finding.rule == "operation-moved" else finding.operations
