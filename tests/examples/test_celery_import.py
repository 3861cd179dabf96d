"""The Celery example: if a worker is killed, no pair is lost or related twice."""

import importlib
import json
import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path

import pytest
from redis import Redis

from facade.oauth import OAuth
from facade.redis import RedisTokenStore
from facade.testing import Fault, Response, Sandbox
from scripts.programs import RedisServer
from tests import needs

ROOT = Path(__file__).parents[2]
KEY = "owner_pet"


def kill(node: subprocess.Popen[str]) -> None:
    """Kill a node with all its processes, as when a machine loses its power."""
    if node.poll() is None:
        os.killpg(node.pid, signal.SIGKILL)
        node.wait()


@contextmanager
def running_nodes(
    redis: RedisServer, sandbox: Sandbox, locations: list[str], processes: int
) -> Iterator[tuple[list[subprocess.Popen[str]], dict[str, str]]]:
    """Start two nodes of an agency's app against a served sandbox; yield their environment, too."""
    agency = "sandbox-company"
    with sandbox.serve() as server, ExitStack() as nodes:
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
        command = [sys.executable, "-m", "celery", "-A", "examples.celery_import", "worker"]
        command += ["--loglevel", "WARNING", "--without-mingle", "--concurrency", str(processes)]
        start = partial(subprocess.Popen, cwd=ROOT, env=environment, start_new_session=True)
        started = [start([*command, "--hostname", f"{number}@test"]) for number in range(2)]
        for node in started:
            nodes.callback(kill, node)
        yield started, environment


def run_import(
    environment: dict[str, str], path: Path, rows: list[tuple[str, str, str]], shard: int
) -> subprocess.CompletedProcess[str]:
    """Run the example on a CSV of rows."""
    path.write_text("\n".join(["location,first,second", *map(",".join, rows)]))
    command = [sys.executable, "-m", "examples.celery_import", str(path), KEY]
    return needs.run(*command, env=environment | {"SHARD": str(shard)})


@pytest.mark.parametrize(
    ("pairs", "locations", "shard", "processes"),
    [(240, 3, 10, 1), pytest.param(20_000, 10, 50, 2, marks=[pytest.mark.long, pytest.mark.proof])],
)
def test_a_killed_node_loses_nothing_and_does_nothing_twice(
    pairs: int, locations: int, shard: int, processes: int, redis: RedisServer, tmp_path: Path
) -> None:
    names = [f"location-{number}" for number in range(locations)]
    sandbox = Sandbox(limit=(100, 10.0))
    sandbox.add_location("elsewhere")  # without the association
    for name in names:
        sandbox.add_location(name)
        sandbox.seed_association(key=KEY, location_id=name)
    rows = [(names[one % locations], f"contact-{one}", f"pet-{one}") for one in range(pairs)]
    statuses: Counter[int] = Counter()
    killing = ThreadPoolExecutor(1)
    with running_nodes(redis, sandbox, [*names, "elsewhere"], processes) as (nodes, environment):

        def count(answer: Response) -> Response:
            statuses[answer.status] += 1
            if answer.status == 201 and statuses[201] == pairs // 3:
                killing.submit(kill, nodes[1])
            return answer

        sandbox.misbehave(Fault(afterwards=count))
        done = run_import(environment, tmp_path / "pairs.csv", rows, shard)
        killing.shutdown()
        refused = statuses[429]
        # The node that is left reports what fails, too.
        failed = run_import(environment, tmp_path / "other.csv", [("elsewhere", "c", "p")], 1)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[-1].startswith(f"{pairs // shard} of {pairs // shard} shards: ")
    assert "failed" not in done.stdout
    assert refused <= 5 * processes
    assert failed.returncode == 1
    assert f"a shard failed: GET /associations/key/{KEY} returned 400: Assoc" in failed.stdout
    assert nodes[1].returncode == -signal.SIGKILL
    made = [
        (name, one["firstRecordId"], one["secondRecordId"])
        for name in names
        for one in sandbox.relations(location_id=name)
    ]
    assert sorted(made) == sorted(rows)  # nothing is lost, and nothing done twice
    assert len(sandbox.oauth.derived) == locations + 1  # one token a location for all workers


@pytest.mark.filterwarnings("ignore:Call to deprecated setex")  # by Celery
def test_a_shard_that_a_killed_worker_took_with_it_is_queued_again(
    redis: RedisServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REDIS_URL", f"redis://127.0.0.1:{redis.port}/0")
    monkeypatch.setenv("VISIBILITY_TIMEOUT", "0.1")
    example = importlib.reload(importlib.import_module("examples.celery_import"))
    task = example.import_shard.s("location-1", KEY, [])
    result = task.apply_async()

    def wait_for_shard() -> object:
        try:
            return example.wait_for(task, result)
        finally:  # each thread has a subscription of its own
            example.app.backend.result_consumer.stop()

    with Redis(port=redis.port) as queue, ThreadPoolExecutor(1) as threads:
        assert queue.rpop("celery") is not None  # taken, and then the worker was killed
        outcomes = threads.submit(wait_for_shard)
        again = queue.brpop(["celery"], timeout=30)
        assert again
        assert json.loads(again[1])["headers"]["id"] == result.id
        example.app.backend.store_result(result.id, ["outcome"], "SUCCESS")
        assert outcomes.result(30) == ["outcome"]
