"""Where tokens come from, and how they stay out of sight: no repr, error or local shows one."""

from collections.abc import Callable
from typing import Protocol, cast, runtime_checkable


@runtime_checkable
class TokenSource(Protocol):
    """Where tokens come from that do not stay the same; it may take its time.

    Called from any thread; an async client calls it in a thread of its own.
    """

    def token(self, location_id: str, /) -> str:
        """Give the token for the next request for a location."""
        ...

    def refused(self, location_id: str, token: str, /) -> bool:
        """Take note that HighLevel refused a token; tell whether another may do."""
        ...


Token = str | Callable[[], str] | TokenSource


class Fixed:
    """A token that stays the same, such as a Private Integration token."""

    def __init__(self, token: str) -> None:
        self.token: Callable[[str], str] = lambda location_id: token

    def refused(self, location_id: str, token: str, /) -> bool:
        """Have no other."""
        return False


class Asked:
    """A callable of the caller's that is asked for each request; it should be quick."""

    def __init__(self, ask: Callable[[], str]) -> None:
        self.token: Callable[[str], str] = lambda location_id: ask()

    def refused(self, location_id: str, token: str, /) -> bool:
        """Ask again for the next request only."""
        return False


def source_of(token: object) -> TokenSource:
    """Make one thing of all that may be given as a token."""
    if isinstance(token, str):
        return Fixed(token)
    if isinstance(token, TokenSource):
        return token
    if callable(token):
        return Asked(cast("Callable[[], str]", token))
    kind = type(token).__name__
    raise TypeError(
        f"a token is text, a callable or a TokenSource, not {kind}: is a variable unset?"
    )


def is_header_text(text: object) -> bool:
    """Tell whether a text can stand in a header: visible ASCII, no spaces, no line ends."""
    return isinstance(text, str) and text.isascii() and text.isprintable() and " " not in text
