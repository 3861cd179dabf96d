"""A finding with all that it affects in the facade and in apps."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from scripts.diff.results import ReviewedFinding

if TYPE_CHECKING:  # slow to import, and only findings in apps need it
    from scripts.contract.impact.apps import AppUse


@dataclass(frozen=True, slots=True)
class Affected:
    """A method or a field of the facade that a finding affects."""

    name: str
    shielded: bool  # apps that use it need no change
    source: str = ""  # the file of a method
    is_passed: bool = False  # only apps need a change: the method passes on what they give

    @property
    def must_change(self) -> bool:
        """Whether hand-written code of the facade must change."""
        return not (self.shielded or self.is_passed)


@dataclass(frozen=True, slots=True)
class AffectingFinding(ReviewedFinding):
    """A finding, and what it affects."""

    affected: tuple[Affected, ...] = ()  # methods and fields of the facade
    uses: "tuple[AppUse, ...]" = ()  # places in apps
    is_transport_header: bool = False  # a header that the facade sets on every request
    reach: str = ""  # how an app reaches a new item that no method names

    @property
    def needs_a_method(self) -> bool:
        """Whether it is a new operation that no method of the facade calls."""
        return self.finding.rule == "operation-added" and not self.is_called

    @property
    def is_called(self) -> bool:
        """Whether the facade calls an operation of the finding."""
        return bool(self.affected) or self.is_transport_header

    def impact(self) -> list[str]:
        """Return what it affects in the facade and in apps, one line each."""
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
        """Return the same as members of the report in JSON."""
        uses = [
            {"file": use.file, "line": use.line, "uses": use.name, "sure": use.confidence}
            for use in self.uses
        ]
        facade = [{"name": each.name, "shielded": each.shielded} for each in self.affected]
        return {"facade": facade, "apps": uses}
