"""Ours against HighLevel's own SDK, which is async and lives in an environment of its own."""

import asyncio
import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from scripts.benchmarks import calls, official
from scripts.benchmarks.environments import ROOT, make_once, run
from scripts.benchmarks.server import serving
from scripts.benchmarks.sides import Costs, Effort, Figure, Target, compare, ratios
from scripts.benchmarks.start import KEPT, in_turns, with_wheel
from scripts.contract.errors import CannotRunError

OURS, SDK, HTTPX = "facade", official.SDK, official.HTTPX
IMPORTS = 10  # rounds
IMPORT = Target("<", 1 / 7)
LOCK = ROOT / "tests" / "proof" / "official-sdk.lock"


def measure(effort: Effort) -> Iterator[Figure]:
    """Measure importing and updating an association; say so where the SDK cannot be installed."""
    try:
        python = _with_sdk()
    except CannotRunError as error:
        why = f"cannot be installed: {str(error).splitlines()[-1]}"
        yield Figure(f"import: {OURS} / {SDK}", [], why, IMPORT)
        yield Figure(f"PUT, async: {OURS} / {SDK}", [], why)
        return
    sides = {OURS: (with_wheel(), "import facade"), SDK: (python, "import highlevel")}
    yield compare("import", in_turns(sides, effort.of(IMPORTS)), OURS, SDK, "ms", IMPORT)
    with serving() as url:
        ours, _ = asyncio.run(calls.in_async(url, effort))
        yield _puts(ours, _sdk_puts(python, url, effort))


def _puts(ours: Costs, theirs: Costs) -> Figure:
    """Compare ratios: each was measured beside httpx in its own process."""
    ours_to_httpx, sdk_to_httpx = ratios(ours, OURS, HTTPX), ratios(theirs, SDK, HTTPX)
    compared = [one / two for one, two in zip(ours_to_httpx, sdk_to_httpx, strict=True)]
    name = f"PUT, async: {OURS} / {SDK}, each as its ratio to {HTTPX}"
    measured = f"{median(ours_to_httpx):.3g} against {median(sdk_to_httpx):.3g}"
    return Figure(name, compared, measured)


def _sdk_puts(python: Path, url: str, effort: Effort) -> Costs:
    rounds, puts = str(effort.of(calls.ROUNDS)), str(effort.of(calls.PUTS))
    said = run([python, "-m", official.__name__, url, rounds, puts])
    measured: Costs = json.loads(said.splitlines()[-1])
    return measured


def _with_sdk() -> Path:
    stamp = hashlib.sha256(LOCK.read_bytes()).hexdigest()
    return make_once(KEPT / "official-sdk", stamp, "--require-hashes", "-r", LOCK)
