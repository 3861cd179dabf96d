"""What the commands that compare share: their options, and reporting a review."""

import argparse
import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from scripts.console import FINDING, NOTHING
from scripts.diff import accepted
from scripts.diff.policies import read as policies
from scripts.diff.report import FORMATS, render
from scripts.diff.results import GROUPS, LENSES, LEVELS, Review
from scripts.diff.review import review
from scripts.diff.rules import WIRE
from scripts.errors import CannotRunError
from scripts.files import write_whole

JOINABLE = ("text", "markdown", "github", "html")  # formats that can show several comparisons
EXIT_CODES = "Exit code: 0 nothing to report, 1 a finding, 2 could not run."
_ACCEPTING: dict[str, dict[str, Any]] = {
    "--accept": {"metavar": "FINGERPRINT", "action": "append", "default": [], "help": "repeatable"},
    "--owner": {"default": "", "help": "who is responsible (default: you)"},
    "--reason": {"default": "", "help": "why it is accepted"},
    "--until": {
        "metavar": "YYYY-MM-DD",
        "help": f"its last day (default: in {accepted.DEFAULT_PERIOD.days} days)",
    },
    "--accepted": {
        "metavar": "FILE",
        "type": Path,
        "default": accepted.FILE,
        "help": f"default: {accepted.FILE}",
    },
}
_REPEATABLE = {
    "--severity": (
        "RULE=LEVEL",
        f"give a rule another severity: {', '.join(reversed(WIRE))}; repeatable",
    ),
    "--exclude-path": ("PATTERN", "ignore paths, such as /internal/**; repeatable"),
    "--accept-rule": (
        "RULE[@PLACE]",
        'accept in this run, with --reason: "enum-*@GET /pets/**"; repeatable',
    ),
}


def report_options(fail_on: str) -> argparse.ArgumentParser:
    """Return the options of a report, as a parent of a command's parser."""
    parser = argparse.ArgumentParser(add_help=False)
    parser.add_argument("--format", choices=list(FORMATS), default="text", help="default: text")
    parser.add_argument(
        "--output", metavar="FILE", type=Path, help="write to this file, not to the screen"
    )
    parser.add_argument(
        "--fail-on",
        choices=LEVELS,
        default=fail_on,
        help=f"exit 1 if there are findings of this severity or worse (default: {fail_on})",
    )
    return parser


def review_options(
    fail_on: str, more: Mapping[str, Mapping[str, Any]] | None = None
) -> argparse.ArgumentParser:
    """Return the options of a report and of a review, and more, as a parent of a parser."""
    parser = argparse.ArgumentParser(add_help=False, parents=[report_options(fail_on)])
    parser.add_argument("--lens", choices=LENSES, default="both", help="default: both")
    parser.add_argument(
        "--all", action="store_true", help="leave nothing out, and list what has no effect"
    )
    parser.add_argument("--group", choices=GROUPS, default=GROUPS[0], help="default: severity")
    for name, details in (more or {}).items():
        parser.add_argument(name, **details)
    group = parser.add_argument_group("accepting a finding")
    for name, details in _ACCEPTING.items():
        group.add_argument(name, **details)
    return parser


def completed(compared: Review, options: argparse.Namespace) -> Review:
    """Accept the findings that the options name, and judge the comparison."""
    today = date.today()
    _accept(compared, options, today)
    shown = replace(compared, is_whole=options.all, grouped=options.group)
    # Entries are about the documents of today, not about those of a log.
    return review(shown, [] if compared.when else accepted.read(options.accepted), today)


def report(results: Sequence[Review], options: argparse.Namespace, nothing: str = "") -> int:
    """Write reviews as the options say; return the exit code.

    `nothing` is the text for a terminal if all of them are empty.
    """
    shown = [each for each in results if not each.is_empty]
    if not shown and nothing:
        text = f"{nothing}\n" if options.format == "text" else ""
    else:
        text = render(shown or results, options.format)
    write_report(text, options)
    return FINDING if any(each.fails(options.fail_on) for each in results) else NOTHING


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
    owner = options.owner or os.environ.get("USER") or os.environ.get("LOGNAME", "")
    if not options.reason.strip():
        raise CannotRunError("--accept needs --reason: why is it acceptable?")
    if not owner.strip():
        raise CannotRunError("--accept needs --owner: who is responsible?")
    given = policies.parse_day(options.until, "--until") if options.until else None
    words = {"owner": owner, "reason": options.reason}
    until = given or today + accepted.DEFAULT_PERIOD
    if until < today:
        raise CannotRunError(f"--until: {until} has passed")
    # A report lists the fingerprints of what it tells at once.
    fingerprints = [one for given in options.accept for one in given.split(", ")]
    accepted.accept(options.accepted, compared, fingerprints, **words, until=until)


def policy_options() -> argparse.ArgumentParser:
    """Return the options of policies, as a parent of a command's parser."""
    parser = argparse.ArgumentParser(add_help=False)
    group = parser.add_argument_group("policies", "each is off by default and named in the report")
    default = f"default: {policies.FILE}, if it exists"
    group.add_argument("--policy", metavar="FILE", type=Path, help=default)
    for name, (metavar, text) in _REPEATABLE.items():
        group.add_argument(name, metavar=metavar, action="append", default=[], help=text)
    for name, text in policies.FLAGS.items():
        group.add_argument(f"--{name}", action="store_true", help=text)
    return parser


def policy_of(options: argparse.Namespace) -> policies.Policy:
    """Return the policies of the file and of the options."""
    known = policies.read(options.policy) if options.policy else policies.read_if_any(policies.FILE)
    severity = dict(known.severity)
    for text in options.severity:
        rule, sign, level = text.partition("=")
        if not sign:
            raise CannotRunError(f"--severity {text}: write RULE=LEVEL")
        severity[rule] = policies.severities(rule, level, "--severity")
    if options.accept_rule and not options.reason.strip():
        raise CannotRunError("--accept-rule needs --reason: why are the findings acceptable?")
    accept = []
    until = policies.parse_day(options.until, "--until") if options.until else None
    for text in options.accept_rule:
        rule, _, place = text.partition("@")
        more = {"owner": options.owner, "until": until}
        accept.append(
            policies.acceptance(rule, place, options.reason.strip(), "--accept-rule", **more)
        )
    flags = {name for name in policies.FLAGS if getattr(options, name.replace("-", "_"))}
    excluded = [policies.path_pattern(each, "--exclude-path") for each in options.exclude_path]
    return policies.Policy(
        severity, (*known.exclude_paths, *excluded), (*known.accept, *accept), known.flags | flags
    )
