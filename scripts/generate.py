"""Build all that is generated: contract, generated client, blocking code, tables of operations."""

import argparse
from collections.abc import Sequence
from pathlib import Path

from scripts.console import FINDING, NOTHING, run
from scripts.contract.generate import Layout, build, put_in_place, stale


def main(arguments: Sequence[str] | None = None) -> int:
    """Build everything apart, then compare it with what is here, or put it in place."""
    options = _parser().parse_args(arguments)
    layout = Layout(Path())
    built = build(layout)
    behind = stale(layout, built)
    if options.check:
        for name in behind:
            print(f"stale: {name}")
        print("run: make generate" if behind else "nothing is stale")
        return FINDING if behind else NOTHING
    if behind:
        put_in_place(layout, built)
    for name in behind:
        print(f"written: {name}")
    print(f"up to date: {len(built.files)} files")
    return NOTHING


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m scripts.generate",
        description=__doc__,
        epilog="Exit code: 0 up to date, 1 something is stale (--check), 2 could not run.",
    )
    parser.add_argument(
        "--check", action="store_true", help="write nothing; exit 1 and name what is stale"
    )
    return parser


if __name__ == "__main__":
    run(main)
