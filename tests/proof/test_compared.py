"""docs/compared.md is right about this client and HighLevel's own Python SDK under faults."""

import json
import re
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import pytest

from facade import AssociationsClient, AssociationsError
from facade.testing import Fault, Received, Sandbox, faults
from scripts.programs import ROOT, make, run

pytestmark = pytest.mark.proof

PAGE = (ROOT / "docs" / "compared.md").read_text()

# By row of the page: the fault of the first request. The calls have the row's number in their
# record id.
FAULTS: dict[str, Fault | None] = {
    "a read meets one 502": faults.fail(502),
    "a read meets one 429 that asks for a wait of 1 s": faults.rate_limit(retry_after=1),
    "a relation is created, and the response is lost": faults.drop("after_work"),
    "a relation is not created: one 503": faults.fail(503),
    "a relation is created, and the response has no body": faults.empty(),
    "the relation exists already": None,
    "HighLevel does not know the record": faults.fail(422, message="Invalid record id : 'x'"),
}
READS, EXISTING, LASTING = {0, 1}, 5, 6

SDK = """
import asyncio, json, os
from highlevel import HighLevel

HighLevel.BASE_URL = os.environ["SANDBOX_URL"]
LOCATION, ASSOCIATION = os.environ["SANDBOX_LOCATION"], os.environ["SANDBOX_ASSOCIATION"]


async def main():
    sdk = HighLevel(private_integration_token=os.environ["SANDBOX_TOKEN"]).associations
    outcomes = []
    for number in range(int(os.environ["ROWS"])):
        record = f"sdk-{number}"
        try:
            if number in READS:
                await sdk.get_relations_by_record_id(record, LOCATION, 0, 100)
            else:
                await sdk.create_relation({
                    "locationId": LOCATION, "associationId": ASSOCIATION,
                    "firstRecordId": record, "secondRecordId": "tutor-1"})
        except Exception as error:
            outcomes.append(f"raises `{type(error).__name__}`")
        else:
            outcomes.append("returns")
    print(json.dumps(outcomes))


asyncio.run(main())
""".replace("READS", str(READS))


def test_the_page_describes_the_behaviour_of_both(tmp_path: Path) -> None:
    python = make(tmp_path, "-r", ROOT / "tests/proof/official-sdk.txt")
    sandbox = Sandbox()
    association = sandbox.seed_association(key="student_tutor")["id"]
    with ExitStack() as stack:
        for name in ("facade", "sdk"):
            sandbox.seed_relation(association, f"{name}-{EXISTING}", "tutor-1")
            for number, fault in enumerate(FAULTS.values()):
                if fault is not None:
                    times = None if number == LASTING else 1
                    wrong = sandbox.misbehave(fault, on=about(name, number), times=times)
                    stack.enter_context(wrong)
        ours = facade_outcomes(sandbox, association)
        theirs = sdk_outcomes(sandbox, association, python)
    assert documented() == list(map(list, zip(FAULTS, ours, theirs, strict=True)))


def about(name: str, number: int) -> Callable[[Received], bool]:
    """Select the requests of the call of a row, but not the lookups of one that creates."""

    def selects(received: Received) -> bool:
        creates = received.operation == "create_relation"
        record = received.body.get("firstRecordId") if creates else received.path.split("/")[-1]
        return bool(record == f"{name}-{number}") and (creates or number in READS)

    return selects


def facade_outcomes(sandbox: Sandbox, association: str) -> list[str]:
    outcomes = []
    transport = sandbox.transport()
    with AssociationsClient(sandbox.token, sandbox.location_id, transport=transport) as client:
        for number in range(len(FAULTS)):
            records = {"first_record_id": f"facade-{number}", "second_record_id": "tutor-1"}
            try:
                if number in READS:
                    client.relations.list(records["first_record_id"])
                else:
                    client.relations.create(association, **records)  # type: ignore[arg-type]
            except AssociationsError as error:
                outcomes.append(f"raises `{type(error).__name__}`")
            else:
                outcomes.append("returns")
    return outcomes


def sdk_outcomes(sandbox: Sandbox, association: str, python: Path) -> list[str]:
    with sandbox.serve() as server:
        output = run(
            [python, "-c", SDK],
            SANDBOX_URL=server.url,
            SANDBOX_TOKEN=sandbox.token,
            SANDBOX_LOCATION=sandbox.location_id,
            SANDBOX_ASSOCIATION=association,
            ROWS=str(len(FAULTS)),
        )
    outcomes: list[str] = json.loads(output.splitlines()[-1])
    return outcomes


def documented() -> list[list[str]]:
    section = PAGE.partition("## Under faults\n")[2].partition("\n## ")[0]
    rows = re.findall(r"^\|.*\|$", section, re.MULTILINE)[2:]
    return [[cell.strip() for cell in row.strip("|").split("|")] for row in rows]
