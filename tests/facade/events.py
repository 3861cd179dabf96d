"""The events of `on_event` as lines, for comparison in tests."""

import attrs

from facade.observe import CallEvent


def lines(events: list[CallEvent]) -> list[str]:
    """Return each event on a line, without its seconds, and forget it."""
    said = []
    for event in events:
        fields = {
            name: value
            for name, value in attrs.asdict(event).items()
            if name not in ("seconds", "location_id") and value is not None
        }
        said.append(" ".join([type(event).__name__, *(f"{value}" for value in fields.values())]))
    events.clear()
    return said
