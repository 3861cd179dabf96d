"""Has HighLevel moved away from what is captured? The recorded source now, against openapi/."""

import argparse
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from scripts.console import FINDING, NOTHING, run
from scripts.contract.diff import accepted
from scripts.contract.diff.load import load
from scripts.contract.diff.meaning.verdict import explain
from scripts.contract.diff.overlaid import read_overlay, review_overlay
from scripts.contract.diff.report import FORMATS, render
from scripts.contract.diff.review import LEVELS, fails, review
from scripts.contract.files import write_whole
from scripts.contract.generate import DEFAULT_VERSION, Layout
from scripts.contract.recapture import as_contract, recapture


def main(arguments: Sequence[str] | None = None) -> int:
    """Capture in memory, compare, report; nothing of the project is written."""
    options = _parser().parse_args(arguments)
    layout = Layout(Path())
    captured = layout.captured(options.version)
    now = recapture(captured.parent, options.version, options.source)
    old = load(str(captured))
    new = as_contract(now.entry["source"], now.document)
    result = review(old, new)
    result.overlay = review_overlay(old.document, new.document, read_overlay(layout.overlay))
    accepted.mark(result, accepted.read(accepted.FILE), date.today())
    explain(result, Path(), load(str(layout.contract)).document, [])
    if not result.findings and result.overlay.settled:
        result.overlay = None  # nothing moved, so that there is nothing to say
    text = render(result, options.format).encode()
    if options.output:
        write_whole(options.output, text)
    else:
        sys.stdout.buffer.write(text)
    return FINDING if fails(result, options.fail_on) else NOTHING


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m scripts.drift",
        description=__doc__,
        epilog="Exit code: 0 nothing to report, 1 a finding, 2 could not run.",
    )
    parser.add_argument("--version", default=DEFAULT_VERSION, help=f"default: {DEFAULT_VERSION}")
    parser.add_argument("--source", help="read here instead of the recorded source")
    parser.add_argument("--format", choices=list(FORMATS), default="text", help="default: text")
    parser.add_argument("--output", metavar="FILE", type=Path, help="write here, not to the screen")
    parser.add_argument(
        "--fail-on", choices=LEVELS, default="any", help="what exits 1 (default: any finding)"
    )
    return parser


if __name__ == "__main__":
    run(main)
