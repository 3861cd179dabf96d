"""A captured document read again from its recorded source, and what has changed in it."""

from datetime import date

from scripts.contract.capture import Captured, capture, read_lock, revision_of, source_of
from scripts.contract.diff import accepted
from scripts.contract.diff.load import Contract, load
from scripts.contract.diff.overlay_status import overlay_status, read_overlay
from scripts.contract.diff.review import Review, compare_contracts, review
from scripts.contract.errors import CannotRunError
from scripts.contract.generate import Layout
from scripts.contract.openapi.documents import parse_openapi
from scripts.contract.places import place


def recapture(layout: Layout, version: str, start: str | None = None) -> Captured:
    """Read a Version's document again, from its recorded source or from `start`; write nothing."""
    known = read_lock(layout.captured(version).parent).get(version)
    if known is None:
        raise CannotRunError(f"nothing is recorded for {version}: make capture comes first")
    origin = place(start or known["source"])
    return capture(
        origin,
        source=source_of(origin, None, known["source"]),
        revision=revision_of(origin),
        mapped=known.get("map", {}),
        read=lambda where: where.read(),
    )


def review_recapture(layout: Layout, version: str, captured: Captured, today: date) -> Review:
    """Compare what is captured with what was captured again, and review it."""
    old = load(str(layout.captured(version)))
    source = captured.entry["source"]
    new = Contract(source, parse_openapi(captured.document, source), {"": captured.document})
    status = overlay_status(old.document, new.document, read_overlay(layout.overlay))
    entries = accepted.read(layout.root / accepted.FILE)
    return review(compare_contracts(old, new), entries, today, root=layout.root, overlay=status)
