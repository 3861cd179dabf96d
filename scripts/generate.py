"""Build all generated files: contract, generated client, blocking code, tables of operations."""

import argparse
from collections.abc import Sequence
from pathlib import Path

from scripts.console import FINDING, NOTHING, command, run
from scripts.contract.corrections import read_corrections
from scripts.contract.generate import (
    DEFAULT_VERSION,
    Layout,
    build,
    put_in_place,
    read_captured,
    stale,
)
from scripts.contract.notices import mend, notices_of, written
from scripts.files import write_whole

_MEND = "make generate OPTIONS=--mend"


def main(arguments: Sequence[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    layout = Layout(Path())
    notices = notices_of(layout)
    overlay, name = layout.overlay.read_bytes(), layout.name(layout.overlay)
    for line in written(notices, overlay, name):
        print(line)
    corrected = read_corrections(layout.openapi).of(read_captured(layout, DEFAULT_VERSION))
    for each in corrected.sound.left_out:
        print(f"not valid, not needed, and left out: {each}")
    if options.mend:
        overlay = mend(notices, overlay, name)
    built = build(layout)  # mending the overlay does not change the result
    behind = stale(layout, built)
    if options.check:
        for each in behind:
            print(f"stale: {each}")
        if notices:
            print(f"open notices on {name}: {len(notices)}; follow them, or run: {_MEND}")
        print("run: make generate" if behind else "nothing is stale")
        return FINDING if behind or notices else NOTHING
    if options.mend and notices:
        write_whole(layout.overlay, overlay)
        print(f"mended: {name}; read git diff {name}")
    elif notices:
        print(f"open notices on {name}: {len(notices)}; to resolve them: {_MEND}")
    if behind:
        put_in_place(layout, built)
    for each in behind:
        print(f"written: {each}")
    print(f"up to date: {len(built)} files")
    return NOTHING


def _parser() -> argparse.ArgumentParser:
    code = "0 up to date, 1 something is stale or a notice is open (--check), 2 could not run."
    parser = command("generate", __doc__, f"Exit code: {code}")
    add = parser.add_mutually_exclusive_group().add_argument
    check = "write nothing; exit 1 and list stale files and open notices, if there are any"
    add("--check", action="store_true", help=check)
    mend = "resolve notices: delete overlay actions that no Version needs, set x-expect"
    add("--mend", action="store_true", help=mend)
    return parser


if __name__ == "__main__":
    run(main)
