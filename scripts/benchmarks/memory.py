"""Memory while iterating over all relations of a record: it must not grow with their number."""

import gc
import tracemalloc
from collections.abc import Iterator

from facade import AssociationsClient, LocalPace
from scripts.benchmarks.figures import Effort, Figure, Goal
from scripts.benchmarks.server import LOCATION, TOKEN, serving

FEW, MANY = 10_000, 100_000
PEAK_GOAL = Goal("<=", 1.1)


def measure(effort: Effort) -> Iterator[Figure]:
    """Measure the growth of the peak of Python's heap."""
    few, many = effort.scaled(FEW), effort.scaled(MANY)
    # The log of this pace is as long as in an app, but it never waits.
    pace = LocalPace(calls=100, seconds=0.001)
    with serving() as url, AssociationsClient(TOKEN, LOCATION, base_url=url, pace=pace) as client:
        tracemalloc.start()
        try:
            _peak(client, many // 2)  # fills bounded caches and logs
            peaks = {relations: _peak(client, relations) for relations in (few, many)}
        finally:
            tracemalloc.stop()
    measured = f"{peaks[many] / 1e3:,.0f} kB against {peaks[few] / 1e3:,.0f} kB"
    name = f"peak bytes while iterating: {many:,} relations / {few:,}"
    yield Figure(name, [peaks[many] / peaks[few]], measured, PEAK_GOAL)


def _peak(client: AssociationsClient, relations: int) -> int:
    gc.collect()
    tracemalloc.reset_peak()
    before, _ = tracemalloc.get_traced_memory()
    count = sum(1 for _ in client.relations.iterate(str(relations), page_size=100))
    _, peak = tracemalloc.get_traced_memory()
    assert count == relations  # noqa: S101 - else the figure is of something else
    return peak - before
