"""What a person has to do after a review, and which version is next."""

import re
from collections.abc import Iterable, Mapping, Sequence
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from scripts.contract.diff.review import ReviewedFinding

_VERSION = re.compile(r'(?m)^__version__ = "(\d+\.\d+\.\d+)')
_MOST = 6  # places that a verdict names
_ADOPT = "put the proposed actions into the overlay, then regenerate"


class Verdict(Enum):
    """What there is to do: the sentence, and the step of the version.

    A step is major, minor, or patch, which adds nothing that a person could name; or none.
    """

    APPS_BREAK = "apps break", "major"
    APPS_MAY_BREAK = "apps may break", "major"
    FACADE_MUST_CHANGE = "facade must change", "major"
    ADOPT = _ADOPT, "minor"
    ADOPT_UNUSED = _ADOPT, ""
    NEW_ATTRIBUTE = "regenerate; apps get new attributes", "feature"
    NEW_OPERATION = "regenerate; a method is to be written for each new operation", "minor"
    REGENERATE = "regenerate", "minor"
    NOT_CALLED = "nothing to do: the facade calls none of the operations concerned", ""
    NOTHING = "nothing to do", ""
    FOREIGN = "nothing here depends on this API", ""

    @property
    def sentence(self) -> str:
        """The verdict in words."""
        return self.value[0]

    @property
    def step(self) -> str:
        """The step of the version."""
        return self.value[1]

    @property
    def needs_a_person(self) -> bool:
        """Whether code written by hand must change first."""
        return self in (Verdict.APPS_BREAK, Verdict.APPS_MAY_BREAK, Verdict.FACADE_MUST_CHANGE)


def decide(
    findings: Iterable["ReviewedFinding"], lens: str, *, has_proposals: bool
) -> tuple[Verdict, tuple[str, ...]]:
    """Return the verdict on findings that are not accepted, and the places that it is about."""
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
    if exposed:
        # The file of a method is where to look; the finding itself names the method.
        return Verdict.FACADE_MUST_CHANGE, _unique(each.source or each.name for each in exposed)
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


def worded(verdict: Verdict, places: Sequence[str]) -> str:
    """Write a verdict and its places as one sentence."""
    if not places:
        return verdict.sentence
    more = f", and {len(places) - _MOST} more" if len(places) > _MOST else ""
    return f"{verdict.sentence} ({', '.join(places[:_MOST])}{more})"


def counted(severities: Mapping[str, int]) -> str:
    """Write how many findings there are of each severity."""
    found = [f"{count} {word}" for word, count in severities.items() if count]
    return ", ".join(found) or "nothing to do"


def stated_version(source: str) -> str | None:
    """Return the version that a source states, None if it states none."""
    found = _VERSION.search(source)
    return found[1] if found else None


def next_version(version: str | None, step: str) -> str | None:
    """Return the version after a version.

    Before 1.0 a break is a minor step, and so is what apps can name; all else is a patch.
    """
    if version is None or not step:
        return None
    major, minor, patch = map(int, version.split("."))
    if major == 0:
        is_minor = step in ("major", "feature")
        return f"0.{minor + 1}.0" if is_minor else f"0.{minor}.{patch + 1}"
    return f"{major + 1}.0.0" if step == "major" else f"{major}.{minor + 1}.0"


def _unique(places: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(places))
