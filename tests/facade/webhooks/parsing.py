"""Parses a body that must be an event."""

from typing import Any, overload

from facade.webhooks import Event, parse
from facade.webhooks.payloads import Kind


@overload
def parsed(raw_body: bytes, kind: type[Kind]) -> Kind: ...
@overload
def parsed(raw_body: bytes, kind: None = None) -> Event: ...
def parsed(raw_body: bytes, kind: type[Any] | None = None) -> Any:
    """Parse a body that is of a kind of ours."""
    event = parse(raw_body) if kind is None else parse(raw_body, kind)
    assert event is not None
    return event
