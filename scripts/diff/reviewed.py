"""A finding as a reader gets it: located, judged, and one with those that are read together."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

from scripts.diff.findings import Finding
from scripts.diff.rules import SDK, WIRE
from scripts.openapi.documents import Document
from scripts.openapi.lines import Location
from scripts.openapi.nodes import canonical, object_at
from scripts.openapi.pointers import last_name, lookup, parent

_KINDS = "property-removed", "property-added"
_RENAMED = frozenset({"model-renamed", "model-inlined", "model-named"})
_FEWEST = 3  # properties of a replaced schema; one for another reads better as two findings

Holders = tuple[str, ...]
"""The pointers of one schema in both documents; empty for what is not about one."""
Key = tuple[Holders, str | None, str]
"""A schema, and why the severity of a finding about it does not count."""


@dataclass(frozen=True, slots=True)
class ReviewedFinding:
    """A finding, its location in both documents, and why its severity does not count."""

    finding: Finding
    old: Location
    new: Location
    accepted: str | None = None  # the reason, if a person or a policy accepted it
    policy: str = ""  # why a policy changed its severity
    joined: "tuple[ReviewedFinding, ...]" = ()  # further findings that a reader gets with it

    def severity(self, lens: str) -> str:
        """Return breaking, risky or safe, the severity under a lens."""
        wire = self.finding.wire if lens != "sdk" else "safe"
        sdk = self.finding.sdk if lens != "wire" else "none"
        return "breaking" if "breaking" in (wire, sdk) else wire

    def impact(self) -> list[str]:
        """Return what depends on it, one line each; a project that knows overrides this."""
        return []

    def data(self) -> dict[str, Any]:
        """Return the same as members of the report in JSON."""
        return {}


def joined(
    findings: Sequence[ReviewedFinding], documents: tuple[Document, Document]
) -> Iterator[ReviewedFinding]:
    """Yield the findings, with those of one schema joined; what is joined keeps its findings.

    All properties of a schema that is replaced are one entry, and so is the renaming of its class.
    Otherwise, new or removed properties with the same effect are.
    """
    replaced = _replaced(findings, documents)
    groups: dict[str, list[ReviewedFinding]] = {}
    for number, each in enumerate(findings):
        finding, about = each.finding, _key(each)
        key: list[object] = [number]
        if about in replaced:
            key = [*about]
        elif _kind(each):
            same = (finding.rule, finding.wire, finding.sdk, finding.reason, finding.operations)
            key = [parent(finding.pointer), *same, each.accepted, each.policy, each.impact()]
        groups.setdefault(canonical(key), []).append(each)
    for group in groups.values():
        yield _entry(group) if len(group) > 1 else group[0]


def _replaced(
    findings: Iterable[ReviewedFinding], documents: tuple[Document, Document]
) -> set[Key]:
    """Return the schemas of which no property is left, if all findings say so in the same way."""
    found: dict[Key, Counter[str]] = {}
    for each in findings:
        if kind := _kind(each):
            found.setdefault(_key(each), Counter())[kind] += 1
    return {
        key
        for key, counts in found.items()
        if len(counts) == len(_KINDS)
        and counts.total() >= _FEWEST
        and all(
            counts[kind] == _count_properties(document, pointer)
            for kind, document, pointer in zip(_KINDS, documents, key[0], strict=True)
        )
    }


def _key(reviewed: ReviewedFinding) -> Key:
    return _holders(reviewed), reviewed.accepted, reviewed.policy


def _kind(reviewed: ReviewedFinding) -> str:
    return next((each for each in _KINDS if reviewed.finding.rule.startswith(each)), "")


def _holders(reviewed: ReviewedFinding) -> Holders:
    """Return the schema in both documents that a finding about properties or a class is about."""
    finding, kind = reviewed.finding, _kind(reviewed)
    old, new = finding.places[0]
    if finding.rule in _RENAMED and len(finding.places) == 1:
        return old, new
    if kind == "property-removed":
        return _holder(old), new
    return (old, _holder(new)) if kind else ()


def _holder(pointer: str) -> str:
    return parent(parent(pointer))


def _count_properties(document: Document, pointer: str) -> int:
    with suppress(KeyError):
        return len(object_at(lookup(document, pointer), "properties"))
    return 0  # in another file


def _entry(group: list[ReviewedFinding]) -> ReviewedFinding:
    removed, added = ([each for each in group if _kind(each) == kind] for kind in _KINDS)
    first, *others = group  # the most severe one first
    message = first.finding.message
    if removed and added:
        subject = removed[0].finding.message.partition(f"{_name(removed[0])} ")[0]
        message = f"{subject} is replaced: {_listed(removed)} gone, and {_listed(added)} new"
        message += "".join(_renamed(each) for each in group if not _kind(each))
    else:
        message += f", and so {_listed(others, 'first')}"
    whole = [each.finding for each in group]
    finding = replace(
        first.finding,
        wire=max((each.wire for each in whole), key=WIRE.index),
        sdk=max((each.sdk for each in whole), key=SDK.index),
        message=message,
        before=[last_name(each.finding.pointer) for each in removed],
        after=[last_name(each.finding.pointer) for each in added],
        places=[spot for each in whole for spot in each.places],
        fingerprint=", ".join(each.fingerprint for each in whole),
    )
    return replace(first, finding=finding, joined=tuple(others))


def _name(reviewed: ReviewedFinding) -> str:
    return f".{last_name(reviewed.finding.pointer)}"


def _listed(group: Sequence[ReviewedFinding], verb: str = "last") -> str:
    """Name the properties of findings, with `is` or `are` before or after them."""
    *names, last = map(_name, group)
    text = f"{', '.join(names)} and {last}" if names else last
    words = ["are" if names else "is", text]
    return " ".join(words if verb == "first" else reversed(words))


def _renamed(reviewed: ReviewedFinding) -> str:
    old, new = (each or "inline" for each in (reviewed.finding.before, reviewed.finding.after))
    return f"; its class was {old} and is {new}"
