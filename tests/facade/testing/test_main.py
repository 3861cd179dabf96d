"""The command prints one line when it is ready, serves, and ends without output."""

import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from facade.testing import Sandbox
from facade.testing.__main__ import main

ROOT = Path(__file__).parents[3]


COMMAND = [sys.executable, "-m", "facade.testing"]


@contextmanager
def started(*arguments: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Start the command; yield its process and the line that it prints.

    Python buffers what it writes into a pipe: the line arrives because it is flushed.
    """
    with subprocess.Popen(
        [*COMMAND, *arguments],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        try:
            yield process, process.stdout.readline()
        finally:
            process.kill()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_command_prints_its_address_serves_and_ends_quietly(number: signal.Signals) -> None:
    with started("--limit", "5/10") as (process, line):
        known = re.fullmatch(
            r"(http://127\.0\.0\.1:\d+) token=pit-sandbox location=sandbox-location\n", line
        )
        assert known
        headers = {"Authorization": "Bearer pit-sandbox", "Version": "v3"}
        response = httpx.get(f"{known[1]}/associations/x", headers=headers)
        assert (response.status_code, response.headers["x-ratelimit-remaining"]) == (404, "4")
        process.send_signal(number)
        assert process.communicate(timeout=60) == ("", "")
        assert process.returncode == 0


def test_the_command_takes_a_token_and_a_location() -> None:
    with started("--token", "t", "--location", "l") as (_, line):
        assert line.endswith(" token=t location=l\n")
        headers = {"Authorization": "Bearer t", "Version": "v3"}
        params = {"locationId": "l", "skip": "0", "limit": "1"}
        url = f"{line.split()[0]}/associations/"
        assert httpx.get(url, headers=headers, params=params).json()["total"] == 2


def test_the_command_takes_the_scopes_of_the_token() -> None:
    with started("--scopes", "associations/relation.readonly,associations.write") as (_, line):
        headers = {"Authorization": "Bearer pit-sandbox", "Version": "v3"}
        params = {"locationId": "sandbox-location"}
        url = f"{line.split()[0]}/associations/"
        statuses = [
            httpx.get(f"{url}{path}", headers=headers, params=params).status_code
            for path in ("", "relations/r1")
        ]
        assert statuses == [401, 200]


def test_the_command_takes_the_versions_to_accept() -> None:
    with started("--versions", "v4,2030-01-01") as (_, line):
        url = f"{line.split()[0]}/associations/x"
        statuses = [
            httpx.get(url, headers={"Authorization": "Bearer pit-sandbox", "Version": version})
            for version in ("v4", "2030-01-01", "v3")
        ]
        assert [each.status_code for each in statuses] == [404, 404, 401]


def test_a_taken_port_is_one_clear_line_and_exit_code_2(sandbox: Sandbox) -> None:
    with sandbox.serve() as server:
        command = [*COMMAND, "--port", str(server.port)]
        run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (run.returncode, run.stdout) == (2, "")
    assert run.stderr.splitlines() == [
        f"Cannot listen on 127.0.0.1 port {server.port}: Address already in use. Try --port 0."
    ]


@pytest.mark.parametrize(
    "arguments",
    [
        ["--port", "x"],
        ["--token", ""],
        ["--token", "a b"],
        ["--location", ""],
        ["--location", "é"],
        ["--delay", "x"],
        ["--delay", "-1"],
        ["--delay", "nan"],
        ["--delay", "inf"],
        ["--port", "65536"],
        ["--limit", "9"],
        ["--limit", "0/1"],
        ["--limit", "1/inf"],
        ["--daily-limit", "0"],
        ["--window", "none"],
        ["--versions", ""],
        ["--versions", "v3,x"],
    ],
)
def test_an_invalid_argument_is_exit_code_2(arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2


def test_the_command_takes_variants_and_answers() -> None:
    options = ("--variant", "association_body=enveloped", "--variant", "list_lag=2.5")
    answers = ("--answer", 'no_such_association=410:{"message": "gone"}')
    with started(*options, *answers) as (_, line):
        url = line.partition(" ")[0]
        headers = {"Authorization": "Bearer pit-sandbox", "Version": "v3"}
        found = httpx.get(f"{url}/associations/OPPORTUNITIES_CONTACTS_ASSOCIATION", headers=headers)
        missing = httpx.get(f"{url}/associations/x", headers=headers)
        assert "association" in found.json()
        assert (missing.status_code, missing.json()["message"]) == (410, "gone")


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (["--variant", "sides"], "'sides' is not NAME=VALUE"),
        (["--variant", "sides=up"], "sides must be one of ('kept', 'swapped'), not 'up'."),
        (["--variant", "side=swapped"], "side: not an option of Sandbox"),
        (["--variant", "list_lag=soon"], "list_lag must be 0 seconds or more, not 'soon'."),
        (["--variant", "created_relation_id=no"], "created_relation_id must be True or False"),
        (["--answer", "relation_exists=exists"], "is not NAME=STATUS:BODY"),
        (["--answer", "relation_exists=409:{"], "'{' is not JSON"),
        (["--answer", "relation_exist=409:x"], "relation_exist: not a name of a response"),
    ],
)
def test_a_variant_or_answer_that_there_is_not_is_refused(
    arguments: list[str], problem: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(arguments)
    assert problem in capsys.readouterr().err
