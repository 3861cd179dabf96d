"""How every command starts and ends: its help, errors in one line, and an exit code."""

import argparse
import os
import sys
import traceback
from collections.abc import Callable, Sequence

from scripts.contract.errors import CannotRunError
from scripts.contract.visible import visible_lines

NOTHING, FINDING, CANNOT_RUN, INTERRUPTED, UNREAD = 0, 1, 2, 130, 141


def command(
    name: str, description: str | None, epilog: str, *parents: argparse.ArgumentParser
) -> argparse.ArgumentParser:
    """Return the parser of `python -m scripts.NAME`; the epilog says what its exit codes mean."""
    return argparse.ArgumentParser(
        prog=f"python -m scripts.{name}", description=description, epilog=epilog, parents=parents
    )


def run(main: Callable[[Sequence[str] | None], int]) -> None:
    """Run a command and leave the process: 0 nothing to report, 1 a finding, 2 could not run."""
    try:
        code = main(None)
    except BrokenPipeError:  # the reader of the output, such as `head`, has ended
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # nothing is left to flush
        code = UNREAD
    except (CannotRunError, OSError) as error:
        print(visible_lines(f"error: {error}"), file=sys.stderr)
        code = CANNOT_RUN
    except KeyboardInterrupt:
        print("interrupted: run it again", file=sys.stderr)
        code = INTERRUPTED
    except Exception:  # Python would exit with 1, which means a finding
        print(visible_lines(traceback.format_exc()), file=sys.stderr, end="")
        code = CANNOT_RUN
    sys.exit(code)
