"""The output of a command: a table on a terminal, otherwise JSON or tab-separated lines."""

from __future__ import annotations

import json
import sys
from itertools import chain, islice
from typing import TYPE_CHECKING, Any, TypeVar

from facade._core.reasons import visible

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

Item = dict[str, Any]
Value = TypeVar("Value")


def print_items(
    items: Iterable[Item],
    columns: Sequence[str],
    *,
    as_json: bool,
    table: Callable[[Sequence[Item]], Table | Text],
    none: str,
) -> None:
    """Print items as soon as they are read; on a terminal, all together as a table.

    `columns` are the keys of the tab-separated lines. `none` is the text for an empty table.
    """
    if as_json:
        for item in items:
            print(json.dumps(item), flush=True)
    elif sys.stdout.isatty():
        listed = list(items)
        terminal().print(table(listed) if listed else none)
    else:
        lines = ("\t".join(visible(item[name]) for name in columns) for item in items)
        begun = begin(lines)
        print("\t".join(columns))
        for line in begun:
            print(line, flush=True)


def begin(items: Iterator[Value]) -> Iterator[Value]:
    """Wait for the first item, so that an error is raised before the header is printed."""
    return chain([*islice(items, 1)], items)


def terminal() -> Console:
    """Return a rich console for standard output, which respects NO_COLOR."""
    from rich.console import Console

    return Console(markup=False, highlight=False, emoji=False)


def table_of(
    headers: Sequence[str], rows: Sequence[Sequence[tuple[object, object]]]
) -> Table | Text:
    """Lay out rows of two-line cells side by side or, on a narrow terminal, stacked.

    A second line that equals the first is omitted. The first column, which users copy, is not
    wrapped, and no other column is narrower than its header.
    """
    from rich.cells import cell_len
    from rich.table import Table
    from rich.text import Text

    def cell(first: object, second: object) -> Text:
        text = Text(visible(first))
        return text if first == second else text.append(f"\n  {visible(second)}", style="dim")

    cells = [[cell(*one) for one in row] for row in rows]
    copied = [headers[0], *chain.from_iterable(row[0].plain.split("\n") for row in cells)]
    widths = [max(map(cell_len, copied)), *(2 + len(header) for header in headers[1:])]
    if sum(widths) > terminal().width:
        legend = Text("\n".join(headers), style="bold")
        return Text("\n\n").join([legend, *(Text("\n").join(row) for row in cells)])
    table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
    for number, header in enumerate(headers):
        table.add_column(header, no_wrap=number == 0, overflow="fold")
    for row in cells:
        table.add_row(*row)
    return table
