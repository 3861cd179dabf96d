"""The probe command asks first, reads only by default, and deletes what it created."""

import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from facade.testing import ActiveFault, Fault, Received, Sandbox
from scripts import diff, probe
from scripts.contract.errors import CannotRunError
from tests.probing.deviations import deviating_sandbox

ServeSandbox = Callable[[Sandbox], None]
ROOT = Path(__file__).parents[3]


@pytest.fixture
def serve_sandbox(monkeypatch: pytest.MonkeyPatch) -> Iterator[ServeSandbox]:
    """Serve a sandbox and name it in the environment, as a user of the command does."""
    monkeypatch.chdir(ROOT)
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    with ExitStack() as servers:

        def serve(sandbox: Sandbox) -> None:
            server = servers.enter_context(sandbox.serve())
            monkeypatch.setenv("HIGHLEVEL_TOKEN", sandbox.token)
            monkeypatch.setenv("HIGHLEVEL_LOCATION_ID", sandbox.location_id)
            monkeypatch.setenv("HIGHLEVEL_BASE_URL", server.url)

        yield serve


@pytest.fixture
def sandbox(serve_sandbox: ServeSandbox) -> Sandbox:
    sandbox = Sandbox(token="pit-secret-token", location_id="secret-location")
    serve_sandbox(sandbox)
    return sandbox


@pytest.fixture
def files(tmp_path: Path) -> list[str]:
    return ["--journal", f"{tmp_path}/journal.jsonl", "--output", f"{tmp_path}/observed.jsonl"]


def created(sandbox: Sandbox) -> list[str]:
    return [one["key"] for one in sandbox.associations() if one["key"].startswith("probe_")]


def start(files: list[str], *options: str) -> "subprocess.Popen[bytes]":
    """Start the command as a process of its own."""
    command = [sys.executable, "-m", "scripts.probe", "--yes", *options, *files]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)


def test_it_only_reads_by_default(sandbox: Sandbox, files: list[str]) -> None:
    assert probe.main(["--yes", *files]) == 0
    assert {each.method for each in sandbox.requests} == {"GET"}


def test_with_write_it_calls_all_ten_operations_and_deletes_what_it_created(
    sandbox: Sandbox, files: list[str]
) -> None:
    assert probe.main(["--yes", "--write", *files]) == 0
    assert len({each.operation for each in sandbox.requests} - {None}) == 10
    assert (created(sandbox), sandbox.relations()) == ([], [])
    made = [each.body for each in sandbox.requests if each.operation == "create_association"]
    assert all(body["key"].startswith("probe_delete_me_") for body in made)


def test_it_asks_under_the_versions_that_are_named(
    serve_sandbox: ServeSandbox, files: list[str], tmp_path: Path
) -> None:
    sandbox = Sandbox(versions=["v4", "2030-01-01"])
    serve_sandbox(sandbox)
    chosen = ["--versions", "2030-01-01", "v4"]
    assert probe.main(["--yes", "--write", *files, *chosen]) == 0
    assert {each.version for each in sandbox.requests} == {"v4", "2030-01-01"}
    assert '"version": "v4"' in (tmp_path / "observed.jsonl").read_text()


def test_a_version_without_the_form_of_one_is_refused(files: list[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        probe.main(["--versions", "latest", *files])
    assert ended.value.code == 2


@pytest.mark.parametrize(("reply", "sends"), [("n", False), ("", False), ("y", True)])
def test_it_prints_its_plan_and_asks(
    sandbox: Sandbox,
    files: list[str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    reply: str,
    sends: bool,
) -> None:
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True, raising=False)
    monkeypatch.setattr("builtins.input", lambda question: reply)
    assert probe.main(["--write", *files]) == 0
    assert "- create, update and delete three associations" in capsys.readouterr().out
    assert bool(sandbox.requests) == sends


def test_without_a_terminal_to_ask_nothing_is_sent(sandbox: Sandbox, files: list[str]) -> None:
    with pytest.raises(CannotRunError, match="--yes"):
        probe.main(files)
    assert sandbox.requests == []


def test_nothing_of_the_account_is_printed_or_saved(
    sandbox: Sandbox,
    files: list[str],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    association = sandbox.seed_association(
        key="secretkey",
        first_object_key="custom_objects.secretobject",
        first_object_label="Secretlabel",
        second_object_label="Other Secretlabel",
    )
    sandbox.seed_relation(association["id"], "secretrecord", "othersecretrecord")
    code = probe.main(["--yes", "--write", "--records", "secretrecord", "r2", *files])
    said = capsys.readouterr().out + (tmp_path / "observed.jsonl").read_text()
    assert code == 0
    assert "secret" not in said.lower()
    assert re.search(r"\b[0-9a-f]{24}\b", said) is None
    assert f"{len(sandbox.requests)} requests were sent" in said


@pytest.mark.parametrize("deviation", ["label-object", "list-renamed", "association-new-field"])
def test_no_report_contains_anything_of_the_account(
    serve_sandbox: ServeSandbox, files: list[str], tmp_path: Path, deviation: str
) -> None:
    sandbox = deviating_sandbox(deviation, token="pit-secret-token", location_id="secret-location")
    association = sandbox.seed_association(
        key="secretkey", first_object_label="Secretlabel", second_object_label="Secretother"
    )
    sandbox.seed_relation(association["id"], "secretrecord", "secrettutor")
    serve_sandbox(sandbox)
    options = ["--write", "--records", "secretrecord", "r2"]
    assert probe.main(["--yes", *options, *files]) == 1
    for form in ("text", "markdown", "json", "html", "sarif", "github", "overlay"):
        report = tmp_path / form
        assert diff.main(["--observed", files[3], "--format", form, "--output", str(report)]) == 1
        written = report.read_text()
        assert written
        assert "secret" not in written.lower()
        assert association["id"] not in written


def test_a_deviation_is_printed_with_the_next_step(
    serve_sandbox: ServeSandbox, files: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    serve_sandbox(deviating_sandbox("update-flat"))
    assert probe.main(["--yes", "--write", *files]) == 1
    said = capsys.readouterr().out
    assert "contract: enveloped\n  API:      flat (sure, 3 observed)\n  THE API DEVIATES" in said
    assert "next: python -m scripts.observed" in said


def test_the_rate_limit_is_exceeded_with_exhaust_only(
    serve_sandbox: ServeSandbox, files: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    now = [0.0]
    sandbox = Sandbox(limit=(100, 10.0), clock=lambda: now[0])
    serve_sandbox(sandbox)
    assert probe.main(["--yes", *files]) == 0
    assert {each.status for each in sandbox.requests} & {429} == set()
    now[0] = 60.0
    assert probe.main(["--yes", "--exhaust", *files]) == 1
    said = capsys.readouterr().out
    assert "API:      JSON, no Retry-After, X-RateLimit headers (likely, 1 observed)" in said


@pytest.mark.parametrize(
    ("operation", "number"),
    [
        ("create_association", 1),
        ("create_association", 2),
        ("update_association", 1),
        ("create_relation", 2),
        ("delete_relation", 1),
        ("delete_association", 2),
    ],
)
def test_after_a_kill_the_next_run_deletes_what_was_created(
    sandbox: Sandbox, files: list[str], operation: str, number: int
) -> None:
    running = run_and_signal(sandbox, files, signal.SIGKILL, operation, number)
    assert running.returncode == -signal.SIGKILL
    assert created(sandbox) != []
    assert probe.main(["--yes", *files]) == 0
    assert (created(sandbox), sandbox.relations()) == ([], [])
    assert not Path(files[1]).exists()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_run_deletes_what_it_created(
    sandbox: Sandbox, files: list[str], number: signal.Signals
) -> None:
    running = run_and_signal(sandbox, files, number, "create_relation", 2)
    assert running.returncode == 130
    assert (created(sandbox), sandbox.relations()) == ([], [])
    assert not Path(files[1]).exists()


def run_and_signal(
    sandbox: Sandbox, files: list[str], signal_number: int, operation: str, number: int
) -> "subprocess.Popen[bytes]":
    """Run the command and send it a signal when it sends a request for the n-th time."""
    running: list[subprocess.Popen[bytes]] = []
    left = [number]

    def hit(received: Received) -> bool:
        if received.operation == operation:
            left[0] -= 1
            if left[0] == 0:
                running[0].send_signal(signal_number)
        return False

    with watching(sandbox, hit):
        running.append(start(files, "--write"))
        _, said = running[0].communicate(timeout=60)
    assert b"Traceback" not in said
    assert sandbox.token.encode() not in said
    return running[0]


def watching(sandbox: Sandbox, hit: Callable[[Received], bool]) -> ActiveFault:
    return sandbox.misbehave(Fault(), on=hit)


@pytest.mark.parametrize(
    ("name", "value", "why"),
    [
        ("HIGHLEVEL_TOKEN", "", "HIGHLEVEL_TOKEN is not set"),
        ("HIGHLEVEL_LOCATION_ID", "", "HIGHLEVEL_LOCATION_ID is not set"),
        ("HIGHLEVEL_TOKEN", "pit-wrong", r"the API refuses the token \(401\)"),
        ("HIGHLEVEL_LOCATION_ID", "elsewhere", r"the API refuses the token \(403\)"),
    ],
)
def test_a_missing_or_wrong_setting_is_one_clear_line(
    sandbox: Sandbox,
    files: list[str],
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    value: str,
    why: str,
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(CannotRunError, match=why):
        probe.main(["--yes", "--write", *files])
