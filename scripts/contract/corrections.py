"""From a captured document to the contract: our names, the overlay, our words."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from scripts.contract import overlay
from scripts.contract.names import Names, read_names
from scripts.contract.naming import describe, rename
from scripts.contract.openapi.documents import Document, parse
from scripts.contract.places import FilePlace

FOLDER = Path("openapi")


@dataclass(frozen=True)
class Step:
    """One action on its way through a document."""

    action: overlay.Action
    before: Document
    after: Document  # the same as before, where the action does not fit
    problem: str = ""  # why it does not fit

    @property
    def places(self) -> list[overlay.Steps]:
        """The places that the action corrects: none if it does not fit or changes nothing."""
        return overlay.places(self.before, self.action) if self.after != self.before else []


@dataclass(frozen=True)
class Corrections:
    """What is done to a captured document, in this order: renamed, corrected, described."""

    actions: list[overlay.Action]
    names: Names = field(default_factory=Names)

    def apply(self, document: Document) -> Document:
        """Return the contract that a captured document gives; actions that do not fit are left."""
        renamed = rename(document, self.names)
        corrected = next((step.after for step in reversed(list(self._steps(renamed)))), renamed)
        return describe(corrected, self.names)

    def steps(self, document: Document) -> Iterator[Step]:
        """Yield what each action does to a captured document."""
        return self._steps(rename(document, self.names))

    def _steps(self, document: Document) -> Iterator[Step]:
        for action in self.actions:
            try:
                step = Step(action, document, overlay.apply(document, [action]))
            except overlay.NoFitError as error:
                step = Step(action, document, document, str(error))
            yield step
            document = step.after


def read_corrections(folder: Path = FOLDER) -> Corrections:
    """Read overlay.yaml and names.yaml in a folder."""
    actions, names = folder / "overlay.yaml", folder / "names.yaml"
    return Corrections(
        overlay.read_actions(parse(FilePlace(actions).read(), str(actions))),
        read_names(parse(FilePlace(names).read(), str(names)), str(names)),
    )
