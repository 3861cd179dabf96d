"""List the relations of a record, whichever side it is on."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from facade import MissingScopeError
from facade.cli.output import print_items, table_of
from facade.cli.settings import add_settings, read_settings
from facade.link.command import find_association

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rich.table import Table
    from rich.text import Text

    from facade import Association, AssociationsClient, Relation
    from facade.cli.output import Item

EPILOG = """
output:
  On a terminal a table, otherwise tab-separated lines with a header. With
  --json one JSON object a line, with the keys id, association_id,
  association_key, first_object_key, first_record_id, second_object_key,
  second_record_id, other_record_id, location_id, primary, record_ids, and
  extra for other fields of the response.

examples:
  {command} Kd7RmQ2xVbT9wLpN4sHf
  {command} Kd7RmQ2xVbT9wLpN4sHf --association owner_pet
  {command} Kd7RmQ2xVbT9wLpN4sHf --json | jq -r .id
"""
_SIDES = ("first", "second")
COLUMNS = (
    "association_key",
    "association_id",
    "first_object_key",
    "first_record_id",
    "second_object_key",
    "second_record_id",
    "other_record_id",
    "id",
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    add = parser.add_argument
    add("record", metavar="RECORD", help="the id of a contact or another record")
    add("--association", metavar="KEY", help="only relations under this association, by key or id")
    add("--json", action="store_true", help="print JSON lines")
    add_settings(parser)


def run(options: argparse.Namespace) -> int:
    """Print each relation as soon as it is read."""
    with read_settings(options).client() as client:
        wanted, keys = wanted_association(client, options.association)
        listed = client.relations.iterate(
            options.record, association_ids=[wanted.id] if wanted else None
        )
        print_items(
            (relation_item(one, options.record, keys) for one in listed),
            COLUMNS,
            as_json=options.json,
            table=_table,
            none=f"Record {options.record} has no such relation.",
        )
    return 0


def relation_item(relation: Relation, record_id: str, keys: Mapping[str, str | None]) -> Item:
    """Return a relation's attributes, the association's key, and the record on the other side.

    Only Version v3 sends the key.
    """
    item = relation.to_dict()
    key = item["association_key"] or keys.get(relation.association_id or "")
    other = next((each for each in relation.record_ids if each != record_id), record_id)
    return item | {"association_key": key, "other_record_id": other}


def wanted_association(
    client: AssociationsClient, key: str | None
) -> tuple[Association | None, dict[str, str | None]]:
    """Return the association that is asked for, if one is, and the keys of associations by id.

    There are no keys where the token may not list associations.
    """
    if key is not None:
        wanted = find_association(client, key)
        return wanted, {wanted.id: wanted.key}
    try:
        return None, {one.id: one.key for one in client.associations.iterate()}
    except MissingScopeError:  # the token may list relations only: then their ids are shown
        return None, {}


def _table(relations: Sequence[Item]) -> Table | Text:
    return table_of(
        ("related record, its object", "association, relation id"), [*map(_cells, relations)]
    )


def _cells(relation: Item) -> tuple[tuple[str, str | None], tuple[str, str]]:
    objects = {relation[f"{side}_record_id"]: relation[f"{side}_object_key"] for side in _SIDES}
    other = relation["other_record_id"]
    association = relation["association_key"] or relation["association_id"]
    return (other, objects.get(other)), (association, relation["id"])
