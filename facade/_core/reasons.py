"""Reads what an error body says, in each of the forms that HighLevel sends.

The API sends `message`, a text or a list; Version v3 an object `error`; OAuth the texts `error` and
`error_description`. A `code` may stand beside a message, with its `meta`.
"""

from __future__ import annotations

import re
from typing import Any, NamedTuple, cast

MAX_TEXT = 10_000  # characters of a page that are searched
# Parts of what to do about an error.
CHECK_ADDRESS = "check base_url (HIGHLEVEL_BASE_URL)"
CHECK_PROXY = "is there a proxy or a firewall in between (HTTPS_PROXY)?"


class Reasons(NamedTuple):
    """What an error body says; an attribute that the body lacks is empty or None.

    `status` is the one in the body. `label` is a text in `error`: a code of OAuth, or the reason
    phrase of the status. `is_list` is True if the messages are a list, as those about fields are.
    """

    messages: tuple[str, ...] = ()
    code: str | None = None
    details: Any = None
    resolution: str = ""
    status: int = 0
    label: str = ""
    is_list: bool = False
    trace_id: str = ""

    @property
    def text(self) -> str:
        return "\n".join([*self.messages, (self.code or "").replace("_", " ")]).strip()

    @property
    def summary(self) -> str:
        """The messages, otherwise the code, and how to resolve it; '' if there is none."""
        reason = "; ".join(self.messages) or self.code
        return visible(" - ".join(filter(None, [reason, self.resolution])))


def visible(text: object) -> str:
    """Return text in one line, with escapes for characters that are not printable.

    A server, and HighLevel's users in labels and keys, may write control characters to a log or a
    terminal.
    """
    shown = "" if text is None else str(text)
    return "".join(
        one if one.isprintable() else one.encode("unicode_escape").decode() for one in shown
    )


def quoted(error: Any) -> str:
    """Quote a response in 100 characters: its messages, its code, its page title, or its text."""
    said = "; ".join(error.messages) or error.code
    text = said or (error.body if isinstance(error.body, str) else "")
    title = re.search("<title>(.*?)</title>", text[:MAX_TEXT], re.DOTALL | re.IGNORECASE)
    line = " ".join((title[1] if title else text).split())
    return visible(line.removeprefix(f"{error.status_code} ")[:100])


def read_reasons(body: object) -> Reasons:
    """Read the body of an error response; one of another form says nothing."""
    outer = _as_object(body)
    inner = _as_object(outer.get("error"))
    fields = outer | inner  # of v3, `traceId` and the like stand beside `error`
    message, status = fields.get("message"), fields.get("statusCode")
    label = _text(outer.get("error"))  # beside a message, the reason phrase of the status
    messages = _texts(message) or _texts([label, fields.get("error_description")])
    return Reasons(
        messages=messages,
        code=_text(fields.get("code")) or None,
        details=fields.get("details", fields.get("meta")),
        resolution=_text(fields.get("resolution")),
        status=status if isinstance(status, int) and not isinstance(status, bool) else 0,
        label=label,
        is_list=isinstance(message, list),
        trace_id=_text(outer.get("traceId")),
    )


def _as_object(value: object) -> dict[str, Any]:
    return cast("dict[str, Any]", value) if isinstance(value, dict) else {}


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _texts(value: object) -> tuple[str, ...]:
    found = cast("list[object]", value) if isinstance(value, list) else [value]
    return tuple(one for one in found if isinstance(one, str) and one)
