"""The command: its help, its errors in one line, and how it ends."""

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from facade import __version__
from facade.cli.__main__ import COMMANDS
from facade.testing import Fault, Response, Sandbox, faults
from tests.facade.cli.conftest import Command

ROOT = Path(__file__).parents[3]
WITH_A_CLIENT = sorted(COMMANDS.keys() - {"sandbox"})
# What a command cannot do without.
NEEDED = {
    "export": ("record",),
    "link": ("pets.csv", "--association", "owner_pet"),
    "relations": ("record",),
}


def test_the_help_lists_every_command_with_an_example(command: Command) -> None:
    status, out, err = command()
    assert (status, err) == (0, "")
    assert [name for name in COMMANDS if f"\n  {name} " not in out] == []
    assert "examples:\n  highlevel-associations doctor\n" in out
    assert command("--help") == command("help") == (status, out, err)
    assert [line for line in out.splitlines() if len(line) > 80] == []


@pytest.mark.parametrize("name", COMMANDS)
def test_the_help_of_a_command_has_examples_and_says_where_the_token_comes_from(
    command: Command, name: str
) -> None:
    status, out, _ = command(name, "--help")
    assert status == 0
    assert f"examples:\n  highlevel-associations {name}" in out
    assert "HIGHLEVEL_TOKEN" in out
    assert [line for line in out.splitlines() if len(line) > 80] == []
    assert command("help", name)[1] == out


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("doctro", "there is no command 'doctro': did you mean doctor?"),
        ("lst", "there is no command 'lst': did you mean list?"),
        ("relation", "there is no command 'relation': did you mean relations?"),
        ("LINK", "there is no command 'LINK': did you mean link?"),
        ("what", "there is no command 'what': there are doctor, list, relations, "),
        ("--location", "unrecognized arguments: --location"),
        ("pit-5e-cret", "there is no command '***': there are doctor, "),
    ],
)
def test_a_typo_is_told_what_was_meant(command: Command, typed: str, said: str) -> None:
    status, out, err = command(typed)
    assert (status, out) == (2, "")
    assert f"highlevel-associations: error: {said}" in err
    assert "cret" not in err


def test_the_token_of_the_environment_is_not_repeated_whatever_its_form(
    command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HIGHLEVEL_TOKEN", "5e-cret")
    assert "unrecognized arguments: ***" in command("list", "5e-cret")[2]


def test_a_fault_of_ours_is_a_traceback_and_no_finding(
    command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(settings: object) -> None:
        raise RuntimeError("a fault")

    from facade.cli.commands import doctor

    monkeypatch.setattr(doctor, "diagnose", fail)
    status, out, err = command("doctor")
    assert (status, out, err.splitlines()[-1]) == (2, "", "RuntimeError: a fault")


def test_the_version_is_that_of_the_package(command: Command) -> None:
    assert command("--version") == (0, f"highlevel-associations {__version__}\n", "")


def test_without_rich_the_error_says_what_to_install(
    command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "rich", None)
    said = 'error: a package is missing: pip install "highlevel-associations[cli]"\n'
    assert command("doctor") == (2, "", said)


def test_importing_facade_loads_no_command() -> None:
    code = "import facade, sys; print([one for one in sys.modules if one.startswith('facade.cli')])"
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


@pytest.mark.parametrize("name", WITH_A_CLIENT)
@pytest.mark.parametrize(
    "given", [["--token", "pit-5e-cret"], ["--token=eyJ-5e-cret"], ["--token"]]
)
def test_a_token_is_no_argument_and_is_not_repeated(
    command: Command, name: str, given: list[str]
) -> None:
    status, out, err = command(name, *NEEDED.get(name, ()), *given)
    assert (status, out) == (2, "")
    assert "a token is no argument" in err
    assert "--token-file" in err
    assert "cret" not in err


@pytest.mark.parametrize("name", [name for name in WITH_A_CLIENT if name != "doctor"])
@pytest.mark.parametrize(
    ("variable", "value", "said"),
    [
        ("HIGHLEVEL_TOKEN", "", "token: there is none: set HIGHLEVEL_TOKEN, or give --token-file"),
        ("HIGHLEVEL_TOKEN", "Bearer pit-5e-cret", "token: the token must be visible ASCII text"),
        ("HIGHLEVEL_TOKEN", "pit-5e-cret", "GET /associations/ answered 401: Invalid Private"),
        ("HIGHLEVEL_LOCATION_ID", "", "location: there is none: set HIGHLEVEL_LOCATION_ID, or"),
        ("HIGHLEVEL_LOCATION_ID", "pit-5e-cret", "location: location_id is a token"),
        ("HIGHLEVEL_LOCATION_ID", "other", "GET /associations/ answered 403: The token does not"),
        ("HIGHLEVEL_BASE_URL", "localhost", "network: base_url is not an http(s) address"),
    ],
)
def test_a_wrong_setting_is_an_error_in_one_line_without_the_token(
    command: Command,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    variable: str,
    value: str,
    said: str,
) -> None:
    monkeypatch.setenv(variable, value)
    status, out, err = command(name, *NEEDED.get(name, ()))
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert err.startswith(f"error: {said}")
    assert "cret" not in err


def test_an_option_wins_over_its_variable(
    command: Command, sandbox: Sandbox, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sandbox.add_location("second")
    sandbox.seed_association(key="of_second", location_id="second")
    (folder / "token").write_text(f"{sandbox.token}\n")
    url = os.environ["HIGHLEVEL_BASE_URL"]
    for name in ("HIGHLEVEL_TOKEN", "HIGHLEVEL_LOCATION_ID", "HIGHLEVEL_BASE_URL"):
        monkeypatch.setenv(name, "http://wrong.invalid")
    given = ["--location", "second", "--base-url", url, "--api-version", "v3"]
    status, out, _ = command("list", "--json", *given, "--token-file", "token")
    assert (status, "of_second" in out) == (0, True)
    assert {one.version for one in sandbox.requests} == {"v3"}


def test_the_token_may_come_from_standard_input(
    command: Command, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    import io

    monkeypatch.setenv("HIGHLEVEL_TOKEN", "wrong")
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"{sandbox.token}\r\nmore\n"))
    assert command("list", "--token-file", "-")[0] == 0


def test_a_file_of_a_token_may_begin_with_a_byte_order_mark(
    command: Command, sandbox: Sandbox, folder: Path
) -> None:
    (folder / "token").write_bytes(b"\xef\xbb\xbf" + f"{sandbox.token}\r\n".encode())
    assert command("list", "--token-file", "token")[0] == 0


def test_a_file_without_a_token_is_an_error_in_one_line(command: Command, folder: Path) -> None:
    assert command("list", "--token-file", "no") == (
        2,
        "",
        "error: no: No such file or directory\n",
    )
    (folder / "empty").write_text("\n\n")
    assert command("list", "--token-file", "empty")[2].startswith("error: token: there is none")


def test_a_long_wait_is_told_and_a_short_one_is_not(command: Command, sandbox: Sandbox) -> None:
    sandbox.misbehave(faults.refuse(retry_after=30), times=1)
    status, _, err = command("list")
    assert status == 0
    assert err.startswith("GET /associations/ waits 30.")
    assert err.endswith(" s before attempt 2: rate limited, asked to wait 30 s\n")
    sandbox.misbehave(faults.refuse(retry_after=0), times=1)
    assert command("list")[::2] == (0, "")


def test_a_warning_is_told_without_the_line_of_code(command: Command) -> None:
    status, _, err = command("list", "--base-url", "http://0.0.0.0:9")  # no loopback by its name
    assert status == 2
    assert err.startswith(
        "warning: the token is sent to 0.0.0.0 unencrypted: base_url is http, not"
    )


def started(*arguments: str, stdin: bool = False) -> "subprocess.Popen[str]":
    """Start the command in a process of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "facade.cli", *arguments],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdin=subprocess.PIPE if stdin else subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_a_reader_that_ends_early_gets_no_traceback(sandbox: Sandbox, folder: Path) -> None:
    for number in range(500):  # more than a pipe holds
        sandbox.seed_association(key=f"key_{number}", second_object_key=f"custom_objects.a{number}")
    with started("list", "--json") as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.readline().startswith('{"id": ')
        process.stdout.close()
        assert (process.wait(timeout=60), process.stderr.read()) == (141, "")


def test_ctrl_c_ends_with_130_and_no_traceback(sandbox: Sandbox, folder: Path) -> None:
    reached, opened = threading.Event(), threading.Event()

    def hold(response: Response) -> Response:
        reached.set()
        assert opened.wait(60)
        return response

    sandbox.misbehave(Fault(afterwards=hold))
    with started("list") as process:
        assert reached.wait(60)
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=60) == 130
        opened.set()
        assert process.communicate() == ("", "")


def test_closed_streams_and_a_full_disk_are_no_traceback(folder: Path) -> None:
    for command, status, said in (
        ("list >&-", 0, ""),
        ("list > /dev/full", 2, "error: No space left on device\n"),
        ("export --records - --column id <&-", 2, "error: standard input is empty\n"),
    ):
        done = subprocess.run(
            ["sh", "-c", f"{sys.executable} -m facade.cli {command}"],
            env=os.environ | {"PYTHONPATH": str(ROOT)},
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
        assert (done.returncode, done.stderr) == (status, said)
