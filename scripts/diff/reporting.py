"""What the commands that compare share: their options, and reporting a review."""

import argparse
import os
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scripts.console import FINDING, NOTHING
from scripts.diff import accepted
from scripts.diff.report import FORMATS, render
from scripts.diff.review import LENSES, LEVELS, Review, review
from scripts.errors import CannotRunError
from scripts.files import write_whole

if TYPE_CHECKING:
    from scripts.contract.overlay_status import OverlayStatus

JOINABLE = ("text", "markdown", "github")  # formats whose reports can be concatenated
EXIT_CODES = "Exit code: 0 nothing to report, 1 a finding, 2 could not run."


def report_options(fail_on: str) -> argparse.ArgumentParser:
    """Return the options of a report, as a parent of a command's parser."""
    parser = argparse.ArgumentParser(add_help=False)
    add = parser.add_argument
    add("--format", choices=list(FORMATS), default="text", help="default: text")
    add("--output", metavar="FILE", type=Path, help="write to this file, not to the screen")
    text = f"exit 1 if there are findings of this severity or worse (default: {fail_on})"
    add("--fail-on", choices=LEVELS, default=fail_on, help=text)
    return parser


def review_options(fail_on: str) -> argparse.ArgumentParser:
    """Return the options of a report and of a review, as a parent of a command's parser."""
    parser = argparse.ArgumentParser(add_help=False, parents=[report_options(fail_on)])
    parser.add_argument("--lens", choices=LENSES, default="both", help="default: both")
    apps = "Python code that imports facade: show which of its lines a finding affects"
    parser.add_argument("--apps", metavar="PATH", nargs="+", type=Path, default=[], help=apps)
    add = parser.add_argument_group("accepting a finding").add_argument
    add("--accept", metavar="FINGERPRINT", action="append", default=[], help="repeatable")
    add("--owner", default="", help="who is responsible (default: you)")
    add("--reason", default="", help="why it is accepted")
    days = accepted.DEFAULT_PERIOD.days
    add("--until", metavar="YYYY-MM-DD", help=f"its last day (default: in {days} days)")
    file = accepted.FILE
    add("--accepted", metavar="FILE", type=Path, default=file, help=f"default: {file}")
    return parser


def apply_option(parser: argparse.ArgumentParser) -> None:
    text = "write the proposed actions into openapi/overlay.yaml, if the contract stays valid"
    parser.add_argument("--apply", action="store_true", help=text)


def apply(compared: Review, options: argparse.Namespace) -> None:
    if not options.apply:
        return
    from scripts.evidence.apply import apply_proposals  # slow to import

    added = apply_proposals(compared.proposals) if compared.proposals else 0
    done = f"{added} action(s) added to openapi/overlay.yaml; next: make generate"
    print(done if added else "no action to apply", file=sys.stderr)


def completed(
    compared: Review, options: argparse.Namespace, overlay: "OverlayStatus | None" = None
) -> Review:
    """Accept the findings that the options name, and complete the review."""
    today = date.today()
    _accept(compared, options, today)
    entries = accepted.read(options.accepted)
    return review(compared, entries, today, overlay=overlay, apps=options.apps)


def report_review(compared: Review, options: argparse.Namespace) -> int:
    return report([completed(compared, options)], options)


def report(results: Sequence[Review], options: argparse.Namespace, nothing: str = "") -> int:
    """Write reviews as the options say; return the exit code.

    `nothing` is the text for a terminal if all of them are empty.
    """
    shown = [each for each in results if not each.is_empty]
    if not shown and nothing:
        text = f"{nothing}\n" if options.format == "text" else ""
    else:
        text = "\n".join(render(each, options.format) for each in shown or results)
    write_report(text, options)
    return FINDING if any(each.fails(options.fail_on) for each in results) else NOTHING


def parse_until(options: argparse.Namespace) -> date | None:
    return accepted.parse_day(options.until, "--until") if options.until else None


def write_report(text: str, options: argparse.Namespace) -> None:
    """Write a report to a file or the screen, as the options say."""
    if options.output:
        try:
            write_whole(options.output, text.encode())
        except OSError as error:
            why = error.strerror or error
            raise CannotRunError(f"cannot write {options.output}: {why}") from error
    elif sys.stdout is None:
        raise CannotRunError("cannot write the report: the output is closed")
    else:
        sys.stdout.buffer.write(text.encode())
        sys.stdout.flush()  # here, so that `run` sees a closed pipe


def _accept(compared: Review, options: argparse.Namespace, today: date) -> None:
    if not (options.accept or getattr(options, "accept_rule", [])):
        for name in ("owner", "reason", "until"):
            if getattr(options, name):
                raise CannotRunError(f"--{name} needs --accept: which finding is accepted?")
    if not options.accept:
        return
    owner = options.owner or os.environ.get("USER") or os.environ.get("LOGNAME")
    if not options.reason:
        raise CannotRunError("--accept needs --reason: why is it acceptable?")
    if not owner:
        raise CannotRunError("--accept needs --owner: who is responsible?")
    until = parse_until(options) or today + accepted.DEFAULT_PERIOD
    about: dict[str, Any] = {"owner": owner, "reason": options.reason, "until": until}
    for fingerprint in options.accept:
        accepted.accept(options.accepted, compared, fingerprint, **about)
