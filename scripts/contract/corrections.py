"""Turn a captured document into the contract: normal form, our names, the overlay, our texts."""

import copy
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path

from scripts.contract import overlay
from scripts.contract.naming import Names, describe, read_names, rename, unfilled_roles
from scripts.diff.compare import compare
from scripts.diff.findings import Finding
from scripts.openapi.documents import Document, parse
from scripts.openapi.lint import Sound, dangling, without_defects
from scripts.openapi.normal import normal_form
from scripts.openapi.places import FilePlace

FOLDER = Path("openapi")
_latest = lru_cache(16)  # keeps the results for that many documents


@dataclass(frozen=True)
class Step:
    action: overlay.Action
    before: Document
    after: Document  # equal to `before` if the action does not fit
    places: list[overlay.Steps]  # in `before`; none if nothing is changed there
    problem: str = ""  # why it does not fit


@dataclass(frozen=True)
class Corrected:
    """What the corrections make of a captured document, step by step; read it, never change it."""

    corrections: "Corrections"
    captured: Document

    @cached_property
    def normal(self) -> Document:
        """The normal form, with HighLevel's names."""
        return normal_form(self.captured)

    @cached_property
    def published(self) -> Document:
        """The normal form with our names."""
        return rename(self.normal, self.corrections.names)

    @cached_property
    def steps(self) -> list[Step]:
        return list(effects(self.corrections.actions, self.published))

    @cached_property
    def corrected(self) -> Document:
        """The normal form after the overlay, with our texts; a misfit is skipped."""
        corrected = self.steps[-1].after if self.steps else self.published
        return describe(corrected, self.corrections.names)

    @cached_property
    def sound(self) -> Sound:
        """The contract: what is corrected, without defects of what nothing of ours needs."""
        return self.corrections.sound(json.dumps(self.corrected))

    @property
    def contract(self) -> Document:
        return self.sound.document

    @property
    def problems(self) -> list[str]:
        return self.sound.problems

    @cached_property
    def unfilled_roles(self) -> list[str]:
        """What to say of each schema of ours that is referred to, and that no role finds."""
        missing = {text for text, _ in dangling(self.corrected)}
        found = unfilled_roles(self.published, self.corrections.names)
        return [text for name, text in found.items() if f"#/components/schemas/{name}" in missing]


@dataclass(frozen=True)
class Recaptured:
    """What the corrections make of a Version's document before and after."""

    old: Corrected
    new: Corrected

    @cached_property
    def changes(self) -> list[Finding]:
        """What HighLevel changed, in its own names; the worst first."""
        return compare(self.old.normal, self.new.normal).findings

    def messages(self, form: str) -> dict[tuple[str, str], str]:
        """Return the changes of a form of the document, under our names."""
        found = compare(getattr(self.old, form), getattr(self.new, form)).findings
        told = (each for each in found if not each.rule.startswith("tag-"))
        return {(each.rule, each.message): each.message for each in told}


@dataclass(frozen=True)
class Corrections:
    """The corrections of a captured document: normalise, rename, apply the overlay, describe."""

    actions: list[overlay.Action]
    names: Names = field(default_factory=Names)

    @cached_property
    def _known(self) -> Callable[[str], Corrected]:
        return _latest(lambda text: Corrected(self, json.loads(text)))

    @cached_property
    def sound(self) -> Callable[[str], Sound]:
        """What is sound of a corrected document; Versions whose is the same share it."""
        needed = self.names.operations
        return _latest(lambda text: without_defects(json.loads(text), needed))

    def of(self, document: Document) -> Corrected:
        """Return what the corrections make of a document; equal ones are corrected once."""
        return self._known(json.dumps(document))

    def apply(self, document: Document) -> Document:
        """Return the contract of a captured document, which the caller may change."""
        return copy.deepcopy(self.of(document).contract)


def effects(actions: Iterable[overlay.Action], document: Document) -> Iterator[Step]:
    """Yield the effect of each action on a document that is in normal form."""
    for action in actions:
        try:
            after, places = overlay.effect(document, action)
            step = Step(action, document, after, places if after != document else [])
        except overlay.NoFitError as error:
            step = Step(action, document, document, [], str(error))
        yield step
        document = step.after


def read_corrections(folder: Path = FOLDER) -> Corrections:
    actions, names = (folder / name for name in ("overlay.yaml", "names.yaml"))
    # Where a project lies is no part of its errors, so that a copy of it corrects nothing again.
    where = (str(each.relative_to(folder.parent)) for each in (actions, names))
    return _corrections(FilePlace(actions).read(), FilePlace(names).read(), *where)


@lru_cache(8)
def _corrections(actions: bytes, names: bytes, *where: str) -> Corrections:
    return Corrections(
        overlay.read_actions(parse(actions, where[0]), where[0]),
        read_names(parse(names, where[1]), where[1]),
    )
