"""Patterns for paths, rules and places: `*` matches text without a slash, `**` any text."""

import re
from functools import cache


def matches(pattern: str, text: str) -> bool:
    """Return whether a pattern matches the whole text."""
    return _compiled(pattern).fullmatch(text) is not None


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    wildcards = {"**": ".*", "*": "[^/]*"}
    parts = re.split(r"(\*\*|\*)", pattern)
    return re.compile("".join(wildcards.get(part, re.escape(part)) for part in parts), re.DOTALL)
