"""Compare the contract with a page of HighLevel's documentation, saved as Markdown."""

from collections.abc import Sequence
from pathlib import Path

from scripts.console import command, run
from scripts.contract.review import CONTRACT, OPTIONS, completed
from scripts.diff import reporting
from scripts.diff.load import load
from scripts.evidence.page_review import compare_page


def main(arguments: Sequence[str] | None = None) -> int:
    parents = reporting.review_options("any", {"--apps": OPTIONS["--apps"]})
    parser = command("page", __doc__, reporting.EXIT_CODES, parents)
    parser.add_argument("page", metavar="FILE", type=Path, help="a page of one operation")
    options = parser.parse_args(arguments)
    compared = compare_page(load(str(CONTRACT)), options.page, options.lens)
    judged = completed(reporting.completed(compared, options), apps=options.apps)
    return reporting.report([judged], options)


if __name__ == "__main__":
    run(main)
