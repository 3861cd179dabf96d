"""What a command prints: a table on a terminal, JSON lines or tab-separated lines elsewhere."""

from __future__ import annotations

import json
import sys
from itertools import chain
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from rich.console import Console
    from rich.table import Table

Item = dict[str, Any]


def visible(text: object) -> str:
    """Return text in one line, whose hidden characters are shown by their codes.

    Labels and keys are written by HighLevel's users, and a terminal obeys some characters.
    """
    shown = "" if text is None else str(text)
    return "".join(
        one if one.isprintable() else one.encode("unicode_escape").decode() for one in shown
    )


def print_items(
    items: Iterable[Item],
    columns: Sequence[str],
    *,
    as_json: bool,
    table: Callable[[Sequence[Item]], Table],
    none: str,
) -> None:
    """Print items as they come; on a terminal, when all are there, as a table.

    `columns` are the keys of the tab-separated lines. `none` is said on a terminal for no item.
    """
    if as_json:
        for item in items:
            print(json.dumps(item))
    elif sys.stdout.isatty():
        listed = list(items)
        terminal().print(table(listed) if listed else none)
    else:
        lines = ("\t".join(visible(item[name]) for name in columns) for item in items)
        first = next(lines, None)  # an error comes before the header
        print("\t".join(columns))
        for line in lines if first is None else chain([first], lines):
            print(line)


def terminal() -> Console:
    """Return rich's console of standard output; it keeps to NO_COLOR."""
    from rich.console import Console

    return Console(markup=False, highlight=False, emoji=False)


def new_table(*headers: str) -> Table:
    """Make a table whose cells have two lines, so that it fits a terminal of 80 columns.

    Its first column is never broken: it holds what a person copies.
    """
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
    for number, header in enumerate(headers):
        table.add_column(header, no_wrap=number == 0, overflow="fold")
    return table


def add_row(table: Table, *cells: tuple[object, object]) -> None:
    """Add a row; the second line of a cell is left out where it says the same as the first."""
    from rich.text import Text

    def cell(first: object, second: object) -> Text:
        text = Text(visible(first))
        return text if first == second else text.append(f"\n  {visible(second)}", style="dim")

    table.add_row(*(cell(*one) for one in cells))


def print_note(text: object) -> None:
    """Print a sentence for a person on standard error, apart from what a program reads."""
    lines = [visible(line) for line in str(text).splitlines()]
    print(*lines, sep="\n", file=sys.stderr, flush=True)


def print_error(error: object) -> None:
    """Print an error in a line, such as what an exception says."""
    print_note(f"error: {str(error).strip()}")
