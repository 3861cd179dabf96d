"""Benchmarks of bulk jobs count requests, and check that the jobs do their work."""

from collections.abc import Iterator
from typing import Any

import pytest

from scripts.benchmarks import bulk
from scripts.benchmarks.figures import Effort


@pytest.fixture(autouse=True)
def small_jobs(monkeypatch: pytest.MonkeyPatch) -> None:
    small = {"DEGREES": (100, 250), "SPREAD": 20, "NEW": 30, "REFUSED": 50, "MANY": 250}
    for name, number in small.items():
        monkeypatch.setattr(bulk, name, number)


def test_each_job_is_counted_with_its_reference() -> None:
    *counted, blocking, in_async, refused = bulk.measure(Effort())
    assert [(figure.name, figure.measured) for figure in [*counted, refused]] == [
        ("100 existing pairs of a record with 100 relations: requests / pages", "1 against 1"),
        ("250 existing pairs of a record with 250 relations: requests / pages", "3 against 3"),
        ("20 existing pairs without common records: requests / pairs", "20 against 20"),
        ("30 new pairs of a record: requests / pairs", "31 against 30"),
        ("ensure of an existing pair, 100 relations: requests / 3", "2 against 3"),
        ("ensure of an existing pair, 250 relations: requests / 3", "3 against 3"),
        ("50 new pairs, every batch refused: requests / pairs", "51 against 50"),
    ]
    # The number of batches depends on the order in which tasks run.
    for mode, figure in (("blocking", blocking), ("async", in_async)):
        assert figure.name == f"250 new pairs in batches of 100, {mode}: requests / pairs"
        assert figure.measured.endswith(" against 250")
        assert figure.ratio is not None
        assert figure.ratio < 0.2


def test_a_job_that_skips_pairs_is_not_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    def ensure_none(*_: Any, **__: Any) -> Iterator[None]:
        return iter(())

    monkeypatch.setattr(bulk, "DEGREES", ())
    monkeypatch.setattr(bulk, "ensure_many", ensure_none)
    figures = bulk.measure(Effort())
    assert next(figures).measured == "0 against 20"  # pairs that exist already
    with pytest.raises(AssertionError):
        next(figures)
