"""Compare two contracts: what moved, and what it means for an app and for our client."""

import argparse
import os
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from scripts.console import FINDING, NOTHING, run
from scripts.contract.diff import accepted
from scripts.contract.diff.load import Contract, load
from scripts.contract.diff.report import FORMATS, render
from scripts.contract.diff.review import LENSES, LEVELS, Review, fails, review
from scripts.contract.errors import CannotRunError
from scripts.contract.files import write_whole
from scripts.contract.openapi.documents import Document, dump

CAPTURED = Path("openapi/captured/2021-07-28.json")
CONTRACT = Path("openapi/associations.json")
OVERLAY = Path("openapi/overlay.yaml")


def main(arguments: Sequence[str] | None = None) -> int:
    """Load, compare, report."""
    options = _parser().parse_args(arguments)
    result = _review(options)
    if options.overlay:
        from scripts.contract.diff.overlaid import read_overlay, review_overlay

        old, new = _documents(options)
        result.overlay = review_overlay(old.document, new.document, read_overlay(OVERLAY))
    _accept(options, result)
    accepted.mark(result, accepted.read(options.accepted), date.today())
    if result.findings or options.apps:
        from scripts.contract.diff.meaning.verdict import explain

        explain(result, Path(), _contract(), options.apps)
    text = render(result, options.format).encode()
    if options.output:
        write_whole(options.output, text)
    else:
        sys.stdout.buffer.write(text)
    level = options.fail_on or ("any" if options.observed or options.page else "breaking")
    return FINDING if fails(result, level) else NOTHING


def _review(options: argparse.Namespace) -> Review:
    if options.page:
        if options.old or options.contract or options.overlay or options.observed:
            raise CannotRunError("--page is compared with our contract: name no other")
        from scripts.contract.page.review import review_page

        return review_page(load(str(CONTRACT)), options.page, options.lens)
    if not options.observed:
        if options.since:
            raise CannotRunError("--since needs --observed: what was seen after it")
        return review(*_documents(options), options.lens)
    if options.old or options.contract or options.overlay:
        raise CannotRunError("--observed is compared with our contract: name no other")
    from scripts.contract.observed.review import review_days, review_observed

    ours = load(str(CONTRACT))
    if options.since:
        return review_days(ours, options.since, options.observed, options.lens)
    return review_observed(ours, options.observed, options.lens)


def _documents(options: argparse.Namespace) -> tuple[Contract, Contract]:
    if (options.old is None) != (options.new is None):
        raise CannotRunError("name two contracts, or none for the last commit against what is here")
    old = load(options.old or f"HEAD:{CAPTURED}")
    new = load(options.new or str(CAPTURED))
    if not options.contract:
        return old, new
    from scripts.contract.diff.overlaid import corrected, read_overlay

    actions = read_overlay(OVERLAY)
    for each in (old, new):
        each.document = corrected(each.document, actions)
        each.data[""] = dump(each.document)
    return old, new


def _accept(options: argparse.Namespace, result: Review) -> None:
    if not options.accept:
        return
    if not options.reason:
        raise CannotRunError("--accept needs --reason: why is it acceptable?")
    if not options.owner:
        raise CannotRunError("--accept needs --owner: who answers for it?")
    if options.until:
        until = accepted.parse_day(options.until, "--until")
    else:
        until = date.today() + accepted.HOLDS
    for fingerprint in options.accept:
        accepted.accept(
            options.accepted,
            result,
            fingerprint,
            owner=options.owner,
            reason=options.reason,
            until=until,
        )


def _contract() -> Document:
    """Read our own contract, which says how the facade calls each operation."""
    return load(str(CONTRACT)).document if CONTRACT.exists() else {}


def _me() -> str:
    return os.environ.get("USER") or os.environ.get("LOGNAME") or ""


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m scripts.diff",
        description=__doc__,
        epilog="Exit code: 0 nothing to report, 1 a finding, 2 could not run.",
    )
    where = "a file, a URL, REV:PATH or REPO@REV:PATH in git"
    parser.add_argument(
        "old", metavar="OLD", nargs="?", help=f"the contract before: {where} (default: HEAD's)"
    )
    parser.add_argument(
        "new", metavar="NEW", nargs="?", help=f"the contract after (default: {CAPTURED})"
    )
    parser.add_argument(
        "--contract", action="store_true", help=f"compare both after {OVERLAY} is applied"
    )
    parser.add_argument(
        "--overlay", action="store_true", help=f"say of each action of {OVERLAY} what became of it"
    )
    parser.add_argument("--format", choices=list(FORMATS), default="text", help="default: text")
    parser.add_argument("--output", metavar="FILE", type=Path, help="write here, not to the screen")
    parser.add_argument(
        "--fail-on",
        choices=LEVELS,
        help="what exits 1 (default: breaking; of what witnesses say, any)",
    )
    parser.add_argument("--lens", choices=LENSES, default="both", help="default: both")
    parser.add_argument(
        "--apps",
        metavar="PATH",
        nargs="+",
        type=Path,
        default=[],
        help="Python code that imports facade: which findings meet what it uses",
    )
    witnesses = parser.add_argument_group(f"what witnesses say of {CONTRACT}")
    witnesses.add_argument(
        "--observed",
        metavar="FILE",
        nargs="+",
        type=Path,
        help="what facade.observe or scripts.probe saved; several files are merged",
    )
    witnesses.add_argument(
        "--since", metavar="FILE", nargs="+", type=Path, help="compare with what was seen before"
    )
    witnesses.add_argument(
        "--page", metavar="FILE", type=Path, help="a page of the documentation, as Markdown"
    )
    accepting = parser.add_argument_group("accepting a finding")
    accepting.add_argument(
        "--accept", metavar="FINGERPRINT", action="append", help="accept this finding; repeatable"
    )
    accepting.add_argument("--owner", default=_me(), help="who answers for it (default: you)")
    accepting.add_argument("--reason", help="why it is accepted")
    accepting.add_argument(
        "--until", metavar="YYYY-MM-DD", help="its last day (default: in 90 days)"
    )
    accepting.add_argument(
        "--accepted",
        metavar="FILE",
        type=Path,
        default=accepted.FILE,
        help=f"default: {accepted.FILE}",
    )
    return parser


if __name__ == "__main__":
    run(main)
