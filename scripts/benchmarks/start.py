"""The cost of starting: importing, and the first call of a process; HighLevel's own SDK likewise.

Each is measured in a new process, in an environment with only the wheel, or only the SDK. The CPU
time starts with the first line of the code and thus excludes the start of the interpreter.
`python -m scripts.benchmarks.start URL ROUNDS CALLS`, which needs only httpx, measures the SDK's
calls in its environment.
"""

import asyncio
import hashlib
import json
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from importlib import import_module
from pathlib import Path
from statistics import median
from typing import Any

import httpx

from scripts.benchmarks import figures, server
from scripts.benchmarks.figures import Costs, Effort, Figure, Goal, compare
from scripts.errors import CannotRunError
from scripts.programs import ROOT, build_wheel, make_once, run

FACADE, HTTPX, SDK = "facade", "httpx", "official SDK"
STARTS, IMPORTS = 30, 10  # rounds
ENVIRONMENTS = ROOT / "build" / "bench"  # kept until their content changes
SDK_PINS = ROOT / "tests" / "proof" / "official-sdk.txt"

# Each imports a name, because facade loads nothing until one is used.
IMPORT = {
    FACADE: "from facade import AssociationsClient as Client",
    HTTPX: "from httpx import Client",
    SDK: "from highlevel import HighLevel",
}
HEADERS = server.options("")["headers"]
FIRST_CALL = {
    FACADE: f"""
with Client({server.TOKEN!r}, {server.LOCATION!r}, base_url=URL) as client:
    client.associations.update(
        {server.ASSOCIATION!r}, first_object_label="Student", second_object_label="Tutor")
""",
    HTTPX: f"""
with Client(base_url=URL, headers={HEADERS}) as client:
    client.put("/associations/{server.ASSOCIATION}", json={server.LABELS}).json()
""",
}
# A process measures itself.
_MEASURED = "import time; started = time.process_time()\n{}\nprint(time.process_time() - started)"


def cold(effort: Effort) -> Iterator[Figure]:
    pythons: dict[str, Path] = dict.fromkeys((FACADE, HTTPX), _with_wheel())
    with server.serving() as url:
        firsts = {side: f"URL = {url!r}\n{IMPORT[side]}{code}" for side, code in FIRST_CALL.items()}
        for name, codes in (("import", IMPORT), ("import, client, first PUT", firsts)):
            costs = _costs(pythons, codes, effort.scaled(STARTS))
            yield compare(name, costs, "ms", Goal("<=", 1.3))


def sdk(effort: Effort) -> Iterator[Figure]:
    """Measure the import and an update; if the SDK cannot be installed, report that."""
    goal = Goal("<", 1 / 7)
    try:
        stamp = hashlib.sha256(SDK_PINS.read_bytes()).hexdigest()
        python = make_once(ENVIRONMENTS / "official-sdk", stamp, "-r", SDK_PINS)
    except CannotRunError as error:
        why = f"cannot be installed: {str(error).splitlines()[-1]}"
        yield Figure(f"import: {FACADE} / {SDK}", [], why, goal)
        return
    costs = _costs({FACADE: _with_wheel(), SDK: python}, IMPORT, effort.scaled(IMPORTS))
    yield compare("import", costs, "ms", goal)
    yield _sdk_puts(python, effort)


def _sdk_puts(python: Path, effort: Effort) -> Figure:
    """Compare the ratios to httpx, each measured in its own process."""
    from scripts.benchmarks import calls  # the SDK's environment has no facade

    with server.serving() as url:
        costs = asyncio.run(calls.costs_of(url, "async", effort))
        numbers = (str(effort.scaled(each)) for each in (calls.ROUNDS, calls.CALLS[calls.PUT]))
        output = run([python, "-m", "scripts.benchmarks.start", url, *numbers])
    own = figures.ratios(costs[calls.PUT], FACADE, HTTPX)
    theirs = figures.ratios(json.loads(output.splitlines()[-1]), SDK, HTTPX)
    name = f"PUT, async: {FACADE} / {SDK}, each as its ratio to {HTTPX}"
    measured = f"{median(own):.3g} against {median(theirs):.3g}"
    return Figure(name, [one / two for one, two in zip(own, theirs, strict=True)], measured)


async def measure_sdk(url: str, rounds: int, calls: int) -> Costs:
    highlevel: Any = import_module("highlevel").HighLevel
    highlevel.BASE_URL = url
    associations = highlevel(private_integration_token=server.TOKEN).associations
    update = partial(associations.update_association, server.ASSOCIATION, server.LABELS)
    async with httpx.AsyncClient(**server.options(url)) as plain:
        sides: dict[str, Callable[[], Any]] = {SDK: update, HTTPX: server.put(plain)}
        turns = {side: figures.cpu_of(call, calls) for side, call in sides.items()}
        return await figures.interleave(turns, rounds)


def _costs(pythons: Mapping[str, Path], codes: Mapping[str, str], rounds: int) -> Costs:
    def cpu_seconds(side: str) -> float:
        # In another folder, so that the installed packages are imported and not this checkout's.
        code = _MEASURED.format(codes[side])
        return float(run([pythons[side], "-c", code], cwd=ENVIRONMENTS))

    return asyncio.run(
        figures.interleave({side: partial(cpu_seconds, side) for side in pythons}, rounds)
    )


def _with_wheel() -> Path:
    with tempfile.TemporaryDirectory() as folder:
        built = build_wheel(Path(folder))
        stamp = hashlib.sha256(built.read_bytes()).hexdigest()
        return make_once(ENVIRONMENTS / "wheel", stamp, built)


if __name__ == "__main__":
    measured = asyncio.run(measure_sdk(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))
    sys.stdout.write(json.dumps(measured))
