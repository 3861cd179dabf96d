"""Keep one open issue of this repository about drift, with GitHub's gh.

It is opened when HighLevel's documents differ from the captured ones, updated with further
changes, and closed when they are equal again.
"""

import argparse
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from scripts.console import NOTHING, run
from scripts.contract.drift import Drift, find_drift, title
from scripts.contract.generate import Layout
from scripts.drift import captured_versions
from scripts.github_issue import LONGEST, keep_issue

LABEL = "drift"


def main(arguments: Sequence[str] | None = None) -> int:
    """Compare, then open, update or close the issue."""
    _parser().parse_args(arguments)
    layout = Layout(Path())
    versions = captured_versions(layout)
    found = [find_drift(layout, version, None, date.today()) for version in versions]
    print(
        keep_issue(
            LABEL,
            title(found),
            _body(found),
            about="HighLevel's documents differ from the captured ones",
            closing="HighLevel's documents equal the captured ones again.",
        )
    )
    return NOTHING


def _body(found: Sequence[Drift]) -> str:
    reports = [each.report("markdown") for each in found if each.kind]
    whole = "\n".join([*reports, "To adopt the changes: `make update`."])
    if len(whole) <= LONGEST:
        return whole
    return f"{whole[:LONGEST]}\n\nThe report is truncated: `make drift` prints all of it.\n"


def _parser() -> argparse.ArgumentParser:
    return argparse.ArgumentParser(
        prog="python -m scripts.drift_issue",
        description=__doc__,
        epilog="gh reads the repository and the token from GH_REPO and GH_TOKEN. "
        "Exit code: 0 the issue is up to date, 2 could not run.",
    )


if __name__ == "__main__":
    run(main)
