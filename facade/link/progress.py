"""The progress of a run: a bar on a terminal, otherwise a line every ten seconds."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from math import ceil
from typing import TYPE_CHECKING, TextIO

from facade._core.lazy import missing_extra
from facade.pace import SECONDS

if TYPE_CHECKING:
    from collections.abc import Generator

    from facade.bulk import Progress

_INTERVAL = 10.0  # seconds between two lines


@contextmanager
def display(total: int, stream: TextIO | None = None) -> Generator[Lines]:
    """Show a bar on a terminal if rich is installed, otherwise lines; on standard error."""
    shown: TextIO = stream or sys.stderr
    lines = Lines(shown)
    if shown.isatty():
        try:
            bar = Bar(total, shown)
        except ImportError:
            lines.print(f"no progress bar, {missing_extra('cli')}")
        else:
            with bar.progress:
                yield bar
            return
    yield lines


class Lines:
    """A line every ten seconds, for a log."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._next = _INTERVAL

    def show(self, progress: Progress) -> None:
        """Print the progress if the last line is old enough."""
        if progress.seconds >= self._next:
            self._next = progress.seconds + _INTERVAL
            self.print(f"{progress.done:,} of {progress.total:,}, {summary(progress)}")

    def print(self, text: str) -> None:
        self._stream.write(f"{text}\n")
        self._stream.flush()


class Bar(Lines):
    """A bar with the rate and the remaining time; lines are printed above it."""

    def __init__(self, total: int, stream: TextIO) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TextColumn

        console = Console(file=stream, highlight=False)
        columns = ("{task.completed:,}/{task.total:,}", "{task.description}")
        text = [TextColumn(one, markup=False) for one in columns]
        self.progress = Progress(BarColumn(bar_width=None), *text, console=console, expand=True)
        self._task = self.progress.add_task("", total=total)

    def show(self, progress: Progress) -> None:
        self.progress.update(self._task, completed=progress.done, description=summary(progress))

    def print(self, text: str) -> None:
        self.progress.console.print(text, markup=False)


def summary(progress: Progress) -> str:
    """Return the rate, the remaining time and the number of failures."""
    parts: list[str] = []
    sent = progress.done - progress.done_before
    if sent and progress.seconds:
        # Over whole windows of the rate limit, because each begins with a burst.
        rate = sent / (ceil(progress.seconds / SECONDS) * SECONDS)
        parts.append(f"{rate:,.1f}/s")
        if progress.total is not None and progress.done < progress.total:
            parts.append(f"{duration((progress.total - progress.done) / rate)} left")
    if progress.failed:
        parts.append(f"{progress.failed:,} failed")
    return ", ".join(parts) or "from the journal"


def duration(seconds: float) -> str:
    """Format a duration in its largest unit, from seconds to hours."""
    if seconds < 60:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60:02} min"
