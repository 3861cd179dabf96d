"""How a run is shown while it goes on: a bar on a terminal, else a line now and then."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Protocol, Self, TextIO

if TYPE_CHECKING:
    from facade.bulk import Progress

_EVERY = 10.0  # seconds between two lines


class Display(Protocol):
    """Shows progress from `__enter__` to `__exit__`."""

    def show(self, progress: Progress) -> None:
        """Show how far it is."""
        ...

    def say(self, text: str) -> None:
        """Say something in between."""
        ...

    def __enter__(self) -> Self: ...

    def __exit__(self, *_: object) -> None: ...


def display(total: int, stream: TextIO = sys.stderr) -> Display:
    """Choose a bar where somebody looks on and rich is there; else lines."""
    if not stream.isatty():
        return Lines(stream)
    try:
        return Bar(total, stream)
    except ImportError:
        lines = Lines(stream)
        lines.say('for a progress bar: pip install "highlevel-associations[cli]"')
        return lines


class Lines:
    """A line every ten seconds: for a log."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._next = _EVERY

    def show(self, progress: Progress) -> None:
        """Show how far it is, if the last line is old enough."""
        if progress.seconds >= self._next:
            self._next = progress.seconds + _EVERY
            self.say(f"{progress.done:,} of {progress.total:,}, {state(progress)}")

    def say(self, text: str) -> None:
        """Say something in between."""
        self._stream.write(f"{text}\n")
        self._stream.flush()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass


class Bar:
    """A bar with how fast it goes and how long it will take."""

    def __init__(self, total: int, stream: TextIO) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TextColumn

        console = Console(file=stream, highlight=False)
        columns = ("{task.completed:,}/{task.total:,}", "{task.description}")
        text = [TextColumn(one, markup=False) for one in columns]
        self._progress = Progress(BarColumn(bar_width=None), *text, console=console, expand=True)
        self._task = self._progress.add_task("", total=total)

    def show(self, progress: Progress) -> None:
        """Move the bar."""
        self._progress.update(self._task, completed=progress.done, description=state(progress))

    def say(self, text: str) -> None:
        """Say something above the bar."""
        self._progress.console.print(text, markup=False)

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()


def state(progress: Progress) -> str:
    """Say how fast it goes, how long it will take, and how many failed."""
    said: list[str] = []
    sent = progress.done - progress.resumed
    if sent and progress.seconds:
        rate = sent / progress.seconds
        said.append(f"{rate:,.1f}/s")
        if progress.total is not None and progress.done < progress.total:
            said.append(f"{duration((progress.total - progress.done) / rate)} left")
    if progress.failed:
        said.append(f"{progress.failed:,} failed")
    return ", ".join(said) or "from the journal"


def duration(seconds: float) -> str:
    """Say a duration as a person does, from seconds to hours."""
    if seconds < 60:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60:02} min"
