"""The program that measures HighLevel's SDK works with a fake of that SDK."""

import json
import sys
from pathlib import Path

from scripts.benchmarks import official
from scripts.benchmarks.environments import run
from tests.benchmarks.recording import PUT, Recording

SDK = """
import httpx

class HighLevel:
    def __init__(self, private_integration_token):
        self.token, self.associations = private_integration_token, self

    async def update_association(self, association_id, labels):
        headers = {"Authorization": f"Bearer {self.token}", "Version": "2021-07-28"}
        async with httpx.AsyncClient(base_url=self.BASE_URL, headers=headers) as client:
            await client.put(f"/associations/{association_id}", json=labels)
"""


def test_the_sdk_and_httpx_send_the_same_requests(recorded: Recording, tmp_path: Path) -> None:
    (tmp_path / "highlevel.py").write_text(SDK)
    program = [sys.executable, "-m", official.__name__, recorded.url]
    costs = json.loads(run([*program, "3", "2"], PYTHONPATH=str(tmp_path)))
    assert {side: len(rounds) for side, rounds in costs.items()} == {"official SDK": 3, "httpx": 3}
    assert recorded.sent == [PUT] * 2 * (1 + 3) * 2  # sides, a warm-up and the rounds, calls


def test_it_imports_only_packages_of_the_sdk_s_environment() -> None:
    code = f"import sys, {official.__name__}; print(*sys.modules)"
    tops = {name.partition(".")[0] for name in run([sys.executable, "-c", code]).split()}
    assert {"httpx", "scripts"} <= tops
    assert tops & {"attr", "attrs", "dateutil", "facade", "generated_client", "yaml"} == set()
