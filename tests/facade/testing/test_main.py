"""The command prints one line when it is ready, serves, and ends without output."""

import re
import signal
import subprocess
import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from facade.testing import Sandbox
from facade.testing.__main__ import add_arguments, main

ROOT = Path(__file__).parents[3]


@contextmanager
def started(*arguments: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Start the command; yield its process and the line that it prints.

    Python buffers what it writes into a pipe: the line arrives because it is flushed.
    """
    with subprocess.Popen(
        [sys.executable, "-m", "facade.testing", *arguments],
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


def test_the_command_takes_the_options_of_a_sandbox() -> None:
    given = ["--token", "t", "--location", "l", "--versions", "v4,v3", "--delay", "0.01"]
    given += ["--scopes", "associations.readonly,associations.write"]
    given += ["--variant", "association_body=enveloped", "--variant", "list_lag=2.5"]
    given += ["--variant", "deleted_relation_id=true", "--daily-limit", "9"]
    given += ["--answer", 'no_such_association=410:{"message": "gone"}']
    with started(*given) as (_, line):
        assert line.endswith(" token=t location=l\n")
        headers = {"Authorization": "Bearer t", "Version": "v4"}
        with httpx.Client(base_url=line.split()[0], headers=headers) as http:
            known = http.get("/associations/OPPORTUNITIES_CONTACTS_ASSOCIATION")
            assert "association" in known.json()
            assert known.headers["x-ratelimit-limit-daily"] == "9"
            missing = http.get("/associations/x", headers={"Version": "v3"})
            assert (missing.status_code, missing.json()["message"]) == (410, "gone")
            for path, version in (("relations/ann", "v3"), ("x", "2021-07-28")):
                url = f"/associations/{path}?locationId=l"
                assert http.get(url, headers={"Version": version}).status_code == 401


def test_a_taken_port_is_one_clear_line_and_exit_code_2(
    sandbox: Sandbox, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(signal, "signal", lambda number, handler: None)
    with sandbox.serve() as server:
        assert main(["--port", str(server.port)]) == 2
    text = f"Cannot listen on 127.0.0.1 port {server.port}: Address already in use. Try --port 0.\n"
    assert capsys.readouterr() == ("", text)


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (["--port", "65536"], "65536 is not a port from 0 to 65535"),
        (["--delay", "-1"], "is not a time in seconds"),
        (["--scopes", "contacts.readonly"], "'contacts.readonly' is not one of associations.read"),
        (["--limit", "9"], "9 is not N/SECONDS, such as 100/10"),
        (["--limit", "0/1"], "is not N/SECONDS"),
        (["--limit", "1/0.0000009"], "is not N/SECONDS"),
        (["--daily-limit", "0"], "0 is not a number of requests"),
        (["--window", "none"], "invalid choice"),
        (["--versions", "v3,x"], "a Version must be a date like 2021-07-28, v and a number"),
        (["--variant", "sides"], "sides is not NAME=VALUE"),
        (["--variant", "sides=up"], "sides must be one of ('kept', 'swapped'), not 'up'."),
        (["--answer", "relation_exists=199:no"], "is not NAME=STATUS:BODY"),
        (["--answer", "relation_exists=600:no"], "is not NAME=STATUS:BODY"),
        (["--answer", "relation_exists=409:{"], "is not NAME=STATUS:BODY; in br"),
        (["--answer", "relation_exist=409:x"], "relation_exist: not a name of a response"),
    ],
)
def test_an_invalid_argument_is_named_with_exit_code_2(
    arguments: list[str], problem: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(arguments)
    said = capsys.readouterr().err
    assert said.startswith("usage: python -m facade.testing ")
    assert problem in said


def test_a_value_may_contain_what_separates_it_from_its_name() -> None:
    parser = ArgumentParser()
    add_arguments(parser)
    given = ["--limit", "1/0.000001", "--variant", "a=b=c", "--answer", "a=200:b:c=d"]
    options = parser.parse_args(given)
    assert options.limit == (1, 0.000001)
    assert (options.variant, options.answer) == ([("a", "b=c")], [("a", (200, "b:c=d"))])
