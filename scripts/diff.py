"""Compare two contracts: what changed, and what it means for the facade and for apps."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from scripts.console import run
from scripts.contract.diff.load import Contract, load
from scripts.contract.diff.review import compare_contracts
from scripts.contract.errors import CannotRunError
from scripts.contract.openapi.documents import dump
from scripts.reporting import EXIT_CODES, report_review, review_options

CAPTURED = Path("openapi/captured/2021-07-28.json")
OVERLAY = Path("openapi/overlay.yaml")
_OTHER_COMMANDS = ("--observed", "--page")  # earlier spellings of scripts.observed, scripts.page


def main(arguments: Sequence[str] | None = None) -> int:
    """Load, compare, report."""
    arguments = list(sys.argv[1:] if arguments is None else arguments)
    for option in _OTHER_COMMANDS:
        if option in arguments:
            arguments.remove(option)
            return _other_command(option, arguments)
    options = _parser().parse_args(arguments)
    if (options.old is None) != (options.new is None):
        raise CannotRunError("name two contracts, or none for the last commit against what is here")
    old = load(options.old or f"HEAD:{CAPTURED}")
    new = load(options.new or str(CAPTURED))
    overlay = None
    if options.contract or options.overlay:
        # The overlay needs JSONPath, which a plain comparison does not import.
        from scripts.contract.corrections import read_corrections
        from scripts.contract.diff.overlay_status import overlay_status

        corrections = read_corrections()
        if options.contract:
            for each in (old, new):
                _correct(each, corrections.apply(each.document))
        if options.overlay:
            overlay = overlay_status(old.document, new.document, corrections)
    return report_review(compare_contracts(old, new, options.lens), options, overlay)


def _other_command(option: str, arguments: list[str]) -> int:
    from scripts import observed, page

    return observed.main(arguments) if option == "--observed" else page.main(arguments)


def _correct(contract: Contract, document: dict[str, object]) -> None:
    contract.document = document
    contract.data[""] = dump(document)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m scripts.diff",
        description=__doc__,
        epilog=EXIT_CODES,
        parents=[review_options("breaking")],
    )
    where = "a file, a URL, REV:PATH or REPO@REV:PATH in git"
    parser.add_argument(
        "old", metavar="OLD", nargs="?", help=f"the contract before: {where} (default: HEAD's)"
    )
    parser.add_argument(
        "new", metavar="NEW", nargs="?", help=f"the contract after (default: {CAPTURED})"
    )
    parser.add_argument(
        "--contract", action="store_true", help="compare both after they are named and corrected"
    )
    parser.add_argument(
        "--overlay",
        action="store_true",
        help=f"report for each action of {OVERLAY} whether it is still needed",
    )
    return parser


if __name__ == "__main__":
    run(main)
