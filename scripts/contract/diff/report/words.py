"""Words that several forms of the report share."""

import json
from typing import Any

from scripts.contract.diff.review import Judged, Review

_LONG = 160


def shown(value: Any) -> str:
    """Write a value on one line; text without quotes, nothing as a dash."""
    if value is None:
        return "–"  # noqa: RUF001 - a dash stands for nothing
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    text = " ".join(text.split())
    return text if len(text) <= _LONG else f"{text[: _LONG - 1]}…"


def changes(before: Any, after: Any) -> list[tuple[str, str]]:
    """Give what went (-) and what came (+); of two lists only what differs."""
    if isinstance(before, list) and isinstance(after, list):
        gone = [item for item in before if item not in after]
        come = [item for item in after if item not in before]
        return [("-", shown(item)) for item in gone] + [("+", shown(item)) for item in come]
    sides = (("-", before), ("+", after))
    return [(sign, shown(value)) for sign, value in sides if value is not None]


def places(operations: list[str], most: int = 3) -> str:
    """Name operations, the first few of many."""
    if len(operations) <= most:
        return ", ".join(operations)
    return f"{len(operations)} operations: {', '.join(operations[:most])}, …"


def spot(name: str, line: int, column: int) -> str:
    """Name a place as editors understand it."""
    return f"{name}:{line}:{column}"


def told(problems: Review) -> list[str]:
    """Say what is broken in the documents, one line each."""
    return [
        f"{each.document}: {each.message}"
        + (f" ({each.places} places)" if each.places > 1 else "")
        + f" at {each.pointer or 'the root'}"
        for each in problems.problems
    ]


def overlay(review: Review) -> list[str]:
    """Say what became of the overlay, where that was asked."""
    return review.overlay.lines() if review.overlay else []


def proposed(review: Review) -> str:
    """Write the proposed overlay actions as an overlay that applies as it stands; or nothing."""
    if not review.proposals:
        return ""
    import yaml

    info = {"title": "Proposed corrections", "version": "1.0.0"}
    overlay = {"overlay": "1.1.0", "info": info, "actions": review.proposals}
    written: str = yaml.safe_dump(overlay, sort_keys=False, allow_unicode=True, width=100)
    return written


def touched(judged: Judged) -> list[str]:
    """Say what of the facade and of the apps a finding meets."""
    open_to, behind = (
        [each.name for each in judged.facade if each.shielded is shielded]
        for shielded in (False, True)
    )
    lines = [f"facade: {', '.join(open_to)}"] if open_to else []
    lines += [f"facade, shielded: {', '.join(behind)}"] if behind else []
    return lines + [str(each) for each in judged.apps]
