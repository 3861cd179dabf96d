"""The Celery example: if a worker is killed, no pair is lost or related twice."""

import os
import signal
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from celery import Celery
from kombu.serialization import dumps, loads

from examples import celery_import
from facade import AssociationsClient, RelationLimitError, ServerError
from facade._core import concurrency
from facade._core.response import status_error
from facade.oauth import OAuth
from facade.redis import RedisTokenStore
from facade.testing import Fault, Response, Sandbox, faults
from scripts.programs import RedisServer

ROOT = Path(__file__).parents[2]
KEY = "owner_pet"


class Workers:
    """Nodes of Celery workers, each with its own processes, until they are killed."""

    def __init__(self, environment: dict[str, str], nodes: int, processes: int) -> None:
        celery = [sys.executable, "-m", "celery", "-A", "examples.celery_import", "worker"]
        options = ["--concurrency", str(processes), "--loglevel", "WARNING", "--without-mingle"]
        self._nodes = [
            subprocess.Popen(
                [*celery, *options, "--hostname", f"{node}@test"],
                cwd=ROOT,
                env=environment,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
            for node in range(nodes)
        ]

    def kill_one(self) -> None:
        """Kill a node with all its processes, as when a machine loses its power."""
        _kill(self._nodes.pop())

    def close(self) -> None:
        for node in self._nodes:
            _kill(node)


def _kill(node: subprocess.Popen[bytes]) -> None:
    os.killpg(node.pid, signal.SIGKILL)
    node.wait()


@contextmanager
def running_workers(
    redis: RedisServer, sandbox: Sandbox, locations: list[str], *, nodes: int, processes: int
) -> Iterator[tuple[Workers, dict[str, str]]]:
    """Start workers of an agency's app against a served sandbox; return their environment, too."""
    agency = "sandbox-company"
    with sandbox.serve() as server:
        store = RedisTokenStore(redis.url, app="sandbox-app")
        oauth = OAuth("sandbox-app", "sandbox-secret", store=store, base_url=server.url)
        code = sandbox.oauth.install(company_id=agency)
        oauth.exchange(code, unsolicited=True, user_type="Company")
        for name in locations:
            oauth.add_location(name, company_id=agency)
        environment = os.environ | {
            "HIGHLEVEL_CLIENT_ID": "sandbox-app",
            "HIGHLEVEL_CLIENT_SECRET": "sandbox-secret",
            "HIGHLEVEL_BASE_URL": server.url,
            "VISIBILITY_TIMEOUT": "4",
            "REDIS_URL": f"redis://127.0.0.1:{redis.port}/0",  # kombu takes no options in it
            "PYTHONPATH": str(ROOT),
        }
        workers = Workers(environment, nodes, processes)
        try:
            yield workers, environment
        finally:
            workers.close()


def write_csv(
    folder: Path, locations: list[str], pairs: int
) -> tuple[Path, set[tuple[str, str, str]]]:
    """Write a CSV of so many pairs over these locations."""
    rows = {
        (locations[number % len(locations)], f"contact-{number}", f"pet-{number}")
        for number in range(pairs)
    }
    path = folder / "pairs.csv"
    lines = ["location,first,second", *(",".join(row) for row in sorted(rows))]
    path.write_text("\n".join(lines))
    return path, rows


class AnswerCounter:
    """Counts the sandbox's answers, and calls `then` after so many created relations."""

    def __init__(self, sandbox: Sandbox, created: int, then: Callable[[], None]) -> None:
        self.statuses: Counter[int] = Counter()
        self._created = created
        self._then = threading.Thread(target=then)
        sandbox.misbehave(Fault(afterwards=self._count))

    def _count(self, answer: Response) -> Response:
        self.statuses[answer.status] += 1
        if answer.status == 201 and self.statuses[201] == self._created:
            self._then.start()
        return answer

    def wait(self) -> None:
        self._then.join()


def run_import(
    environment: dict[str, str], path: Path, shard: int
) -> subprocess.CompletedProcess[str]:
    """Run the example on a CSV."""
    return subprocess.run(
        [sys.executable, "-m", "examples.celery_import", str(path), KEY],
        cwd=ROOT,
        env=environment | {"SHARD": str(shard)},
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )


def run_with_a_kill(
    redis: RedisServer,
    folder: Path,
    *,
    pairs: int,
    locations: int,
    shard: int,
    nodes: int,
    processes: int,
) -> tuple[str, int]:
    """Import pairs and kill a node meanwhile; return the output and the number of refusals.

    Those that are left report what fails, too.
    """
    names = [f"location-{number}" for number in range(locations)]
    sandbox = Sandbox(limit=(100, 10.0))
    for name in names:
        sandbox.add_location(name)
        sandbox.seed_association(key=KEY, location_id=name)
    sandbox.add_location("elsewhere")  # without the association
    path, wanted = write_csv(folder, names, pairs)
    with running_workers(
        redis, sandbox, [*names, "elsewhere"], nodes=nodes, processes=processes
    ) as (workers, environment):
        counter = AnswerCounter(sandbox, pairs // 3, workers.kill_one)
        done = run_import(environment, path, shard)
        counter.wait()
        refused = counter.statuses[429]
        failed = run_import(environment, write_csv(folder, ["elsewhere"], 3)[0], shard)
    assert failed.returncode == 1
    assert f"a shard failed: GET /associations/key/{KEY} returned 400: Assoc" in failed.stdout
    assert (done.returncode, done.stderr) == (0, "")
    made = [
        (name, one["firstRecordId"], one["secondRecordId"])
        for name in names
        for one in sandbox.relations(location_id=name)
    ]
    assert len(made) == pairs  # nothing twice
    assert set(made) == wanted  # and nothing lost
    assert len(sandbox.oauth.derived) == locations + 1  # one token a location for all workers
    return done.stdout, refused


def test_a_killed_worker_loses_nothing_and_does_nothing_twice(
    redis: RedisServer, tmp_path: Path
) -> None:
    output, refused = run_with_a_kill(
        redis, tmp_path, pairs=240, locations=3, shard=10, nodes=2, processes=1
    )
    assert output.splitlines()[-1].startswith("24 of 24 shards: ")
    assert "failed" not in output
    assert refused <= 5


@pytest.mark.long
@pytest.mark.proof
def test_twenty_thousand_pairs_over_ten_locations_survive_a_killed_node(
    redis: RedisServer, tmp_path: Path
) -> None:
    output, refused = run_with_a_kill(
        redis, tmp_path, pairs=20_000, locations=10, shard=50, nodes=2, processes=2
    )
    assert output.splitlines()[-1].startswith("400 of 400 shards: ")
    assert "failed" not in output
    assert refused <= 10


def test_a_shard_waits_longer_than_a_single_call_for_its_association(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    waits: list[float] = []
    monkeypatch.setattr(concurrency, "sleep", waits.append)
    monkeypatch.setattr("random.uniform", lambda low, high: high)
    sandbox = Sandbox()
    sandbox.misbehave(faults.fail(503))
    client = AssociationsClient(
        sandbox.token, sandbox.location_id, transport=sandbox.transport(), pace=None
    )
    monkeypatch.setattr(celery_import, "shared_client", lambda: client)
    with client, pytest.raises(ServerError):
        celery_import.target(sandbox.location_id, KEY)
    assert waits == [0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 20.0]


@pytest.mark.parametrize(("serializer", "whole"), [("pickle", True), ("json", False)])
def test_an_error_keeps_its_class_and_message_in_each_of_celerys_serializers(
    serializer: str, whole: bool
) -> None:
    error = status_error(
        method="POST",
        path="/associations/relations",
        status_code=400,
        headers={"x-ratelimit-max": "100"},
        body={"message": "Max relation limit[1] reached", "traceId": "t-1"},
    )
    backend = Celery(backend="cache+memory://", set_as_current=False).backend
    sent = dumps(backend.prepare_exception(error, serializer), serializer)
    found = backend.exception_to_python(loads(sent[2], sent[0], sent[1], accept=[sent[0]]))
    assert type(found) is RelationLimitError
    assert str(found) == str(error)
    assert (found.trace_id == "t-1") is whole  # JSON keeps only the message
