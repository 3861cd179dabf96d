"""The client and the sandbox hold under every witness; `pytest tests/witnesses -rP` lists them."""

import pytest

from facade._core import concurrency
from tests.witnesses.client import hold_the_client
from tests.witnesses.reading import WITNESSES
from tests.witnesses.receiver import hold_the_receiver
from tests.witnesses.sandbox import hold_the_sandbox


@pytest.fixture(autouse=True)
def no_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Do not wait before a request is sent again."""

    async def async_sleep(seconds: float) -> None:
        pass

    monkeypatch.setattr(concurrency, "sleep", lambda seconds: None)
    monkeypatch.setattr(concurrency, "async_sleep", async_sleep)


@pytest.mark.parametrize("name", WITNESSES)
def test_a_witness_holds(name: str) -> None:
    witness = WITNESSES[name]
    done = [witness["strength"]]
    if "means" in witness:
        done.append(f"client {hold_the_client(witness)}")
    if "deliveries" in witness:
        done.append(hold_the_receiver(witness))
    if "exchanges" in witness:
        done.append(f"sandbox {hold_the_sandbox(witness)}")
    print(f"{name}: {'; '.join(done)}")  # noqa: T201 - what -rP shows
