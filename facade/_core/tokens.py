"""Where tokens come from, and how they stay secret: no repr, error or local variable shows one."""

from collections.abc import Callable
from typing import Protocol, runtime_checkable


@runtime_checkable
class TokenSource(Protocol):
    """A source of tokens that change, such as OAuth's; it may block.

    It is called from any thread; an async client calls it in a thread of its own. A source that
    also has `has_fresh_token(location_id) -> bool` is called where it says that it does not block;
    elsewhere one call at a time is made for a location, and none is waited for beyond a call's
    deadline.
    """

    def token(self, location_id: str, /) -> str:
        """Return the token for the next request for a location."""
        ...

    def refused(self, location_id: str, token: str, /) -> bool:
        """Take note that HighLevel refused a token; return whether another one is worth a try."""
        ...


Token = str | Callable[[], str] | TokenSource


class StaticToken:
    """A token that never changes, such as a Private Integration token."""

    def __init__(self, token: str) -> None:
        # In a closure, where neither repr nor vars shows it.
        self.token: Callable[[str], str] = lambda location_id: token

    def refused(self, location_id: str, token: str, /) -> bool:
        """Return False: there is no other token."""
        return False


class CallableToken:
    """A callable that is asked before each request; it should return at once."""

    def __init__(self, function: Callable[[], str]) -> None:
        self.token: Callable[[str], str] = lambda location_id: function()

    def refused(self, location_id: str, token: str, /) -> bool:
        """Return False: the callable is asked again only for the next request."""
        return False


def token_source(token: Token) -> TokenSource:
    """Wrap what an app gives as a token in a TokenSource."""
    if isinstance(token, str):
        return StaticToken(token)
    return token if isinstance(token, TokenSource) else CallableToken(token)


def checked_token(token: object) -> str:
    """Return a token that can stand in a header; the ValueError for any other never repeats it."""
    if isinstance(token, str) and token and is_header_text(token):
        return token
    why = "must be visible ASCII text without spaces or line ends" if token else "is empty"
    del token  # a traceback that prints local variables must not print it
    raise ValueError(f"the token {why}")


def is_header_text(text: object) -> bool:
    """Return whether a value can stand in a header: visible ASCII, no spaces, no line ends."""
    return isinstance(text, str) and text.isascii() and text.isprintable() and " " not in text
