"""client.associations: how kinds of object relate; blocking, and its async twin."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import TYPE_CHECKING

from facade import mapping
from facade.resource import AsyncResource, Resource, Walk, segment
from generated_client.api.associations import (
    create_association,
    delete_association,
    get_association,
    get_association_by_key,
    list_associations,
    list_associations_by_object_key,
    update_association,
)
from generated_client.models import CreateAssociationBody, UpdateAssociationBody

if TYPE_CHECKING:
    from facade.models import Association, Page


class Associations(Resource):
    """Associations of one location."""

    def create(
        self,
        *,
        key: str,
        first_object_key: str,
        first_object_label: str,
        second_object_key: str,
        second_object_label: str,
    ) -> Association:
        """Create an association between two kinds of object.

        An object key is `contact`, `opportunity`, `business` or `custom_objects.<key>`. The labels
        must differ (UnprocessableEntityError), and neither key nor pair of labels may be in use
        (BadRequestError). Doing it twice is an error: nothing tells a repeat from a clash.
        """
        body = CreateAssociationBody(
            location_id=self._location_id,
            key=key,
            first_object_key=first_object_key,
            first_object_label=first_object_label,
            second_object_key=second_object_key,
            second_object_label=second_object_label,
        )
        return self._call(mapping.association, create_association.sync, client=self._api, body=body)

    def get(self, association_id: str) -> Association:
        """Get an association by its id; a system association has its key as id. NotFoundError."""
        return self._call(
            mapping.association, get_association.sync, segment(association_id), client=self._api
        )

    def get_by_key(self, key: str) -> Association:
        """Get an association by its key. NotFoundError."""
        return self._call(
            mapping.association,
            get_association_by_key.sync,
            segment(key),
            client=self._api,
            location_id=self._location_id,
        )

    def list_for_object(self, object_key: str) -> Page[Association]:
        """List the associations that a kind of object, such as `contact`, takes part in."""
        return self._call(
            mapping.association_page,
            list_associations_by_object_key.sync,
            segment(object_key),
            client=self._api,
            location_id=self._location_id,
        )

    def list(self, *, skip: int = 0, limit: int = 100) -> Page[Association]:
        """List one page of associations; the largest `limit` that is allowed is not known."""
        return self._call(
            mapping.association_page,
            list_associations.sync,
            client=self._api,
            location_id=self._location_id,
            skip=skip,
            limit=limit,
        )

    def iterate(self, *, page_size: int = 100) -> Iterator[Association]:
        """Walk through all associations, a page at a time."""
        walk: Walk[Association] = Walk(page_size)
        while walk.goes_on:
            yield from walk.take(self.list(skip=walk.skip, limit=walk.limit))

    def update(
        self, association_id: str, *, first_object_label: str, second_object_label: str
    ) -> Association:
        """Replace both labels of a user-defined association; nothing else of it can change."""
        body = UpdateAssociationBody(
            first_object_label=first_object_label, second_object_label=second_object_label
        )
        return self._call(
            mapping.association,
            update_association.sync,
            segment(association_id),
            client=self._api,
            body=body,
        )

    def delete(self, association_id: str) -> None:
        """Delete a user-defined association, and with it all its relations. NotFoundError."""
        self._call(
            mapping.deleted, delete_association.sync, segment(association_id), client=self._api
        )


class AsyncAssociations(AsyncResource):
    """Associations of one location."""

    async def create(
        self,
        *,
        key: str,
        first_object_key: str,
        first_object_label: str,
        second_object_key: str,
        second_object_label: str,
    ) -> Association:
        """Create an association between two kinds of object."""
        body = CreateAssociationBody(
            location_id=self._location_id,
            key=key,
            first_object_key=first_object_key,
            first_object_label=first_object_label,
            second_object_key=second_object_key,
            second_object_label=second_object_label,
        )
        return await self._call(
            mapping.association, create_association.asyncio, client=self._api, body=body
        )

    async def get(self, association_id: str) -> Association:
        """Get an association by its id; a system association has its key as id. NotFoundError."""
        return await self._call(
            mapping.association, get_association.asyncio, segment(association_id), client=self._api
        )

    async def get_by_key(self, key: str) -> Association:
        """Get an association by its key. NotFoundError."""
        return await self._call(
            mapping.association,
            get_association_by_key.asyncio,
            segment(key),
            client=self._api,
            location_id=self._location_id,
        )

    async def list_for_object(self, object_key: str) -> Page[Association]:
        """List the associations that a kind of object, such as `contact`, takes part in."""
        return await self._call(
            mapping.association_page,
            list_associations_by_object_key.asyncio,
            segment(object_key),
            client=self._api,
            location_id=self._location_id,
        )

    async def list(self, *, skip: int = 0, limit: int = 100) -> Page[Association]:
        """List one page of associations; the largest `limit` that is allowed is not known."""
        return await self._call(
            mapping.association_page,
            list_associations.asyncio,
            client=self._api,
            location_id=self._location_id,
            skip=skip,
            limit=limit,
        )

    async def iterate(self, *, page_size: int = 100) -> AsyncIterator[Association]:
        """Walk through all associations, a page at a time."""
        walk: Walk[Association] = Walk(page_size)
        while walk.goes_on:
            for association in walk.take(await self.list(skip=walk.skip, limit=walk.limit)):
                yield association

    async def update(
        self, association_id: str, *, first_object_label: str, second_object_label: str
    ) -> Association:
        """Replace both labels of a user-defined association; nothing else of it can change."""
        body = UpdateAssociationBody(
            first_object_label=first_object_label, second_object_label=second_object_label
        )
        return await self._call(
            mapping.association,
            update_association.asyncio,
            segment(association_id),
            client=self._api,
            body=body,
        )

    async def delete(self, association_id: str) -> None:
        """Delete a user-defined association, and with it all its relations. NotFoundError."""
        await self._call(
            mapping.deleted, delete_association.asyncio, segment(association_id), client=self._api
        )
