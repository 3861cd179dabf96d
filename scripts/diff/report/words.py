"""Texts that several formats of the report share."""

import json
import re
from collections.abc import Sequence
from typing import Any

from scripts.diff.findings import Finding
from scripts.diff.results import Review
from scripts.diff.reviewed import ReviewedFinding
from scripts.openapi.paths import readable
from scripts.visible import visible

_MAX_LENGTH = 160  # characters of a value on one line
_MAX_OPERATIONS = 3
_MAX_NAMED = 5  # values beside a message
_MAX_HEADLINE = 80  # characters of the values beside a message


def one_line(value: Any) -> str:
    """Write a value on one line: a string without quotes, None as a dash."""
    if value is None:
        return "–"  # noqa: RUF001 - a dash stands for nothing
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    text = " ".join(text.split())
    return text if len(text) <= _MAX_LENGTH else f"{text[: _MAX_LENGTH - 1]}…"


def changes(before: Any, after: Any) -> list[tuple[str, str]]:
    """Return removed (-) and added (+) values; of two lists, only the differences."""
    if isinstance(before, list) and isinstance(after, list):
        sides = (("-", only_in(before, after)), ("+", only_in(after, before)))
        return [(sign, one_line(item)) for sign, items in sides for item in items]
    values = (("-", before), ("+", after))
    return [(sign, one_line(value)) for sign, value in values if value is not None]


def only_in(some: list[Any], others: list[Any]) -> list[Any]:
    """Return the items that another list lacks; all of them if only the order differs."""
    own = [item for item in some if item not in others]
    is_order = some != others and not own and all(item in some for item in others)
    return some if is_order else own


def headline(finding: Finding) -> tuple[str, list[tuple[str, str]]]:
    """Return the message of a finding, with the changed values if they are few and short.

    Otherwise they come beside it, as removed (-) and added (+) ones, unless the message has them.
    """
    found = changes(finding.before, finding.after)
    named = [re.search(rf"(?<!\w){re.escape(text)}(?!\w)", finding.message) for _, text in found]
    is_flag = all(isinstance(each, bool | None) for each in (finding.before, finding.after))
    if is_flag or all(named):
        return finding.message, []
    sides = [", ".join(text for sign, text in found if sign == side) for side in "-+"]
    values = " → ".join(filter(None, sides))
    if len(found) > _MAX_NAMED or len(values) > _MAX_HEADLINE:
        return finding.message, found
    return f"{finding.message}: {values}", []


def place_of(reviewed: ReviewedFinding) -> str:
    """Return the first place of a finding, and the number of others."""
    pointer, others = reviewed.finding.pointer, len(reviewed.finding.places) - 1
    more = f" and {others} more place{'s' if others > 1 else ''}" if others > 0 else ""
    return readable(pointer) + more


def operations(names: Sequence[str], *, is_whole: bool = False) -> str:
    """List operations, at most the first few unless all are asked for."""
    if len(names) <= _MAX_OPERATIONS or is_whole:
        return ", ".join(names)
    return f"{len(names)} operations: {', '.join(names[:_MAX_OPERATIONS])}, … (--all lists them)"


def impact_lines(reviewed: ReviewedFinding) -> list[str]:
    """Return what depends on a finding, and the policy about it, one line each."""
    policy = [f"policy: {one_line(reviewed.policy)}"] if reviewed.policy else []
    lines = (line for each in (reviewed, *reviewed.joined) for line in each.impact())
    return [*dict.fromkeys(lines), *policy]


def proposed_overlay(review: Review) -> str:
    """Write the proposed actions as an overlay; empty if there are none."""
    if not review.proposals:
        return ""
    import yaml

    actions = list(review.proposals)
    plain = json.dumps(actions, ensure_ascii=False)
    written: str = yaml.safe_dump(
        {
            "overlay": "1.1.0",
            "info": {"title": "Proposed corrections", "version": "1.0.0"},
            "actions": actions,
        },
        sort_keys=False,
        # If a character is hidden, escape all that are not ASCII.
        allow_unicode=visible(plain) == plain,
        width=100,
    )
    return written
