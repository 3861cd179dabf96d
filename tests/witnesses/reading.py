"""The witnesses of openapi/witnesses, as they are written, and whether what came is like them."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import zip_longest
from pathlib import Path
from typing import Any

from scripts.openapi.documents import parse

FOLDER = Path(__file__).parents[2] / "openapi" / "witnesses"
FILES = sorted(FOLDER.glob("*.yaml"))
LOCATION = "witnessLocation00001"

Witness = dict[str, Any]
Exchange = dict[str, Any]


WITNESSES: dict[str, Witness] = {path.stem: parse(path.read_bytes(), path.name) for path in FILES}
# Whoever answers chooses these.
_CHOSEN = {"id", "relationId", "traceId", "scope", "userId"}
_CHOSEN |= {"access_token", "refresh_token", "accessToken", "refreshToken"}


def statuses(exchange: Exchange) -> list[int]:
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


def differences(shown: Any, came: Any, where: str = "it") -> list[str]:
    """List where a value lacks what is shown; it may have more.

    Of JSON, the fields are shown; of another object its attributes; of a method each argument with
    its result.
    """
    parts: list[tuple[str, Any, Any]] = []
    if isinstance(shown, dict) and isinstance(came, Mapping):
        for name, value in shown.items():
            pair = value, came.get(name, "nothing")
            parts.append((f".{name}", *(map(type, pair) if name in _CHOSEN else pair)))
    elif isinstance(shown, dict) and callable(came):
        parts = [(f"({each})", value, came(each)) for each, value in shown.items()]
    elif isinstance(shown, dict) and shown:
        for name, value in shown.items():
            parts.append((f".{name}", value, getattr(came, name, "nothing")))
    elif isinstance(shown, list) and isinstance(came, Iterable):
        pairs = enumerate(zip_longest(shown, came, fillvalue="nothing"))
        parts = [(f"[{number}]", *pair) for number, pair in pairs]
    elif shown != came:
        return [f"{where} is {came!r:.200}, not {shown!r:.200}"]
    return [each for name, one, two in parts for each in differences(one, two, where + name)]
