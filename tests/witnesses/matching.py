"""Whether what came is what a witness shows."""

from collections.abc import Iterable
from itertools import zip_longest
from typing import Any

# Whoever answers chooses these.
_CHOSEN = {"id", "relationId", "traceId", "scope", "userId"}
_CHOSEN |= {"access_token", "refresh_token", "accessToken", "refreshToken"}


def differences(shown: Any, came: Any, where: str = "it") -> list[str]:
    """List where a value lacks what is shown; it may have more.

    Of JSON, the fields are shown; of another object its attributes; of a method each argument with
    its result.
    """
    parts: list[tuple[str, Any, Any]] = []
    if isinstance(shown, dict) and isinstance(came, dict):
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
