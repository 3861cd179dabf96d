"""client.relations: two records joined under an association; blocking, and its async twin."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Sequence
from typing import TYPE_CHECKING

from facade import mapping
from facade.resource import AsyncResource, Resource, Walk, segment
from generated_client.api.relations import create_relation, delete_relation, list_relations
from generated_client.models import CreateRelationBody
from generated_client.types import UNSET

if TYPE_CHECKING:
    from facade.models import Page, Relation


class Relations(Resource):
    """Relations of the records of one location."""

    def create(
        self, association_id: str, *, first_record_id: str, second_record_id: str
    ) -> Relation:
        """Relate two records; the first one must be a record of the association's first object.

        A relation that exists already is a BadRequestError, a record on the wrong side an
        UnprocessableEntityError: HighLevel does not swap them.
        """
        body = CreateRelationBody(
            location_id=self._location_id,
            association_id=association_id,
            first_record_id=first_record_id,
            second_record_id=second_record_id,
        )
        return self._call(mapping.relation, create_relation.sync, client=self._api, body=body)

    def list(
        self,
        record_id: str,
        *,
        association_ids: Sequence[str] | None = None,
        skip: int = 0,
        limit: int = 100,
    ) -> Page[Relation]:
        """List one page of a record's relations, whichever side the record is on.

        `association_ids` asks for relations under these associations only; None asks for all.
        The largest `limit` that is allowed is not known.
        """
        return self._call(
            mapping.relation_page,
            list_relations.sync,
            segment(record_id),
            client=self._api,
            location_id=self._location_id,
            skip=skip,
            limit=limit,
            association_ids=UNSET if association_ids is None else [*association_ids],
        )

    def iterate(
        self, record_id: str, *, association_ids: Sequence[str] | None = None, page_size: int = 100
    ) -> Iterator[Relation]:
        """Walk through all relations of a record, a page at a time."""
        walk: Walk[Relation] = Walk(page_size)
        while walk.goes_on:
            page = self.list(
                record_id, association_ids=association_ids, skip=walk.skip, limit=walk.limit
            )
            yield from walk.take(page)

    def delete(self, relation_id: str) -> None:
        """Delete one relation; its records and its association stay. NotFoundError."""
        self._call(
            mapping.deleted,
            delete_relation.sync,
            segment(relation_id),
            client=self._api,
            location_id=self._location_id,
        )


class AsyncRelations(AsyncResource):
    """Relations of the records of one location."""

    async def create(
        self, association_id: str, *, first_record_id: str, second_record_id: str
    ) -> Relation:
        """Relate two records; the first one must be a record of the association's first object."""
        body = CreateRelationBody(
            location_id=self._location_id,
            association_id=association_id,
            first_record_id=first_record_id,
            second_record_id=second_record_id,
        )
        return await self._call(
            mapping.relation, create_relation.asyncio, client=self._api, body=body
        )

    async def list(
        self,
        record_id: str,
        *,
        association_ids: Sequence[str] | None = None,
        skip: int = 0,
        limit: int = 100,
    ) -> Page[Relation]:
        """List one page of a record's relations, whichever side the record is on."""
        return await self._call(
            mapping.relation_page,
            list_relations.asyncio,
            segment(record_id),
            client=self._api,
            location_id=self._location_id,
            skip=skip,
            limit=limit,
            association_ids=UNSET if association_ids is None else [*association_ids],
        )

    async def iterate(
        self, record_id: str, *, association_ids: Sequence[str] | None = None, page_size: int = 100
    ) -> AsyncIterator[Relation]:
        """Walk through all relations of a record, a page at a time."""
        walk: Walk[Relation] = Walk(page_size)
        while walk.goes_on:
            page = await self.list(
                record_id, association_ids=association_ids, skip=walk.skip, limit=walk.limit
            )
            for relation in walk.take(page):
                yield relation

    async def delete(self, relation_id: str) -> None:
        """Delete one relation; its records and its association stay. NotFoundError."""
        await self._call(
            mapping.deleted,
            delete_relation.asyncio,
            segment(relation_id),
            client=self._api,
            location_id=self._location_id,
        )
