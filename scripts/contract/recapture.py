"""A captured document read again from its recorded source: for drift, and for an update."""

from pathlib import Path

from scripts.contract.capture import Captured, capture, read_lock, revision_of, source_of
from scripts.contract.diff.load import Contract
from scripts.contract.errors import CannotRunError
from scripts.contract.openapi.documents import parse_openapi
from scripts.contract.places import Place, place


def read(where: Place) -> bytes:
    """Read a place as it is now."""
    return where.read()


def recapture(folder: Path, version: str, start: str | None = None) -> Captured:
    """Read a Version's document again, from its recorded source or from `start`."""
    known = read_lock(folder).get(version)
    if known is None:
        raise CannotRunError(f"nothing is recorded for {version}: make capture comes first")
    origin = place(start or known["source"])
    return capture(
        origin,
        source=source_of(origin, None, known["source"]),
        revision=revision_of(origin),
        mapped=known.get("map", {}),
        read=read,
    )


def as_contract(name: str, data: bytes) -> Contract:
    """Give a captured document for comparing."""
    return Contract(name, parse_openapi(data, name), {"": data})
