"""Compare the cost of the facade with httpx and HighLevel's SDK."""

import sys
import time
from collections.abc import Callable, Iterator, Sequence
from statistics import median, quantiles

from scripts.benchmarks import calls, counts, diff, shared_pace, start
from scripts.benchmarks.figures import Effort, Figure
from scripts.console import FINDING, NOTHING, command, run

BENCHMARKS: dict[str, tuple[str, Callable[[Effort], Iterator[Figure]]]] = {
    "calls": ("a PUT and a list of 100, blocking and async", calls.measure),
    "cold": ("import and first call of a cold process", start.cold),
    "sdk": ("import and PUT against HighLevel's own SDK", start.sdk),
    "route": ("the files that a call passes", counts.route),
    "bulk": ("requests of bulk jobs as relations grow", counts.bulk),
    "memory": ("peak bytes while iterating", calls.memory),
    "concurrency": ("rate of concurrent calls", calls.concurrency),
    "shared": ("one rate limit for four processes, through Redis", shared_pace.measure),
    "diff": ("comparing large contracts", diff.measure),
}
HEADINGS = ("figure", "ratio", "middle half", "goal", "reached", "measured")


def main(arguments: Sequence[str] | None = None) -> int:
    parser = command(
        "bench", __doc__, "Exit code: 0 measured, 1 a goal is missed (--check), 2 could not run."
    )
    add = parser.add_argument
    add("--only", nargs="+", choices=BENCHMARKS, metavar="NAME", help="run these (see --list)")
    add("--quick", action="store_true", help="run few rounds, to see that the benchmarks work")
    add("--check", action="store_true", help="exit with 1 if a goal is missed")
    add("--list", action="store_true", help="list the benchmarks")
    options = parser.parse_args(arguments)
    if options.list:
        for name, (description, _) in BENCHMARKS.items():
            print(f"{name:<12} {description}")
        return NOTHING
    figures: list[Figure] = []
    names = options.only or [*BENCHMARKS]
    try:
        for number, name in enumerate(names, 1):
            description, measure = BENCHMARKS[name]
            print(f"{number}/{len(names)} {name}: {description}", file=sys.stderr)
            started = time.monotonic()
            figures += measure(Effort(options.quick))
            print(f"    took {time.monotonic() - started:.0f} s", file=sys.stderr)
    finally:  # keeps the finished figures if a benchmark fails or is interrupted
        rows = [HEADINGS, *map(_row, figures)] if figures else []
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        for row in rows:
            print("  ".join(map(str.ljust, row, widths)).rstrip())
    missed = options.check and any(figure.reached is False for figure in figures)
    return FINDING if missed else NOTHING


def _row(figure: Figure) -> tuple[str, ...]:
    ratio, half = f"{median(figure.ratios):.3f}" if figure.ratios else "-", "-"
    if len(figure.ratios) > 1:
        low, _, high = quantiles(figure.ratios, n=4, method="inclusive")
        half = f"{low:.3f} - {high:.3f}"
    goal = "{} {:.3g}".format(*figure.goal) if figure.goal else "-"
    reached = {True: "yes", False: "no", None: "-"}[figure.reached]
    return figure.name, ratio, half, goal, reached, figure.measured


if __name__ == "__main__":
    run(main)
