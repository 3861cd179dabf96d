"""Compare the contract with a page of HighLevel's documentation, saved as Markdown."""

from collections.abc import Sequence
from pathlib import Path

from scripts.console import command, run
from scripts.diff.load import load
from scripts.diff.reporting import EXIT_CODES, report_review, review_options
from scripts.diff.review import CONTRACT
from scripts.evidence.page_review import compare_page


def main(arguments: Sequence[str] | None = None) -> int:
    parser = command("page", __doc__, EXIT_CODES, review_options("any"))
    parser.add_argument("page", metavar="FILE", type=Path, help="a page of one operation")
    options = parser.parse_args(arguments)
    return report_review(compare_page(load(str(CONTRACT)), options.page, options.lens), options)


if __name__ == "__main__":
    run(main)
