"""Parses a body that must be an event."""

from typing import Any

from facade.webhooks import Event, parse


def parsed(raw_body: bytes, kind: type[Event] | None = None) -> Any:
    """Parse a body that is of a kind of ours."""
    event = parse(raw_body, kind)
    assert event is not None
    return event
