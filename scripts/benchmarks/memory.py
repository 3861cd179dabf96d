"""What is held while all relations of a record are walked through: it must not grow with them."""

import gc
import tracemalloc
from collections.abc import Iterator

from facade import AssociationsClient, LocalPace
from scripts.benchmarks.server import LOCATION, TOKEN, serving
from scripts.benchmarks.sides import Effort, Figure, Target

FEW, MANY = 10_000, 100_000
FLAT = Target("<=", 1.1)


def measure(effort: Effort) -> Iterator[Figure]:
    """Measure the most bytes held in Python's heap, above what was held before the walk."""
    few, many = effort.of(FEW), effort.of(MANY)
    # Keeps as long a log as the pace of an app does, and does not hold back.
    pace = LocalPace(calls=100, seconds=0.001)
    with serving() as url, AssociationsClient(TOKEN, LOCATION, base_url=url, pace=pace) as client:
        tracemalloc.start()
        try:
            _peak(client, many // 2)  # fills the caches and logs that have an end
            peaks = {relations: _peak(client, relations) for relations in (few, many)}
        finally:
            tracemalloc.stop()
    measured = f"{peaks[many] / 1e3:,.0f} kB against {peaks[few] / 1e3:,.0f} kB"
    name = f"peak bytes while iterating: {many:,} relations / {few:,}"
    yield Figure(name, [peaks[many] / peaks[few]], measured, FLAT)


def _peak(client: AssociationsClient, relations: int) -> int:
    gc.collect()
    tracemalloc.reset_peak()
    before, _ = tracemalloc.get_traced_memory()
    walked = sum(1 for _ in client.relations.iterate(str(relations), page_size=100))
    _, peak = tracemalloc.get_traced_memory()
    assert walked == relations  # noqa: S101 - else the figure is of something else
    return peak - before
