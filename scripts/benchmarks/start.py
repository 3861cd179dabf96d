"""The cost of starting: imports, the first call of a process, a first and a second client.

Each is measured in a new process, in an environment with only the wheel. The CPU time starts with
the first line of the code and thus excludes the start of the interpreter.
"""

import hashlib
import sys
import tempfile
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path

from scripts.benchmarks.environments import ROOT, build_wheel, make_once, run
from scripts.benchmarks.figures import Costs, Effort, Figure, Goal, compare, interleave
from scripts.benchmarks.server import ASSOCIATION, LOCATION, TOKEN, serving

FACADE, HTTPX = "facade", "httpx"
STARTS, CLIENTS = 30, 20  # rounds
ENVIRONMENTS = ROOT / "build" / "bench"  # kept until their content changes
IMPORT_GOAL, FIRST_CALL_GOAL, SECOND_GOAL = Goal("<=", 1.3), Goal("<=", 1.3), Goal("<=", 0.05)

FACADE_CALL = f"""
from facade import AssociationsClient
with AssociationsClient({TOKEN!r}, {LOCATION!r}, base_url=URL) as client:
    client.associations.update(
        {ASSOCIATION!r}, first_object_label="Student", second_object_label="Tutor")
"""
HTTPX_CALL = f"""
import httpx
headers = {{"Authorization": "Bearer {TOKEN}", "Version": "2021-07-28"}}
with httpx.Client(base_url=URL, headers=headers) as client:
    client.put("/associations/{ASSOCIATION}",
        json={{"firstObjectLabel": "Student", "secondObjectLabel": "Tutor"}}).json()
"""
# A first call through a mock transport imports everything. A client's first call opens its
# connections and TLS; the cost of its second call is subtracted.
TWO_CLIENTS = f"""
import sys, time
import httpcore, httpx
from facade import AssociationsClient

def call(client):
    client.associations.update(
        {ASSOCIATION!r}, first_object_label="Student", second_object_label="Tutor")

def cost(**options):
    started = time.process_time()
    with AssociationsClient({TOKEN!r}, {LOCATION!r}, base_url=sys.argv[1], **options) as client:
        call(client)
        connected = time.process_time()
        call(client)
        called = time.process_time()
    return (connected - started) - (called - connected)

answer = httpx.Response(200, json={{"id": {ASSOCIATION!r}}})
cost(transport=httpx.MockTransport(lambda request: answer))
print(cost(), cost())
"""


def cold(effort: Effort) -> Iterator[Figure]:
    """Measure imports and first calls with only the wheel installed."""
    python, rounds = with_wheel(), effort.scaled(STARTS)
    # Each imports a name, because facade loads nothing until one is used.
    code = {FACADE: "from facade import AssociationsClient", HTTPX: "from httpx import Client"}
    costs = in_turns({side: (python, line) for side, line in code.items()}, rounds)
    yield compare("import", costs, FACADE, HTTPX, "ms", IMPORT_GOAL)
    with serving() as url:
        address = f"URL = {url!r}"
        costs = in_turns(
            {FACADE: (python, address + FACADE_CALL), HTTPX: (python, address + HTTPX_CALL)}, rounds
        )
    yield compare("import, client, first PUT", costs, FACADE, HTTPX, "ms", FIRST_CALL_GOAL)


def clients(effort: Effort) -> Iterator[Figure]:
    """Measure a second client against a first, each with its connections."""
    costs: dict[str, list[float]] = {"second": [], "first": []}
    with serving() as url:
        for _ in range(effort.scaled(CLIENTS)):
            first, second = run([sys.executable, "-c", TWO_CLIENTS, url]).split()
            costs["first"].append(float(first))
            costs["second"].append(float(second))
    yield compare("a client and its connections", costs, "second", "first", "ms", SECOND_GOAL)


def in_turns(sides: Mapping[str, tuple[Path, str]], rounds: int) -> Costs:
    """Run each side's code in new processes of its Python, interleaved."""
    turns = {name: partial(_cpu_seconds, *side) for name, side in sides.items()}
    return interleave(turns, rounds)


def _cpu_seconds(python: Path, code: str) -> float:
    timed = (
        "import time; started = time.process_time()",
        code,
        "print(time.process_time() - started)",
    )
    # In another folder, so that the installed packages are imported and not this checkout's.
    return float(run([python, "-c", "\n".join(timed)], cwd=ENVIRONMENTS))


def with_wheel() -> Path:
    """Return the Python of an environment with the wheel and its dependencies."""
    with tempfile.TemporaryDirectory() as folder:
        built = build_wheel(Path(folder))
        return make_once(
            ENVIRONMENTS / "wheel", hashlib.sha256(built.read_bytes()).hexdigest(), built
        )
