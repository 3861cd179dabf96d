"""Token sources; no repr, error or local variable in a traceback shows a token."""

from collections.abc import Callable
from typing import Protocol, runtime_checkable


@runtime_checkable
class TokenSource(Protocol):
    """A source of tokens that change, such as OAuth; its methods may block.

    They are called from any thread; an async client calls them in a separate thread. A source may
    also have `has_fresh_token(location_id) -> bool`, which returns whether `token` returns at once
    for a location. Then `token` is called directly if it does; otherwise one call at a time is made
    for a location, and a request waits for it until the deadline of its call.
    """

    def token(self, location_id: str, /) -> str:
        """Return the token for the next request for a location."""
        ...

    def renew(self, location_id: str, refused_token: str, /) -> bool:
        """Get another token than this one, which HighLevel refused; return whether there is one."""
        ...


Token = str | Callable[[], str] | TokenSource


class CallableToken:
    """A callable that is called before each request; it should return at once."""

    def __init__(self, function: Callable[[], str]) -> None:
        # In a closure, because repr and vars do not show it.
        self.token: Callable[[str], str] = lambda location_id: function()

    def renew(self, location_id: str, refused_token: str, /) -> bool:
        """Return False: the callable is called again only for the next request."""
        return False


class StaticToken(CallableToken):
    """A token that never changes, such as a Private Integration token."""

    def __init__(self, token: str) -> None:
        super().__init__(lambda: token)


def token_source(token: Token) -> TokenSource:
    if isinstance(token, str):
        return StaticToken(token)
    return token if isinstance(token, TokenSource) else CallableToken(token)


def checked_token(token: str) -> str:
    """Return a token if it is valid in a header; raise a ValueError without the token if not."""
    if mistake := mistake_in_text("the token", token):
        del token  # a traceback that prints local variables must not print it
        raise ValueError(mistake)
    return token


def mistake_in_text(name: str, text: object) -> str:
    """Return what is wrong with a token or an id, and what to do; empty text if nothing is."""
    if not text:
        return f"{name} is empty: is a variable unset?"
    if not isinstance(text, str):
        return f"{name} must be text, not {type(text).__name__}"
    if text[0] in "'\"" or text[-1] in "'\"":
        return f"{name} is in quotation marks: pass it without them"
    if text.lower().startswith("bearer "):
        return f"{name} begins with Bearer: pass only what comes after it"
    if not is_header_text(text):
        return f"{name} must be visible ASCII text without spaces or line ends: copy it once more"
    return ""


def is_header_text(text: object) -> bool:
    """Return whether a value is valid in a header: visible ASCII, no spaces, no line ends."""
    return isinstance(text, str) and text.isascii() and text.isprintable() and " " not in text
