"""Make hidden characters in foreign text visible, so that it cannot control its output."""

import json
import re

# Control characters, invisible ones, and those that change the order of text.
_HIDDEN = re.compile(
    "[\\x00-\\x08\\x0a-\\x1f\\x7f-\\x9f\\xad\\u061c\\u180e\\u200b-\\u200f\\u2028-\\u202e"
    "\\u2060-\\u206f\\ufeff\\ufff9-\\ufffb\\ud800-\\udfff\\U000e0000-\\U000e007f]"
)


def visible(text: str) -> str:
    """Write text on one line, with hidden characters as JSON escapes such as \\u202e."""
    return _HIDDEN.sub(lambda match: json.dumps(match.group())[1:-1], text)


def visible_lines(text: str) -> str:
    """Write text with hidden characters as JSON escapes, but keep its lines."""
    return "\n".join(map(visible, text.split("\n")))
