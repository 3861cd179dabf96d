"""Plant bugs in a copy of the code, one at a time, and report those that no test finds.

First the test file that mirrors the module is run, then some that import the module.
"""

import argparse
import os
import sys
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from scripts.console import FINDING, NOTHING, command, run
from scripts.contract.errors import CannotRunError
from scripts.mutation.bugs import (
    CODE,
    EQUIVALENTS,
    Bug,
    Equivalents,
    bugs_of,
    changed_lines,
    code_files,
    last_commit,
    sample,
)
from scripts.mutation.trials import BugOutcome, Trial, Trials

_NUMBER = 40
_SINCE = "HEAD~1"


def main(arguments: Sequence[str] | None = None) -> int:
    """Choose the bugs, try them with progress on stderr, and print what became of them."""
    options = _parser().parse_args(arguments)
    root = Path()
    seed = options.seed or last_commit(root)
    chosen = _named(root, options.only) if options.only else _sampled(root, options, seed)
    equivalents = Equivalents.read(root)
    bugs = [bug for bug in chosen if options.only or bug not in equivalents]
    trials = Trials(root, options.jobs)
    ended: list[Trial] = []
    print(f"{len(bugs)} bugs, seed {seed}", file=sys.stderr)
    try:
        with closing(trials.run(bugs)) as running:
            for trial in running:
                ended.append(trial)
                _print_progress(trial, f"{len(ended)}/{len(bugs)}")
    finally:  # keeps what was found if the run is interrupted
        _print_summary(ended, len(chosen) - len(bugs), seed)
        for file in sorted({bug.file for bug in bugs if not trials.mirror(bug)}):
            print(f"no test file mirrors {file}")
        for file in trials.broken:
            print(f"{file} fails without a bug, and was not asked")
    is_over = options.fail_over is not None and _survivors_in_percent(ended) > options.fail_over
    return FINDING if is_over else NOTHING


def _sampled(root: Path, options: argparse.Namespace, seed: str) -> list[Bug]:
    since = options.since or (None if options.paths else _SINCE)
    files = code_files(root, options.paths or CODE)
    if since is None:
        functions = [each for file in files for each in bugs_of(root, file)]
    else:
        changed = changed_lines(root, since)
        functions = [
            each for file in files if file in changed for each in bugs_of(root, file, changed[file])
        ]
    return sample(functions, options.number, seed)


def _named(root: Path, ids: Sequence[str]) -> list[Bug]:
    every = {
        bug.id: bug
        for file in code_files(root)
        for function in bugs_of(root, file)
        for bug in function
    }
    if unknown := [each for each in ids if each not in every]:
        raise CannotRunError(f"no bug is called {' or '.join(unknown)}: the code has changed")
    return [every[each] for each in ids]


def _print_progress(trial: Trial, number: str) -> None:
    by = f" by {trial.test}" if trial.test else ""
    print(
        f"{number} {trial.seconds:.0f} s {trial.outcome}{by}\n    {trial.bug}",
        file=sys.stderr,
        flush=True,
    )


def _print_summary(ended: Sequence[Trial], equivalent: int, seed: str) -> None:
    counts = Counter(trial.outcome for trial in ended)
    print(f"{len(ended)} bugs were planted (seed {seed}):")
    for outcome in BugOutcome:
        print(f"  {counts[outcome]:>4} {outcome}")
    print(f"  {equivalent:>4} more were left out as equivalent ({EQUIVALENTS})")
    if not counts[BugOutcome.SURVIVED]:
        return
    print(f"survivors ({_survivors_in_percent(ended):.1f} %):")
    for trial in sorted(ended, key=lambda each: (each.bug.file, each.bug.line)):
        if trial.outcome is BugOutcome.SURVIVED:
            print(f"  {trial.bug}\n    make mutants ONLY={trial.bug.id}")


def _survivors_in_percent(ended: Sequence[Trial]) -> float:
    survived = sum(trial.outcome is BugOutcome.SURVIVED for trial in ended)
    return 100 * survived / max(1, len(ended))


def _parser() -> argparse.ArgumentParser:
    parser = command(
        "mutants",
        __doc__,
        "Exit code: 0 reported, 1 more survived than --fail-over allows, 2 could not run.",
    )
    add = parser.add_argument
    add("paths", nargs="*", metavar="PATH", help="plant here only: files or folders, as a whole")
    add("--number", type=int, default=_NUMBER, help="how many bugs (default: %(default)s)")
    add("--seed", help="chooses the bugs (default: the hash of the last commit)")
    add(
        "--since",
        metavar="REV",
        help=f"plant only in functions changed since then (default without PATH: {_SINCE})",
    )
    add("--only", type=str.split, metavar="IDS", help="plant these bugs, whose ids a report shows")
    add("-j", "--jobs", type=int, default=os.cpu_count() or 1, help="how many runs at a time")
    add("--fail-over", type=float, metavar="PERCENT", help="exit with 1 if more survive")
    return parser


if __name__ == "__main__":
    run(main)
