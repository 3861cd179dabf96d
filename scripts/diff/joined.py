"""Make one entry of several findings that are read together: those of one schema's properties."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace

from scripts.diff.reviewed import ReviewedFinding
from scripts.openapi.documents import Document
from scripts.openapi.nodes import canonical, object_at
from scripts.openapi.pointers import last_name, lookup, parent

_KINDS = "property-removed", "property-added"
_RENAMED = frozenset({"model-renamed", "model-inlined", "model-named"})
_FEWEST = 3  # properties of a replaced schema; one for another reads better as two findings

Holders = tuple[str, str]
"""The pointers of one schema in both documents."""


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
        finding, holders = each.finding, _holders(each)
        key: list[object] = [number]
        if holders in replaced:
            key = [holders, each.accepted, each.policy]
        elif _kind(each):
            same = (finding.rule, finding.wire, finding.sdk, finding.reason, finding.operations)
            key = [parent(finding.pointer), *same, each.accepted, each.policy, each.impact()]
        groups.setdefault(canonical(key), []).append(each)
    for group in groups.values():
        yield _entry(group) if len(group) > 1 else group[0]


def _replaced(
    findings: Iterable[ReviewedFinding], documents: tuple[Document, Document]
) -> set[Holders]:
    """Return the schemas of which no property is left."""
    found: dict[Holders, Counter[str]] = {}
    for each in findings:
        if (holders := _holders(each)) is not None and (kind := _kind(each)):
            found.setdefault(holders, Counter())[kind] += 1
    return {
        holders
        for holders, counts in found.items()
        if len(counts) == len(_KINDS)
        and counts.total() >= _FEWEST
        and all(
            counts[kind] == _count_properties(document, pointer)
            for kind, document, pointer in zip(_KINDS, documents, holders, strict=True)
        )
    }


def _kind(reviewed: ReviewedFinding) -> str:
    return next((each for each in _KINDS if reviewed.finding.rule.startswith(each)), "")


def _holders(reviewed: ReviewedFinding) -> Holders | None:
    """Return the schema in both documents that a finding about properties or a class is about."""
    finding, kind = reviewed.finding, _kind(reviewed)
    old, new = finding.places[0]
    if finding.rule in _RENAMED and len(finding.places) == 1:
        return old, new
    if kind == "property-removed":
        return _holder(old), new
    return (old, _holder(new)) if kind else None


def _holder(pointer: str) -> str:
    return parent(parent(pointer))


def _count_properties(document: Document, pointer: str) -> int:
    with suppress(KeyError):
        return len(object_at(lookup(document, pointer), "properties"))
    return 0  # in another file


def _entry(group: list[ReviewedFinding]) -> ReviewedFinding:
    removed, added = ([each for each in group if _kind(each) == kind] for kind in _KINDS)
    first = (removed or added)[0]
    message = first.finding.message
    if removed and added:
        subject = message.partition(f"{_name(first)} ")[0]
        message = f"{subject} is replaced: {_listed(removed)} gone, and {_listed(added)} new"
        message += "".join(_renamed(each) for each in group if not _kind(each))
    else:
        message += f", and so {_listed([each for each in group if each is not first], 'first')}"
    others = [each for each in group if each is not first]
    whole = [first.finding, *(each.finding for each in others)]
    finding = replace(
        first.finding,
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
