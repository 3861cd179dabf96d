# Generated from facade/_async/batch.py by `make generate`: edit that file instead.
"""Several relations with one request: an operation that HighLevel does not publish."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self, Unpack

from facade._core import mapping
from facade._sync.resource import Resource
from generated_client.api.relations import create_relations
from generated_client.models import CreateRelationsBody, CreateRelationsBodyAddItem

if TYPE_CHECKING:
    from collections.abc import Iterable

    from facade._core.call_options import CallOptions

    from facade._sync.relations import Relations


class RelationBatch(Resource):
    """The part of a location's relations that is not published, and no part of the client."""

    @classmethod
    def beside(cls, relations: Relations) -> Self:
        """Return the one of the same location, with the same options."""
        return cls(relations._api, relations._location_id, relations._options)

    def create(
        self,
        association_id: str,
        pairs: Iterable[tuple[str, str]],
        **options: Unpack[CallOptions],
    ) -> list[object]:
        """Relate the first and second record of each pair; return an entry for each that failed.

        What is known of the answer: an entry has an `error`, and need not say of which pair.
        ContractError where the request succeeded and its answer has no list of them.
        """
        body = CreateRelationsBody(
            location_id=self._location_id,
            add=[
                CreateRelationsBodyAddItem(
                    association_id=association_id, first_record_id=first, second_record_id=second
                )
                for first, second in pairs
            ],
        )
        operation = create_relations.sync
        return self._call(options, mapping.errored, operation, client=self._api, body=body)
