"""What an update tells: what HighLevel changed, why a person must decide, and what to review.

Each cause and each line to review is derived from the findings, notices and problems of the
documents before and after; the order of the causes is what HighLevel did, then what follows.
"""

import re
import shlex
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from scripts.contract.corrections import Corrected
from scripts.contract.generate import DEFAULT_VERSION, FOLDERS, TABLES, Layout
from scripts.contract.impact.affected import moves_of
from scripts.contract.impact.facade import Facade, read_facade
from scripts.contract.impact.verdict import AffectingFinding
from scripts.contract.naming import snake_case
from scripts.contract.notices import Notice, written
from scripts.contract.recapture import versions_named
from scripts.contract.review import CONTRACT, ContractReview
from scripts.contract.tables import operations_of, scopes_of, sunset_of
from scripts.diff.compare import compare
from scripts.diff.findings import Finding
from scripts.openapi.lint import dangling
from scripts.openapi.paths import template
from scripts.openapi.pointers import lookup

_MOST_TOLD, _MOST_TO_REVIEW = 20, 12
Lines = dict[str, list[str]]


@dataclass(frozen=True)
class Cause:
    """Why an update stops, where, and the file of openapi/ to edit if it is one."""

    title: str
    lines: Sequence[str]
    file: str = ""


@dataclass(frozen=True)
class Recaptured:
    """What the corrections make of a Version's document before and after."""

    old: Corrected
    new: Corrected

    @cached_property
    def changes(self) -> list[Finding]:
        """What HighLevel changed, in its own names; the worst first."""
        return [] if self.old is self.new else compare(self.old.normal, self.new.normal).findings

    def messages(self, form: str) -> dict[tuple[str, str], str]:
        """Return the changes of a form of the document, under our names."""
        found = compare(getattr(self.old, form), getattr(self.new, form)).findings
        told = [each for each in found if not each.rule.startswith("tag-")]
        return {(each.rule, each.message): each.message for each in told}


Pairs = Mapping[str, Recaptured]


def said(finding: Finding) -> str:
    """Return a finding's message with its operations, unless it names one of them."""
    operations = finding.operations
    if not operations or any(each in finding.message for each in operations):
        return finding.message
    more = f" and {len(operations) - 1} more" if len(operations) > 1 else ""
    return f"{finding.message} (in {operations[0]}{more})"


def drift_lines(pairs: Pairs) -> list[str]:
    """Return what changed in the published documents, each change once, with its Versions."""
    found: Lines = {}
    for name, pair in pairs.items():
        for each in pair.changes:
            found.setdefault(f"{each.wire}: {said(each)}", []).append(name)
    lines = [f"{', '.join(dict.fromkeys(names))}: {line}" for line, names in found.items()]
    return _first(lines, _MOST_TOLD) or ["nothing"]


def _first(lines: Iterable[str], most: int) -> list[str]:
    unique = list(dict.fromkeys(lines))
    more = len(unique) - most
    return [*unique[:most], f"and {more} more"] if more > 0 else unique


@dataclass(frozen=True)
class Advice:
    """What to do after a change of the documents, by Version, and of the contract."""

    layout: Layout
    pairs: Pairs
    notices: Sequence[Notice]
    result: ContractReview  # of the contract that code is generated from
    captured: Sequence[str]  # the Versions that were captured again
    kept: Path | None = None  # where the copy is kept if the update stops

    @cached_property
    def _facade(self) -> Facade:
        return read_facade(self.layout.facade)

    @property
    def _first(self) -> Recaptured:
        return self.pairs[DEFAULT_VERSION]

    def causes(self) -> Iterator[Cause]:
        """Yield why the update stops: what HighLevel did first, and what follows from it last."""
        overlay, names = self.layout.overlay.name, self.layout.names.name
        lost = [each for each in self.notices if each.lost]
        told = sorted(self._first.changes, key=lambda each: each.wire != "breaking")
        # Where corrections are lost, what HighLevel has not said itself follows from that.
        needed = [each for each in self.breaking() if not lost or _is_told(each.finding, told)]
        because = f"{said(told[0])}, and " if told else ""
        first = [f": {each.finding.message}" for each in needed[:1]]
        table = (
            ("a document is of another Version now", self._other_versions(), ""),
            ("HighLevel's document refers to nothing", self._broken(), overlay),
            ("an operation has moved", self._moved(), names),
            ("a body that we name is not where it was", self._unfilled(), names),
            ("".join([self.result.conclusion, *first]), self._must_change(needed), ""),
            (f"{because}a correction no longer finds its place", self._lost(lost), overlay),
            ("the facade sends an operation that is gone", self._gone(), ""),
            ("HighLevel's document is not valid", self._published_problems(), overlay),
            ("the contract is not valid", self._first.new.problems, overlay),
        )
        for title, texts, file in table:
            if lines := list(dict.fromkeys(texts)):
                yield Cause(title, lines, file)

    def to_review(self) -> list[str]:
        """Return the adopted changes that a person should review, the most important first."""
        lines = [*self._new_scopes(), *self._left_out()]
        lines += [
            f"{severity}, and nothing of ours breaks: {said(each.finding)}"
            for each in self.result.open
            if (severity := each.severity(self.result.lens)) != "safe"
        ]
        lines += [f"openapi/accepted.yaml: {each}" for each in self.result.stale]
        lines += [*self._deprecations(), *self._new_names()]
        for notice in self.notices:
            now = f"x-expect is {notice.expect}" if notice.expect else "deleted"
            lines.append(f"openapi/overlay.yaml was mended: {notice.action.description}: {now}")
        return _first([*lines, *self._by_version(), *self._other_contracts()], _MOST_TO_REVIEW)

    def breaking(self) -> list[AffectingFinding]:
        """Return the findings because of which the facade must change, if it must."""
        return [
            each
            for each in self.result.open
            if self.result.verdict.needs_a_person and each.severity(self.result.lens) == "breaking"
            if any(one.must_change for one in each.affected)
        ]

    def _other_versions(self) -> Iterator[str]:
        for name, pair in self.pairs.items():
            named = versions_named(pair.new.captured)
            if named and name not in named:
                yield f"{name}: its operations take the Version {', '.join(sorted(named))} now"

    def _broken(self) -> Iterator[str]:
        for name, pair in self.pairs.items():
            known = dict(dangling(pair.old.published)).keys()
            published = dict(dangling(pair.new.published)).keys() - known
            for text, where in dangling(pair.new.contract):
                if text in published:
                    yield f"{name}: {where} refers to {text}, which is not there"

    def _moved(self) -> list[str]:
        """Return the operations that we name and that stand elsewhere, and what sends them."""
        found: Lines = {}
        for version, pair in self.pairs.items():
            names = pair.new.corrections.names.operations
            for old, new in (pair for each in pair.changes for pair in moves_of(each)):
                known = names.get(template(old))
                if known and template(new) not in names:
                    methods = self._facade.methods.values()
                    sent = [each.name for each in methods if known.operationId in each.operations]
                    text = f"{', '.join(sent) or 'no method of ours'} sent it"
                    line = f"{old} is {new} now, put it there; {text}"
                    found.setdefault(line, []).append(version)
        where = self.layout.name(self.layout.names)
        return [f"{where}: {text} (in {', '.join(each)})" for text, each in found.items()]

    def _unfilled(self) -> list[str]:
        """Return the roles of names.yaml that found a body before, and whose body is needed."""
        where, pairs = self.layout.name(self.layout.names), self.pairs.values()
        found = {text for pair in pairs for text in pair.new.unfilled_roles}
        known = {text for pair in pairs for text in pair.old.unfilled_roles}
        return [f"{where}: {text}" for text in sorted(found - known)]

    def _must_change(self, needed: Sequence[AffectingFinding]) -> Iterator[str]:
        """Yield the methods and fields of the facade that must change, with lines and reasons.

        Instead, a finding can be accepted from the copy in `kept`; a retirement cannot.
        """
        copy = shlex.quote(((self.kept or Path("DIR-OF-KEEP")) / CONTRACT).as_posix())
        accept = f"python -m scripts.diff HEAD:{CONTRACT} {copy} --accept"
        servers = [each.get("url") for each in self._first.new.contract.get("servers", ())]
        for each in needed:
            is_server = each.finding.rule == "server-removed" and servers
            served = f", but from {', '.join(servers)}" if is_server else ""
            exposed = [one for one in each.affected if one.must_change]
            for one in [one for one in exposed if not one.source] or exposed:  # fields are enough
                where = self._facade.places.get(one.name) or one.source or "facade/models.py"
                yield f"{where}: {one.name}: {each.finding.message}{served}"
            if each.finding.rule != "operation-removed":
                words = f"{accept} {each.finding.fingerprint} --reason WHY --owner WHO"
                yield f"  or accept it, then update again: {words}"
        yield from self._gone() if needed else ()

    def _gone(self) -> Iterator[str]:
        """Yield the lines that name an operation which the contract does not have any more."""
        gone = self._facade.needs.keys() - operations_of(self._first.new.contract).keys()
        for path in sorted(self.layout.facade.rglob("*.py")) if gone else ():
            name = self.layout.name(path)
            if not name.startswith((*FOLDERS, *TABLES)):
                for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
                    named = sorted(gone & {*re.findall(r"\w+", line)})
                    yield from (f"{name}:{number}: it needs {each}" for each in named)
        if gone:
            yield "  remove them, or add what still answers to openapi/overlay.yaml"

    def _lost(self, lost: Sequence[Notice]) -> Iterator[str]:
        layout = self.layout
        for each in lost:
            first, *_ = written([each], layout.overlay.read_bytes(), layout.name(layout.overlay))
            yield f"{first}: {each.to_do}"

    def _published_problems(self) -> Iterator[str]:
        """Yield the problems of the contract that are where HighLevel published something."""
        for each in self._first.new.problems:
            with suppress(KeyError):
                lookup(self._first.new.published, each.partition(": ")[0])
                yield each

    def _left_out(self) -> Iterator[str]:
        for name, pair in self.pairs.items():
            for each in pair.new.sound.left_out:
                if each not in pair.old.sound.left_out:
                    yield f"{name}: not valid, not needed, and left out: {each}"

    def _new_scopes(self) -> Iterator[str]:
        """Yield the operations that require a scope which no installation has granted for them."""
        old, new = self.result.documents
        before = {each.label: scopes_of(old, each) for each in operations_of(old).values()}
        known = {scope for scopes in before.values() for scope in scopes}
        for each in operations_of(new).values():
            for scope in scopes_of(new, each):
                if scope not in before.get(each.label, known):
                    yield (
                        f"{each.label} requires the scope {scope} now: existing installations must "
                        "grant it anew, and a Private Integration must be given it"
                    )

    def _deprecations(self) -> Iterator[str]:
        """Yield the operations that HighLevel deprecates, their last day, and the methods."""
        operations = {each.label: each for each in operations_of(self.result.documents[1]).values()}
        for each in self.result.findings:
            is_new = each.finding.rule == "operation-deprecated"
            for label in each.finding.operations if is_new else ():
                until = f"until {day}" if (day := sunset_of(operations[label])) else "for now"
                methods = ", ".join(one.name for one in each.affected if one.source)
                sent = f"{methods} will warn" if methods else "no method of ours sends it"
                yield f"{label} is deprecated, and stays {until}: {sent}"

    def _new_names(self) -> Iterator[str]:
        """Yield the new operations that names.yaml does not name and the facade does not offer."""
        names = self._first.new.corrections.names.operations.values()
        listed = {each.operationId for each in names}
        sent = {name for each in self._facade.methods.values() for name in each.operations}
        old, new = (operations_of(each) for each in self.result.documents)
        for name, operation in new.items():
            if not (name in old or name in listed or snake_case(name) in sent):
                yield (
                    f"{operation.label} is new, called {name} by rule, and reached through "
                    "client.api: to name it, openapi/names.yaml; to offer it, CONTRIBUTING.md"
                )

    def _by_version(self) -> Iterator[str]:
        """Yield what changed in some Versions only, or is settled by our corrections."""
        published = {name: self.pairs[name].messages("published") for name in self.captured}
        shown = {(each.finding.rule, each.finding.message) for each in self.result.findings}
        settled = published.get(DEFAULT_VERSION, {}).keys() - shown
        for version, found in published.items():
            is_first = version == DEFAULT_VERSION
            left = shown if is_first else self.pairs[version].messages("contract").keys() - settled
            others = {key for name, each in published.items() if name != version for key in each}
            for key, message in found.items():
                if key in left and len(published) > 1 and key not in others:
                    yield f"in {version} alone: {message}"
                elif key not in shown:
                    ours = "published, and settled by our corrections"
                    yield f"{f'in {version}' if key in left else ours}: {message}"

    def _other_contracts(self) -> Iterator[str]:
        """Yield the Versions whose contract differs from the one that code is generated from."""
        start = f"code is generated from {DEFAULT_VERSION}; "
        others = {name: pair.new for name, pair in self.pairs.items() if name != DEFAULT_VERSION}
        for name, each in others.items():
            if each.problems:
                more = f", and {len(each.problems) - 1} more" if each.problems[1:] else ""
                problem = f"{each.problems[0]}{more}: openapi/overlay.yaml"
                yield f"{start}{name}, corrected, is not a valid contract: {problem}"
            elif each.contract != self._first.new.contract:
                paths = (self.layout.captured(one) for one in (DEFAULT_VERSION, name))
                files = " ".join(map(self.layout.name, paths))
                compared = f"python -m scripts.diff --contract {files}"
                yield f"{start}{name} gives another contract: {compared}"


def _is_told(finding: Finding, told: Sequence[Finding]) -> bool:
    """Return whether HighLevel's own document has such a change, too."""
    return any(
        each.rule == finding.rule and {*each.operations} & {*finding.operations}
        for each in told
        if each.wire == "breaking"
    )
