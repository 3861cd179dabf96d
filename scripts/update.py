"""Adopt HighLevel's changes: capture, drift, diff, generate, guide, types, tests, changelog.

It works on a copy of the project, and ends in one of four ways: done; look, which is done with a
list to review; stopped, with nothing changed; nothing, if HighLevel has changed nothing. It prints
the next command.
"""

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Sequence
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from scripts.console import FINDING, NOTHING, command, run
from scripts.contract.generate import DEFAULT_VERSION, Layout
from scripts.contract.recapture import starts
from scripts.contract.update import STOPPED, Outcome, Update
from scripts.errors import CannotRunError
from scripts.files import write_whole

if TYPE_CHECKING:
    import argparse

# The tests that a change of the contract reaches; CI runs all of them.
_TESTS = (
    *("pytest", "-q", "-p", "no:cacheprovider"),
    "tests/contract/test_contract.py",
    "tests/contract/test_published_page.py",
    "tests/witnesses/test_witnesses.py",
    *(
        f"tests/facade/test_{name}.py"
        for name in ("associations", "mapping", "methods", "relations", "request")
    ),
)
# By name: a Python tool, and how its lines about a failure start or what they have. The first one
# writes the tables of the guide anew.
_CHECKS = {
    "guide": (("scripts.docs",), "error:"),
    "types": (("mypy", "facade", "generated_client", "examples"), r".*: error:"),
    "tests": (_TESTS, "FAILED|ERROR"),
}
# Variables of make concern this run and must not reach the tests.
_OF_MAKE = frozenset(
    "MAKEFLAGS MAKELEVEL MFLAGS MAKEOVERRIDES PYTHON FROM SOURCE VERSION SINCE OPTIONS KEEP OUTCOME"
    "".split()
)
_FAILURES = 8  # lines of a failure that are shown
_SILENCE = 10.0  # seconds after which a step says that it goes on


def main(arguments: Sequence[str] | None = None) -> int:
    options = _options(arguments)
    layout, started = Layout(Path()), time.monotonic()
    try:
        outcome = Update(
            layout,
            starts(layout, options.version, options.source),
            date.today(),
            {name: partial(_run, *check) for name, check in _CHECKS.items()},
            lambda text: print(text, flush=True),
            options.keep,
            options.record,
        ).run()
    except (CannotRunError, OSError) as error:
        _write(options.outcome, Outcome("could not run", str(error)))
        raise
    _write(options.outcome, outcome)
    print(f"took {time.monotonic() - started:.0f} s", file=sys.stderr)
    lines = [f"\n{outcome.ending}: {outcome.title}", *(f"  {each}" for each in outcome.lines)]
    if is_stopped := outcome.ending == STOPPED:
        how = "" if options.keep else "; --keep DIR keeps the attempt"
        lines.append(f"nothing was changed here{how}")
    lines += ["next:", *(f"  {each}" for each in outcome.next)] if outcome.next else []
    print(*lines, sep="\n")
    return FINDING if is_stopped else NOTHING


def _write(path: Path | None, outcome: Outcome) -> None:
    if path is not None:
        write_whole(path, f"{json.dumps(vars(outcome), indent=2)}\n".encode())


def _run(command: Sequence[str], failure: str, folder: Path) -> list[str]:
    """Run a Python tool in a folder; return the lines with failures."""
    process = subprocess.Popen(
        [sys.executable, "-m", *command],
        cwd=folder,
        env={name: value for name, value in os.environ.items() if name not in _OF_MAKE},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    output, started = None, time.monotonic()
    with process:
        while output is None:
            try:
                output, _ = process.communicate(timeout=_SILENCE)
            except subprocess.TimeoutExpired:
                print(f"    {command[0]}: {time.monotonic() - started:.0f} s", file=sys.stderr)
            except BaseException:
                process.kill()
                raise
    if process.returncode == 0:
        return []
    lines = output.splitlines()
    found = [line for line in lines if re.match(failure, line)]
    return (found or lines)[-_FAILURES:] or [f"{command[0]} ended with {process.returncode}"]


def _options(arguments: Sequence[str] | None) -> "argparse.Namespace":
    code = "0 done or nothing has changed, 1 stopped: a person must decide, 2 could not run."
    parser = command("update", __doc__, f"Exit code: {code}")
    add = parser.add_argument
    add("--version", help="update this Version only (default: all captured ones)")
    source = (
        "read here instead of the recorded source: a folder with the documents, or one "
        f"document (of {DEFAULT_VERSION}, if no Version is named); repeatable"
    )
    add("--source", metavar="[VERSION=]PLACE", action="append", default=[], help=source)
    record = "make the URL of --source the recorded source"
    add("--record", action="store_true", help=record)
    add("--keep", metavar="DIR", type=Path, help="if it stops, keep the copy here")
    add("--outcome", metavar="FILE", type=Path, help="write the outcome here, as JSON")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    run(main)
