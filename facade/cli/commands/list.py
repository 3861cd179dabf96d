"""List the association definitions of a location."""

import argparse
import json
import sys
from collections.abc import Callable, Iterable, Sequence
from textwrap import fill
from typing import Any

from facade import Association
from facade._core.reasons import visible
from facade.cli.settings import add_settings, read_settings

Item = dict[str, Any]


def listing_help(keys: Iterable[str]) -> str:
    """Return the help about the output of a listing, whose items have these keys."""
    named = f"With --json, one JSON object a line, with the keys {', '.join(keys)}."
    return fill(f"On a terminal text, otherwise tab-separated lines with a header. {named}", 78)


EPILOG = f"""
{listing_help(Association(id="").to_dict())}

examples:
  {{command}}
  {{command}} --object contact
  {{command}} --json | jq -r .key
"""
_COLUMNS = (
    "key",
    "id",
    "first_object_key",
    "first_object_label",
    "second_object_key",
    "second_object_label",
    "association_type",
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    only = "only associations of this object: contact, custom_objects.pet"
    parser.add_argument("--object", metavar="KEY", help=only)
    parser.add_argument("--json", action="store_true", help="print JSON lines")
    add_settings(parser)


def run(options: argparse.Namespace) -> int:
    with read_settings(options).client() as client:
        found, key = client.associations, options.object
        listed = found.iterate() if key is None else found.list_for_object(key)
        print_items(
            (one.to_dict() for one in listed),
            _COLUMNS,
            as_json=options.json,
            lines=_lines,
            none=f"There is no association in {client.location_id}.",
        )
    return 0


def _lines(association: Item) -> list[object]:
    name = association["key"] or "(no key)"
    first, second = (
        f"{association[f'{side}_object_key']} ({association[f'{side}_object_label'] or 'no label'})"
        for side in ("first", "second")
    )
    return [name, association["id"], f"{first} to {second}"]


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
    if not is_terminal:
        print("\t".join(columns))
    for item in items:
        if is_terminal:
            none = ""
            print("\n  ".join(map(visible, lines(item))))
        else:
            print("\t".join(visible(item[name]) for name in columns), flush=True)
    if is_terminal and none:
        print(none)
