"""Compare two contracts: what changed, and what it means for the facade and for apps.

Without OLD and NEW, compare the captured documents with those of the last commit.
"""

import argparse
import gc
from collections.abc import Sequence
from pathlib import Path

from scripts.console import command, run
from scripts.diff.load import load
from scripts.diff.policies.options import policy_of, policy_options
from scripts.diff.reporting import EXIT_CODES, JOINABLE, completed, report, review_options
from scripts.diff.review import Review, compare_contracts
from scripts.errors import CannotRunError

CAPTURED = Path("openapi/captured")
OVERLAY = Path("openapi/overlay.yaml")


def main(arguments: Sequence[str] | None = None) -> int:
    """Load, compare, report."""
    options = _parser().parse_args(arguments)
    _refuse_contradictions(options)
    if options.old:
        return report([_reviewed(options.old, options.new, options)], options)
    files = [file for file in sorted(CAPTURED.glob("*.json")) if file.name != "lock.json"]
    if not files:
        raise CannotRunError(f"no document is captured in {CAPTURED}: name OLD and NEW")
    since = options.since or "HEAD"
    results = [_reviewed(f"{since}:{file.as_posix()}", str(file), options) for file in files]
    nothing = f"nothing has changed since {since} in {', '.join(map(str, files))}"
    return report(results, options, nothing)


def _reviewed(old_name: str, new_name: str, options: argparse.Namespace) -> Review:
    old, new = load(old_name), load(new_name)
    overlay = None
    if options.contract or options.overlay:
        # Only the overlay needs JSONPath, which is slow to import.
        from scripts.contract import overlay_status
        from scripts.contract.corrections import read_corrections

        corrections = read_corrections()
        if options.contract:
            for each in (old, new):
                each.replace(corrections.apply(each.document))
        if options.overlay:
            overlay = overlay_status.overlay_status(old.document, new.document, corrections)
    compared = compare_contracts(old, new, options.lens, policy_of(options))
    return completed(compared, options, overlay)


def _refuse_contradictions(options: argparse.Namespace) -> None:
    """Refuse options that conflict, before anything is read."""
    names = [each for each in (options.old, options.new) if each]
    if len(names) == 1:
        raise CannotRunError(
            "name OLD and NEW, or none to compare the last commit with the working tree"
        )
    if options.since and names:
        raise CannotRunError("--since is for the captured documents: leave out OLD and NEW")
    if options.contract and options.overlay:
        raise CannotRunError(
            "--contract compares after the overlay, --overlay reviews it: choose one"
        )
    if options.format == "overlay":
        raise CannotRunError("--format overlay is for scripts.observed, which proposes actions")
    if not names and options.format not in JOINABLE:
        raise CannotRunError(
            f"--format {options.format} reports one comparison: name OLD and NEW, "
            f"or choose {', '.join(JOINABLE)}"
        )
    if not names and options.accept:
        raise CannotRunError("--accept applies to one comparison: name OLD and NEW")


def _parser() -> argparse.ArgumentParser:
    parser = command("diff", __doc__, EXIT_CODES, review_options("breaking"), policy_options())
    where = "a file, a URL, REV:PATH or REPO@REV:PATH in git"
    parser.add_argument("old", metavar="OLD", nargs="?", help=f"the contract before: {where}")
    parser.add_argument("new", metavar="NEW", nargs="?", help="the contract after")
    parser.add_argument(
        "--since", metavar="REV", help=f"compare {CAPTURED} with this commit (default: HEAD)"
    )
    parser.add_argument(
        "--contract", action="store_true", help=f"compare both after {OVERLAY} is applied"
    )
    parser.add_argument(
        "--overlay",
        action="store_true",
        help=f"report for each action of {OVERLAY} whether it is still needed",
    )
    return parser


if __name__ == "__main__":
    gc.disable()  # documents live until the end; collecting takes a third of the run
    run(main)
