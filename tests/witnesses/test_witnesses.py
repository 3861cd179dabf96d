"""The client and the sandbox hold under every witness; `pytest tests/witnesses -rP` lists them."""

import pytest

from tests.witnesses.client import hold_the_client
from tests.witnesses.reading import WITNESSES
from tests.witnesses.standing_in import hold_the_sandbox

# Under these the client does not hold yet. A mark goes as soon as it does: the test then fails.
PENDING: set[str] = set()


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=[pytest.mark.xfail(strict=True)] if name in PENDING else [])
        for name in WITNESSES
    ],
)
def test_the_client_holds_under_a_witness(name: str) -> None:
    if "means" in WITNESSES[name]:
        hold_the_client(WITNESSES[name])


@pytest.mark.parametrize("name", WITNESSES)
def test_a_witness_holds(name: str) -> None:
    """The sandbox answers as recorded."""
    witness = WITNESSES[name]
    if "exchanges" in witness:
        how = hold_the_sandbox(witness)
        print(f"{name}: {witness['strength']}; sandbox {how}")  # noqa: T201 - what -rP shows
