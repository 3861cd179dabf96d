"""The output of a listing: text on a terminal, otherwise JSON or tab-separated lines."""

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain, islice
from textwrap import fill
from typing import Any, TypeVar

from facade._core.reasons import visible

Item = dict[str, Any]
Value = TypeVar("Value")


def listing_help(keys: Iterable[str]) -> str:
    """Return the help about the output of a listing, whose items have these keys."""
    named = f"With --json, one JSON object a line, with the keys {', '.join(keys)}."
    return fill(f"On a terminal text, otherwise tab-separated lines with a header. {named}", 78)


def print_items(
    items: Iterable[Item],
    columns: Sequence[str],
    *,
    as_json: bool,
    lines: Callable[[Item], Sequence[object]],
    none: str,
) -> None:
    """Print items as soon as they are read.

    `columns` are the keys of the tab-separated lines, `lines` those of an item on a terminal, and
    `none` what a terminal gets if there are no items.
    """
    if as_json:
        for item in items:
            print(json.dumps(item), flush=True)
        return
    is_terminal = sys.stdout.isatty()
    begun = begin(iter(items))
    if not is_terminal:
        print("\t".join(columns))
    for item in begun:
        if is_terminal:
            none = ""
            print("\n  ".join(map(visible, lines(item))))
        else:
            print("\t".join(visible(item[name]) for name in columns), flush=True)
    if is_terminal and none:
        print(none)


def begin(items: Iterator[Value]) -> Iterator[Value]:
    """Wait for the first item, so that an error is raised before the header is printed."""
    return chain([*islice(items, 1)], items)
