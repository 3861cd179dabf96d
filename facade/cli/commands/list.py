"""List the association definitions of a location."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from facade.cli.output import print_items, table_of
from facade.cli.settings import add_settings, read_settings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.table import Table
    from rich.text import Text

    from facade.cli.output import Item

EPILOG = """
output:
  On a terminal a table, otherwise tab-separated lines with a header. With
  --json one JSON object a line, with the keys id, key, first_object_key,
  first_object_label, second_object_key, second_object_label,
  association_type, location_id, the two cardinalities and maximum numbers of
  relations, and extra for other fields of the response.

examples:
  {command}
  {command} --object contact
  {command} --json | jq -r .key
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
    add = parser.add_argument
    add(
        "--object",
        metavar="KEY",
        help="only associations of this object: contact, custom_objects.pet",
    )
    add("--json", action="store_true", help="print JSON lines")
    add_settings(parser)


def run(options: argparse.Namespace) -> int:
    with read_settings(options).client() as client:
        found = client.associations
        key = options.object
        listed = found.iterate() if key is None else found.list_for_object(key)
        print_items(
            (one.to_dict() for one in listed),
            _COLUMNS,
            as_json=options.json,
            table=_table,
            none=f"There is no association in {client.location_id}.",
        )
    return 0


def _table(associations: Sequence[Item]) -> Table | Text:
    rows = [
        (
            (one["key"] or "(no key)", one["id"]),
            (one["first_object_key"], one["first_object_label"]),
            (one["second_object_key"], one["second_object_label"]),
        )
        for one in associations
    ]
    return table_of(("key, id", "first object, label", "second object, label"), rows)
