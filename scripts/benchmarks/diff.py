"""The cost of comparing large contracts: seconds and peak memory of a whole `scripts.diff`."""

import os
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from scripts.benchmarks.environments import ROOT, run
from scripts.benchmarks.figures import Effort, Figure, Goal
from scripts.contract.errors import CannotRunError

ROUNDS = 5
SECONDS = {"large.json": 5.0, "large.yaml": 5.0, "diamond.json": 1.0}  # allowed
MEGABYTES = {"large.json": 250.0}
_WITHIN = Goal("<=", 1.0)


def measure(effort: Effort) -> Iterator[Figure]:
    """Measure cost / allowed cost: 13 MB of JSON, 4 MB of YAML, 40 levels of allOf."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        run([sys.executable, "-m", "scripts.benchmarks.contracts", folder])
        for document, seconds in SECONDS.items():
            costs = [_cost(folder, document) for _ in range(effort.scaled(ROUNDS))]
            size = f"of {(folder / f'old-{document}').stat().st_size / 1e6:.2g} MB"
            yield _figure(
                f"diff of {document}: seconds", [cost[0] for cost in costs], seconds, size
            )
            if document in MEGABYTES:
                used = [cost[1] for cost in costs]
                yield _figure(f"diff of {document}: peak MB", used, MEGABYTES[document], size)


def _figure(name: str, used: list[float], allowed: float, size: str) -> Figure:
    measured = f"{max(used):.3g} at most, for two documents {size}"
    return Figure(f"{name} / {allowed:g}", [each / allowed for each in used], measured, _WITHIN)


def _cost(folder: Path, name: str) -> tuple[float, float]:
    """Return the seconds and the peak megabytes of one comparison."""
    files = [str(folder / f"{side}-{name}") for side in ("old", "new")]
    command = [sys.executable, "-m", "scripts.diff", *files, "--fail-on", "never"]
    report = os.open(folder / "report", os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    started = time.perf_counter()
    child = os.posix_spawn(
        sys.executable,
        command,
        {**os.environ, "PYTHONPATH": str(ROOT)},
        file_actions=[(os.POSIX_SPAWN_DUP2, report, 1), (os.POSIX_SPAWN_CLOSE, report)],
    )
    os.close(report)
    _, status, used = os.wait4(child, 0)
    if status != 0:
        raise CannotRunError(f"{' '.join(command)} ended with {os.waitstatus_to_exitcode(status)}")
    return time.perf_counter() - started, used.ru_maxrss / 1024
