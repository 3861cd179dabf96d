"""Ask the real API what the contract leaves open: read-only unless told, tidy always."""

import argparse
import os
import signal
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from facade.wire import BASE_URL
from scripts.console import FINDING, NOTHING, run
from scripts.contract.diff.load import load
from scripts.contract.errors import CannotRunError
from scripts.contract.observed.review import compare_observed
from scripts.probing.asker import Target
from scripts.probing.journal import Journal
from scripts.probing.probe import Options, Probed, clean_up, plan, probe

CONTRACT = "openapi/associations.json"


def main(arguments: Sequence[str] | None = None) -> int:
    """Say what will be done, ask, do it, say what came."""
    options = _parser().parse_args(arguments)
    target = Target(_variable("HIGHLEVEL_TOKEN"), _variable("HIGHLEVEL_LOCATION_ID"), _url(options))
    chosen = Options(options.write, options.exhaust, _records(options), options.journal)
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _interrupt)  # so that what was made is removed then, too
    left = Journal(options.journal, target.base_url, target.location_id).left()
    if left:
        print(f"An earlier run may have left {len(left)} associations behind: {', '.join(left)}")
        if _may(options, "Remove them?"):
            _tell_left(clean_up(target, options.journal))
    print(f"To be done at {target.base_url}:")
    print("".join(f"- {line}\n" for line in plan(chosen)), end="")
    if not _may(options, "Go on?"):
        print("nothing was sent")
        return NOTHING
    contract = load(CONTRACT)
    probed = probe(target, chosen, contract.document)
    probed.save(options.output)
    _tell(probed)
    findings = compare_observed(contract, [options.output]).findings
    print(f"\n{len(findings)} findings against {CONTRACT}; saved: {options.output}")
    if findings:
        print(f"next: python -m scripts.observed {options.output}")
    _tell_left(probed.left)
    return FINDING if findings or probed.left else NOTHING


def _tell(probed: Probed) -> None:
    print(f"\n{probed.sent} requests were sent.")
    for each in probed.settled:
        print(f"\n{each.asks}")
        print(f"  the contract says: {each.says}")
        print(f"  came: {each.came or 'nothing that tells'} ({each.sure})")
        if each.otherwise:
            print("  THE WIRE DISAGREES")


def _tell_left(left: list[str]) -> None:
    for key in left:
        print(f"could not be removed, remove it by hand: {key}", file=sys.stderr)


def _may(options: argparse.Namespace, question: str) -> bool:
    if options.yes:
        return True
    if not sys.stdin.isatty():
        raise CannotRunError("there is nobody to ask: --yes agrees beforehand")
    return input(f"{question} [y/N] ").strip().lower() in ("y", "yes")


def _interrupt(*_: Any) -> None:
    raise KeyboardInterrupt


def _variable(name: str) -> str:
    value = os.environ.get(name)
    if not value:
        raise CannotRunError(f"the environment variable {name} is not set")
    return value


def _url(options: argparse.Namespace) -> str:
    return str(options.base_url or os.environ.get("HIGHLEVEL_BASE_URL") or BASE_URL)


def _records(options: argparse.Namespace) -> tuple[str, str] | None:
    return tuple(options.records) if options.records else None


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m scripts.probe",
        description=__doc__,
        epilog="Reads HIGHLEVEL_TOKEN and HIGHLEVEL_LOCATION_ID. "
        "Exit code: 0 the wire agrees, 1 a finding, 2 could not run.",
    )
    add = parser.add_argument
    add("--write", action="store_true", help="also make, change and remove things of its own")
    add(
        "--records",
        nargs=2,
        metavar=("CONTACT", "CONTACT"),
        help="ids of two contacts: their relations are read, and made and removed with --write",
    )
    add("--exhaust", action="store_true", help="also use up the limit, to see a refusal")
    add("--base-url", metavar="URL", help="ask another server, such as a sandbox")
    add("--yes", action="store_true", help="do not ask before anything is sent")
    add("--output", metavar="FILE", type=Path, default=_today(), help="default: %(default)s")
    add(
        "--journal",
        metavar="FILE",
        type=Path,
        default=Options().journal,
        help="what was made and is not yet removed (default: %(default)s)",
    )
    return parser


def _today() -> Path:
    return Path(f"observed-{date.today()}.jsonl")


if __name__ == "__main__":
    run(main)
