"""`make bench` measures and prints a table, whatever the figures are."""

import re

import pytest

from scripts import bench
from scripts.benchmarks import start
from scripts.benchmarks.figures import Figure
from scripts.errors import CannotRunError


def rows(printed: str) -> list[list[str]]:
    return [re.split(r" {2,}", line) for line in printed.splitlines()]


# Two install a wheel and an SDK; the work of "shared" is tested with RedisPace.
QUICK = ["bulk", "calls", "route"]
SLOW = sorted(bench.BENCHMARKS.keys() - {*QUICK, "cold", "sdk", "shared"})


@pytest.mark.parametrize(
    "name", [*QUICK, *(pytest.param(each, marks=pytest.mark.proof) for each in SLOW)]
)
def test_a_benchmark_has_figures(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert bench.main(["--quick", "--only", name]) == 0
    heading, *figures = rows(capsys.readouterr().out)
    assert heading == ["figure", "ratio", "middle half", "goal", "reached", "measured"]
    assert figures
    assert [ratio for _, ratio, *_ in figures if not re.fullmatch(r"\d+\.\d{3}", ratio)] == []


def test_a_missed_goal_and_a_figure_that_cannot_be_measured_fail_a_check(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(*_: object) -> None:
        raise CannotRunError("pip ended with 1\nERROR: no network")

    monkeypatch.setattr(start, "make_once", fail)
    assert bench.main(["--only", "sdk", "--check"]) == 1
    _, row = rows(capsys.readouterr().out)
    assert row[1:] == ["-", "-", "< 0.143", "no", "cannot be installed: ERROR: no network"]

    monkeypatch.setitem(bench.BENCHMARKS, "bulk", ("", lambda _: [Figure("a", [2.0], "here")]))
    assert bench.main(["--only", "bulk", "--check"]) == 0
