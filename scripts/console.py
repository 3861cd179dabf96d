"""How every command ends: errors in one line, and an exit code."""

import os
import sys
import traceback
from collections.abc import Callable, Sequence

from scripts.contract.errors import CannotRunError
from scripts.contract.visible import visible_lines

NOTHING, FINDING, CANNOT_RUN, INTERRUPTED, UNREAD = 0, 1, 2, 130, 141


def run(main: Callable[[Sequence[str] | None], int]) -> None:
    """Run a command and leave the process: 0 nothing to report, 1 a finding, 2 could not run."""
    try:
        code = main(None)
    except CannotRunError as error:
        print(visible_lines(f"error: {error}"), file=sys.stderr)
        code = CANNOT_RUN
    except BrokenPipeError:  # whoever read the output, as `head` does, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # nothing is left to flush
        code = UNREAD
    except OSError as error:
        print(visible_lines(f"error: {error}"), file=sys.stderr)
        code = CANNOT_RUN
    except KeyboardInterrupt:
        print("interrupted: run it again", file=sys.stderr)
        code = INTERRUPTED
    except Exception:  # Python would exit with 1, which means a finding
        print(visible_lines(traceback.format_exc()), file=sys.stderr, end="")
        code = CANNOT_RUN
    sys.exit(code)
