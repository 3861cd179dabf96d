"""The demo shows every step in any environment, and stops at a wrong result."""

import os
import subprocess
import sys

import pytest

from facade import AssociationsClient
from facade.testing import Sandbox
from facade.testing.faults import alter
from scripts import demo
from scripts.contract.generate import Layout
from scripts.errors import CannotRunError

from .published import TOP

STEPS = "The contract|The code|The sandbox|Create|Update|Relate|List|An error|Clean up".split("|")


def test_each_step_is_printed_with_any_proxy_in_the_environment() -> None:
    proxies = dict.fromkeys(["http_proxy", "all_proxy"], "http://127.0.0.1:9")
    kept = {name: value for name, value in os.environ.items() if name.lower() != "no_proxy"}
    command = [sys.executable, "-m", "scripts.demo"]
    done = subprocess.run(
        command, cwd=TOP, capture_output=True, text=True, check=False, env=kept | proxies
    )
    assert (done.returncode, done.stderr) == (0, "")
    lines = [line.strip() for line in done.stdout.splitlines()]
    assert [step for step in STEPS if any(line.startswith(f"{step}  ") for line in lines)] == STEPS


def test_a_stale_contract_stops_the_demo(project: Layout) -> None:
    project.contract.write_text("{}")
    with pytest.raises(CannotRunError, match="stale: openapi/associations"):
        demo.main([])


def test_a_wrong_response_stops_the_demo_with_one_line() -> None:
    sandbox = Sandbox()
    sandbox.misbehave(alter(lambda _: {"relations": []}), on="list_relations")
    account, transport = (sandbox.token, sandbox.location_id), sandbox.transport()
    said = r"\Athe demo failed: the contact is related to \[\].*\Z"
    with (
        AssociationsClient(*account, transport=transport, retries=0) as client,
        pytest.raises(CannotRunError, match=said),
    ):
        demo.call_api(client)
