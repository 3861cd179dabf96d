"""List the relations of a record, whichever side it is on."""

import argparse
import csv
import json
from collections.abc import Callable, Mapping
from typing import TextIO

from facade import Association, AssociationsClient, MissingScopeError, Relation
from facade.cli.commands.list import Item, listing_help, print_items
from facade.cli.csv_files import harmless
from facade.cli.pairs_run import find_association, pair_names
from facade.cli.settings import add_settings, read_settings

EPILOG = f"""
{listing_help([*Relation(id="").to_dict(), "other_record_id"])}

examples:
  {{command}} Kd7RmQ2xVbT9wLpN4sHf
  {{command}} Kd7RmQ2xVbT9wLpN4sHf --association owner_pet
  {{command}} Kd7RmQ2xVbT9wLpN4sHf --json | jq -r .id
"""
_WRITTEN = (
    "association_key",
    "association_id",
    "first_object_key",
    "first_record_id",
    "second_object_key",
    "second_record_id",
    "id",
)
_COLUMNS = (*_WRITTEN[:-1], "other_record_id", "id")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("record", metavar="RECORD", help="the id of a contact or another record")
    add("--association", metavar="KEY", help="only relations under this association, by key or id")
    add("--json", action="store_true", help="print JSON lines")
    add_settings(parser)


def run(options: argparse.Namespace) -> int:
    with read_settings(options).client() as client:
        wanted, keys = wanted_association(client, options.association)
        ids = [wanted.id] if wanted else None
        listed = client.relations.iterate(options.record, association_ids=ids)
        print_items(
            (relation_item(one, options.record, keys) for one in listed),
            _COLUMNS,
            as_json=options.json,
            lines=_lines,
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


def relation_writer(
    file: TextIO, wanted: Association | None, keys: Mapping[str, str | None], *, as_json: bool
) -> Callable[[Relation, str], None]:
    """Write the header, and return a function that writes a relation of a record.

    The function raises ValueError for a relation that a CSV cannot represent.
    """
    if as_json:
        return lambda one, record_id: print(
            json.dumps(relation_item(one, record_id, keys)), file=file
        )
    rows = csv.writer(file, lineterminator="\n")
    rows.writerow([*pair_names(wanted), "relation_id"] if wanted else _WRITTEN)

    def write(relation: Relation, record_id: str) -> None:
        ends = [relation.first_record_id, relation.second_record_id]
        if None in ends:
            why = f"relation {relation.id} has no sides: use --json or another --api-version"
            raise ValueError(why)
        if wanted is None:
            item = relation_item(relation, record_id, keys)
            rows.writerow(harmless(item[name] for name in _WRITTEN))
            return
        if wanted.first_object_key != wanted.second_object_key == relation.first_object_key:
            ends.reverse()
        rows.writerow(harmless([*ends, relation.id]))

    return write


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


def _lines(relation: Item) -> list[str]:
    other = relation["other_record_id"]
    sides = ("first", "second")
    objects = {relation[f"{side}_record_id"]: relation[f"{side}_object_key"] for side in sides}
    association = relation["association_key"] or relation["association_id"]
    return [f"{other}  {objects.get(other) or ''}".rstrip(), f"{association}  {relation['id']}"]
