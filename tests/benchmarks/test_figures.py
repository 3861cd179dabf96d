"""A figure is a median of ratios of interleaved measurements."""

from collections.abc import Callable

import pytest

from scripts.benchmarks.figures import compare, interleave


def test_a_figure_is_the_median_of_its_rounds_with_their_middle_half() -> None:
    costs = {"facade": [0.001, 0.004, 0.002, 0.009, 0.003], "httpx": [0.001] * 5}
    figure = compare("call", costs, "facade", "httpx", "ms")
    assert (figure.name, figure.measured) == ("call: facade / httpx", "3 ms against 1 ms")
    assert figure.ratio == pytest.approx(3)
    assert figure.spread == pytest.approx((2, 4))


def test_sides_run_in_turn_after_a_warm_up_that_does_not_count() -> None:
    called: list[str] = []

    def side(name: str) -> Callable[[], float]:
        def work() -> float:
            called.append(name)
            return float(len(called))

        return work

    costs = interleave({"a": side("a"), "b": side("b")}, 2)
    assert "".join(called) == "ab" + "ab" + "ba"
    assert costs == {"a": [3.0, 6.0], "b": [4.0, 5.0]}
