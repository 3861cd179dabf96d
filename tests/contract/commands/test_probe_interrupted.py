"""An interrupted probe deletes what it created, or the next one does."""

import signal
import subprocess
import sys
from concurrent.futures import Future
from itertools import count

import pytest

from facade.testing import Fault, Response, Sandbox
from scripts import probe
from tests.contract.commands.conftest import created
from tests.contract.published import TOP


def start(probe_files: list[str], *options: str) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-m", "scripts.probe", "--yes", *options, *probe_files]
    return subprocess.Popen(command, cwd=TOP, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)


def test_after_a_kill_the_next_run_deletes_what_was_created(
    sandbox: Sandbox, probe_files: list[str]
) -> None:
    running = run_and_signal(sandbox, probe_files, signal.SIGKILL, "create_association", 2)
    assert running.returncode == -signal.SIGKILL
    assert len(created(sandbox)) == 2
    assert probe.main(["--yes", *probe_files]) == 0
    assert (created(sandbox), sandbox.relations()) == ([], [])


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_run_deletes_what_it_created(
    sandbox: Sandbox, probe_files: list[str], number: signal.Signals
) -> None:
    running = run_and_signal(sandbox, probe_files, number, "create_relation", 2)
    assert running.returncode == 130
    assert (created(sandbox), sandbox.relations()) == ([], [])


def run_and_signal(
    sandbox: Sandbox, probe_files: list[str], signal_number: int, operation: str, number: int
) -> "subprocess.Popen[bytes]":
    """Run the command and send it a signal when the work of its n-th request is done."""
    running = Future[subprocess.Popen[bytes]]()
    answers = count(1)

    def hit(answer: Response) -> Response:
        if next(answers) == number:
            running.result(60).send_signal(signal_number)
        return answer

    with sandbox.misbehave(Fault(afterwards=hit), on=operation):
        running.set_result(start(probe_files, "--write"))
        _, said = running.result().communicate(timeout=300)
    assert b"Traceback" not in said
    assert sandbox.token.encode() not in said
    return running.result()


def test_what_an_earlier_run_left_is_deleted_only_after_confirmation(
    sandbox: Sandbox,
    probe_files: list[str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    sandbox.seed_association(key="probe_delete_me_1")
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True, raising=False)
    for reply, left in (("n", ["probe_delete_me_1"]), ("y", [])):
        replies = iter(["y", reply])
        monkeypatch.setattr("builtins.input", lambda question, replies=replies: next(replies))
        assert probe.main(probe_files) == 0
        said = capsys.readouterr().out
        assert "An earlier run has left 1 associations: probe_delete_me_1" in said
        assert created(sandbox) == left
