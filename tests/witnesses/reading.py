"""The witnesses of openapi/witnesses, as they are written."""

from pathlib import Path
from typing import Any

from scripts.contract.openapi.documents import parse

FOLDER = Path(__file__).parents[2] / "openapi" / "witnesses"
FILES = sorted(FOLDER.glob("*.yaml"))

Witness = dict[str, Any]


def read(path: Path) -> Witness:
    witness: Witness = parse(path.read_bytes(), path.name)
    return witness


WITNESSES = {path.stem: read(path) for path in FILES}
