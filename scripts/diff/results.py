"""The results of a comparison, which the stages complete and the reports show."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from scripts.diff.policies.read import NO_POLICY, Policy
from scripts.diff.reviewed import ReviewedFinding, joined
from scripts.diff.rules import SDK, WIRE
from scripts.diff.unaffected import Unaffected, counted
from scripts.openapi.documents import Document
from scripts.openapi.paths import readable
from scripts.openapi.references import Problem

LENSES = ("both", "wire", "sdk")
LEVELS = ("breaking", "risky", "any", "never")
SEVERITIES = ("breaking", "risky", "safe")
GROUPS = ("severity", "operation", "cause")
NO_EFFECT = "without effect on requests, responses or generated code"
_SEVERAL, _WHOLE = "Several operations", "The document"


class ReportSection(NamedTuple):
    """Lines below the findings: some fail the run, some are notices."""

    name: str
    title: str
    lines: list[str]
    errors: list[str] = []  # noqa: RUF012 - never changed
    notices: list[str] = []  # noqa: RUF012
    is_news: bool = True  # False: no reason for a report


class PolicyNote(NamedTuple):
    """The effect of a policy, for the report."""

    text: str
    has_effect: bool


@dataclass(frozen=True, slots=True)
class Review:
    """The content of every report: `compare_contracts` creates it, and each stage adds to it."""

    old: str  # the names of the documents
    new: str
    findings: tuple[ReviewedFinding, ...]
    problems: tuple[Problem, ...] = ()
    lens: str = "both"
    proposals: tuple[dict[str, Any], ...] = ()  # actions of an OpenAPI Overlay
    stale: tuple[str, ...] = ()  # messages about accepted entries that no longer hold
    policy: Policy = NO_POLICY
    notes: tuple[PolicyNote, ...] = ()  # what each policy did
    unaffected: tuple[Unaffected, ...] = ()  # differences that no rule needs
    next_version: str | None = None  # of what depends on the API
    when: str = ""  # the day of the change, in a log
    is_whole: bool = False  # whether reports leave nothing out
    grouped: str = "severity"
    paths: tuple[str, str] = ("", "")  # of the documents, in the working tree or on the web
    documents: tuple[Document, Document] = field(default=({}, {}), repr=False)

    @property
    def open(self) -> Sequence[ReviewedFinding]:
        """The findings that are not accepted."""
        return [each for each in self.findings if each.accepted is None]

    @property
    def between(self) -> str:
        """The names of the documents, and the day of the change in a log."""
        return f"{f'{self.when}: ' if self.when else ''}{self.old} → {self.new}"

    @property
    def conclusion(self) -> str:
        """The number of findings by severity; a project that knows what to do overrides this."""
        return self.without_effect or counts_text(self.severities())

    @property
    def without_effect(self) -> str:
        """The sentence on documents that differ, if no difference has an effect."""
        if self.findings or not self.unaffected:
            return ""
        return f"the documents differ, {NO_EFFECT}: {counted(self.unaffected)}"

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to report."""
        news = any(each.is_news for each in self.sections())
        return not (self.findings or self.proposals or self.unaffected or news)

    def sections(self) -> list[ReportSection]:
        """Return what stands below the findings, without empty sections."""
        notes = [note.text for note in self.notes]
        effects = [note.text for note in self.notes if note.has_effect]
        stale = list(self.stale)
        told = [each.shown for each in self.unaffected] if self.is_whole else []
        others = told or ([counted(self.unaffected)] if self.findings and self.unaffected else [])
        sides = (
            {each[1:3] for each in self.problems if each[0] == side} for side in ("old", "new")
        )
        found = [
            ReportSection("policy", "Policies", notes, notices=effects, is_news=bool(effects)),
            ReportSection("accepted.yaml", "Accepted entries that no longer hold", stale, stale),
            ReportSection("unaffected", NO_EFFECT.capitalize(), others),
            ReportSection(
                "problem",
                "Problems in the documents",
                problem_lines(self.problems),
                is_news=len(set(map(frozenset, sides))) > 1,
            ),
        ]
        return [each for each in found if each.lines]

    def worst_first(self) -> list[ReviewedFinding]:
        """The findings to read, sorted by their severity under the lens."""
        findings = joined(self.findings, self.documents)
        return sorted(findings, key=lambda each: SEVERITIES.index(each.severity(self.lens)))

    @property
    def entries_text(self) -> str:
        """How many entries of a report the open findings are; empty if each is one."""
        entries = sum(each.accepted is None for each in self.worst_first())
        if entries == len(self.open):
            return ""
        return f"{len(self.open)} findings in {entries} entr{'y' if entries == 1 else 'ies'}"

    def severities(self) -> dict[str, int]:
        """Count the open findings by their severity under the lens."""
        found = [each.severity(self.lens) for each in self.open]
        return {word: found.count(word) for word in SEVERITIES}

    def fails(self, level: str) -> bool:
        """Return whether `--fail-on level` makes the command exit with 1."""
        if level != "never" and any(each.errors for each in self.sections()):
            return True
        counts = self.severities()
        failing = {"breaking": SEVERITIES[:1], "risky": SEVERITIES[:2], "any": SEVERITIES}
        return any(counts[word] for word in failing.get(level, ()))

    def counts(self) -> dict[str, dict[str, int]]:
        """Count the open findings by lens and severity."""
        found = [each.finding for each in self.open]
        return {
            "wire": {word: sum(each.wire == word for each in found) for word in reversed(WIRE)},
            "sdk": {word: sum(each.sdk == word for each in found) for word in reversed(SDK)},
        }

    def data(self) -> dict[str, Any]:
        """Return what a project adds to the report in JSON."""
        return {}


def grouped(
    findings: Iterable[ReviewedFinding], by: str, lens: str
) -> list[tuple[str, list[ReviewedFinding]]]:
    """Group findings by severity, operation or cause, in their order; what has several last."""
    groups: dict[str, list[ReviewedFinding]] = {}
    for each in findings:
        names = each.finding.operations
        names = names if len(names) == 1 else [_SEVERAL if names else _WHOLE]
        keys = {
            "severity": each.severity(lens).capitalize(),
            "operation": names[0],
            "cause": each.finding.rule,
        }
        groups.setdefault(keys[by], []).append(each)
    last = ("", _SEVERAL, _WHOLE) if by == "operation" else ("",)
    return sorted(groups.items(), key=lambda group: last.index(group[0]) if group[0] in last else 0)


def counts_text(severities: Mapping[str, int]) -> str:
    """Return the number of findings of each severity as text."""
    found = [f"{count} {word}" for word, count in severities.items() if count]
    return ", ".join(found) or "nothing to do"


def problem_lines(problems: Iterable[Problem]) -> list[str]:
    """Return the problems of the documents, one line each; the same in both is one line."""
    documents: dict[str, list[str]] = {}
    for each in problems:
        places = f" ({each.places} places)" if each.places > 1 else ""
        line = f"{each.message}{places} at {readable(each.pointer)}"
        documents.setdefault(line, []).append(each.document)
    return [f"{' and '.join(names)}: {line}" for line, names in documents.items()]
