"""The progress of a run: one changing line on a terminal, otherwise a line every ten seconds."""

import sys
import time
from collections import Counter
from datetime import timedelta
from math import ceil

from facade.pace import SECONDS

_INTERVAL = 10.0  # seconds between two lines
_CLEAR = "\r\x1b[K"  # goes to the start of the line of a terminal, and clears it


class ProgressLine:
    """Shows how far a run towards `total` is, on standard error."""

    def __init__(self, total: int) -> None:
        self._total = total
        self._is_terminal = sys.stderr.isatty()
        self._started = time.monotonic()
        self._next = 0.0 if self._is_terminal else _INTERVAL

    def show(self, counts: Counter[str]) -> None:
        """Show the numbers of outcomes by status, unless that was done just now."""
        seconds, done = time.monotonic() - self._started, counts.total()
        if seconds >= self._next:
            self._next = seconds + (0.1 if self._is_terminal else _INTERVAL)
            text = f"{done:,} of {self._total:,}, {summary(counts, self._total, seconds)}"
            self.print(text, end="" if self._is_terminal else "\n")

    def print(self, text: str, end: str = "\n") -> None:
        """Print a line; on a terminal, instead of the progress."""
        sys.stderr.write(f"{_CLEAR * self._is_terminal}{text}{end}")
        sys.stderr.flush()

    def close(self) -> None:
        """Remove the progress from a terminal."""
        if self._is_terminal:
            self.print("", end="")


def summary(counts: Counter[str], total: int, seconds: float) -> str:
    """Return the rate, the remaining time and the number of failures."""
    parts, left = list[str](), total - counts.total()
    sent = counts.total() - counts["done_before"]
    if sent and seconds:
        # Over whole windows of the rate limit, because each begins with a burst.
        rate = sent / (ceil(seconds / SECONDS) * SECONDS)
        parts.append(f"{rate:,.1f}/s")
        parts += [f"{timedelta(seconds=round(left / rate))} left"] * bool(left)
    parts += [f"{counts['failed']:,} failed"] * bool(counts["failed"])
    return ", ".join(parts) or "from the journal"
