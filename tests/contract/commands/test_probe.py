"""The probe command asks for confirmation, only reads by default, and deletes what it created."""

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import ExitStack
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from facade.testing import Fault, Response, Sandbox, faults
from scripts import observed, probe
from scripts.contract.generate import Layout, build_contract
from scripts.diff.report import FORMATS
from scripts.errors import CannotRunError
from tests.contract.published import TOP
from tests.evidence.deviations import DEVIATIONS

ServeSandbox = Callable[[Sandbox], None]
ACCOUNT: dict[str, Any] = {"token": "pit-secret-token", "location_id": "secret-location"}


@pytest.fixture
def serve_sandbox(monkeypatch: pytest.MonkeyPatch) -> Iterator[ServeSandbox]:
    monkeypatch.chdir(TOP)
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
    sandbox = Sandbox(**ACCOUNT)
    serve_sandbox(sandbox)
    return sandbox


@pytest.fixture
def probe_files(tmp_path: Path) -> list[str]:
    return ["--output", f"{tmp_path}/observed.jsonl"]


def created(sandbox: Sandbox) -> list[str]:
    """Return the keys of the associations that a probe created and did not delete."""
    return [one["key"] for one in sandbox.associations() if one["key"].startswith("probe_")]


def test_with_write_it_calls_all_ten_operations_and_deletes_what_it_created(
    sandbox: Sandbox, probe_files: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    url = os.environ["HIGHLEVEL_BASE_URL"]
    monkeypatch.setenv("HIGHLEVEL_BASE_URL", "http://127.0.0.1:1")  # the option overrides it
    assert probe.main(["--yes", "--write", "--base-url", url, *probe_files]) == 0
    assert len({each.operation for each in sandbox.requests} - {None}) == 10
    assert (created(sandbox), sandbox.relations()) == ([], [])


def test_it_probes_the_named_versions(
    serve_sandbox: ServeSandbox, probe_files: list[str], tmp_path: Path
) -> None:
    sandbox = Sandbox(versions=["v4", "2030-01-01"])
    serve_sandbox(sandbox)
    chosen = ["--versions", "2030-01-01", "v4"]
    assert probe.main(["--yes", "--write", *probe_files, *chosen]) == 0
    assert {each.version for each in sandbox.requests} == {"v4", "2030-01-01", "2000-01-01"}
    assert '"version": "v4"' in (tmp_path / "observed.jsonl").read_text()


@pytest.mark.parametrize(("reply", "sends"), [("", False), (" Yes\n", True), (None, False)])
def test_it_prints_its_plan_and_asks_for_confirmation_on_a_terminal(
    sandbox: Sandbox,
    probe_files: list[str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    reply: str | None,
    sends: bool,
) -> None:
    monkeypatch.setattr(sys.stdin, "isatty", lambda: reply is not None, raising=False)
    monkeypatch.setattr("builtins.input", lambda question: reply)
    if reply is None:
        with pytest.raises(CannotRunError, match="--yes"):
            probe.main(["--write", *probe_files])
    else:
        assert probe.main(["--write", *probe_files]) == 0
    assert "- create, update and delete 5 associations" in capsys.readouterr().out
    assert bool(sandbox.requests) == sends


def test_an_association_that_cannot_be_deleted_is_named_and_is_a_finding(
    sandbox: Sandbox, probe_files: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    sandbox.misbehave(faults.fail(403, body="empty"), on="delete_association")
    assert probe.main(["--yes", "--write", *probe_files]) == 1
    written = capsys.readouterr()
    assert "\n0 findings against openapi/associations.json" in written.out
    lines = [f"could not delete {key}: delete it by hand" for key in created(sandbox)]
    assert written.err.splitlines() == lines
    assert len(lines) == 5


def test_nothing_of_the_account_is_printed_saved_or_reported(
    serve_sandbox: ServeSandbox,
    probe_files: list[str],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    sandbox = DEVIATIONS["label-object"].sandbox(**ACCOUNT)
    association = sandbox.seed_association(
        key="secretkey",
        first_object_key="custom_objects.secretobject",
        first_object_label="Secretlabel",
        second_object_label="Other Secretlabel",
    )
    sandbox.seed_relation(association["id"], "secretrecord", "othersecretrecord")
    serve_sandbox(sandbox)
    options = ["--write", "--records", "secretrecord", "r2"]
    assert probe.main(["--yes", *options, *probe_files]) == 1
    said = capsys.readouterr().out
    look = 2  # pages of the list, for what an earlier run has left
    assert "next: python -m scripts.observed" in said
    assert f"The probe sent {len(sandbox.requests) - look} requests" in said
    texts = {"screen": said, "file": Path(probe_files[1]).read_text()}
    for form in FORMATS:
        report = tmp_path / form
        observed.main([probe_files[1], "--format", form, "--output", str(report)])
        texts[form] = report.read_text()
    for text in texts.values():
        assert "secret" not in text.lower()
        assert association["id"] not in text
    assert re.search(r"\b[0-9a-f]{24}\b", texts["file"] + said) is None


@pytest.mark.usefixtures("sandbox")
def test_a_missing_setting_is_one_clear_line(
    probe_files: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HIGHLEVEL_LOCATION_ID", "HIGHLEVEL_TOKEN"):
        monkeypatch.setenv(name, "")
        with pytest.raises(CannotRunError, match=f"{name} is not set"):
            probe.main(["--yes", "--write", *probe_files])


def test_a_reworded_refusal_is_found_and_its_correction_applied(
    serve_sandbox: ServeSandbox,
    probe_files: list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    serve_sandbox(DEVIATIONS["refusal-reworded"].sandbox())
    shutil.copytree(TOP / "openapi", tmp_path / "openapi")
    monkeypatch.chdir(tmp_path)
    options = ["--yes", "--write", "--apply", *probe_files]
    assert probe.main(options) == 1
    said = capsys.readouterr()
    answer = "409 These two are related, it's settled (likely, 1 observed)"
    assert f"for given association *\n  API:      {answer}\n  THE API DEVIATES" in said.out
    assert "next: python" not in said.out
    assert said.err == "2 action(s) added to openapi/overlay.yaml; next: make generate\n"
    Path("openapi/associations.json").write_bytes(build_contract(Layout(Path())))  # it is valid
    assert probe.main(options) == 0
    assert capsys.readouterr().err == "no action to apply\n"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_run_deletes_what_it_created(
    sandbox: Sandbox, probe_files: list[str], number: signal.Signals
) -> None:
    running = Future[subprocess.Popen[bytes]]()
    answers = count(1)

    def hit(answer: Response) -> Response:
        if next(answers) == 2:
            running.result(60).send_signal(number)
        return answer

    command = [sys.executable, "-m", "scripts.probe", "--yes", "--write", *probe_files]
    with sandbox.misbehave(Fault(afterwards=hit), on="create_relation"):
        running.set_result(
            subprocess.Popen(command, cwd=TOP, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        )
        _, said = running.result().communicate(timeout=300)
    assert b"Traceback" not in said
    assert sandbox.token.encode() not in said
    assert running.result().returncode == 130
    assert (created(sandbox), sandbox.relations()) == ([], [])


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


def test_the_rate_limit_is_exceeded_with_exhaust_only(
    serve_sandbox: ServeSandbox, probe_files: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    now = [0.0]
    sandbox = Sandbox(limit=(100, 10.0), clock=lambda: now[0])
    serve_sandbox(sandbox)
    assert probe.main(["--yes", *probe_files]) == 0
    assert 429 not in {each.status for each in sandbox.requests}
    assert {each.method for each in sandbox.requests} == {"GET"}  # without --write
    now[0] = 60.0
    assert probe.main(["--yes", "--exhaust", *probe_files]) == 1
    said = capsys.readouterr().out
    assert "API:      JSON, no Retry-After, X-RateLimit headers (likely, 1 observed)" in said
