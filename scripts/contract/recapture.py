"""Capture documents again, from their sources or given places, and tell what has drifted."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

from scripts.contract.capture import Captured, capture, read_lock, source_of
from scripts.contract.corrections import read_corrections
from scripts.contract.generate import DEFAULT_VERSION, Layout
from scripts.contract.notices import OverlayStatus, overlay_status
from scripts.contract.review import ContractReview, completed
from scripts.diff import accepted
from scripts.diff.load import Contract, load
from scripts.diff.policies import read as policies
from scripts.diff.report import render
from scripts.diff.review import compare_contracts, review
from scripts.errors import CannotRunError, MissingDocumentError
from scripts.openapi.documents import Document, parse_openapi
from scripts.openapi.places import place
from scripts.openapi.walking import walk

Starts = dict[str, str | None]
"""The place of each Version's document; None is its recorded source."""


def recapture(
    layout: Layout, version: str, start: str | None = None, *, is_recorded: bool = False
) -> Captured:
    """Read a Version's document again, from its recorded source or from `start`; write nothing.

    `start` is recorded as the source only on request.
    """
    known = read_lock(layout.captured(version).parent).get(version)
    if known is None:
        raise CannotRunError(f"no source is recorded for {version}: run make capture first")
    origin = place(start or known["source"])
    return capture(
        origin,
        source=source_of(origin, None, None) if is_recorded else known["source"],
        mapped=known.get("map", {}),
        selected=known.get("select", ""),
    )


def reviewed(
    layout: Layout, old: Contract, new: Contract, today: date, overlay: OverlayStatus | None = None
) -> ContractReview:
    entries = accepted.read(layout.root / accepted.FILE)
    compared = compare_contracts(old, new, policy=policies.read_if_any(layout.root / policies.FILE))
    return completed(review(compared, entries, today), layout.root, overlay=overlay)


@dataclass(frozen=True)
class Drift:
    """How HighLevel's document of one Version differs from the captured one."""

    version: str
    review: ContractReview | None = None
    gone: str = ""  # why the document is missing

    def report(self, form: str) -> str:
        """Write it in an output format; empty in Markdown without drift."""
        if self.review is not None:
            overlay = self.review.overlay
            has_drift = self.review.findings or (overlay and overlay.unsettled)
            return render(self.review if has_drift else replace(self.review, overlay=None), form)
        advice = f"find its new place, then run: make capture VERSION={self.version} FROM=..."
        if form == "github":
            return f"::error title=gone::{self.gone}; {advice}\n"
        title = f"the document of {self.version} is gone"
        if form == "markdown":
            return f"## T{title[1:]}\n\n    {self.gone}\n\nTo do: {advice}\n"
        return f"{title}: {self.gone}\n{advice}\n"


def find_drift(layout: Layout, version: str, start: str | None, today: date) -> Drift:
    try:
        captured = recapture(layout, version, start)
    except MissingDocumentError as error:
        return Drift(version, gone=str(error))
    old = load(str(layout.captured(version)))
    document = parse_openapi(captured.document, captured.origin)
    new = Contract(captured.origin, document, {"": captured.document})
    status = overlay_status(old.document, document, read_corrections(layout.openapi))
    return Drift(version, reviewed(layout, old, new, today, status))


def starts(layout: Layout, version: str | None, given: Sequence[str]) -> Starts:
    """Return the Versions to read again, and their places.

    Each of `given` is VERSION=PLACE, a folder with the document of every Version, or the place of
    one document: that of `version`, or of the Version that code is generated from.
    """
    lock = read_lock(layout.openapi / "captured")
    sources = {name: lock[name]["source"] for name in layout.versions if name in lock}
    if version not in (None, *sources):
        known = ", ".join(sources) or "nothing"
        raise CannotRunError(f"{version} is not captured ({known} is): run make capture first")
    if not given:
        return dict.fromkeys([version] if version else layout.versions)
    found: Starts = {}
    for each in given:
        name, equals, where = each.partition("=")
        if equals and name in sources:
            found[name] = where
        elif Path(each).is_dir():
            found |= _in_folder(Path(each), sources)
        else:
            found[version or DEFAULT_VERSION] = each
    is_for_all = any(Path(each).is_dir() for each in given)
    wanted = [version] if version else sources if is_for_all else found
    if missing := [each for each in wanted if each not in found]:
        raise CannotRunError(
            f"{', '.join(given)} has no document of {', '.join(missing)}, but of "
            f"{', '.join(found)}: choose --version {next(iter(found))}, or name the document: "
            f"--source {missing[0]}=PLACE"
        )
    return {name: each for name, each in found.items() if version in (None, name)}


def require_document_of(version: str, captured: Captured, versions: Iterable[str]) -> None:
    """Refuse a document whose Version header belongs to others of `versions` instead."""
    named = versions_named(json.loads(captured.document))
    others = [each for each in versions if each in named]
    if others and version not in named:
        raise CannotRunError(
            f"{captured.origin} is the document of {', '.join(others)}, not of {version}: "
            f"name another, or say so: --source {others[0]}={captured.origin}"
        )


def versions_named(document: Document) -> set[str]:
    """Return the values that the Version headers of a document take."""
    headers = (node for node, _, _ in walk(document) if node.get("name") == "Version")
    schemas = [each["schema"] for each in headers if isinstance(each.get("schema"), dict)]
    return {str(value) for each in schemas for value in each.get("enum", ())}


def _in_folder(folder: Path, sources: Mapping[str, str]) -> Starts:
    """Find documents in a folder: as VERSION.json, or at the paths of the published repository."""
    found: Starts = {}
    for version, source in sources.items():
        parts = urlsplit(source).path.strip("/").split("/")
        names = [f"{version}.json", *("/".join(parts[start:]) for start in range(len(parts)))]
        path = next((folder / name for name in names if (folder / name).is_file()), None)
        if path is not None:
            found[version] = str(path)
    if not found:
        raise CannotRunError(f"{folder} has no document of {', '.join(sources)}")
    return found
