"""What all commands share: their help, errors of one line, and exit codes."""

import argparse
import os
import sys
import traceback
from collections.abc import Callable, Sequence
from contextlib import redirect_stderr, redirect_stdout
from typing import Any, TextIO, cast

from scripts.errors import CannotRunError
from scripts.visible import visible_lines

NOTHING, FINDING, CANNOT_RUN, INTERRUPTED, UNREAD = 0, 1, 2, 130, 141


def command(
    name: str, description: str | None, epilog: str, *parents: argparse.ArgumentParser
) -> argparse.ArgumentParser:
    """Return the parser of `python -m scripts.NAME`; the epilog explains its exit codes."""
    return argparse.ArgumentParser(
        prog=f"python -m scripts.{name}", description=description, epilog=epilog, parents=parents
    )


class _Visible:
    """A text stream that escapes hidden characters, because it may show foreign text."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        return self._stream.write(visible_lines(text))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


def run(main: Callable[[Sequence[str] | None], int]) -> None:
    """Run a command and exit: 0 nothing to report, 1 a finding, 2 could not run."""
    # A stream is None if the caller closed it.
    out, err = (each and cast("TextIO", _Visible(each)) for each in (sys.stdout, sys.stderr))
    with redirect_stdout(out), redirect_stderr(err):
        code = _code(main)
    sys.exit(code)


def _code(main: Callable[[Sequence[str] | None], int]) -> int:
    try:
        return main(None)
    except BrokenPipeError:  # the reader of the output, such as `head`, has ended
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # nothing is left to flush
        return UNREAD
    except (CannotRunError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        return CANNOT_RUN
    except KeyboardInterrupt:
        print("interrupted: run it again", file=sys.stderr)
        return INTERRUPTED
    except Exception:  # Python would exit with 1, which means a finding
        traceback.print_exc()
        return CANNOT_RUN
