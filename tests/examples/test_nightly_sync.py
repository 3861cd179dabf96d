"""The nightly sync can be repeated and killed, and its exit code shows the outcome."""

import logging
import os
import sys
from functools import partial
from pathlib import Path

import pytest

from examples.nightly_sync import main
from facade import AssociationsClient
from facade.testing import Sandbox, Server, faults
from tests import needs
from tests.facade.bulk.runs import related_pairs

PAIRS = [("ann", "rex"), ("ann", "tom"), ("bob", "rex")]


@pytest.fixture
def path(tmp_path: Path, highlevel_env: Server, highlevel_sandbox: Sandbox) -> Path:
    """Write the CSV of a location that has the association."""
    highlevel_sandbox.seed_association(key="owner_pet", second_object_key="custom_objects.pet")
    path = tmp_path / "pairs.csv"
    path.write_text("first,second\n" + "".join(f"{one},{two}\n" for one, two in PAIRS))
    return path


def test_each_morning_the_relations_are_those_of_the_csv_but_for_a_bad_row_that_is_named(
    path: Path, highlevel_env: Server, highlevel_sandbox: Sandbox, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    highlevel_sandbox.declare_record("tom", "contact")
    for night in ("2 created, 0 existing", "1 created, 1 existing"):
        assert main(path, "owner_pet") == 1
        assert related_pairs(highlevel_sandbox) == [("ann", "rex"), ("bob", "rex")]
        assert f"3 pairs: {night}, 0 related, 0 done before, 1 failed" in caplog.messages
        assert "line 3 failed: " in caplog.text
        caplog.clear()
        with AssociationsClient.from_env() as client:  # during the day
            client.relations.delete(highlevel_sandbox.relations()[0]["id"])


def test_a_run_that_was_stopped_goes_on_where_it_was(
    path: Path, highlevel_sandbox: Sandbox, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    refused = faults.fail(403, message="The token does not have access to this location.")
    with highlevel_sandbox.misbehave(
        refused, on=lambda one: one.method == "POST" and one.body["firstRecordId"] == "bob"
    ):
        assert main(path, "owner_pet") == 2
    assert "stopped, the next run resumes here: " in caplog.text
    before = len(highlevel_sandbox.requests)
    assert main(path, "owner_pet") == 0
    assert related_pairs(highlevel_sandbox) == PAIRS
    sent = [each for each in highlevel_sandbox.requests[before:] if each.method == "POST"]
    assert len(sent) <= 2
    assert main(path, "owner_pet") == 0  # the next night
    assert "3 pairs: 0 created, 3 existing, 0 related, 0 done before, 0 failed" in caplog.messages


def test_a_file_that_cannot_be_read_is_exit_code_2(
    path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    contents = {b"a,b\n1,2\n": "has no column 'first'", b"first,second\n\xff,x\n": "can't decode"}
    for content, said in contents.items():
        path.write_bytes(content)
        assert main(path, "owner_pet") == 2
        assert said in caplog.text
    assert main(path / "missing", "owner_pet") == 2


def test_the_command_logs_to_stderr_and_ends_with_its_exit_code(path: Path) -> None:
    command = [sys.executable, "-m", "examples.nightly_sync"]
    run = partial(needs.run, *command, env=os.environ)
    done, wrong = run(str(path), "owner_pet"), run()
    assert (done.returncode, done.stdout) == (0, "")
    said = " INFO nightly_sync 3 pairs: 3 created, 0 existing, 0 related, 0 done before, 0 failed\n"
    assert done.stderr.endswith(said)
    assert (wrong.returncode, wrong.stderr[:7]) == (2, "usage: ")
