"""The command `highlevel-associations`; `python -m facade.cli` is the same."""

import argparse
import logging
import os
import re
import sys
import time
import warnings
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from difflib import get_close_matches
from importlib import import_module
from typing import Any, NoReturn

from facade import __version__
from facade.cli.console import leave, print_note, status_of

PROGRAM = "highlevel-associations"
# The modules, and what they do.
COMMANDS = {
    "doctor": ("facade.cli.commands.doctor", "find out which setting is wrong, such as the token"),
    "list": ("facade.cli.commands.list", "list the association definitions"),
    "relations": ("facade.cli.commands.list_relations", "list the relations of a record"),
    "export": ("facade.cli.commands.export", "write the relations of records as a CSV"),
    "ensure-association": ("facade.cli.commands.ensure_association", "create an association, once"),
    "link": ("facade.cli.commands.link", "relate the pairs of a CSV, each once"),
    "unlink": ("facade.cli.commands.unlink", "delete the relations of the pairs of a CSV"),
    "sandbox": ("facade.testing.__main__", "serve a stand-in of the API, to try all this"),
    "docs": ("facade.cli.commands.docs", "show the guide: errors, oauth, bulk and more"),
    "completion": ("facade.cli.commands.completion", "complete commands in bash, zsh or fish"),
}
_DESCRIPTION = "Look at, copy, make and delete the relations of a HighLevel location."
_EPILOG = """
examples:
  {program} doctor
  {program} list
  {program} relations Kd7RmQ2xVbT9wLpN4sHf --json
  {program} export --records contacts.csv --column id
  {program} link pets.csv --association owner_pet --dry-run

The token comes from HIGHLEVEL_TOKEN and the location from
HIGHLEVEL_LOCATION_ID: {program} COMMAND --help says more.

exit status: 0 done, 1 done in part or something is wrong, 2 could not run,
130 interrupted, 141 the reader of the output has ended
"""


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        """Print an error without tokens, and exit."""
        message = message.replace(os.environ.get("HIGHLEVEL_TOKEN") or "\0", "***")
        super().error(re.sub(r"\b(pit-|eyJ)[^\s'\"]+", "***", message))


def command_of(name: str) -> tuple[Any, argparse.ArgumentParser]:
    """Load the module of a command; return it and its parser.

    Its docstring and its EPILOG are in the help, `add_arguments` and `run` are called.
    """
    command: Any = import_module(COMMANDS[name][0])
    parser = _Parser(
        prog=f"{PROGRAM} {name}",
        description=command.__doc__,
        epilog=command.EPILOG.format(program=PROGRAM, command=f"{PROGRAM} {name}"),
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    command.add_arguments(parser)
    return command, parser


def main(arguments: Sequence[str] | None = None) -> int:
    given = [*(sys.argv[1:] if arguments is None else arguments)]
    if given[:1] == ["help"]:
        given = [*given[1:2], "--help"]
    if not given or given[0] not in COMMANDS:
        return _without_command(given)
    command, parser = command_of(given[0])
    options = parser.parse_args(given[1:])
    with _notes():
        return status_of(lambda: command.run(options))


def run() -> NoReturn:
    leave(main)


def _without_command(given: Sequence[str]) -> int:
    parser = _Parser(
        prog=PROGRAM,
        usage=f"{PROGRAM} COMMAND [options]",
        description=f"{_DESCRIPTION}\n\ncommands:\n"
        + "\n".join(f"  {name:<20}{what}" for name, (_, what) in COMMANDS.items()),
        epilog=_EPILOG.format(program=PROGRAM),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"{PROGRAM} {__version__}")
    if not given:
        parser.print_help()
        return 0
    if given[0].startswith("-"):
        parser.parse_args(given[:1])
    meant = get_close_matches(given[0].lower(), COMMANDS)
    what = f"did you mean {meant[0]}?" if meant else f"there are {', '.join(COMMANDS)}"
    return parser.error(f"there is no command {given[0]!r}: {what}")


@contextmanager
def _notes() -> Generator[None]:
    """Print warnings and long waits on standard error."""
    handler, logger = _Waits(), logging.getLogger("facade")
    level = logger.level
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("always")
            warnings.showwarning = _print_warning
            yield
    finally:
        logger.setLevel(level)
        logger.removeHandler(handler)


def _print_warning(message: Warning | str, *_: object, **__: object) -> None:
    print_note(f"warning: {message}")


class _Waits(logging.Handler):
    """Prints the reason of a retry, if the wait is a second or more.

    Of several concurrent waits, only one is printed; waits for the pace are not.
    """

    _until = 0.0

    def emit(self, record: logging.LogRecord) -> None:
        seconds = getattr(record, "wait_seconds", None) or 0.0
        is_retry = getattr(record, "attempt", 2) > 1
        if seconds >= 1 and is_retry and time.monotonic() >= self._until:
            self._until = time.monotonic() + seconds
            print_note(record.getMessage())


if __name__ == "__main__":
    run()
