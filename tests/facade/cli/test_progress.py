"""The progress: one changing line on a terminal, otherwise a line every ten seconds."""

import sys
from collections import Counter
from types import SimpleNamespace

import pytest

from facade.cli import progress
from facade.cli.progress import ProgressLine, summary


def test_the_summary_has_the_rate_and_the_remaining_time_of_sent_pairs() -> None:
    for counts, total, seconds, text in (
        ({"created": 150, "existing": 50}, 1000, 19.9, "10.0/s, 0:01:20 left"),
        ({"created": 97, "failed": 3}, 1000, 1000.0, "0.1/s, 2:30:00 left, 3 failed"),
        ({"created": 100, "done_before": 400}, 1000, 10.0, "10.0/s, 0:00:50 left"),
        ({"done_before": 400}, 1000, 1.0, "from the journal"),
        ({"created": 1000}, 1000, 10.0, "100.0/s"),
        ({"created": 10}, 1000, 0.0, "from the journal"),
    ):
        assert summary(Counter(counts), total, seconds) == text


@pytest.mark.parametrize(
    ("is_terminal", "written"),
    [
        (False, ["100 of 1,000, 10.0/s, 0:01:30 left\n", "250 of 1,000, 8.3/s, 0:01:30 left\n"]),
        (True, ["\r\x1b[K5 of 1,000, 0.5/s, 0:33:10 left"]),
    ],
)
def test_a_log_gets_a_line_every_ten_seconds_and_a_terminal_one_that_changes(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    is_terminal: bool,
    written: list[str],
) -> None:
    times = [0.5, 0.5] if is_terminal else [1.0, 10.0, 15.0, 19.9, 25.0, 34.9]
    clock = SimpleNamespace(monotonic=iter([0.0, *times]).__next__)
    monkeypatch.setattr(type(sys.stderr), "isatty", lambda stream: is_terminal)
    monkeypatch.setattr(progress, "time", clock)
    shown = ProgressLine(1000)
    for seconds in times:
        shown.show(Counter(created=int(seconds * 10)))
    assert capsys.readouterr().err == "".join(written)
    shown.print("a note")
    shown.close()
    cleared = "\r\x1b[K" * is_terminal
    assert capsys.readouterr().err == f"{cleared}a note\n{cleared}"
