"""Follow HighLevel's document: capture, diff, overlay review, regenerate, test, changelog.

Where a person must decide, it stops and changes nothing.
"""

import subprocess
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from scripts.console import FINDING, NOTHING, command, run
from scripts.contract.generate import DEFAULT_VERSION, Layout
from scripts.contract.update import update


def main(arguments: Sequence[str] | None = None) -> int:
    """Update, or print which decision is needed first."""
    parser = command(
        "update", __doc__, "Exit code: 0 up to date, 1 a person must decide, 2 could not run."
    )
    parser.add_argument("--version", default=DEFAULT_VERSION, help=f"default: {DEFAULT_VERSION}")
    parser.add_argument("--source", help="read here instead of the recorded source")
    options = parser.parse_args(arguments)
    outcome = update(
        Layout(Path()), options.version, options.source, date.today(), _tests_pass, print
    )
    if outcome.decision:
        print(f"stopped, and nothing was changed: {outcome.decision}")
        return FINDING
    if outcome.changed:
        print("done: read git diff, word the draft in CHANGELOG.md, and commit")
    return NOTHING


def _tests_pass() -> bool:
    return subprocess.run([sys.executable, "-m", "pytest", "-q"], check=False).returncode == 0


if __name__ == "__main__":
    run(main)
