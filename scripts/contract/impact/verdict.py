"""The verdict of a review on what findings affect: what to do, and the next version."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any

from scripts.diff.reviewed import ReviewedFinding

if TYPE_CHECKING:  # slow to import, and only findings in apps need it
    from scripts.contract.impact.apps import AppUse

_VERSION = re.compile(r'(?m)^__version__ = "(\d+\.\d+\.\d+)')
_MAX_PLACES = 6  # places that a verdict names
_ADOPT = "put the proposed actions into the overlay, then regenerate"


@dataclass(frozen=True, slots=True)
class Affected:
    """A method or a field of the facade that a finding affects."""

    name: str
    shielded: bool  # apps that use it need no change
    source: str = ""  # the file of a method
    is_passed: bool = False  # only apps need a change: the method passes on what they give

    @property
    def must_change(self) -> bool:
        return not (self.shielded or self.is_passed)


@dataclass(frozen=True, slots=True)
class AffectingFinding(ReviewedFinding):
    affected: tuple[Affected, ...] = ()  # methods and fields of the facade
    uses: "tuple[AppUse, ...]" = ()  # places in apps
    is_transport_header: bool = False  # a header that the facade sets on every request
    reach: str = ""  # how an app reaches a new item that no method names

    @property
    def needs_a_method(self) -> bool:
        return self.finding.rule == "operation-added" and not self.is_called

    @property
    def is_called(self) -> bool:
        return bool(self.affected) or self.is_transport_header

    def impact(self) -> list[str]:
        named = {
            "": [each.name for each in self.affected if each.must_change],
            ", passed on": [each.name for each in self.affected if each.is_passed],
            ", shielded": [each.name for each in self.affected if each.shielded],
        }
        lines = ["facade: not affected, every request sets it"] if self.is_transport_header else []
        lines += [f"facade: {self.reach}"] if self.reach else []
        lines += [f"facade{how}: {', '.join(names)}" for how, names in named.items() if names]
        return [*lines, *map(str, self.uses)]

    def data(self) -> dict[str, Any]:
        uses = [
            {"file": use.file, "line": use.line, "uses": use.name, "sure": use.confidence}
            for use in self.uses
        ]
        facade = [{"name": each.name, "shielded": each.shielded} for each in self.affected]
        return {"facade": facade, "apps": uses}


class Verdict(Enum):
    """What to do: the sentence, and the version step.

    A step is major, minor, feature, patch, or none.
    """

    APPS_BREAK = "apps break", "major"
    APPS_MAY_BREAK = "apps may break", "major"
    FACADE_MUST_CHANGE = "facade must change", "major"
    ADOPT = _ADOPT, "minor"
    ADOPT_UNUSED = _ADOPT, ""
    NEW_ATTRIBUTE = "regenerate; apps get new attributes", "feature"
    NEW_OPERATION = "regenerate; a method is to be written for each new operation", "minor"
    APPS_MAY_BE_REFUSED = "regenerate; what apps pass may be refused", "minor"
    REGENERATE = "regenerate", "minor"
    NOT_CALLED = "nothing to do: the facade calls none of the operations concerned", ""
    NOTHING = "nothing to do", ""
    FOREIGN = "nothing here depends on this API", ""

    @property
    def sentence(self) -> str:
        return self.value[0]

    @property
    def step(self) -> str:
        return self.value[1]

    @property
    def needs_a_person(self) -> bool:
        """Whether hand-written code must change first."""
        return self in (Verdict.APPS_BREAK, Verdict.APPS_MAY_BREAK, Verdict.FACADE_MUST_CHANGE)


def decide(
    findings: Iterable[AffectingFinding], lens: str, *, has_proposals: bool
) -> tuple[Verdict, tuple[str, ...]]:
    """Return the verdict on findings that are not accepted, and the places that it names."""
    changes = [
        each for each in findings if each.finding.wire != "safe" or each.finding.sdk != "none"
    ]
    breaks = [each for each in changes if each.severity(lens) == "breaking"]
    uses = [use for each in breaks for use in each.uses]
    if uses:
        certain = [use for use in uses if use.confidence == "certain"]
        verdict = Verdict.APPS_BREAK if certain else Verdict.APPS_MAY_BREAK
        return verdict, _unique(f"{use.file}:{use.line}" for use in certain or uses)
    exposed = [each for broken in breaks for each in broken.affected if not each.shielded]
    changing = [each for each in exposed if each.must_change]
    if changing:
        # A method counts by its file, which must change; the finding names the method.
        return Verdict.FACADE_MUST_CHANGE, _unique(each.source or each.name for each in changing)
    if exposed:
        return Verdict.APPS_MAY_BE_REFUSED, _unique(each.name for each in exposed)
    promoted = [
        each.name
        for change in changes
        for each in change.affected
        if change.finding.rule.startswith("property-added") and not each.source
    ]
    if promoted:
        return Verdict.NEW_ATTRIBUTE, _unique(promoted)
    new = [
        each for change in changes if change.needs_a_method for each in change.finding.operations
    ]
    if new and not has_proposals:
        return Verdict.NEW_OPERATION, _unique(new)
    is_called = any(each.is_called for each in changes)
    if is_called and any(each.finding.sdk != "none" for each in changes):
        return Verdict.ADOPT if has_proposals else Verdict.REGENERATE, ()
    if changes and has_proposals:
        return Verdict.ADOPT_UNUSED, ()
    if changes and not is_called:
        return Verdict.NOT_CALLED, ()
    return Verdict.REGENERATE if changes else Verdict.NOTHING, ()


def verdict_text(verdict: Verdict, places: Sequence[str]) -> str:
    if not places:
        return verdict.sentence
    more = f", and {len(places) - _MAX_PLACES} more" if len(places) > _MAX_PLACES else ""
    return f"{verdict.sentence} ({', '.join(places[:_MAX_PLACES])}{more})"


def stated_version(source: str) -> str | None:
    found = _VERSION.search(source)
    return found[1] if found else None


def next_version(version: str | None, step: str) -> str | None:
    """Return the next version.

    Before 1.0, both a break and a feature are minor steps; all else is a patch.
    """
    if version is None or not step:
        return None
    major, minor, patch = map(int, version.split("."))
    if major == 0:
        is_minor = step in ("major", "feature")
        return f"0.{minor + 1}.0" if is_minor else f"0.{minor}.{patch + 1}"
    if step == "patch":
        return f"{major}.{minor}.{patch + 1}"
    return f"{major + 1}.0.0" if step == "major" else f"{major}.{minor + 1}.0"


def _unique(places: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(places))
