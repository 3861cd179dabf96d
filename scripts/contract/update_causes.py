"""What HighLevel changed, and why an update stops: the first cause that a person must settle."""

import ast
import shlex
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from scripts.contract.changelog import changed_in
from scripts.contract.corrections import Corrected
from scripts.contract.diff.compare import compare
from scripts.contract.diff.findings import Finding
from scripts.contract.diff.impact.facade import FacadeMethod, read_facade
from scripts.contract.diff.review import CONTRACT, Review
from scripts.contract.diff.reviewed import ReviewedFinding
from scripts.contract.generate import DEFAULT_VERSION, Layout
from scripts.contract.notices import Notice, written
from scripts.contract.openapi.dangling import dangling
from scripts.contract.openapi.documents import Document
from scripts.contract.openapi.paths import template
from scripts.contract.openapi.pointers import lookup
from scripts.contract.recapture import versions_named

_MOST = 20  # changes that are told
ByVersion = Mapping[str, Corrected]


@dataclass(frozen=True)
class Cause:
    """Why an update stops, where, and the file of openapi/ to edit if it is one."""

    title: str
    lines: Sequence[str]
    file: str = ""


def causes(
    layout: Layout,
    before: ByVersion,
    after: ByVersion,
    notices: Sequence[Notice],
    result: Review,
    kept: Path | None,
) -> Iterator[Cause]:
    """Yield why an update stops: what HighLevel did first, and what follows from it last."""
    pairs = {name: (each, after[name]) for name, each in before.items()}
    overlay, names = layout.overlay.name, layout.names.name
    lost = [each for each in notices if each.lost]
    new = after[DEFAULT_VERSION]
    told = sorted(_changes(before[DEFAULT_VERSION], new), key=lambda each: each.wire != "breaking")
    # Where corrections are lost, what HighLevel has not said itself follows from that.
    needed = [each for each in breaking_facade(result) if not lost or _is_told(each.finding, told)]
    because = f"{_said(told[0])}, and " if told else ""
    conclusion = ": ".join([result.conclusion, *(each.finding.message for each in needed[:1])])
    places = must_change(needed, layout.root, kept)
    if result.verdict.needs_a_person and not lost:
        places = places or list(result.verdict_places)
    found: tuple[tuple[str, Iterable[str], str], ...] = (
        ("a document is of another Version now", _other_versions(after), ""),
        ("HighLevel's document refers to nothing", _broken(pairs), overlay),
        ("an operation has moved", _moved(layout, pairs), names),
        ("a body that we name is not where it was", _unfilled(layout, pairs), names),
        ("facade must change", wrong_server(layout, new.contract), ""),
        (conclusion, places, ""),
        (f"{because}a correction no longer finds its place", _lost(layout, lost), overlay),
        ("HighLevel's document is not valid", _published_problems(new), overlay),
        ("the contract is not valid", new.problems, overlay),
    )
    for title, texts, file in found:
        if lines := list(texts):
            yield Cause(title, lines, file)


def drift_lines(before: ByVersion, after: ByVersion) -> list[str]:
    """Return what changed in the published documents, each change once, with its Versions."""
    found: dict[str, list[str]] = {}
    for name, old in before.items():
        for each in _changes(old, after[name]):
            found.setdefault(f"{each.wire}: {_said(each)}", []).append(name)
    lines = [f"{', '.join(dict.fromkeys(names))}: {said}" for said, names in found.items()]
    more = [f"and {len(lines) - _MOST} more"] if len(lines) > _MOST else []
    return [*lines[:_MOST], *more] or ["nothing"]


def _said(finding: Finding) -> str:
    """Return a finding's message with its first operation, unless it names one."""
    return changed_in(finding.message, finding.operations)


def _changes(old: Corrected, new: Corrected) -> list[Finding]:
    return [] if old is new else compare(old.normal, new.normal).findings


def _other_versions(after: ByVersion) -> Iterator[str]:
    for name, each in after.items():
        named = versions_named(each.captured)
        if named and name not in named:
            yield f"{name}: its operations take the Version {', '.join(sorted(named))} now"


def _broken(pairs: Mapping[str, tuple[Corrected, Corrected]]) -> Iterator[str]:
    for name, (old, new) in pairs.items():
        known = {text for text, _ in dangling(old.published)}
        for text, where in dangling(new.published):
            if text not in known:
                yield f"{name}: {where} refers to {text}, which is not there"


def _moved(layout: Layout, pairs: Mapping[str, tuple[Corrected, Corrected]]) -> Iterator[str]:
    """Yield the operations that we name and that stand elsewhere, and what sends them."""
    methods = read_facade(layout.facade).methods.values()
    found: dict[str, list[str]] = {}
    for name, (old, new) in pairs.items():
        names = new.corrections.names.operations
        for label, now in _moves(_changes(old, new)):
            known = names.get(template(label))
            if known and template(now) not in names:
                text = f"{label} is {now} now, put it there; {_senders(methods, known.operationId)}"
                found.setdefault(text, []).append(name)
    where = layout.name(layout.names)
    yield from (f"{where}: {text} (in {', '.join(each)})" for text, each in found.items())


def _moves(findings: Iterable[Finding]) -> Iterator[tuple[str, str]]:
    """Yield the labels of operations that moved, and their new ones."""
    for each in findings:
        if each.rule == "operation-moved":
            old, new = (
                value if isinstance(value, list) else [value] for value in (each.before, each.after)
            )
            yield from zip(old, new, strict=True)


def _senders(methods: Iterable[FacadeMethod], operation: str) -> str:
    found = [each.name for each in methods if operation in each.operations]
    return f"{', '.join(found)} sent it" if found else "no method of ours sent it"


def _unfilled(layout: Layout, pairs: Mapping[str, tuple[Corrected, Corrected]]) -> list[str]:
    """Return the roles of names.yaml that found a body before, and whose body is needed."""
    found = (
        text
        for old, new in pairs.values()
        for name, text in new.unfilled_roles.items()
        if name not in old.unfilled_roles
        if f"#/components/schemas/{name}" in {each for each, _ in dangling(new.contract)}
    )
    return [f"{layout.name(layout.names)}: {text}" for text in dict.fromkeys(found)]


def _lost(layout: Layout, lost: Sequence[Notice]) -> Iterator[str]:
    for each in lost:
        first, *_ = written([each], layout.overlay.read_bytes(), layout.name(layout.overlay))
        yield f"{first}: {each.to_do}"


def _published_problems(new: Corrected) -> Iterator[str]:
    """Yield the problems of the contract that are where HighLevel published something."""
    for each in new.problems:
        with suppress(KeyError):
            lookup(new.published, each.partition(": ")[0])
            yield each


def breaking_facade(result: Review) -> list[ReviewedFinding]:
    """Return the findings because of which the facade must change, if it must."""
    return [
        each
        for each in result.open
        if result.verdict.needs_a_person and each.severity(result.lens) == "breaking"
        if any(one.must_change for one in each.affected)
    ]


def _is_told(finding: Finding, told: Iterable[Finding]) -> bool:
    """Return whether HighLevel's own document has such a change, too."""
    return any(
        each.rule == finding.rule and {*each.operations} & {*finding.operations}
        for each in told
        if each.wire == "breaking"
    )


def must_change(needed: Iterable[ReviewedFinding], root: Path, kept: Path | None) -> list[str]:
    """Return the methods and fields of the facade that must change, with lines and reasons.

    Instead, a finding can be accepted from the copy in `kept`.
    """
    found: dict[str, None] = {}
    for each in needed:
        exposed = [one for one in each.affected if one.must_change]
        for one in [one for one in exposed if not one.source] or exposed:  # fields are enough
            where = _line(root, one.source, one.name)
            found[f"{where}: {one.name}: {each.finding.message}"] = None
        found[f"  or accept it, then update again: {_accept(each, kept)}"] = None
    return list(found)


def _accept(reviewed: ReviewedFinding, kept: Path | None) -> str:
    copy = (kept or Path("DIR-OF-KEEP")) / CONTRACT
    return (
        f"python -m scripts.diff HEAD:{CONTRACT} {shlex.quote(copy.as_posix())} "
        f"--accept {reviewed.finding.fingerprint} --reason WHY --owner WHO"
    )


def wrong_server(layout: Layout, contract: Document) -> list[str]:
    """Return the place of the facade's server, if the contract has another one."""
    path = layout.facade / "_core" / "client_options.py"
    servers = [each.get("url") for each in contract.get("servers", ())]
    for node in ast.parse(path.read_text("utf-8")).body if servers else ():
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "BASE_URL":
            url = ast.literal_eval(node.value)
            if url not in servers:
                where = f"{layout.name(path)}:{node.lineno}"
                return [f"{where}: BASE_URL is {url}, and is served from {', '.join(servers)} now"]
    return []


def _line(root: Path, source: str, name: str) -> str:
    """Return file and line of a method, or of a model's field."""
    path = root / (source or "facade/models.py")
    holder, _, last = name.partition(".")
    tree = ast.parse(path.read_text("utf-8")) if path.is_file() else ast.Module([], [])
    for node in ast.walk(tree):
        if (
            source
            and isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
            and node.name == last
        ):
            return f"{source}:{node.lineno}"
        if not source and isinstance(node, ast.ClassDef) and node.name == holder:
            for each in node.body:
                if isinstance(each, ast.AnnAssign) and ast.unparse(each.target) == last:
                    return f"facade/models.py:{each.lineno}"
    return source or "facade/models.py"
