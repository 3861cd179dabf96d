"""Notices about overlay actions that correct another number of places than `x-expect`.

A notice does not stop the build: the contract is built with the actions that fit. `mend` resolves
notices by editing the overlay file, and changes nothing else in it.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import chain

from scripts.contract import overlay
from scripts.contract.corrections import Corrections, Step, read_corrections
from scripts.contract.fit import lost_places
from scripts.contract.generate import Layout, read_captured
from scripts.diff.compare import compare
from scripts.diff.findings import Finding
from scripts.errors import CannotRunError
from scripts.openapi.documents import Document, parse, parse_marked, parse_openapi
from scripts.openapi.lines import Location, locations
from scripts.openapi.nodes import canonical
from scripts.openapi.places import GitPlace
from scripts.openapi.pointers import join, lookup

_MAX_PLACES = 4  # places that are shown
_KEYS = ("target", "description", "x-evidence", "x-expect", "update", "remove")


@dataclass(frozen=True)
class Notice:
    """An action whose `x-expect` is wrong, and what changed in its places."""

    action: overlay.Action
    expect: int | str  # the right value of `x-expect`; 0 if the action is not needed
    findings: tuple[str, ...]
    lost: str = ""  # where a defect is that the action has corrected, and does not find

    @property
    def state(self) -> str:
        """What became of the defect: moved, mended, or changed, which a person must read."""
        return "moved" if self.lost else "changed" if self.expect else "mended"

    @property
    def to_do(self) -> str:
        if self.lost:
            return f"this correction no longer finds its place: {self.lost}"
        if not self.expect:
            return "no Version needs it: delete the action, or correct the target of a new one"
        return f"read the places, then set x-expect: {self.expect}"


def open_notices(
    corrections: Corrections,
    documents: Mapping[str, Document],
    earlier: Mapping[str, Document] | None = None,
) -> list[Notice]:
    """Return the notices on the captured documents, by Version.

    `earlier` has documents that the overlay fitted, to show what changed since.
    """
    before = {name: corrections.of(each).steps for name, each in (earlier or {}).items()}
    steps = {name: corrections.of(each).steps for name, each in documents.items()}
    found = []
    for index, action in enumerate(corrections.actions):
        pairs = {
            name: (before[name][index] if name in before else None, each[index])
            for name, each in steps.items()
        }
        numbers = {len(now.places) for _, now in pairs.values()} - {0}
        right = overlay.ALL if len(numbers) > 1 else next(iter(numbers), 0)
        wrong = {name: pair for name, pair in pairs.items() if _is_wrong(pair[1])}
        places = (lost_places(old, now) for old, now in pairs.values() if old)
        lost = next(chain.from_iterable(places), "")
        if wrong or lost or not right:
            findings = (line for name, pair in wrong.items() for line in _findings(name, *pair))
            found.append(Notice(action, right, tuple(findings), lost))
    return found


def _is_wrong(now: Step) -> bool:
    """Return whether an action does not fit, or corrects neither nothing nor what is expected."""
    expected = now.action.expect
    return bool(now.problem) or (len(now.places) not in (0, expected) and expected != overlay.ALL)


def notices_of(layout: Layout) -> list[Notice]:
    """Return the notices on the captured documents, compared with the last commit."""
    corrections = read_corrections(layout.openapi)
    documents = {name: read_captured(layout, name) for name in layout.versions}
    if not (found := open_notices(corrections, documents)):
        return found
    committed: dict[str, Document] = {}
    for name in documents:
        with suppress(CannotRunError):  # a new Version, or no repository
            path = GitPlace(str(layout.root), "HEAD", f"./{layout.name(layout.captured(name))}")
            committed[name] = parse_openapi(path.read(), name)
    return open_notices(corrections, documents, committed)


def _findings(version: str, earlier: Step | None, now: Step) -> Iterator[str]:
    """Yield how an action fits the document of a Version, and what changed in its places."""
    places = now.places
    yield f"{version}: it corrects {len(places)} place(s), x-expect says {now.action.expect}"
    if now.problem:
        yield f"  {now.problem.removeprefix(f'{now.action}: ')}"
    if earlier is None:
        texts = [f"at {join(each)}" for each in places]
    else:
        old = earlier.places
        texts = [f"new: {_at(now.before, each)}" for each in places if each not in old]
        texts += [f"now: {_at(now.before, each)}" for each in old if each not in places]
    yield from (f"  {text}" for text in texts[:_MAX_PLACES])
    if len(texts) > _MAX_PLACES:
        yield f"  and {len(texts) - _MAX_PLACES} more"


def _at(document: Document, steps: overlay.Steps) -> str:
    pointer = join(steps)
    try:
        return f"{pointer} is {json.dumps(lookup(document, pointer), sort_keys=True):.100}"
    except KeyError:
        return f"{pointer} is not there"


@dataclass(frozen=True, slots=True)
class ActionStatus:
    """One action of the overlay, and whether it is still needed."""

    action: str
    state: str  # needed, mended (delete it), moved (its target is gone), changed (read it again)
    reason: str

    def __str__(self) -> str:
        return f"{self.state}: {self.action}: {self.reason}"


@dataclass(frozen=True, slots=True)
class OverlayStatus:
    """The state of every action, and the findings that the overlay hides or causes."""

    actions: tuple[ActionStatus, ...] = ()
    hides: tuple[Finding, ...] = ()  # between the captured documents, but not between contracts
    causes: tuple[Finding, ...] = ()  # between contracts, but not between captured documents

    @property
    def unsettled(self) -> list[ActionStatus]:
        return [each for each in self.actions if each.state != "needed"]


def overlay_status(old: Document, new: Document, corrections: Corrections) -> OverlayStatus:
    notices = open_notices(corrections, {"": new}, {"": old})
    found = {each.action.number: (each.state, each.to_do) for each in notices}
    states = tuple(
        ActionStatus(str(each), *found.get(each.number, ("needed", "as it stands")))
        for each in corrections.actions
    )
    captured = compare(old, new).findings
    corrected = compare(corrections.apply(old), corrections.apply(new)).findings
    return OverlayStatus(states, _missing(captured, corrected), _missing(corrected, captured))


def _missing(some: Sequence[Finding], others: Sequence[Finding]) -> tuple[Finding, ...]:
    """Return findings without an equal; pointers do not count, because the overlay moves places."""

    def change(finding: Finding) -> tuple[str, str, str]:
        return finding.rule, canonical(finding.before), canonical(finding.after)

    known = set(map(change, others))
    return tuple(each for each in some if change(each) not in known)


def written(notices: list[Notice], data: bytes, name: str) -> list[str]:
    """Return notices as lines, with the lines of their actions in the overlay's text."""
    pointers = [f"/actions/{each.action.number - 1}" for each in notices]
    lines = _locations(data, name, pointers)
    texts = []
    for notice, pointer in zip(notices, pointers, strict=True):
        texts.append(f"{name}:{lines[pointer].line}: {notice.action.description}")
        texts += [f"  {text}" for text in (*notice.findings, f"to do: {notice.to_do}")]
    return texts


def mend(notices: list[Notice], data: bytes, name: str) -> bytes:
    """Resolve notices in an overlay's text: delete actions, or correct `x-expect`.

    An action that no longer finds its place stays: a person must read it. Everything else stays,
    including comments. CannotRunError if the text is not block style.
    """
    raw = parse(data, name)
    text = data.decode().splitlines(keepends=True)
    for notice in reversed([each for each in notices if not each.lost]):
        index = notice.action.number - 1
        pointers = [f"/actions/{index + 1}"] if index + 1 < len(raw["actions"]) else []
        pointers += [f"/actions/{index}", *(f"/actions/{index}/{key}" for key in _KEYS)]
        found = _locations(data, name, pointers)
        start = found[f"/actions/{index}"].line - 1
        after = found.get(f"/actions/{index + 1}")
        end = _without_comments(text, after.line - 1 if after else len(text))
        if notice.expect:
            raw["actions"][index]["x-expect"] = notice.expect
            line, column = found[f"/actions/{index}/x-expect"]
            end = min([end, *(each.line - 1 for each in found.values() if each.line > line)])
            line_text = f"{text[line - 1][: column - 1]}x-expect: {notice.expect}\n"
            text[line - 1 : _without_comments(text, end)] = [line_text]
        else:
            del raw["actions"][index]
            if start and not text[start - 1].strip() and not "".join(text[end : end + 1]).strip():
                end += 1  # keeps one of two adjacent empty lines
            del text[start:end]
    mended = "".join(text).encode()
    with suppress(CannotRunError):
        if raw["actions"] and parse(mended, name) == raw:
            return mended
    raise CannotRunError(f"{name} cannot be mended automatically: follow the notices")


def _locations(data: bytes, name: str, pointers: list[str]) -> dict[str, Location]:
    _, marks = parse_marked(data, name)
    return marks.locations(pointers) if marks else locations(data, pointers)


def _without_comments(lines: list[str], end: int) -> int:
    """Return the end without trailing empty lines and comments, which belong to no action."""
    while lines[end - 1].strip()[:1] in ("", "#"):
        end -= 1
    return end
