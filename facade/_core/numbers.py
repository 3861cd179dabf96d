"""Numbers that an app passes: of the right type, finite, and within bounds that make sense."""

from typing import Any

MAX_SECONDS = 1_000_000  # 11 days: the system takes no much longer timeout
MAX_COUNT = 10**9
_SHOWN = 1000  # a higher limit is of no interest, unless a value exceeds it


def seconds(name: str, value: Any, least: float = 0, most: float = MAX_SECONDS) -> Any:
    """Return a number of seconds; raise TypeError or ValueError, which name it, if it is none."""
    return _checked(name, value, int | float, least, most, " seconds")


def count(name: str, value: Any, least: int = 0, most: int = MAX_COUNT) -> Any:
    """Return a whole number; raise TypeError or ValueError, which name it, if it is none."""
    return _checked(name, value, int, least, most)


def share(name: str, value: Any) -> Any:
    """Return a part of a whole, above 0 and up to 1; raise TypeError or ValueError for others."""
    if _checked(name, value, int | float, 0, 1) == 0:
        raise ValueError(f"{name} must be above 0, not {value!r}")
    return value


def _checked(name: str, value: Any, kind: Any, least: float, most: float, unit: str = "") -> Any:
    if not isinstance(value, kind) or isinstance(value, bool):
        of = f" of{unit}" if unit else ""
        form = "a whole number" if kind is int else f"a number{of}"
        raise TypeError(f"{name} must be {form}, not {value!r:.40}")
    if not least <= value <= most:  # nan, too
        is_range = value > most or most <= _SHOWN
        bounds = f"{least:,} to {most:,}{unit}" if is_range else f"{least:,}{unit} or more"
        raise ValueError(f"{name} must be {bounds}, not {value!r:.40}")
    return value
