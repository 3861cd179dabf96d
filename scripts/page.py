"""Compare the contract with a page of HighLevel's documentation, saved as Markdown."""

import argparse
from collections.abc import Sequence
from pathlib import Path

from scripts.console import run
from scripts.contract.diff.load import load
from scripts.contract.diff.review import CONTRACT
from scripts.contract.page.review import compare_page
from scripts.reporting import EXIT_CODES, report_review, review_options


def main(arguments: Sequence[str] | None = None) -> int:
    """Read the page, compare it with the contract and with itself, report."""
    options = _parser().parse_args(arguments)
    return report_review(compare_page(load(str(CONTRACT)), options.page, options.lens), options)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m scripts.page",
        description=__doc__,
        epilog=EXIT_CODES,
        parents=[review_options("any")],
    )
    parser.add_argument("page", metavar="FILE", type=Path, help="a page of one operation")
    return parser


if __name__ == "__main__":
    run(main)
