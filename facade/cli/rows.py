"""Writes relations for export: as rows of a CSV, or as JSON lines."""

from __future__ import annotations

import csv
import json
from typing import TYPE_CHECKING, TextIO

from facade.cli.commands.list_relations import COLUMNS, relation_item
from facade.link.table import harmless, pair_columns

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from facade import Association, Relation

_COLUMNS = [name for name in COLUMNS if name != "other_record_id"]


def relation_writer(
    file: TextIO,
    wanted: Association | None,
    keys: Mapping[str, str | None],
    *,
    as_json: bool,
) -> Callable[[Relation, str], None]:
    """Write the header, and return a function that writes a relation of a record.

    The function raises ValueError for a relation that a CSV cannot represent.
    """
    if as_json:
        return lambda one, record_id: print(
            json.dumps(relation_item(one, record_id, keys)), file=file
        )
    rows = csv.writer(file, lineterminator="\n")
    rows.writerow([*pair_columns(wanted), "relation_id"] if wanted else _COLUMNS)

    def write(relation: Relation, record_id: str) -> None:
        first, second = relation.first_record_id, relation.second_record_id
        if first is None or second is None:
            raise ValueError(
                f"relation {relation.id} has no sides: use --json or another --api-version"
            )
        if wanted is None:
            item = relation_item(relation, record_id, keys)
            rows.writerow(harmless(item[name] for name in _COLUMNS))
            return
        is_reversed = (
            wanted.first_object_key != wanted.second_object_key
            and relation.first_object_key == wanted.second_object_key
        )
        ends = (second, first) if is_reversed else (first, second)
        rows.writerow(harmless([*ends, relation.id]))

    return write
