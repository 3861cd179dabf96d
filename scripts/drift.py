"""Report what HighLevel has changed since its document was captured; write nothing."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from scripts.console import command, run
from scripts.contract.generate import DEFAULT_VERSION, Layout
from scripts.contract.update import recapture, review_recapture
from scripts.reporting import EXIT_CODES, report, report_options


def main(arguments: Sequence[str] | None = None) -> int:
    """Capture in memory, compare, report."""
    parser = command("drift", __doc__, EXIT_CODES, report_options("any"))
    parser.add_argument("--version", default=DEFAULT_VERSION, help=f"default: {DEFAULT_VERSION}")
    parser.add_argument("--source", help="read here instead of the recorded source")
    options = parser.parse_args(arguments)
    layout = Layout(Path())
    captured = recapture(layout, options.version, options.source)
    result = review_recapture(layout, options.version, captured, date.today())
    if not result.findings and result.overlay and result.overlay.is_settled:
        result = replace(result, overlay=None)  # nothing has changed
    return report([result], options)


if __name__ == "__main__":
    run(main)
