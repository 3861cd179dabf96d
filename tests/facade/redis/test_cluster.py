"""A Redis Cluster: all that is shared works there, and survives the failover of a node."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from redis import Redis, RedisCluster
from redis.backoff import NoBackoff
from redis.retry import Retry

from facade.redis import RedisPace, RedisRefusedError, RedisReplayStore, RedisTokenStore
from facade.redis.connection import key_of
from facade.testing import contracts
from scripts.programs import RedisServer
from tests import needs
from tests.facade.redis.conftest import eventually, take_all

SLOTS = 16_384
OPTIONS = (
    "--cluster-enabled yes --cluster-node-timeout 500 --cluster-replica-validity-factor 0 "
    "--repl-diskless-sync-delay 0"
).split()


class Cluster:
    """Three nodes, and a replica of each, which takes over when its node is killed."""

    def __init__(self, stack: ExitStack) -> None:
        self.nodes = [stack.enter_context(RedisServer(*OPTIONS)) for _ in range(6)]
        self._owners = [stack.enter_context(Redis.from_url(node.url)) for node in self.nodes]
        for number, owner in enumerate(self._owners):
            owner.cluster("SET-CONFIG-EPOCH", number + 1)
            self._owners[0].cluster("MEET", "127.0.0.1", self.nodes[number].port)
            if number < 3:
                first, end = (SLOTS * each // 3 for each in (number, number + 1))
                owner.cluster("ADDSLOTS", *range(first, end))
        self._wait(lambda one: len(one.cluster("NODES")) == 6)
        for number in range(3):
            name = self._owners[number].cluster("MYID")
            self._owners[number + 3].cluster("REPLICATE", name)
        self._wait(lambda one: one.cluster("INFO")["cluster_state"] == "ok")
        self._owners = self._owners[3:]
        self._wait(lambda one: one.info("replication")["master_link_status"] == "up")

    def _wait(self, is_ready: Callable[[Any], bool]) -> None:
        assert eventually(lambda: all(is_ready(one) for one in self._owners))

    def client(self) -> Any:
        return RedisCluster(
            port=self.nodes[0].port, host="127.0.0.1", socket_timeout=2, retry=Retry(NoBackoff(), 1)
        )

    def kill_node_of(self, client: Any, key: str) -> None:
        port = client.get_node_from_key(key).port
        next(node for node in self.nodes if node.port == port).stop()


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    needs.program("redis-server", "redis-server")
    with ExitStack() as stack:
        yield Cluster(stack)


def test_the_stores_keep_their_contracts_in_a_cluster(cluster: Cluster) -> None:
    with cluster.client() as client:
        for check in contracts.REPLAY_STORE_CHECKS:
            check(lambda: RedisReplayStore(client, app="app"))
        for one in contracts.TOKEN_STORE_CHECKS:
            one(lambda: RedisTokenStore(client, app="app"))


def test_a_url_of_one_node_is_refused_with_what_to_pass(cluster: Cluster) -> None:
    key = key_of("app", "pace", "loc")
    with cluster.client() as client:
        owner = client.get_node_from_key(key).port
    other = next(node for node in cluster.nodes if node.port != owner)
    with pytest.raises(RedisRefusedError, match=r"part of a cluster .*RedisCluster\.from_url"):
        RedisPace(other.url, app="app").take("loc")


def test_the_failover_of_a_node_is_an_outage_after_which_the_limit_is_kept(
    cluster: Cluster,
) -> None:
    with cluster.client() as client:
        pace = RedisPace(client, app="app", calls=3)
        assert take_all(pace) == 3
        (key,) = (each for each in client.scan_iter("*:out"))
        cluster.kill_node_of(client, key)
        assert pace.take("loc").is_outage
        assert eventually(lambda: not pace.take("loc").is_outage)
        assert not pace.take("loc").granted  # the replica knows the three turns
