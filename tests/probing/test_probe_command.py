"""The command: it asks first, reads only unless told, and leaves nothing behind however it ends."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from facade.testing import Misbehaviour, Mischief, Received, Sandbox, Server
from facade.testing.lies import liar
from scripts import diff, probe
from scripts.contract.errors import CannotRunError

ROOT = Path(__file__).parents[2]


@pytest.fixture
def sandbox() -> Sandbox:
    return Sandbox(token="pit-secret-token", location_id="secret-location")


@pytest.fixture
def server(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    monkeypatch.chdir(ROOT)
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    with sandbox.serve() as serving:
        monkeypatch.setenv("HIGHLEVEL_TOKEN", sandbox.token)
        monkeypatch.setenv("HIGHLEVEL_LOCATION_ID", sandbox.location_id)
        monkeypatch.setenv("HIGHLEVEL_BASE_URL", serving.url)
        yield serving


@pytest.fixture
def files(tmp_path: Path) -> list[str]:
    return ["--journal", f"{tmp_path}/journal.jsonl", "--output", f"{tmp_path}/seen.jsonl"]


def ours(sandbox: Sandbox) -> list[str]:
    return [one["key"] for one in sandbox.associations() if one["key"].startswith("probe_")]


def start(files: list[str], *options: str) -> "subprocess.Popen[bytes]":
    """Start the command as a process of its own."""
    command = [sys.executable, "-m", "scripts.probe", "--yes", *options, *files]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)


def test_it_only_reads_unless_it_is_told(
    server: Server, sandbox: Sandbox, files: list[str]
) -> None:
    assert probe.main(["--yes", *files]) == 0
    assert {each.method for each in sandbox.requests} == {"GET"}


def test_told_to_write_it_calls_all_ten_operations_and_removes_what_it_made(
    server: Server, sandbox: Sandbox, files: list[str]
) -> None:
    assert probe.main(["--yes", "--write", *files]) == 0
    assert len({each.operation for each in sandbox.requests} - {None}) == 10
    assert (ours(sandbox), sandbox.relations()) == ([], [])
    made = [each.body for each in sandbox.requests if each.operation == "create_association"]
    assert all(body["key"].startswith("probe_delete_me_") for body in made)


@pytest.mark.parametrize(("said", "sends"), [("n", False), ("", False), ("y", True)])
def test_it_says_what_it_will_do_and_asks(
    server: Server,
    sandbox: Sandbox,
    files: list[str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    said: str,
    sends: bool,
) -> None:
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True, raising=False)
    monkeypatch.setattr("builtins.input", lambda question: said)
    assert probe.main(["--write", *files]) == 0
    assert "- make, change and remove three associations" in capsys.readouterr().out
    assert bool(sandbox.requests) == sends


def test_where_nobody_can_be_asked_nothing_is_sent(
    server: Server, sandbox: Sandbox, files: list[str]
) -> None:
    with pytest.raises(CannotRunError, match="--yes"):
        probe.main(files)
    assert sandbox.requests == []


def test_what_it_finds_it_says_and_saves_without_anything_of_the_account(
    sandbox: Sandbox,
    server: Server,
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
    said = capsys.readouterr().out + (tmp_path / "seen.jsonl").read_text()
    assert code == 0
    assert "secret" not in said.lower()
    assert re.search(r"\b[0-9a-f]{24}\b", said) is None
    assert f"{len(sandbox.requests)} requests were sent" in said


@pytest.mark.parametrize("lie", ["label-object", "list-renamed", "association-new-field"])
def test_no_report_of_what_was_seen_holds_anything_of_the_account(
    monkeypatch: pytest.MonkeyPatch, files: list[str], tmp_path: Path, lie: str
) -> None:
    monkeypatch.chdir(ROOT)
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    sandbox = liar(lie, token="pit-secret-token", location_id="secret-location")
    association = sandbox.seed_association(
        key="secretkey", first_object_label="Secretlabel", second_object_label="Secretother"
    )
    sandbox.seed_relation(association["id"], "secretrecord", "secrettutor")
    monkeypatch.setenv("HIGHLEVEL_TOKEN", sandbox.token)
    monkeypatch.setenv("HIGHLEVEL_LOCATION_ID", sandbox.location_id)
    with sandbox.serve() as server:
        options = ["--write", "--records", "secretrecord", "r2", "--base-url", server.url]
        assert probe.main(["--yes", *options, *files]) == 1
    for form in ("text", "markdown", "json", "html", "sarif", "github", "overlay"):
        report = tmp_path / form
        assert diff.main(["--observed", files[3], "--format", form, "--output", str(report)]) == 1
        written = report.read_text()
        assert written
        assert "secret" not in written.lower()
        assert association["id"] not in written


def test_a_lie_is_told_with_what_to_do_next(
    monkeypatch: pytest.MonkeyPatch, files: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(ROOT)
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    sandbox = liar("update-flat")
    monkeypatch.setenv("HIGHLEVEL_TOKEN", sandbox.token)
    monkeypatch.setenv("HIGHLEVEL_LOCATION_ID", sandbox.location_id)
    with sandbox.serve() as server:
        assert probe.main(["--yes", "--write", "--base-url", server.url, *files]) == 1
    said = capsys.readouterr().out
    assert "contract says: enveloped\n  came: flat (sure, 3 seen)\n  THE WIRE DISAGREES" in said
    assert "next: python -m scripts.observed" in said


def test_the_limit_is_used_up_only_when_told(
    monkeypatch: pytest.MonkeyPatch, files: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(ROOT)
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    now = [0.0]
    sandbox = Sandbox(limit=(100, 10.0), clock=lambda: now[0])
    monkeypatch.setenv("HIGHLEVEL_TOKEN", sandbox.token)
    monkeypatch.setenv("HIGHLEVEL_LOCATION_ID", sandbox.location_id)
    with sandbox.serve() as server:
        assert probe.main(["--yes", "--base-url", server.url, *files]) == 0
        assert {each.status for each in sandbox.requests} & {429} == set()
        now[0] = 60.0
        assert probe.main(["--yes", "--exhaust", "--base-url", server.url, *files]) == 1
    said = capsys.readouterr().out
    assert "came: JSON, no Retry-After, X-RateLimit headers (likely, 1 seen)" in said


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
def test_killed_in_the_middle_of_writing_the_next_run_leaves_nothing_behind(
    server: Server, sandbox: Sandbox, files: list[str], operation: str, number: int
) -> None:
    running = start_and(sandbox, files, signal.SIGKILL, operation, number)
    assert running.returncode == -signal.SIGKILL
    assert ours(sandbox) != []
    assert probe.main(["--yes", *files]) == 0
    assert (ours(sandbox), sandbox.relations()) == ([], [])
    assert not Path(files[1]).exists()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_interrupted_it_removes_what_it_made_before_it_ends(
    server: Server, sandbox: Sandbox, files: list[str], number: signal.Signals
) -> None:
    running = start_and(sandbox, files, number, "create_relation", 2)
    assert running.returncode == 130
    assert (ours(sandbox), sandbox.relations()) == ([], [])
    assert not Path(files[1]).exists()


def start_and(
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


def watching(sandbox: Sandbox, hit: Callable[[Received], bool]) -> Misbehaviour:
    return sandbox.misbehave(Mischief(), on=hit)


def test_what_was_left_at_another_location_is_not_touched(
    server: Server,
    sandbox: Sandbox,
    files: list[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    start_and(sandbox, files, signal.SIGKILL, "update_association", 1)
    before = len(sandbox.requests)
    monkeypatch.setenv("HIGHLEVEL_LOCATION_ID", "elsewhere")
    with pytest.raises(CannotRunError, match="at another location"):
        probe.main(["--yes", *files])
    assert len(sandbox.requests) == before


@pytest.mark.parametrize(
    ("name", "value", "why"),
    [
        ("HIGHLEVEL_TOKEN", "", "HIGHLEVEL_TOKEN is not set"),
        ("HIGHLEVEL_LOCATION_ID", "", "HIGHLEVEL_LOCATION_ID is not set"),
        ("HIGHLEVEL_TOKEN", "pit-wrong", r"the token is refused \(401\)"),
        ("HIGHLEVEL_LOCATION_ID", "elsewhere", r"the token is refused \(403\)"),
    ],
)
def test_what_is_missing_or_wrong_is_one_clear_line(
    server: Server,
    files: list[str],
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    value: str,
    why: str,
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(CannotRunError, match=why):
        probe.main(["--yes", "--write", *files])


def test_the_journal_is_for_its_owner_only(
    server: Server, sandbox: Sandbox, files: list[str]
) -> None:
    start_and(sandbox, files, signal.SIGKILL, "update_association", 1)
    assert os.stat(files[1]).st_mode & 0o777 == 0o600
    assert sandbox.token not in Path(files[1]).read_text()
