"""The benchmark works without the official SDK."""

from pathlib import Path

import pytest

from scripts.benchmarks import sdk
from scripts.benchmarks.figures import Effort
from scripts.contract.errors import CannotRunError


def test_without_the_sdk_the_figures_give_the_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> Path:
        raise CannotRunError("pip ended with 1\nERROR: no network")

    monkeypatch.setattr(sdk, "_with_sdk", fail)
    figures = [(figure.ratio, figure.measured) for figure in sdk.measure(Effort(quick=True))]
    assert figures == [(None, "cannot be installed: ERROR: no network")] * 2
