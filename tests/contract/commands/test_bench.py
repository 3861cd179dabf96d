"""The command prints a table of figures; the figures themselves are not tested."""

import re
from collections.abc import Callable, Iterator

import pytest

from scripts import bench
from scripts.benchmarks.figures import Effort, Figure, Goal

Measured = Callable[[Figure], None]


@pytest.fixture
def measured(monkeypatch: pytest.MonkeyPatch) -> Measured:
    """Replace all benchmarks by one that yields a given figure."""

    def put(figure: Figure) -> None:
        def measure(effort: Effort) -> Iterator[Figure]:
            yield figure

        monkeypatch.setattr(bench, "BENCHMARKS", {"one": ("one thing", measure)})

    return put


def test_the_table_has_each_figure_with_its_ratio(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert bench.main(["--quick", "--only", "calls", "clients"]) == 0
    heading, *rows = capsys.readouterr().out.splitlines()
    assert re.split(r" {2,}", heading) == [*bench.HEADINGS]
    cells = [re.split(r" {2,}", row) for row in rows]
    assert [name for name, *_ in cells] == [
        "PUT, blocking: facade / httpx",
        "PUT, blocking: facade / generated",
        "list of 100, blocking: facade / generated",
        "list of 100, blocking: facade / httpx",
        "PUT, async: facade / httpx",
        "PUT, async: facade / generated",
        "list of 100, async: facade / generated",
        "list of 100, async: facade / httpx",
        "a client and its connections: second / first",
    ]
    assert all(float(ratio) > 0 for _, ratio, *_ in cells)


@pytest.mark.parametrize(
    ("ratio", "goal", "row"),
    [
        (0.95, Goal("<=", 0.95), "it  0.950  -  <= 0.95  yes  here"),
        (0.951, Goal("<=", 0.95), "it  0.951  -  <= 0.95  no  here"),
        (1.4, Goal(">=", 1.4), "it  1.400  -  >= 1.4  yes  here"),
        (1.39, Goal(">=", 1.4), "it  1.390  -  >= 1.4  no  here"),
        (1 / 7, Goal("<", 1 / 7), "it  0.143  -  < 0.143  no  here"),
        (0.1, None, "it  0.100  -  -  -  here"),
    ],
)
def test_a_row_says_whether_its_goal_is_reached_and_check_exits_with_1_if_not(
    ratio: float,
    goal: Goal | None,
    row: str,
    measured: Measured,
    capsys: pytest.CaptureFixture[str],
) -> None:
    measured(Figure("it", [ratio], "here", goal))
    assert bench.main([]) == 0
    assert re.sub(r" {2,}", "  ", capsys.readouterr().out.splitlines()[1]) == row
    assert bench.main(["--check"]) == ("  no  " in row)


def test_a_figure_that_cannot_be_measured_reaches_no_goal(
    measured: Measured, capsys: pytest.CaptureFixture[str]
) -> None:
    measured(Figure("it", [], "cannot be installed: no network", Goal("<=", 1.0)))
    assert bench.main(["--check"]) == 1
    row = capsys.readouterr().out.splitlines()[1]
    assert re.split(r" {2,}", row) == [
        "it",
        "-",
        "-",
        "<= 1",
        "no",
        "cannot be installed: no network",
    ]


def test_the_benchmarks_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert bench.main(["--list"]) == 0
    listed = [line.split()[0] for line in capsys.readouterr().out.splitlines()]
    assert listed == "calls cold clients sdk bulk memory concurrency shared diff bursts".split()
