"""Report what HighLevel has changed since its documents were captured; write nothing.

A document that no longer exists is reported as well.
"""

import argparse
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from scripts.console import FINDING, NOTHING, command, run
from scripts.contract.capture import read_lock
from scripts.contract.generate import DEFAULT_VERSION, Layout
from scripts.contract.recapture import find_drift
from scripts.diff.reporting import EXIT_CODES, JOINABLE, report_options, write_report
from scripts.errors import CannotRunError


def main(arguments: Sequence[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    layout = Layout(Path())
    given = options.version or (DEFAULT_VERSION if options.source else None)
    versions = [given] if given else list(read_lock(layout.captured(DEFAULT_VERSION).parent))
    if not versions:
        raise CannotRunError("no document is captured: run make capture first")
    if len(versions) > 1 and options.format not in JOINABLE:
        raise CannotRunError(
            f"--format {options.format} reports on one document: name it with --version"
        )
    found = [find_drift(layout, each, options.source, date.today()) for each in versions]
    reports = [each.report(options.format) for each in found]
    write_report("\n".join(filter(None, reports)), options)
    fails = [each.review is None or each.review.fails(options.fail_on) for each in found]
    return FINDING if any(fails) else NOTHING


def _parser() -> argparse.ArgumentParser:
    parser = command("drift", __doc__, EXIT_CODES, report_options("any"))
    parser.add_argument("--version", help="report on this Version only (default: on all)")
    parser.add_argument(
        "--source",
        help=f"read here instead of the recorded source (of {DEFAULT_VERSION} without --version)",
    )
    return parser


if __name__ == "__main__":
    run(main)
