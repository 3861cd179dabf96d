"""Create several relations with one request: an operation that HighLevel does not publish."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self, Unpack

from facade._async.pipeline import AsyncResource
from facade._core import mapping
from facade._core.calls import Action
from facade._core.mapping import in_body
from generated_client.api.relations import create_relations as operation
from generated_client.models import CreateRelationsBody, CreateRelationsBodyAddItem

if TYPE_CHECKING:
    from collections.abc import Iterable

    from facade._async.relations import AsyncRelations
    from facade._core.call_options import CallOptions

_FAILED = in_body(mapping.failed_entries)


class AsyncRelationBatch(AsyncResource):
    """Unpublished operations on the relations of a location; the client does not offer them."""

    @classmethod
    def for_relations(cls, relations: AsyncRelations) -> Self:
        """Return an instance with the location and the options of `relations`."""
        return cls(relations._pipeline, relations._location_id, relations._client_settings)

    async def create(
        self,
        association_id: str,
        pairs: Iterable[tuple[str, str]],
        **options: Unpack[CallOptions],
    ) -> list[object]:
        """Create a relation for each pair of a first and a second record id.

        Returns an entry for each pair that failed. An entry has an `error`; it may not name its
        pair. Raises ContractError if a successful response has no list of entries.
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
        request = operation.get_kwargs(body=body)
        settings = self._settings(options)
        return await self._send("create_relations", Action.CREATE, request, _FAILED, settings)
