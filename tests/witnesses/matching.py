"""Whether what came is what a witness shows."""

from typing import Any

# Whoever answers chooses these.
_CHOSEN = {"id", "relationId", "traceId", "scope", "userId"}
_CHOSEN |= {"access_token", "refresh_token", "accessToken", "refreshToken"}


def differences(shown: Any, came: Any, where: str = "body") -> list[str]:
    """List where JSON that came lacks what is shown; it may have more fields."""
    if isinstance(shown, dict) and isinstance(came, dict):
        missing = [f"{where} has no {name}" for name in shown if name not in came]
        known = [name for name in shown if name in came]
        return missing + [
            each
            for name in known
            for each in (
                _types(shown[name], came[name], f"{where}.{name}")
                if name in _CHOSEN
                else differences(shown[name], came[name], f"{where}.{name}")
            )
        ]
    if isinstance(shown, list) and isinstance(came, list) and len(shown) == len(came):
        return [
            each
            for index, pair in enumerate(zip(shown, came, strict=True))
            for each in differences(*pair, f"{where}[{index}]")
        ]
    return [] if shown == came else [f"{where} is {came!r:.200}, not {shown!r:.200}"]


def _types(shown: Any, came: Any, where: str) -> list[str]:
    return [] if type(shown) is type(came) else [f"{where} is {came!r:.80}, not like {shown!r:.80}"]


def mismatches(shown: Any, came: Any, where: str = "result") -> list[str]:
    """List where a value lacks what is shown: the attributes of an object, the items of a list.

    Of a method, each argument is shown with its result.
    """
    if isinstance(shown, dict):
        if callable(came):
            return [
                each
                for argument, result in shown.items()
                for each in mismatches(result, came(argument), f"{where}({argument})")
            ]
        return [
            each
            for name, value in shown.items()
            for each in mismatches(value, getattr(came, name), f"{where}.{name}")
        ]
    if isinstance(shown, list):
        items = list(came)
        if len(items) != len(shown):
            return [f"{where} has {len(items)} items, not {len(shown)}"]
        return [
            each
            for index, pair in enumerate(zip(shown, items, strict=True))
            for each in mismatches(*pair, f"{where}[{index}]")
        ]
    return [] if shown == came else [f"{where} is {came!r:.200}, not {shown!r:.200}"]
