"""What every command does around its work: print errors in one line, end with an exit code."""

import sys
from collections.abc import Callable, Sequence

from scripts.contract.errors import CannotRunError

NOTHING, FINDING, CANNOT_RUN, INTERRUPTED = 0, 1, 2, 130


def run(main: Callable[[Sequence[str] | None], int]) -> None:
    """Run a command and leave the process: 0 nothing to report, 1 a finding, 2 could not run."""
    try:
        code = main(None)
    except CannotRunError as error:
        print(f"error: {error}", file=sys.stderr)
        code = CANNOT_RUN
    except KeyboardInterrupt:
        print("interrupted: nothing was written", file=sys.stderr)
        code = INTERRUPTED
    sys.exit(code)
