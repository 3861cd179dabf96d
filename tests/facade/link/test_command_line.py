"""The command line: invalid arguments, a CSV from standard input, files that cannot be written."""

import io
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from facade.link.__main__ import main
from facade.testing import Sandbox, faults
from tests.facade.bulk.runs import related_pairs
from tests.facade.link.conftest import KEY

HEADER = "contact,custom_objects.pet\n"
Piped = Callable[..., tuple[int, list[str], list[str]]]


@pytest.fixture
def piped(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Piped:
    """Run the command on standard input; return exit status, and lines of output and error."""

    def run(rows: str, *options: str) -> tuple[int, list[str], list[str]]:
        given = io.TextIOWrapper(io.BytesIO(f"{HEADER}{rows}".encode()))
        monkeypatch.setattr(sys, "stdin", given)
        status = main(["-", *KEY, *options])
        out, err = capsys.readouterr()
        return status, out.splitlines(), err.splitlines()

    return run


def test_standard_input_is_linked_and_leaves_no_file(
    piped: Piped, sandbox: Sandbox, folder: Path
) -> None:
    for count in ("2 created, 0 existing, 1 failed", "0 created, 2 existing, 1 failed"):
        status, out, err = piped("c1,p1\nc2,p2\nc3,\n")
        assert (status, out[-1]) == (1, count)
        assert err == ["contact,custom_objects.pet,error", "c3,,line 4 has no custom_objects.pet"]
    assert related_pairs(sandbox) == [("c1", "p1"), ("c2", "p2")]
    assert list(folder.iterdir()) == []


def test_a_csv_that_is_a_pipe_is_linked_and_leaves_no_file(sandbox: Sandbox, folder: Path) -> None:
    reader, writer = os.pipe()
    os.write(writer, f"{HEADER}c1,p1\nc2,\n".encode())
    os.close(writer)
    status = main([f"/dev/fd/{reader}", *KEY])
    os.close(reader)
    assert (status, related_pairs(sandbox)) == (1, [("c1", "p1")])
    assert list(folder.iterdir()) == []


def test_it_has_a_journal_and_a_file_of_failures_where_they_are_named(
    piped: Piped, sandbox: Sandbox, folder: Path
) -> None:
    named = ["--journal", "j", "--failures", "f.csv"]
    status, out, err = piped("c1,p1\nc2,\n", *named)
    assert (status, err) == (1, [])
    assert out[-1] == "The failed rows and their errors: f.csv. Correct it and link it."
    assert "c2,,line 3 has no custom_objects.pet" in (folder / "f.csv").read_text()
    assert piped("c1,p1\n", *named)[1][-1] == "1 of them known from j"
    assert related_pairs(sandbox) == [("c1", "p1")]


def test_a_file_of_the_name_of_a_stream_is_none(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "pets.csv").write_text(f"{HEADER}c1,p1\nc2,\n")
    assert main(["pets.csv", *KEY, "--journal", "-", "--failures", "-"]) == 1
    assert capsys.readouterr().err.splitlines()[1] == "c2,,line 3 has no custom_objects.pet"
    assert [one.name for one in folder.iterdir()] == ["pets.csv"]


@pytest.mark.parametrize(
    ("journal", "goes_on"),
    [([], "it does what is left"), (["--journal", "j"], "it resumes here")],
)
def test_a_run_that_stops_says_what_the_same_command_does(
    piped: Piped, sandbox: Sandbox, journal: list[str], goes_on: str
) -> None:
    sandbox.misbehave(faults.fail(401, message="Invalid JWT"), on="create_relation")
    status, out, _ = piped("c1,p1\n", *journal)
    assert (status, out[-2]) == (2, f"Stopped. Run the same command again: {goes_on}.")


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (["pets.csv", "--failures", "no/f.csv"], "no/f.csv: No such file or directory"),
        (["pets.csv", "--failures", "."], ".: Is a directory"),
        (["no/pets.csv"], "no/pets.csv: No such file or directory"),
        (["pets.csv", "--journal", "no/j"], "no/j: No such file or directory"),
        (
            ["-", "--journal", "j", "--failures", "./j"],
            "the CSV, the journal and the failures must be three files",
        ),
    ],
)
@pytest.mark.parametrize("dry_run", [[], ["--dry-run"]])
def test_files_that_cannot_be_are_an_error_in_one_line_before_the_first_request(
    sandbox: Sandbox,
    folder: Path,
    capsys: pytest.CaptureFixture[str],
    given: list[str],
    dry_run: list[str],
    message: str,
) -> None:
    (folder / "pets.csv").write_text(f"{HEADER}c1,\n")
    status = main([*given, *KEY, *dry_run])
    assert (status, *capsys.readouterr()) == (2, "", f"error: {message}\n")
    assert sandbox.requests == []
    assert [one.name for one in folder.iterdir()] == ["pets.csv"]


def test_a_dry_run_leaves_the_failures_of_an_earlier_run_as_they_are(folder: Path) -> None:
    (folder / "pets.csv").write_text(f"{HEADER}c1,\n")
    (folder / "pets.csv.failures.csv").write_text("earlier")
    before = {one.name: one.read_text() for one in folder.iterdir()}
    assert main(["pets.csv", *KEY, "--dry-run"]) == 1
    assert {one.name: one.read_text() for one in folder.iterdir()} == before


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--concurrency", "0"], "0 is not a number of pairs: 1 or more"),
        (["--batch", "0"], "0 is not a number of pairs: 1 or more"),
        (["--batch", "1001"], "batch must be 1 to 1,000"),
        (["--share", "x"], "invalid float value: 'x'"),
        (["--what"], "unrecognized arguments: --what"),
    ],
)
def test_an_invalid_option_prints_the_usage_and_what_is_wrong(
    link: Any, options: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as raised:
        link("", *options)
    assert raised.value.code == 2
    err = capsys.readouterr().err
    assert err.startswith("usage: python -m facade.link [-h] --association KEY ")
    assert said in err
