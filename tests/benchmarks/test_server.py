"""The server responds like HighLevel, and counts connections."""

import httpx

from scripts.benchmarks.server import ASSOCIATION, connections, serving


def test_the_server_counts_the_connections_that_carry_calls() -> None:
    with serving() as url:
        for calls in (1, 2):
            with httpx.Client(base_url=url) as client:
                for _ in range(calls):
                    response = client.put(f"/associations/{ASSOCIATION}", json={}).json()
                    assert response["association"]["id"] == ASSOCIATION
        assert connections(url) == 2
