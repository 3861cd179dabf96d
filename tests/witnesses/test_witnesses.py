"""The client and the sandbox hold under every witness; `pytest tests/witnesses -rP` lists them."""

import pytest

from tests.witnesses.client import hold_the_client
from tests.witnesses.reading import WITNESSES
from tests.witnesses.standing_in import hold_the_sandbox

# What does not hold yet; a mark goes when it does, because it then fails.
PENDING: dict[str, set[str]] = {}


@pytest.mark.parametrize("name", WITNESSES)
def test_the_client_and_the_sandbox_hold_under_a_witness(name: str) -> None:
    witness = WITNESSES[name]
    holds = {"client": "unused", "sandbox": "no answer"}
    if "means" in witness:
        holds["client"] = hold_the_client(witness)
    if "exchanges" in witness:
        holds["sandbox"] = hold_the_sandbox(witness)
    print(f"{name}: {witness['strength']}; client {holds['client']}; sandbox {holds['sandbox']}")
