"""The entries of an update in CHANGELOG.md: the changes by HighLevel."""

from scripts.contract.diff.review import Review
from scripts.contract.diff.reviewed import ReviewedFinding

_UNRELEASED, _GROUP = "## Unreleased", "HighLevel:"


def described(reviewed: ReviewedFinding) -> str:
    """Return a finding's message, with its operations unless the message names one of them."""
    message, operations = reviewed.finding.message, reviewed.finding.operations
    if not operations or any(each in message for each in operations):
        return message
    more = f" and {len(operations) - 1} more" if len(operations) > 1 else ""
    return f"{message} (in {operations[0]}{more})"


def changelog_with(text: str, result: Review) -> str:
    """Add the changes to the group `HighLevel:` of `Unreleased` in a changelog, each line once."""
    head, heading, rest = text.partition(_UNRELEASED)
    section, next_heading, others = rest.partition("\n## ")
    above, _, below = section.partition(f"\n{_GROUP}\n")
    entries = dict.fromkeys(f"- {described(each)}." for each in result.findings)
    new = [each for each in entries if each not in below.splitlines()]
    if not new:
        return text
    if not heading:
        head, next_heading, others = text.partition("\n## ")
        head = f"{head.rstrip()}\n\n"
    group = "\n".join([f"{above.rstrip()}\n", f"{_GROUP}\n", *new, below.lstrip()])
    return f"{head}{_UNRELEASED}{group}{next_heading}{others}"
