"""Capture HighLevel's published document as openapi/captured/VERSION.json."""

import argparse
from collections.abc import Sequence
from pathlib import Path

from scripts.console import NOTHING, command, run
from scripts.contract.capture import capture, checked_version, read_lock, source_of, write
from scripts.errors import CannotRunError
from scripts.openapi.places import place

FOLDER = Path("openapi/captured")


def main(arguments: Sequence[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    known = read_lock(FOLDER).get(checked_version(options.version), {})
    start = options.origin or known.get("source")
    if start is None:
        raise CannotRunError(
            f"no source is recorded for {options.version}: give FROM, the place of the document"
        )
    origin = place(start)
    captured = capture(
        origin,
        source=source_of(origin, options.source, known.get("source")),
        revision=options.revision,
        mapped={**known.get("map", {}), **dict(options.map)},
        selected=known.get("select", "") if options.select is None else options.select,
    )
    # A recorded mapping that is no longer needed is dropped; an unneeded --map is an error.
    needed = captured.entry.get("map", {})
    if unused := [each for each in dict(options.map) if each not in needed]:
        raise CannotRunError(f"no reference starts with {unused[0]!r}: correct or omit that --map")
    path = FOLDER / f"{options.version}.json"
    before = path.read_bytes() if path.exists() else None
    write(FOLDER, options.version, captured)
    state = "is unchanged" if before == captured.document else "is written"
    print(f"{path} {state}: {len(captured.entry['files'])} file(s) read from {start}")
    for each in captured.problems:
        print(f"problem: {each}")
    return NOTHING


def _parser() -> argparse.ArgumentParser:
    then = "Then: python -m scripts.generate. Exit code: 0 written, 2 could not run."
    parser = command("capture", __doc__, then)
    add = parser.add_argument
    origin = "a file, an http(s) URL, or REPO@REV:PATH in git (default: the recorded source)"
    add("origin", metavar="FROM", nargs="?", help=origin)
    add("--version", required=True, help="the Version it describes: 2021-07-28, v3")
    select = "read only what is below this path, of a document with other APIs: /associations"
    add("--select", metavar="PATH", help=select)
    add("--source", help="the public URL to record (default: FROM, if it is one)")
    add("--revision", help="the upstream revision to record (default in git: the commit)")
    mapped = "where the document refers to the file REF, read PLACE, relative to the document"
    add("--map", metavar="REF=PLACE", action="append", default=[], type=_mapping, help=mapped)
    return parser


def _mapping(text: str) -> tuple[str, str]:
    reference, equals, where = text.partition("=")
    if not (reference and equals and where):
        raise argparse.ArgumentTypeError(f"{text!r} is not REF=PLACE")
    return reference, where


if __name__ == "__main__":
    run(main)
