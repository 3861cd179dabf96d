"""The progress: a bar on a terminal, otherwise lines."""

import io
import sys
from typing import Any

import pytest

from facade.bulk import Progress
from facade.link.progress import Bar, display, summary


class Terminal(io.StringIO):
    """A terminal of 80 columns."""

    def isatty(self) -> bool:
        return True


def progress(**fields: Any) -> Progress:
    none = dict.fromkeys(("done", "created", "existing", "failed"), 0)
    return Progress(**{**none, "total": 1000, "seconds": 0.0, **fields})


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        ({"done": 100, "seconds": 10.0}, "10.0/s, 2 min left"),
        ({"done": 100, "seconds": 0.3}, "10.0/s, 2 min left"),
        ({"done": 200, "seconds": 10.3}, "10.0/s, 1 min left"),
        ({"done": 200, "seconds": 19.9}, "10.0/s, 1 min left"),
        ({"done": 10, "seconds": 10.0, "total": 69}, "1.0/s, 59 s left"),
        ({"done": 10, "seconds": 10.0, "total": 70}, "1.0/s, 1 min left"),
        ({"done": 10, "seconds": 10.0, "total": 3610}, "1.0/s, 1 h 00 min left"),
        ({"done": 100, "seconds": 1000.0, "failed": 3}, "0.1/s, 2 h 30 min left, 3 failed"),
        ({"done": 500, "done_before": 400, "seconds": 10.0}, "10.0/s, 50 s left"),
        ({"done": 400, "done_before": 400, "seconds": 1.0}, "from the journal"),
        ({"done": 1000, "seconds": 10.0}, "100.0/s"),
        ({"done": 10, "seconds": 10.0, "total": None}, "1.0/s"),
        ({"done": 10, "seconds": 0.0}, "from the journal"),
    ],
)
def test_the_summary_has_the_rate_and_the_remaining_time_of_sent_pairs(
    fields: dict[str, Any], text: str
) -> None:
    assert summary(progress(**fields)) == text


def test_a_terminal_gets_a_bar(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("TERM", "xterm")
    terminal = Terminal()
    with display(1000, terminal) as shown:
        assert isinstance(shown, Bar)
        shown.show(progress(done=250, seconds=10.0))
        shown.print("[nothing] is markup")
    assert "250/1,000" in terminal.getvalue()
    assert "25.0/s, 30 s left" in terminal.getvalue()
    assert "[nothing] is markup" in terminal.getvalue()


def test_a_terminal_without_rich_gets_lines_and_one_hint(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "rich.console", None)
    terminal = Terminal()
    with display(1000, terminal) as shown:
        for seconds in (1.0, 10.0, 15.0, 19.9, 25.0, 34.9):
            shown.show(progress(done=int(seconds * 10), seconds=seconds))
    assert terminal.getvalue().splitlines() == [
        'no progress bar, a package is missing: pip install "highlevel-associations[cli]"',
        "100 of 1,000, 10.0/s, 2 min left",
        "250 of 1,000, 8.3/s, 2 min left",
    ]
