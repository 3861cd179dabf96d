"""The entry of an update in the next release's changelog: the changes by HighLevel."""

from collections.abc import Sequence
from pathlib import Path

from scripts.diff.results import Review, ReviewedFinding

ENTRY = Path("changes/+highlevel.highlevel.md")


def described(reviewed: ReviewedFinding) -> str:
    """Return a finding's message, with its operations unless the message names one of them."""
    return changed_in(reviewed.finding.message, reviewed.finding.operations)


def changed_in(message: str, operations: Sequence[str]) -> str:
    """Return a message with the operations that it is about, unless it names one of them."""
    if not operations or any(each in message for each in operations):
        return message
    more = f" and {len(operations) - 1} more" if len(operations) > 1 else ""
    return f"{message} (in {operations[0]}{more})"


def entry_with(text: str, result: Review) -> str:
    """Add the changes to the entry's text, each line once."""
    lines = text.splitlines() or ["HighLevel has changed its API:", ""]
    added = [f"- {described(each)}." for each in result.findings]
    return "".join(f"{line}\n" for line in dict.fromkeys([*lines, *added])) if added else text
