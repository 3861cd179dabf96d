"""scripts.bench prints a table of figures; the figures themselves are tested elsewhere."""

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


def test_the_named_benchmarks_run_in_order_with_the_requested_effort(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def benchmark(name: str) -> tuple[str, Callable[[Effort], Iterator[Figure]]]:
        def measure(effort: Effort) -> Iterator[Figure]:
            for number in (1, 2):
                yield Figure(f"{name} {number}, quick: {effort.quick}", [2, 3, 4], "5 against 6")

        return f"what {name} is", measure

    monkeypatch.setattr(bench, "BENCHMARKS", {name: benchmark(name) for name in "abc"})
    assert bench.main(["--quick", "--only", "c", "a"]) == 0
    written = capsys.readouterr()
    assert [re.split(r" {2,}", line) for line in written.out.splitlines()] == [
        ["figure", "ratio", "middle half", "goal", "reached", "measured"],
        ["c 1, quick: True", "3.000", "2.500 - 3.500", "-", "-", "5 against 6"],
        ["c 2, quick: True", "3.000", "2.500 - 3.500", "-", "-", "5 against 6"],
        ["a 1, quick: True", "3.000", "2.500 - 3.500", "-", "-", "5 against 6"],
        ["a 2, quick: True", "3.000", "2.500 - 3.500", "-", "-", "5 against 6"],
    ]
    progress = [line for line in written.err.splitlines() if not line.startswith(" ")]
    assert progress == ["1/2 c: what c is", "2/2 a: what a is"]
    assert bench.main([]) == 0
    assert capsys.readouterr().out.count("quick: False") == 6


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
def test_a_row_shows_whether_its_goal_is_reached_and_check_exits_with_1_if_not(
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


@pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt])
def test_finished_measurements_are_printed_before_a_failure(
    error: type[BaseException],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def measure(effort: Effort) -> Iterator[Figure]:
        yield Figure("first", [1.0], "here")
        yield Figure("second", [2.0], "here")
        raise error

    monkeypatch.setattr(bench, "BENCHMARKS", {"one": ("one thing", measure)})
    with pytest.raises(error):
        bench.main([])
    assert [row.split()[0] for row in capsys.readouterr().out.splitlines()] == [
        "figure",
        "first",
        "second",
    ]


def test_a_failure_before_the_first_measurement_prints_no_table(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def measure(effort: Effort) -> Iterator[Figure]:
        raise RuntimeError

    monkeypatch.setattr(bench, "BENCHMARKS", {"one": ("one thing", measure)})
    with pytest.raises(RuntimeError):
        bench.main([])
    assert capsys.readouterr().out == ""


def test_the_benchmarks_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert bench.main(["--list"]) == 0
    listed = [line.split()[0] for line in capsys.readouterr().out.splitlines()]
    assert (
        listed == "calls cold clients sdk route bulk memory concurrency shared diff bursts".split()
    )
