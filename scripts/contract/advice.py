"""Why an update stops: each cause is derived from the documents before and after.

Their order is what HighLevel did, then what follows from it.
"""

import re
import shlex
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from scripts.contract.corrections import Recaptured
from scripts.contract.generate import DEFAULT_VERSION, FOLDERS, TABLES, Layout
from scripts.contract.impact.facade import Facade, read_facade
from scripts.contract.impact.verdict import AffectingFinding
from scripts.contract.notices import Notice, written
from scripts.contract.recapture import versions_named
from scripts.contract.review import CONTRACT, ContractReview
from scripts.contract.tables import operations_of
from scripts.diff.findings import Finding
from scripts.openapi.lint import dangling
from scripts.openapi.paths import operation_objects, template
from scripts.openapi.pointers import lookup

Pairs = Mapping[str, Recaptured]
Lines = dict[str, list[str]]


@dataclass(frozen=True)
class Cause:
    """Why an update stops, where, and the file of openapi/ to edit if it is one."""

    title: str
    lines: Sequence[str]
    file: str = ""


def said(finding: Finding) -> str:
    """Return a finding's message with its operations, unless it names one of them."""
    operations = finding.operations
    if not operations or any(each in finding.message for each in operations):
        return finding.message
    more = f" and {len(operations) - 1} more" if len(operations) > 1 else ""
    return f"{finding.message} (in {operations[0]}{more})"


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
    def first(self) -> Recaptured:
        """What became of the document that code is generated from."""
        return self.pairs[DEFAULT_VERSION]

    def causes(self) -> Iterator[Cause]:
        """Yield why the update stops: what HighLevel did first, and what follows from it last."""
        overlay, names = self.layout.overlay.name, self.layout.names.name
        lost = [each for each in self.notices if each.lost]
        told = sorted(self.first.changes, key=lambda each: each.wire != "breaking")
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
            ("the contract is not valid", self.first.new.problems, overlay),
        )
        for title, texts, file in table:
            if lines := list(dict.fromkeys(texts)):
                yield Cause(title, lines, file)

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
            for old, new in _moves(pair):
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
        servers = [each.get("url") for each in self.first.new.contract.get("servers", ())]
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
        gone = self._facade.needs.keys() - operations_of(self.first.new.contract).keys()
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
        for each in self.first.new.problems:
            with suppress(KeyError):
                lookup(self.first.new.published, each.partition(": ")[0])
                yield each


def _moves(pair: Recaptured) -> Iterator[tuple[str, str]]:
    """Yield where operations were, and where they are under the same operationId.

    Another method is another place; for an app it is another operation.
    """
    found = operation_objects(pair.new.normal)
    there = {template(f"{method.upper()} {path}") for path, method, _ in found}
    old, new = (operations_of(each.normal) for each in (pair.old, pair.new))
    for name in filter(new.get, old):
        if name and template(old[name].label) not in there:
            yield old[name].label, new[name].label


def _is_told(finding: Finding, told: Sequence[Finding]) -> bool:
    """Return whether HighLevel's own document has such a change, too."""
    return any(
        each.rule == finding.rule and {*each.operations} & {*finding.operations}
        for each in told
        if each.wire == "breaking"
    )
