"""link and sandbox: the commands of facade.link and facade.testing, with settings and JSON."""

import json
import signal
from pathlib import Path

import httpx

from facade.testing import Sandbox
from tests.facade.bulk.runs import related_pairs, seed_owner_pet
from tests.facade.cli.conftest import Command, started

KEY = ["--association", "owner_pet"]
CSV = "contact,custom_objects.pet\nc1,p1\nc1,p1\nc2,p2\nc3,\n"


def test_the_pairs_are_linked_with_the_settings_of_the_command(
    command: Command, sandbox: Sandbox, folder: Path
) -> None:
    seed_owner_pet(sandbox)
    (folder / "token").write_text(sandbox.token)
    (folder / "pets.csv").write_text(CSV)
    given = ["pets.csv", *KEY, "--token-file", "token"]
    status, out, err = command("link", *given, TOKEN="wrong")
    assert (status, err) == (1, "")
    assert out.splitlines()[-2] == "2 created, 0 existing, 1 failed"
    assert related_pairs(sandbox) == [("c1", "p1"), ("c2", "p2")]


def test_the_sandbox_prints_where_it_is_as_json_and_ends_quietly() -> None:
    with started("sandbox", "--json", "--token", "t", "--location", "l") as process:
        assert process.stdout is not None
        found = json.loads(process.stdout.readline())
        assert (found["token"], found["location_id"]) == ("t", "l")
        headers = {"Authorization": "Bearer t", "Version": "v3"}
        url = f"{found['url']}/associations/?locationId=l"
        assert httpx.get(url, headers=headers).json()["total"] == 4
        process.send_signal(signal.SIGINT)
        assert process.communicate(timeout=60) == ("", "")
        assert process.returncode == 0


def test_standard_input_has_either_the_csv_or_the_token(command: Command) -> None:
    said = "error: standard input can have the CSV or the token, not both\n"
    assert command("link", "-", *KEY, "--token-file", "-") == (2, "", said)
