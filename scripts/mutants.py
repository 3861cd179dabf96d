"""Plant bugs in a copy of the code, one at a time, and report those that no test finds.

First the test file that mirrors the module is run, then some that import the module.
"""

import argparse
import os
import sys
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from itertools import chain
from pathlib import Path

from scripts.console import FINDING, NOTHING, command, run
from scripts.errors import CannotRunError
from scripts.mutation import bugs
from scripts.mutation.bugs import CODE, EQUIVALENTS, Bug, bugs_of, code_files
from scripts.mutation.trials import BugOutcome, Trial, Trials

_SINCE = "HEAD~1"


def main(arguments: Sequence[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    root = Path()
    seed = options.seed or bugs.last_commit(root)
    chosen = _named(root, options.only) if options.only else _sampled(root, options, seed)
    equivalents = {} if options.only else bugs.equivalents(root)
    planted = [bug for bug in chosen if (bug.file, bug.function, bug.change) not in equivalents]
    trials = Trials(root, options.jobs)
    ended: list[Trial] = []
    print(f"{len(planted)} bugs, seed {seed}", file=sys.stderr)
    try:
        with closing(trials.run(planted)) as running:
            for trial in running:
                ended.append(trial)
                by = f" by {trial.test}" if trial.test else ""
                said = f"{trial.seconds:.0f} s {trial.outcome}{by}\n    {trial.bug}"
                print(f"{len(ended)}/{len(planted)} {said}", file=sys.stderr)
    finally:  # keeps what was found if the run is interrupted
        survivors = [one.bug for one in ended if one.outcome is BugOutcome.SURVIVED]
        percent = 100 * len(survivors) / max(1, len(ended))
        counts = Counter(trial.outcome for trial in ended)
        print(f"{len(ended)} bugs were planted (seed {seed}):")
        for outcome in BugOutcome:
            print(f"  {counts[outcome]:>4} {outcome}")
        left_out = len(chosen) - len(planted)
        print(f"  {left_out:>4} more were left out as equivalent ({EQUIVALENTS})")
        if survivors:
            print(f"survivors ({percent:.1f} %):")
        for bug in sorted(survivors, key=lambda each: (each.file, each.line)):
            print(f"  {bug}\n    make mutants ONLY={bug.id}")
        for file in sorted({bug.file for bug in planted if not trials.mirror(bug)}):
            print(f"no test file mirrors {file}")
        for file in trials.broken:
            print(f"{file} fails without a bug, and was not asked")
    is_over = options.fail_over is not None and percent > options.fail_over
    return FINDING if is_over else NOTHING


def _sampled(root: Path, options: argparse.Namespace, seed: str) -> list[Bug]:
    since = options.since or (None if options.paths else _SINCE)
    if empty := [each for each in options.paths if not code_files(root, [each])]:
        raise CannotRunError(f"there is no code in {' or '.join(empty)} that bugs are planted in")
    files = code_files(root, options.paths or CODE)
    lines = dict.fromkeys(files) if since is None else bugs.changed_lines(root, since)
    functions = (bugs_of(root, file, lines[file]) for file in files if file in lines)
    return bugs.sample(list(chain.from_iterable(functions)), options.number, seed)


def _named(root: Path, ids: Sequence[str]) -> list[Bug]:
    functions = chain.from_iterable(bugs_of(root, file) for file in code_files(root))
    every = {bug.id: bug for bug in chain.from_iterable(functions)}
    if unknown := [each for each in ids if each not in every]:
        raise CannotRunError(f"no bug is called {' or '.join(unknown)}: the code has changed")
    return [every[each] for each in ids]


def _parser() -> argparse.ArgumentParser:
    parser = command(
        "mutants",
        __doc__,
        "Exit code: 0 reported, 1 more survived than --fail-over allows, 2 could not run.",
    )
    add = parser.add_argument
    add("paths", nargs="*", metavar="PATH", help="plant here only: files or folders, as a whole")
    add("--number", type=int, default=40, help="how many bugs (default: %(default)s)")
    add("--seed", help="chooses the bugs (default: the hash of the last commit)")
    since = f"plant only in functions changed since then (default without PATH: {_SINCE})"
    add("--since", metavar="REV", help=since)
    add("--only", type=str.split, metavar="IDS", help="plant these bugs, whose ids a report shows")
    add("-j", "--jobs", type=int, default=os.cpu_count() or 1, help="how many runs at a time")
    add("--fail-over", type=float, metavar="PERCENT", help="exit with 1 if more survive")
    return parser


if __name__ == "__main__":
    run(main)
