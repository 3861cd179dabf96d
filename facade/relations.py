"""client.relations: two records joined under an association; blocking, and its async twin."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Unpack, cast

from facade import errors, mapping
from facade.models import Ensured, Page
from facade.resource import AsyncResource, Resource, Walk, segment
from facade.retry import fixed
from generated_client.api.relations import create_relation, delete_relation, list_relations
from generated_client.models import CreateRelationBody
from generated_client.types import UNSET

if TYPE_CHECKING:
    from facade.models import Association, Relation
    from facade.retry import CallOptions


class Relations(Resource):
    """Relations of one location. Every method takes `timeout`, `retries` and `deadline` too."""

    def create(
        self,
        association_id: str,
        *,
        first_record_id: str,
        second_record_id: str,
        **options: Unpack[CallOptions],
    ) -> Relation:
        """Relate two records; the first one must be a record of the association's first object.

        A relation that exists already is a DuplicateRelationError, a record on the wrong side an
        InvalidRecordError: HighLevel does not swap them. Where the outcome of a request is
        unknown, the relation is looked for before it is sent again.
        """
        body = CreateRelationBody(
            location_id=self._location_id,
            association_id=segment(association_id),
            first_record_id=segment(first_record_id),
            second_record_id=segment(second_record_id),
        )

        def post(options: CallOptions) -> Relation:
            read, operation = mapping.relation, create_relation.sync
            return self._call(options, read, operation, client=self._api, body=body)

        def look(options: CallOptions) -> Relation | None:
            return self._find(association_id, first_record_id, second_record_id, options)

        return self._once(options, post, look)

    def ensure(
        self,
        association_id: str,
        *,
        first_record_id: str,
        second_record_id: str,
        **options: Unpack[CallOptions],
    ) -> Ensured[Relation]:
        """Relate two records, or find them related: doing it twice is fine."""
        options = fixed(options)
        try:
            made = self.create(
                association_id,
                first_record_id=first_record_id,
                second_record_id=second_record_id,
                **options,
            )
        except errors.DuplicateRelationError:
            found = self._find(association_id, first_record_id, second_record_id, options)
            if found is None:
                raise
            return Ensured(found, False)
        return Ensured(made, True)

    def link(
        self,
        association: Association,
        records: Mapping[str, str],
        **options: Unpack[CallOptions],
    ) -> Ensured[Relation]:
        """Ensure a relation of two records given by object key: `{"contact": ..., ...}`.

        ValueError where the keys do not tell the sides, as in an association of an object with
        itself: use `ensure` and name them.
        """
        first, second = association.orient(records)
        return self.ensure(
            association.id, first_record_id=first, second_record_id=second, **options
        )

    def list(
        self,
        record_id: str,
        *,
        association_ids: Sequence[str] | None = None,
        skip: int = 0,
        limit: int = 100,
        **options: Unpack[CallOptions],
    ) -> Page[Relation]:
        """List one page of a record's relations, whichever side the record is on.

        `association_ids` asks for relations under these associations only; None asks for all.
        The largest `limit` that is allowed is not known.
        """
        wanted = several(association_ids)
        page = self._page(record_id, wanted, skip, limit, options)
        return Page(under(page.items, wanted), page.total)

    def iterate(
        self,
        record_id: str,
        *,
        association_ids: Sequence[str] | None = None,
        page_size: int = 100,
        **options: Unpack[CallOptions],
    ) -> Iterator[Relation]:
        """Walk through all relations of a record, a page at a time."""
        walk: Walk[Relation] = Walk(page_size)
        options, wanted = fixed(options), several(association_ids)
        while walk.goes_on:
            page = self._page(record_id, wanted, walk.skip, walk.limit, options)
            yield from under(walk.take(page), wanted)

    def delete(self, relation_id: str, **options: Unpack[CallOptions]) -> None:
        """Delete one relation; its records and its association stay. NotFoundError."""
        try:
            self._call(
                options,
                mapping.deleted,
                delete_relation.sync,
                segment(relation_id),
                client=self._api,
                location_id=self._location_id,
            )
        except errors.NotFoundError as error:
            if not error.repeated:  # else an earlier attempt deleted it
                raise

    def _page(
        self,
        record_id: str,
        wanted: tuple[str, ...] | None,
        skip: int,
        limit: int,
        options: CallOptions,
    ) -> Page[Relation]:
        return self._call(
            options,
            mapping.relation_page,
            list_relations.sync,
            segment(record_id),
            client=self._api,
            location_id=self._location_id,
            skip=skip,
            limit=limit,
            association_ids=UNSET if wanted is None else [*wanted],
        )

    def _find(
        self, association_id: str, first: str, second: str, options: CallOptions
    ) -> Relation | None:
        for found in self.iterate(first, association_ids=[association_id], **options):
            if (found.first_record_id, found.second_record_id) == (first, second):
                return found
        return None


class AsyncRelations(AsyncResource):
    """Relations of one location. Every method takes `timeout`, `retries` and `deadline` too."""

    async def create(
        self,
        association_id: str,
        *,
        first_record_id: str,
        second_record_id: str,
        **options: Unpack[CallOptions],
    ) -> Relation:
        """Relate two records; the first one must be a record of the association's first object."""
        body = CreateRelationBody(
            location_id=self._location_id,
            association_id=segment(association_id),
            first_record_id=segment(first_record_id),
            second_record_id=segment(second_record_id),
        )

        async def post(options: CallOptions) -> Relation:
            read, operation = mapping.relation, create_relation.asyncio
            return await self._call(options, read, operation, client=self._api, body=body)

        async def look(options: CallOptions) -> Relation | None:
            return await self._find(association_id, first_record_id, second_record_id, options)

        return await self._once(options, post, look)

    async def ensure(
        self,
        association_id: str,
        *,
        first_record_id: str,
        second_record_id: str,
        **options: Unpack[CallOptions],
    ) -> Ensured[Relation]:
        """Relate two records, or find them related: doing it twice is fine."""
        options = fixed(options)
        try:
            made = await self.create(
                association_id,
                first_record_id=first_record_id,
                second_record_id=second_record_id,
                **options,
            )
        except errors.DuplicateRelationError:
            found = await self._find(association_id, first_record_id, second_record_id, options)
            if found is None:
                raise
            return Ensured(found, False)
        return Ensured(made, True)

    async def link(
        self,
        association: Association,
        records: Mapping[str, str],
        **options: Unpack[CallOptions],
    ) -> Ensured[Relation]:
        """Ensure a relation of two records given by object key: `{"contact": ..., ...}`.

        ValueError where the keys do not tell the sides, as in an association of an object with
        itself: use `ensure` and name them.
        """
        first, second = association.orient(records)
        return await self.ensure(
            association.id, first_record_id=first, second_record_id=second, **options
        )

    async def list(
        self,
        record_id: str,
        *,
        association_ids: Sequence[str] | None = None,
        skip: int = 0,
        limit: int = 100,
        **options: Unpack[CallOptions],
    ) -> Page[Relation]:
        """List one page of a record's relations, whichever side the record is on."""
        wanted = several(association_ids)
        page = await self._page(record_id, wanted, skip, limit, options)
        return Page(under(page.items, wanted), page.total)

    async def iterate(
        self,
        record_id: str,
        *,
        association_ids: Sequence[str] | None = None,
        page_size: int = 100,
        **options: Unpack[CallOptions],
    ) -> AsyncIterator[Relation]:
        """Walk through all relations of a record, a page at a time."""
        walk: Walk[Relation] = Walk(page_size)
        options, wanted = fixed(options), several(association_ids)
        while walk.goes_on:
            page = await self._page(record_id, wanted, walk.skip, walk.limit, options)
            for relation in under(walk.take(page), wanted):
                yield relation

    async def delete(self, relation_id: str, **options: Unpack[CallOptions]) -> None:
        """Delete one relation; its records and its association stay."""
        try:
            await self._call(
                options,
                mapping.deleted,
                delete_relation.asyncio,
                segment(relation_id),
                client=self._api,
                location_id=self._location_id,
            )
        except errors.NotFoundError as error:
            if not error.repeated:  # else an earlier attempt deleted it
                raise

    async def _page(
        self,
        record_id: str,
        wanted: tuple[str, ...] | None,
        skip: int,
        limit: int,
        options: CallOptions,
    ) -> Page[Relation]:
        return await self._call(
            options,
            mapping.relation_page,
            list_relations.asyncio,
            segment(record_id),
            client=self._api,
            location_id=self._location_id,
            skip=skip,
            limit=limit,
            association_ids=UNSET if wanted is None else [*wanted],
        )

    async def _find(
        self, association_id: str, first: str, second: str, options: CallOptions
    ) -> Relation | None:
        async for found in self.iterate(first, association_ids=[association_id], **options):
            if (found.first_record_id, found.second_record_id) == (first, second):
                return found
        return None


def several(association_ids: object) -> tuple[str, ...] | None:
    """Take several ids once, from whatever holds them; one id alone is a slip."""
    if association_ids is None:
        return None
    if isinstance(association_ids, str) or not isinstance(association_ids, Iterable):
        raise TypeError("association_ids is a list of ids; for one id write [id]")
    return tuple(segment(one) for one in cast("Iterable[object]", association_ids))


def under(relations: tuple[Relation, ...], wanted: tuple[str, ...] | None) -> tuple[Relation, ...]:
    """Keep the relations under these associations, since that the server filters is not proven."""
    if wanted is None:
        return relations
    return tuple(one for one in relations if one.association_id in (*wanted, None))
