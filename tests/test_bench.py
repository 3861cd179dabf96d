"""The benchmark works and reads its figures right; what they are is not for a test to say."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from scripts import bench
from scripts.benchmarks import sdk
from scripts.benchmarks.server import ASSOCIATION, connections, serving
from scripts.benchmarks.sides import Effort, Figure, Target, compare, take_turns
from scripts.contract.errors import CannotRunError

Measured = Callable[[Figure], None]


@pytest.fixture
def measured(monkeypatch: pytest.MonkeyPatch) -> Measured:
    """Put a figure in place of all that would be measured."""

    def put(figure: Figure) -> None:
        def measure(effort: Effort) -> Iterator[Figure]:
            yield figure

        monkeypatch.setattr(bench, "ROOMS", {"one": ("one thing", measure)})

    return put


def test_the_table_names_each_figure_and_gives_its_ratio(
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
    ("ratio", "target", "row"),
    [
        (0.95, Target("<=", 0.95), "it  0.950  -  <= 0.95  yes  here"),
        (0.951, Target("<=", 0.95), "it  0.951  -  <= 0.95  no  here"),
        (1.4, Target(">=", 1.4), "it  1.400  -  >= 1.4  yes  here"),
        (1.39, Target(">=", 1.4), "it  1.390  -  >= 1.4  no  here"),
        (1 / 7, Target("<", 1 / 7), "it  0.143  -  < 0.143  no  here"),
        (0.1, None, "it  0.100  -  -  -  here"),
    ],
)
def test_a_row_says_whether_its_target_is_reached_and_check_exits_by_it(
    ratio: float,
    target: Target | None,
    row: str,
    measured: Measured,
    capsys: pytest.CaptureFixture[str],
) -> None:
    measured(Figure("it", [ratio], "here", target))
    assert bench.main([]) == 0
    assert re.sub(r" {2,}", "  ", capsys.readouterr().out.splitlines()[1]) == row
    assert bench.main(["--check"]) == ("  no  " in row)


def test_what_cannot_be_measured_says_so_and_reaches_no_target(
    measured: Measured, capsys: pytest.CaptureFixture[str]
) -> None:
    measured(Figure("it", [], "cannot be installed: no network", Target("<=", 1.0)))
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


def test_a_bench_without_the_sdk_says_why_and_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> Path:
        raise CannotRunError("pip ended with 1\nERROR: no network")

    monkeypatch.setattr(sdk, "_with_sdk", fail)
    figures = [(figure.ratio, figure.measured) for figure in sdk.measure(Effort(quick=True))]
    assert figures == [(None, "cannot be installed: ERROR: no network")] * 2


def test_a_figure_is_the_median_of_its_rounds_with_the_middle_half_beside_it() -> None:
    costs = {"ours": [0.001, 0.004, 0.002, 0.009, 0.003], "theirs": [0.001] * 5}
    figure = compare("call", costs, "ours", "theirs", "ms")
    assert (figure.name, figure.measured) == ("call: ours / theirs", "3 ms against 1 ms")
    assert figure.ratio == pytest.approx(3)
    assert figure.spread == pytest.approx((2, 4))


def test_sides_take_turns_after_a_warm_up_that_does_not_count() -> None:
    said: list[str] = []

    def side(name: str) -> Callable[[], float]:
        def work() -> float:
            said.append(name)
            return float(len(said))

        return work

    costs = take_turns({"a": side("a"), "b": side("b")}, 2)
    assert "".join(said) == "ab" + "ab" + "ba"
    assert costs == {"a": [3.0, 6.0], "b": [4.0, 5.0]}


def test_the_server_counts_the_connections_that_calls_came_through() -> None:
    with serving() as url:
        for calls in (1, 2):
            with httpx.Client(base_url=url) as client:
                for _ in range(calls):
                    answer = client.put(f"/associations/{ASSOCIATION}", json={}).json()
                    assert answer["association"]["id"] == ASSOCIATION
        assert connections(url) == 2


def test_what_can_be_measured_is_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert bench.main(["--list"]) == 0
    listed = [line.split()[0] for line in capsys.readouterr().out.splitlines()]
    assert listed == "calls cold clients sdk memory concurrency shared bursts".split()
