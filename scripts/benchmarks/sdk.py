"""Compare the facade with HighLevel's own SDK, which is async and has its own environment."""

import asyncio
import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from scripts.benchmarks import calls, official
from scripts.benchmarks.environments import ROOT, make_once, run
from scripts.benchmarks.figures import Costs, Effort, Figure, Goal, compare, ratios
from scripts.benchmarks.server import serving
from scripts.benchmarks.start import ENVIRONMENTS, in_turns, with_wheel
from scripts.contract.errors import CannotRunError

FACADE, SDK, HTTPX = "facade", official.SDK, official.HTTPX
IMPORTS = 10  # rounds
IMPORT_GOAL = Goal("<", 1 / 7)
LOCK = ROOT / "tests" / "proof" / "official-sdk.lock"


def measure(effort: Effort) -> Iterator[Figure]:
    """Measure the import and an update; if the SDK cannot be installed, report that."""
    try:
        python = _with_sdk()
    except CannotRunError as error:
        why = f"cannot be installed: {str(error).splitlines()[-1]}"
        yield Figure(f"import: {FACADE} / {SDK}", [], why, IMPORT_GOAL)
        yield Figure(f"PUT, async: {FACADE} / {SDK}", [], why)
        return
    # Each imports a name, because facade loads nothing until one is used.
    facade = (with_wheel(), "from facade import AssociationsClient")
    sides = {FACADE: facade, SDK: (python, "from highlevel import HighLevel")}
    yield compare("import", in_turns(sides, effort.scaled(IMPORTS)), FACADE, SDK, "ms", IMPORT_GOAL)
    with serving() as url:
        puts, _ = asyncio.run(calls.in_async(url, effort))
        yield _put_figure(puts, _sdk_puts(python, url, effort))


def _put_figure(facade: Costs, sdk: Costs) -> Figure:
    """Compare the ratios to httpx, each measured in its own process."""
    facade_ratios, sdk_ratios = ratios(facade, FACADE, HTTPX), ratios(sdk, SDK, HTTPX)
    compared = [one / two for one, two in zip(facade_ratios, sdk_ratios, strict=True)]
    name = f"PUT, async: {FACADE} / {SDK}, each as its ratio to {HTTPX}"
    measured = f"{median(facade_ratios):.3g} against {median(sdk_ratios):.3g}"
    return Figure(name, compared, measured)


def _sdk_puts(python: Path, url: str, effort: Effort) -> Costs:
    rounds, puts = str(effort.scaled(calls.ROUNDS)), str(effort.scaled(calls.PUTS))
    output = run([python, "-m", official.__name__, url, rounds, puts])
    measured: Costs = json.loads(output.splitlines()[-1])
    return measured


def _with_sdk() -> Path:
    stamp = hashlib.sha256(LOCK.read_bytes()).hexdigest()
    return make_once(ENVIRONMENTS / "official-sdk", stamp, "--require-hashes", "-r", LOCK)
