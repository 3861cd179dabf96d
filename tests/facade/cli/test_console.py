"""All commands: errors in one line, exit statuses, output that cannot be written."""

import io
import os
import signal
import subprocess
import sys
from argparse import ArgumentTypeError
from pathlib import Path
from unittest.mock import Mock

import pytest

from facade import AssociationsError
from facade.cli.console import (
    argument_type,
    assignment,
    interruptible,
    name_of,
    number_of,
    print_error,
    print_note,
    require_writable,
    status_of,
)

ROOT = Path(__file__).parents[3]


def test_a_note_is_on_standard_error_line_by_line_and_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    written = io.BytesIO()
    monkeypatch.setattr(sys, "stderr", io.TextIOWrapper(written, "utf-8"))
    print_note("one\nü\ttwo\x1b\u202e")
    print_error(" a problem \n")
    assert written.getvalue().decode() == "one\nü\\ttwo\\x1b\\u202e\nerror: a problem\n"


def test_an_error_has_a_line_and_an_exit_status(capsys: pytest.CaptureFixture[str]) -> None:
    for error, status, said in (
        (KeyboardInterrupt(), 130, ""),
        (FileNotFoundError(2, "No such file", "x.csv"), 2, "error: x.csv: No such file\n"),
        (AssociationsError("refused"), 2, "error: refused\n"),
        (ValueError("odd"), 2, "error: odd\n"),
        (ZeroDivisionError("defect"), 2, "Traceback (most recent call last):\n"),
    ):
        assert status_of(Mock(side_effect=error)) == status
        out, err = capsys.readouterr()
        assert (out, err[: len(said)]) == ("", said)
    for of_the_output in (OSError(28, "No space"), BrokenPipeError(32, "Broken", "pipe")):
        with pytest.raises(type(of_the_output)):
            status_of(Mock(side_effect=of_the_output))
    assert tuple(capsys.readouterr()) == ("", "")


def test_the_first_ctrl_c_ends_the_work_and_a_second_one_the_process(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    leave, stop = Mock(), Mock()
    monkeypatch.setattr(os, "_exit", leave)
    before = signal.getsignal(signal.SIGINT)
    with interruptible(stop, print_note) as came:
        assert not came.is_set()
        signal.raise_signal(signal.SIGINT)
        assert came.is_set()
        assert (stop.call_count, leave.call_count) == (1, 0)
        signal.raise_signal(signal.SIGINT)
    assert (stop.call_count, leave.call_args.args) == (1, (130,))
    assert signal.getsignal(signal.SIGINT) == before


def test_a_path_is_found_writable_without_a_change(tmp_path: Path) -> None:
    file, pipe, long = (tmp_path / name for name in ("file", "pipe", "x" * 250))
    file.write_text("kept")
    long.touch()
    os.mkfifo(pipe)
    for path in (file, pipe, tmp_path / "new"):
        require_writable(path)
    # No temporary file can be beside the last one.
    for path in (tmp_path, tmp_path / "no" / "file", long):
        with pytest.raises(OSError, match=str(path)):
            require_writable(path)
    assert ({*tmp_path.iterdir()}, file.read_text()) == ({file, pipe, long}, "kept")


def test_an_argument_is_what_its_form_says() -> None:
    number, pair = number_of("pairs"), assignment("A=B")
    assert (number("1"), pair(" a = b=c ")) == (1, ("a", "b=c"))
    for convert, text, said in (
        (number, "0", "0 is not a number of pairs: 1 or more"),
        (pair, "a= ", "a=  is not A=B"),
        (pair, " =b", " =b is not A=B"),
        (pair, "", "'' is not A=B"),
        (argument_type({"b": 1}.__getitem__), "a", "'a'"),
    ):
        with pytest.raises(ArgumentTypeError) as raised:
            convert(text)
        assert (str(raised.value), raised.value.__suppress_context__) == (said, True)
    assert [*map(name_of, ("-", "pets.csv"))] == ["standard input", "pets.csv"]


HELP = "argparse.ArgumentParser().parse_args("
FULL = "error: could not write the output: No space left on device\n"


def test_output_that_cannot_be_written_is_an_error_in_one_line() -> None:
    reader, writer = os.pipe()
    os.close(reader)  # as that of `| head` that has ended
    for code, redirected, unbuffered, status, said in (
        (f"{HELP}['--help'])", "> /dev/full", "", 2, FULL),
        ("raise KeyboardInterrupt", "> /dev/full", "", 130, ""),
        ("print('x'); return 1", ">&-", "", 1, ""),
        ("print('x'); return 1", "> /dev/full 2> /dev/full", "", 2, ""),
        ("print('x', file=sys.stderr); return 1", "2> /dev/full", "1", 2, ""),
        (f"{HELP}['x'])", "2>&-", "", 2, ""),
        ("print('x' * 99999); return 1", "", "", 141, ""),
        (f"{HELP}['--help'])", "", "1", 141, ""),
        ("return len(sys.stdin.read())", "<&-", "", 0, ""),
        ("signal.raise_signal(signal.SIGTERM)", "", "", 130, ""),
        ("signal.raise_signal(signal.SIGHUP); return 3", "", "", 3, ""),
    ):
        modules = "argparse, signal, sys, facade.cli.console as c"
        module = f"import {modules}\ndef main(): {code}\nc.leave(main)"
        done = subprocess.run(
            ["bash", "-c", f'"$0" -c "$1" {redirected}', sys.executable, module],
            cwd=ROOT,
            env=os.environ | {"PYTHONUNBUFFERED": unbuffered, "PYTHONIOENCODING": "ascii"},
            stdout=writer,
            stderr=subprocess.PIPE,
            preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN),  # as nohup does
            text=True,
            check=False,
            timeout=60,
        )
        assert (code, done.returncode, done.stderr) == (code, status, said)
    os.close(writer)


def test_data_for_a_program_is_in_utf_8_whatever_the_locale() -> None:
    module = "import facade.cli.console as c; c.leave(lambda: print(chr(8364)) or 0)"
    environment = os.environ | {"PYTHONIOENCODING": "cp1252"}
    command = [sys.executable, "-c", module]
    assert subprocess.check_output(command, cwd=ROOT, env=environment) == b"\xe2\x82\xac\n"
