"""Compare the real API with the contract. Only reads, unless --write is given."""

import argparse
import os
import shlex
import signal
import sys
from collections.abc import Sequence
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from facade._core.client_options import BASE_URL
from facade._core.operations import VERSIONS
from scripts.console import FINDING, NOTHING, command, run
from scripts.contract.review import CONTRACT
from scripts.diff.load import load
from scripts.errors import CannotRunError
from scripts.evidence.client import ProbeClient, Target
from scripts.evidence.observed import compare_observed
from scripts.evidence.probe import plan, probe
from scripts.evidence.session import clean_up, left_behind
from scripts.observed import apply, apply_option


def main(arguments: Sequence[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    target = Target(
        _variable("HIGHLEVEL_TOKEN"),
        _variable("HIGHLEVEL_LOCATION_ID"),
        options.base_url or os.environ.get("HIGHLEVEL_BASE_URL") or BASE_URL,
        versions=options.versions,
        write=options.write,
        exhaust=options.exhaust,
        records=options.records,
        say=partial(print, file=sys.stderr),
    )
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _interrupt)  # so that created associations are deleted
    print(f"The probe of {target.base_url} will")
    print("".join(f"- {step}\n" for step in plan(target)), end="")
    if not _confirm(options, "Continue?"):
        print("nothing was sent")
        return NOTHING
    with ProbeClient(target, None) as client:
        if left := left_behind(client):
            print(f"An earlier run has left {len(left)} associations: {', '.join(left)}")
            if _confirm(options, "Delete them?"):
                clean_up(client, left)
    contract = load(str(CONTRACT))
    result = probe(target, contract.document)
    result.save(options.output)
    print(f"\nThe probe sent {result.sent} requests.")
    for each in result.results:
        print(f"\n{each.question}")
        print(f"  contract: {each.expected}")
        print(f"  API:      {each.observed or 'no response answers this'} ({each.confidence})")
        if each.has_deviation:
            print("  THE API DEVIATES FROM THE CONTRACT")
    compared = compare_observed(contract, [options.output])
    findings = compared.findings
    print(f"\n{len(findings)} findings against {CONTRACT}; saved: {options.output}")
    if findings and not options.apply:
        print(f"next: python -m scripts.observed {shlex.quote(str(options.output))} [--apply]")
    apply(compared, options)
    return FINDING if findings or result.remaining else NOTHING


def _confirm(options: argparse.Namespace, question: str) -> bool:
    if options.yes:
        return True
    if not sys.stdin.isatty():
        raise CannotRunError("cannot ask for confirmation without a terminal: pass --yes")
    return input(f"{question} [y/N] ").strip().lower() in ("y", "yes")


def _interrupt(*_: Any) -> None:
    raise KeyboardInterrupt


def _variable(name: str) -> str:
    value = os.environ.get(name)
    if not value:
        raise CannotRunError(f"the environment variable {name} is not set")
    return value


def _parser() -> argparse.ArgumentParser:
    parser = command(
        "probe",
        __doc__,
        "The environment variables HIGHLEVEL_TOKEN and HIGHLEVEL_LOCATION_ID name the "
        "account. Exit code: 0 the API agrees with the contract, 1 a finding, 2 could not run.",
    )
    add = parser.add_argument
    add("--write", action="store_true", help="also create, update and delete associations")
    contacts = "ids of two contacts: read their relations; with --write, also relate them"
    add("--records", nargs=2, metavar=("CONTACT", "CONTACT"), help=contacts)
    versions = f"the Versions to probe (default: {' '.join(VERSIONS)})"
    add("--versions", nargs="+", metavar="VERSION", default=VERSIONS, help=versions)
    add("--exhaust", action="store_true", help="also exceed the rate limit, to see the response")
    add("--base-url", metavar="URL", help="probe another server, such as a sandbox")
    add("--yes", action="store_true", help="do not ask for confirmation")
    apply_option(parser)
    output = Path(f"observed-{date.today()}.jsonl")
    shapes = "where to save the shapes of the responses (default: %(default)s)"
    add("--output", metavar="FILE", type=Path, default=output, help=shapes)
    return parser


if __name__ == "__main__":
    run(main)
