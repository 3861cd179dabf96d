"""The cost of comparing large contracts: seconds and peak memory of a whole `scripts.diff`."""

import json
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import yaml

from scripts.benchmarks.contracts import Json, changed, diamond, large
from scripts.benchmarks.environments import ROOT
from scripts.benchmarks.figures import Effort, Figure, Goal
from scripts.contract.errors import CannotRunError

ROUNDS = 5
LARGE_SECONDS, LARGE_MEGABYTES, DIAMOND_SECONDS = 5.0, 250.0, 1.0
_WITHIN = Goal("<=", 1.0)


def measure(effort: Effort) -> Iterator[Figure]:
    """Measure ratios of what is allowed: 13 MB of JSON, 4 MB of YAML, 40 levels of allOf."""
    rounds = effort.scaled(ROUNDS)
    with tempfile.TemporaryDirectory() as folder:
        document, smaller = large(), large(260, 185)
        pairs = {
            "large.json": (_json(document), _json(changed(document))),
            "large.yaml": (_yaml(smaller), _yaml(changed(smaller))),
            "diamond.json": (_json(diamond(40, "string")), _json(diamond(40, "integer"))),
        }
        for name, texts in pairs.items():
            for side, text in zip(("old", "new"), texts, strict=True):
                (Path(folder) / f"{side}-{name}").write_text(text)
            costs = [_cost(Path(folder), name) for _ in range(rounds)]
            size = f"{len(texts[0]) / 1e6:.1f} MB" if len(texts[0]) > 1e6 else "40 levels"
            allowed = DIAMOND_SECONDS if name == "diamond.json" else LARGE_SECONDS
            yield _figure(f"diff of {name}: seconds", [cost[0] for cost in costs], allowed, size)
            if name == "large.json":
                used = [cost[1] for cost in costs]
                yield _figure(f"diff of {name}: peak MB", used, LARGE_MEGABYTES, size)


def _figure(name: str, used: list[float], allowed: float, size: str) -> Figure:
    measured = f"{max(used):.3g} at most, of {allowed:g}; each document {size}"
    return Figure(f"{name} / {allowed:g}", [each / allowed for each in used], measured, _WITHIN)


def _cost(folder: Path, name: str) -> tuple[float, float]:
    """Return the seconds and the peak megabytes of one comparison."""
    files = [str(folder / f"{side}-{name}") for side in ("old", "new")]
    command = [sys.executable, "-m", "scripts.diff", *files, "--fail-on", "never"]
    report = os.open(folder / "report", os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    started = time.perf_counter()
    to_report = [(os.POSIX_SPAWN_DUP2, report, 1), (os.POSIX_SPAWN_CLOSE, report)]
    child = os.posix_spawn(
        sys.executable, command, {**os.environ, "PYTHONPATH": str(ROOT)}, file_actions=to_report
    )
    os.close(report)
    _, status, used = os.wait4(child, 0)
    if status != 0:
        raise CannotRunError(f"{' '.join(command)} ended with {os.waitstatus_to_exitcode(status)}")
    return time.perf_counter() - started, used.ru_maxrss / 1024


def _json(document: Json) -> str:
    return json.dumps(document, indent=2)


def _yaml(document: Json) -> str:
    text: str = yaml.dump(document, Dumper=yaml.CSafeDumper, sort_keys=False)
    return text
