"""Compare the contract with observed responses: recordings of facade.observe and of probes."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from scripts.console import command, run
from scripts.contract.review import CONTRACT, OPTIONS, completed
from scripts.diff import reporting
from scripts.diff.load import load
from scripts.diff.results import Review
from scripts.evidence.observed import compare_days, compare_observed
from scripts.evidence.propose import apply_proposals


def main(arguments: Sequence[str] | None = None) -> int:
    parents = reporting.review_options("any", {"--apps": OPTIONS["--apps"]})
    parser = command("observed", __doc__, reporting.EXIT_CODES, parents)
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
    judged = completed(reporting.completed(compared, options), apps=options.apps)
    code = reporting.report([judged], options)
    apply(compared, options)
    return code


def apply_option(parser: argparse.ArgumentParser) -> None:
    text = "write the proposed actions into openapi/overlay.yaml, if the contract stays valid"
    parser.add_argument("--apply", action="store_true", help=text)


def apply(compared: Review, options: argparse.Namespace) -> None:
    if not options.apply:
        return
    added = apply_proposals(compared.proposals) if compared.proposals else 0
    done = f"{added} action(s) added to openapi/overlay.yaml; next: make generate"
    print(done if added else "no action to apply", file=sys.stderr)


if __name__ == "__main__":
    run(main)
