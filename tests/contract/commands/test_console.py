"""What every command does besides its work."""

import subprocess
import sys

import pytest

from scripts import console
from scripts.errors import CannotRunError

from ..published import TOP


@pytest.mark.parametrize(
    ("raised", "code", "said"),
    [
        (CannotRunError("a\x1b[2J\u202eb"), 2, "error: a\\u001b[2J\\u202eb\n"),
        (OSError("No space left on device"), 2, "error: No space left on device\n"),
        (KeyboardInterrupt(), 130, "interrupted: run it again\n"),
        (KeyError("\x1b[2J"), 2, "Traceback"),  # a bug has not the exit code of a finding
    ],
)
def test_a_command_ends_with_an_exit_code_and_without_hidden_characters(
    raised: BaseException, code: int, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    def main(_: object) -> int:
        sys.stdout.write("a\x1b[2J\u202eb\n")
        sys.stdout.buffer.write(b"whole\n")
        raise raised

    with pytest.raises(SystemExit) as ended:
        console.run(main)
    assert ended.value.code == code
    out, err = capsys.readouterr()
    assert out == "a\\u001b[2J\\u202eb\nwhole\n"
    assert err == said or (said == "Traceback" and err.startswith(said) and "\x1b" not in err)


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


def test_a_command_shows_how_it_is_called_and_its_exit_codes() -> None:
    shown = console.command("name", "What it does.", "Exit code: 0.").format_help()
    assert shown.startswith("usage: python -m scripts.name")
    assert "What it does." in shown
    assert shown.endswith("Exit code: 0.\n")
    assert (console.NOTHING, console.FINDING) == (0, 1)
