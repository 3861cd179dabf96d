"""What every command does besides its work."""

import subprocess
import sys
from argparse import ArgumentParser
from importlib import import_module

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


def test_a_command_sees_that_its_output_was_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("stdout", "stderr"):
        monkeypatch.setattr(sys, name, None)
    with pytest.raises(SystemExit, match="7"):
        console.run(lambda _: 7 if sys.stdout is sys.stderr is None else 1)


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
    assert (console.NOTHING, console.FINDING) == (0, 1)


# By command: its own options, which follow those that several have.
USAGE = {
    "scripts.bench": "[-h] [--only NAME [NAME ...]] [--quick] [--check] [--list]",
    "scripts.capture": "[-h] --version VERSION [--select PATH] [--source SOURCE] "
    "[--revision REVISION] [--map REF=PLACE] [FROM]",
    "scripts.diff.__main__": "[--since REV] [--log REV..REV] [OLD] [NEW]",
    "scripts.docs.__main__": "[-h] [--check]",
    "scripts.drift": "[--version VERSION] [--source SOURCE]",
    "scripts.generate": "[-h] [--check | --mend]",
    "scripts.mutants": "[-h] [--number NUMBER] [--seed SEED] [--since REV] [--only IDS] [-j JOBS] "
    "[--fail-over PERCENT] [PATH ...]",
    "scripts.observed": "[--apply] [--since FILE [FILE ...]] FILE [FILE ...]",
    "scripts.page": "[--accepted FILE] FILE",
    "scripts.probe": "[-h] [--write] [--records CONTACT CONTACT] "
    "[--versions VERSION [VERSION ...]] [--exhaust] [--base-url URL] [--yes] [--apply] "
    "[--output FILE]",
    "scripts.propose": "[-h] folder",
    "scripts.release": "[-h] [--check] [--since REV] [--notes TAG]",
    "scripts.update": "[-h] [--version VERSION] [--source [VERSION=]PLACE] [--record] "
    "[--keep DIR] [--outcome FILE]",
    "scripts.weekly_issue": "[-h] failed outputs [outputs ...]",
}


@pytest.mark.parametrize("name", USAGE)
def test_a_command_has_these_options_and_describes_each(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def parse_args(parser: ArgumentParser, *_: object) -> None:
        usage = " ".join(parser.format_usage().split())
        assert usage.startswith(f"usage: python -m {name.removesuffix('.__main__')} [-h]")
        assert usage.endswith(f" {USAGE[name]}")
        assert parser.format_help().startswith("usage: ")
        assert [each.dest for each in parser._actions if not each.help] == []
        assert (bool(parser.description), "xit code: 0 " in str(parser.epilog)) == (True, True)
        raise SystemExit

    monkeypatch.setattr(ArgumentParser, "parse_args", parse_args)
    with pytest.raises(SystemExit):
        import_module(name).main([])
