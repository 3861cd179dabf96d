"""What every command does besides its work."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from scripts import console
from scripts.contract.errors import CannotRunError

TOP = Path(__file__).parents[3]


@pytest.mark.parametrize(
    ("raised", "code", "said"),
    [
        (CannotRunError("no such place"), 2, "error: no such place\n"),
        (OSError("No space left on device"), 2, "error: No space left on device\n"),
        (CannotRunError("a\x1b[2J\u202eb"), 2, "error: a\\u001b[2J\\u202eb\n"),
        (KeyboardInterrupt(), 130, "interrupted: run it again\n"),
    ],
)
def test_a_command_ends_with_one_line_and_an_exit_code(
    raised: BaseException, code: int, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    def main(_: object) -> int:
        raise raised

    with pytest.raises(SystemExit) as ended:
        console.run(main)
    assert ended.value.code == code
    assert capsys.readouterr().err == said


def test_the_output_of_a_command_has_no_hidden_character(
    capsys: pytest.CaptureFixture[str],
) -> None:
    def main(_: object) -> int:
        sys.stdout.write("a\x1b[2J\u202eb\n")
        sys.stdout.buffer.write(b"whole\n")
        raise KeyError("\x1b[2J")

    with pytest.raises(SystemExit):
        console.run(main)
    out, err = capsys.readouterr()
    assert out == "a\\u001b[2J\\u202eb\nwhole\n"
    assert "\x1b" not in err


def test_a_bug_does_not_have_the_exit_code_of_a_finding(capsys: pytest.CaptureFixture[str]) -> None:
    def main(_: object) -> int:
        raise KeyError("x")

    with pytest.raises(SystemExit) as ended:
        console.run(main)
    assert ended.value.code == 2
    assert "Traceback" in capsys.readouterr().err


def test_a_closed_output_is_not_an_error() -> None:
    code = "from scripts.console import run; run(lambda _: print('line\\n' * 100_000) or 0)"
    with subprocess.Popen(
        [sys.executable, "-c", code], cwd=TOP, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as command:
        assert command.stdout is not None
        assert command.stderr is not None
        assert command.stdout.readline() == b"line\n"
        command.stdout.close()
        assert command.stderr.read() == b""
    assert command.returncode == 141


@pytest.mark.parametrize("name", ["capture", "generate"])
def test_every_command_reports_in_one_line_why_it_could_not_run(name: str, tmp_path: Path) -> None:
    command = [sys.executable, "-m", f"scripts.{name}"]
    command += ["none.json", "--version", "v9"] if name == "capture" else []
    environment = {**os.environ, "PYTHONPATH": str(TOP)}
    done = subprocess.run(
        command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("error: ")
    assert done.stderr.count("\n") == 1
    assert list(tmp_path.iterdir()) == []
