"""The witnesses of openapi/witnesses, as they are written."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from scripts.contract.openapi.documents import parse

FOLDER = Path(__file__).parents[2] / "openapi" / "witnesses"
FILES = sorted(FOLDER.glob("*.yaml"))
LOCATION = "witnessLocation00001"

Witness = dict[str, Any]
Exchange = dict[str, Any]


def read(path: Path) -> Witness:
    witness: Witness = parse(path.read_bytes(), path.name)
    return witness


WITNESSES = {path.stem: read(path) for path in FILES}


def statuses(exchange: Exchange) -> list[int]:
    """List the statuses of an answer, where it was one of several."""
    found = exchange["status"]
    return found if isinstance(found, list) else [found]


def alternatives(witness: Witness) -> Iterator[list[Exchange]]:
    """Yield the exchanges with one status each, as often as there are alternatives."""
    exchanges = witness.get("exchanges", [])
    for number in range(max((len(statuses(each)) for each in exchanges), default=1)):
        yield [
            {**each, "status": statuses(each)[min(number, len(statuses(each)) - 1)]}
            for each in exchanges
        ]
