"""The measured comparison is a complete run of scripts.diff on both documents."""

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from scripts.benchmarks import contracts, diff
from scripts.benchmarks.figures import Effort
from scripts.contract.errors import CannotRunError


@pytest.fixture(autouse=True)
def one_small_document(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(diff, "SECONDS", {"small.json": 1.0})
    monkeypatch.setattr(diff, "MEGABYTES", {"small.json": 1.0})
    monkeypatch.setattr(diff, "ROUNDS", 1)


def test_seconds_and_peak_memory_are_ratios_to_the_allowed_cost(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def write(command: Sequence[str | Path]) -> str:
        *_, module, folder = command
        assert module == contracts.__name__
        for side, end in (("old", "string"), ("new", "integer")):
            document = json.dumps(contracts.diamond(3, end)).ljust(8_000)
            (Path(folder) / f"{side}-small.json").write_text(document)
        return ""

    monkeypatch.setattr(diff, "run", write)
    seconds, memory = diff.measure(Effort())
    assert seconds.name == "diff of small.json: seconds / 1"
    assert memory.name == "diff of small.json: peak MB / 1"
    assert seconds.measured.endswith(" at most, for two documents of 0.008 MB")
    assert memory.ratio is not None
    assert memory.ratio > 10  # a Python that has loaded scripts.diff, or the parent that forked it


def test_a_comparison_that_fails_is_not_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    def write_no_contract(command: Sequence[str | Path]) -> str:
        (Path(command[-1]) / "old-small.json").write_text("{}")
        return ""

    monkeypatch.setattr(diff, "run", write_no_contract)
    with pytest.raises(CannotRunError, match=r"-m scripts.diff .*old-small.json .* ended with 2"):
        list(diff.measure(Effort()))
