"""The compared peaks are of iterations over every page."""

import tracemalloc

import pytest

from scripts.benchmarks import memory
from scripts.benchmarks.figures import Effort
from scripts.benchmarks.server import response_body
from tests.benchmarks import recording
from tests.benchmarks.recording import Recording, page


@pytest.fixture(autouse=True)
def few_relations(recorded: Recording, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "serving", recorded.serving)
    monkeypatch.setattr(memory, "FEW", 200)
    monkeypatch.setattr(memory, "MANY", 300)


def test_every_relation_is_iterated_over_in_pages_of_100(recorded: Recording) -> None:
    (figure,) = memory.measure(Effort())
    assert figure.name == "peak bytes while iterating: 300 relations / 200"
    assert figure.ratio is not None
    warm_up = [page(150), page(150, skip=100)]
    few = [page(200, skip=skip) for skip in (0, 100, 200)]  # a full page may not be the last
    many = [page(300, skip=skip) for skip in (0, 100, 200, 300)]
    assert recorded.sent == [*warm_up, *few, *many]


def test_an_iteration_without_every_relation_is_not_measured(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def one_too_few(method: str, target: str) -> bytes:
        return response_body(method, target.replace("relations/200", "relations/199"))

    monkeypatch.setattr(recording, "response_body", one_too_few)
    with pytest.raises(AssertionError):
        list(memory.measure(Effort()))
    assert not tracemalloc.is_tracing()
