"""List the association definitions of a location."""

import argparse

from facade import Association
from facade.cli.output import Item, listing_help, print_items
from facade.cli.settings import add_settings, read_settings

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
        f"{association[f'{side}_object_key']} ({association[f'{side}_object_label']})"
        for side in ("first", "second")
    )
    return [name, association["id"], f"{first} to {second}"]
