"""All sides are measured with the same calls."""

import pytest

from scripts.benchmarks import calls
from scripts.benchmarks.figures import Effort
from tests.benchmarks.recording import PUT, Recording, page


def test_each_side_sends_the_same_requests_equally_often(
    recorded: Recording, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(calls, "serving", recorded.serving)
    for name, number in (("ROUNDS", 1), ("PUTS", 3), ("LISTS", 2)):
        monkeypatch.setattr(calls, name, number)
    figures = list(calls.measure(Effort()))
    assert [figure.name for figure in figures] == [
        "PUT, blocking: facade / httpx",
        "PUT, blocking: facade / generated",
        "list of 100, blocking: facade / generated",
        "list of 100, blocking: facade / httpx",
        "PUT, async: facade / httpx",
        "PUT, async: facade / generated",
        "list of 100, async: facade / generated",
        "list of 100, async: facade / httpx",
    ]
    assert all(len(figure.ratios) == 1 for figure in figures)
    # Three sides, each with a warm-up and one round; blocking, then async.
    assert recorded.sent == ([PUT] * 3 * 2 * 3 + [page(100)] * 3 * 2 * 2) * 2
