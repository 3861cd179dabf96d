"""What starting costs: imports, the first call of a cold process, a first client and a second.

Each is a process of its own, in an environment that holds only the wheel, and says what CPU time
it took from the start of its first line on: what the interpreter costs is not in it.
"""

import hashlib
import sys
import tempfile
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path

from scripts.benchmarks.environments import ROOT, build_wheel, make_once, run
from scripts.benchmarks.server import ASSOCIATION, LOCATION, TOKEN, serving
from scripts.benchmarks.sides import Costs, Effort, Figure, Target, compare, take_turns

OURS, HTTPX = "facade", "httpx"
STARTS, CLIENTS = 30, 20  # rounds
KEPT = ROOT / "build" / "bench"  # where environments stay until what they hold changes
IMPORT, FIRST_CALL, SECOND = Target("<=", 1.6), Target("<=", 1.35), Target("<=", 0.05)

OUR_CALL = f"""
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
# Everything is imported, and has run once through a transport that connects to nothing. A client's
# first call makes its connections, with their TLS; what a further call costs is taken off.
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
    """Measure imports and first calls where nothing but the wheel is installed."""
    python, rounds = with_wheel(), effort.of(STARTS)
    costs = in_turns({OURS: (python, "import facade"), HTTPX: (python, "import httpx")}, rounds)
    yield compare("import", costs, OURS, HTTPX, "ms", IMPORT)
    with serving() as url:
        address = f"URL = {url!r}"
        costs = in_turns(
            {OURS: (python, address + OUR_CALL), HTTPX: (python, address + HTTPX_CALL)}, rounds
        )
    yield compare("import, client, first PUT", costs, OURS, HTTPX, "ms", FIRST_CALL)


def clients(effort: Effort) -> Iterator[Figure]:
    """Measure making a second client beside a first, each with its connections."""
    costs: dict[str, list[float]] = {"second": [], "first": []}
    with serving() as url:
        for _ in range(effort.of(CLIENTS)):
            first, second = run([sys.executable, "-c", TWO_CLIENTS, url]).split()
            costs["first"].append(float(first))
            costs["second"].append(float(second))
    yield compare("a client and its connections", costs, "second", "first", "ms", SECOND)


def in_turns(sides: Mapping[str, tuple[Path, str]], rounds: int) -> Costs:
    """Run each side's code in a new process of its Python, in turns."""
    turns = {name: partial(_cpu_seconds, *side) for name, side in sides.items()}
    return take_turns(turns, rounds)


def _cpu_seconds(python: Path, code: str) -> float:
    timed = (
        "import time; started = time.process_time()",
        code,
        "print(time.process_time() - started)",
    )
    # Elsewhere than here, so that what is installed is imported, and not what lies beside us.
    return float(run([python, "-c", "\n".join(timed)], cwd=KEPT))


def with_wheel() -> Path:
    """Give the Python of an environment that holds our wheel and what it needs."""
    with tempfile.TemporaryDirectory() as folder:
        built = build_wheel(Path(folder))
        return make_once(KEPT / "wheel", hashlib.sha256(built.read_bytes()).hexdigest(), built)
