"""The command line: the files that it names, standard input, and invalid arguments."""

import argparse
import io
import os
import sys
from pathlib import Path

import pytest

from facade.link.__main__ import main
from facade.link.command_line import Files, add_arguments
from facade.testing import Sandbox, faults
from tests.facade.bulk.runs import related_pairs
from tests.facade.link.conftest import HEADER, KEY


def files_of(*arguments: str) -> Files:
    parser = argparse.ArgumentParser()
    add_arguments(parser)
    return Files.of(parser.parse_args([*arguments, *KEY]))


@pytest.mark.parametrize(
    ("arguments", "journal", "failures"),
    [
        (["pets.csv", "--json", "--dry-run"], "pets.csv.journal", "pets.csv.failures.csv"),
        (["pets.csv", "--journal", "j", "--failures", "f.csv"], "j", "f.csv"),
        (["pets.csv", "--journal", "-", "--failures", "-"], None, None),
        (["-"], None, None),
        ([os.devnull], None, None),  # a stream, such as a pipe
        (["-", "--journal", "j", "--failures", "f.csv"], "j", "f.csv"),
    ],
)
def test_a_run_has_files_beside_its_csv_or_where_they_are_named(
    folder: Path, arguments: list[str], journal: str | None, failures: str | None
) -> None:
    (folder / "pets.csv").touch()
    files = files_of(*arguments)
    files.check()
    assert files.journal == (journal and Path(journal))
    assert files.failures == (failures and Path(failures))


@pytest.mark.parametrize(
    ("arguments", "error", "why"),
    [
        (["pets.csv", "--failures", "no/f.csv"], FileNotFoundError, "no/f.csv"),
        (["pets.csv", "--failures", "."], IsADirectoryError, "'.'"),
        (["pets.csv", "--failures", "./pets.csv"], ValueError, "must be three files"),
        (["pets.csv", "--journal", "no/j"], FileNotFoundError, "no/j"),
        (["no/pets.csv"], FileNotFoundError, "no/pets.csv"),
        (["-", "--journal", "j", "--failures", "./j"], ValueError, "must be three files"),
    ],
)
def test_files_that_cannot_be_are_refused_and_none_is_made(
    folder: Path, arguments: list[str], error: type[Exception], why: str
) -> None:
    (folder / "pets.csv").touch()
    with pytest.raises(error, match=why):
        files_of(*arguments).check()
    assert [one.name for one in folder.iterdir()] == ["pets.csv"]


@pytest.mark.parametrize(
    ("options", "goes_on"), [([], "it does what is left"), (["--journal", "j"], "it resumes here")]
)
def test_standard_input_is_linked_and_what_stops_says_what_the_same_command_does(
    sandbox: Sandbox,
    folder: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    options: list[str],
    goes_on: str,
) -> None:
    def piped() -> tuple[int, list[str], list[str]]:
        given = io.TextIOWrapper(io.BytesIO(f"{HEADER}c1,p1\nc3,\n".encode()))
        monkeypatch.setattr(sys, "stdin", given)
        status = main(["-", *KEY, *options])
        out, err = capsys.readouterr()
        return status, out.splitlines(), err.splitlines()

    with sandbox.misbehave(faults.fail(401, message="Invalid JWT"), on="create_relation"):
        status, out, _ = piped()
    assert (status, out[-2]) == (2, f"Stopped. Run the same command again: {goes_on}.")
    status, out, err = piped()
    assert (status, out[-1]) == (1, "1 created, 0 existing, 1 failed")
    assert err == ["contact,custom_objects.pet,error", "c3,,line 3 has no custom_objects.pet"]
    assert related_pairs(sandbox) == [("c1", "p1")]
    assert [one.name for one in folder.iterdir()] == options[1:]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--concurrency", "0"], "0 is not a number of pairs: 1 or more"),
        (["--batch", "0"], "0 is not a number of pairs: 1 or more"),
        (["--batch", "1001"], "batch must be 1 to 1,000"),
        (["--share", "x"], "invalid float value: 'x'"),
    ],
)
def test_an_invalid_option_prints_the_usage_and_what_is_wrong(
    capsys: pytest.CaptureFixture[str], options: list[str], said: str
) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["pets.csv", *KEY, *options])
    err = capsys.readouterr().err
    assert err.startswith("usage: python -m facade.link [-h] --association KEY ")
    assert said in err
