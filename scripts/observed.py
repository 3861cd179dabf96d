"""Compare the contract with observed responses: recordings of facade.observe and of probes."""

from collections.abc import Sequence
from pathlib import Path

from scripts.console import command, run
from scripts.diff.load import load
from scripts.diff.reporting import EXIT_CODES, apply, apply_option, report_review, review_options
from scripts.diff.review import CONTRACT
from scripts.evidence.observed import compare_days, compare_observed


def main(arguments: Sequence[str] | None = None) -> int:
    parser = command("observed", __doc__, EXIT_CODES, review_options("any"))
    apply_option(parser)
    files = "a recording, or a witness of openapi/witnesses; several are merged"
    parser.add_argument("files", metavar="FILE", nargs="+", type=Path, help=files)
    since = f"earlier recordings: compare with them instead of {CONTRACT}"
    parser.add_argument("--since", metavar="FILE", nargs="+", type=Path, help=since)
    options = parser.parse_args(arguments)
    contract = load(str(CONTRACT))
    if options.since:
        compared = compare_days(contract, options.since, options.files, options.lens)
    else:
        compared = compare_observed(contract, options.files, options.lens)
    code = report_review(compared, options)
    apply(compared, options)
    return code


if __name__ == "__main__":
    run(main)
