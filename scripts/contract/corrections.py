"""From a captured document to the contract: our names, the overlay, our words."""

from dataclasses import dataclass, field
from pathlib import Path

from scripts.contract import overlay
from scripts.contract.names import Names, read_names
from scripts.contract.naming import describe, rename
from scripts.contract.openapi.documents import Document, parse
from scripts.contract.places import FilePlace

FOLDER = Path("openapi")


@dataclass(frozen=True)
class Corrections:
    """What is done to a captured document, in this order: renamed, corrected, described."""

    actions: list[overlay.Action]
    names: Names = field(default_factory=Names)

    def apply(self, document: Document) -> Document:
        """Return the contract that a captured document gives."""
        renamed = rename(document, self.names)
        return describe(overlay.apply(renamed, self.actions), self.names)


def read_corrections(folder: Path = FOLDER) -> Corrections:
    """Read overlay.yaml and names.yaml in a folder."""
    actions, names = folder / "overlay.yaml", folder / "names.yaml"
    return Corrections(
        overlay.read_actions(parse(FilePlace(actions).read(), str(actions))),
        read_names(parse(FilePlace(names).read(), str(names)), str(names)),
    )
