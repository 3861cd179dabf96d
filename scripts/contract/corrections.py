"""Turn a captured document into the contract: normal form, our names, the overlay, our texts."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from scripts.contract import overlay
from scripts.contract.names import Names, read_names
from scripts.contract.naming import describe, rename, unfilled_roles
from scripts.contract.openapi.dangling import without_dangling
from scripts.contract.openapi.documents import Document, parse
from scripts.contract.openapi.normal import normal_form
from scripts.contract.places import FilePlace

FOLDER = Path("openapi")


@dataclass(frozen=True)
class Step:
    """The effect of one action on a document."""

    action: overlay.Action
    before: Document
    after: Document  # equal to `before` if the action does not fit
    problem: str = ""  # why it does not fit

    @cached_property
    def places(self) -> list[overlay.Steps]:
        """The places that the action changes; none if it does not fit."""
        return overlay.places(self.before, self.action) if self.after != self.before else []


@dataclass(frozen=True)
class Corrections:
    """The corrections of a captured document: normalise, rename, apply the overlay, describe."""

    actions: list[overlay.Action]
    names: Names = field(default_factory=Names)

    def apply(self, document: Document) -> Document:
        """Return the contract of a captured document; actions that do not fit are skipped."""
        renamed = self.published(document)
        corrected = renamed
        for step in effects(self.actions, renamed):
            corrected = step.after
        return describe(corrected, self.names)

    def unfilled_roles(self, document: Document) -> dict[str, str]:
        """Return what to say of each schema of ours that a captured document does not have."""
        return unfilled_roles(self.published(document), self.names)

    def steps(self, document: Document) -> Iterator[Step]:
        """Yield the effect of each action on a captured document."""
        return effects(self.actions, self.published(document))

    def published(self, document: Document) -> Document:
        """Return the normal form with our names, without new operations that are broken."""
        usable = without_dangling(normal_form(document), self.names.operations)
        return rename(usable, self.names)


def effects(actions: Iterable[overlay.Action], document: Document) -> Iterator[Step]:
    """Yield the effect of each action on a document that is in normal form."""
    for action in actions:
        try:
            step = Step(action, document, overlay.apply(document, [action]))
        except overlay.NoFitError as error:
            step = Step(action, document, document, str(error))
        yield step
        document = step.after


def read_corrections(folder: Path = FOLDER) -> Corrections:
    """Read overlay.yaml and names.yaml from a folder."""
    actions, names = folder / "overlay.yaml", folder / "names.yaml"
    return Corrections(
        overlay.read_actions(parse(FilePlace(actions).read(), str(actions))),
        read_names(parse(FilePlace(names).read(), str(names)), str(names)),
    )
